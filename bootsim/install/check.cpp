#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bootsim/install/install.h"
#include "bootsim/install/stage_file.h"
#include "devices/media/el_torito.h"
#include "emu/error.h"

namespace bootsim::install {

using devices::media::Medium;
using devices::media::PartitionTable;

namespace {

constexpr std::array<std::string_view, 5> kBootCode = {kFirmwareRaw, kFirmwareMbr, kFirmwareGptMbr, kFirmwareFat16,
                                                       kFirmwareFat32};

std::string_view words(StageKind kind) {
  switch (kind) {
    case StageKind::kNotInstalled: return "not installed";
    case StageKind::kFile: return "a file in a partition";
    case StageKind::kEmbedded: return "embedded";
    case StageKind::kCd: return "on a CD";
    case StageKind::kWholeMedium: return "on an unpartitioned medium";
    case StageKind::kLoadedFile: return "loaded as a file";
  }
  return "of an unknown kind";
}

class Check {
 public:
  Check(const Medium& disk, const FirmwareSource& firmware) : disk_(disk), firmware_(firmware) { result_.good = true; }
  CheckResult run();

 private:
  void boot_code(const std::string& where, std::uint64_t lba, BootPlace place, const Volume* volume);
  void stage(const std::string& where, const BootTable& table, const Volume* volume);
  void file_still_there(const Volume& volume, const BootTable& table, const StageHead& head);
  void cd();
  std::string whose(BootPlace place, Bytes sector) const;
  Buffer read(std::uint64_t lba, std::size_t sectors) const;
  void line(std::string text) { result_.lines.push_back(std::move(text)); }
  void bad(std::string text) {
    line("BAD: " + std::move(text));
    result_.good = false;
  }

  const Medium& disk_;
  const FirmwareSource& firmware_;
  CheckResult result_;
};

Buffer Check::read(std::uint64_t lba, std::size_t sectors) const {
  Buffer bytes(sectors * kSector);
  if (lba < disk_.size() / kSector) disk_.read(lba * kSector, bytes);
  return bytes;
}

/// Which code of ours it is; empty: none that this version knows.
std::string Check::whose(BootPlace place, Bytes sector) const {
  for (const std::string_view name : kBootCode) {
    try {
      const Bytes code = firmware_(name);
      const bool fits = place == BootPlace::kMbr ? code.size() <= kMbrCodeEnd : true;
      if (fits && has_boot_code(place, sector, code)) return std::string(name);
    } catch (const emu::Error&) {  // not in this build
    }
  }
  return {};
}

void Check::boot_code(const std::string& where, std::uint64_t lba, BootPlace place, const Volume* volume) {
  const Buffer sector = read(lba, 1);
  const Bytes code = place == BootPlace::kMbr ? Bytes(sector).first(kMbrCodeEnd) : Bytes(sector);
  const std::string name = whose(place, sector);
  const auto table = read_boot_table(code);
  if (!table && name.empty()) return line(fmt::format("{}: not bootsim's", where));
  line(fmt::format("{}: bootsim's {}", where, name.empty() ? "of another version" : name));
  if (table) stage(where, *table, volume);
}

void Check::stage(const std::string& where, const BootTable& table, const Volume* volume) {
  Buffer file = read(table.lba0, 1);
  const Buffer second = read(table.lba1, 1);
  file.insert(file.end(), second.begin(), second.end());
  const auto head = read_stage_head(file);
  if (!head) return bad(fmt::format("{} leads to sector {}, which holds no stage2; install again", where, table.lba0));
  result_.installed = true;
  if (head->install_id != table.install_id)
    bad(fmt::format("{} belongs to installation {:08X}, the stage2 at sector {} to {:08X}", where, table.install_id,
                    table.lba0, head->install_id));
  const std::uint32_t length = stage2_length(file);
  if (length <= head::kSize || length > kMaxStage2)
    return bad(fmt::format("stage2's head says {} bytes, which cannot be", length));
  for (const SectorRun& run : head->body) {
    if (file.size() >= length) break;
    const Buffer part = read(run.lba, static_cast<std::size_t>(run.count));
    file.insert(file.end(), part.begin(), part.end());
  }
  if (!is_stage2(file)) return bad("stage2's list of sectors is shorter than stage2");
  line(fmt::format("stage2: {}, sector {}, {} bytes, installation {:08X}, configuration on the volume at sector {}",
                   words(head->kind), table.lba0, length, head->install_id, head->volume));
  if (!stage2_is_intact(file)) bad("stage2's sum is wrong: its sectors were overwritten; install again");
  const bool in_file = head->kind == StageKind::kFile || (head->kind == StageKind::kWholeMedium && volume != nullptr);
  if (in_file && volume != nullptr) file_still_there(*volume, table, *head);
}

void Check::file_still_there(const Volume& volume, const BootTable& table, const StageHead& head) {
  for (const std::string_view path : {kStage2Path, kStage2NewPath}) {
    const auto facts = look_up(disk_, volume, path);
    const auto place = facts.whole ? place_stage2(facts.runs) : std::nullopt;
    if (place && place->lba0 == table.lba0 && place->lba1 == table.lba1 && place->body == head.body)
      return line(fmt::format("{} of {}: its sectors are those that the boot sector knows", path, volume.words()));
  }
  bad(
      fmt::format("{} of {} was moved, replaced or deleted: its sectors are no longer those that the boot sector "
                  "knows; install again",
                  kStage2Path, volume.words()));
}

/// An ISO made by mkimage: the boot image holds stage2 behind its first 2048 bytes.
void Check::cd() {
  constexpr std::size_t kLoader = 2048;
  const auto choice = devices::media::choose_boot_entry(disk_, devices::media::read_el_torito(disk_));
  if (!choice.entry) return;
  Buffer file(kLoader + kMaxStage2);
  disk_.read(std::uint64_t{choice.entry->lba} * devices::media::kCdSectorSize, file);
  file.erase(file.begin(), file.begin() + kLoader);
  if (!is_stage2(file)) return line("El Torito boot image: not bootsim's");
  result_.installed = true;
  line(fmt::format("El Torito boot image: bootsim's, {} bytes of stage2", stage2_length(file)));
  if (!stage2_is_intact(file)) bad("stage2's sum is wrong");
}

CheckResult Check::run() {
  const PartitionTable table = devices::media::read_partition_table(disk_);
  const Volume whole = whole_medium(disk_);
  if (whole.type.starts_with("ISO 9660")) {
    cd();
  } else if (table.kind == PartitionTable::Kind::kNone) {
    const auto kind = boot_sector_kind(whole.type);
    boot_code("boot sector", 0, kind ? kind->place : BootPlace::kRaw, kind ? &whole : nullptr);
  } else {
    boot_code("MBR", 0, BootPlace::kMbr, nullptr);
    for (const auto& p : table.partitions) {
      const Volume volume = volume_of(disk_, p);
      if (const auto kind = boot_sector_kind(volume.type))
        boot_code(fmt::format("boot sector of {}", volume.words()), p.first_lba, kind->place, &volume);
    }
  }
  if (!result_.installed) line("no stage2 of bootsim is installed");
  result_.good = result_.good && result_.installed;
  return result_;
}

}  // namespace

CheckResult check(const Medium& disk, const FirmwareSource& firmware) { return Check(disk, firmware).run(); }

}  // namespace bootsim::install
