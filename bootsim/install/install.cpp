#include "bootsim/install/install.h"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "bootsim/install/backup.h"
#include "bootsim/install/stage_file.h"
#include "bootsim/install/volume_files.h"
#include "devices/media/gpt.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

[[noreturn]] void refuse(const Disk& disk, const std::string& why) {
  throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{}: {}", disk.name(), why));
}

std::string sectors_words(std::uint64_t first, std::uint64_t count) {
  return count == 1 ? fmt::format("sector {}", first) : fmt::format("sectors {}-{}", first, first + count - 1);
}

Buffer read_bytes(const Disk& disk, std::uint64_t lba, std::size_t sectors) {
  Buffer bytes(sectors * kSector);
  disk.read(lba * kSector, bytes);
  return bytes;
}

std::uint64_t sectors_of(std::size_t bytes) { return (bytes + kSector - 1) / kSector; }

/// One installation in progress.
class Installation {
 public:
  Installation(const Installer& installer, const InstallOptions& options)
      : disk_(installer.disk),
        installer_(installer),
        options_(options),
        target_(choose_target(installer.disk, options)),
        backup_(installer.backup_path.empty() ? Backup() : Backup::load(installer.backup_path, installer.disk.size())) {
  }
  void run();

 private:
  struct Write {
    std::string what;
    std::uint64_t lba;
    Buffer bytes;
  };
  void install_in_room();
  void install_as_file();
  void install_mbr(const std::optional<BootTable>& table);
  void finish_interrupted(VolumeFiles& files);
  void replace_file(VolumeFiles& files);
  PathFacts put_file(VolumeFiles& files);

  Write boot_sector(std::uint64_t lba, BootPlace place, std::string_view firmware,
                    const std::optional<BootTable>& table) const;
  Write mbr(const std::optional<BootTable>& table) const;
  std::uint32_t install_id(const StagePlace& place) const;
  Room present_place() const;
  void refuse_foreign_sector_0() const;
  void give_back(const Room& old, const Room& now);
  void write_all(const std::vector<Write>& writes);
  void save();

  Disk& disk_;
  const Installer& installer_;
  const InstallOptions& options_;
  const Target target_;
  Backup backup_;
};

void Installation::run() {
  switch (target_.stage) {
    case StagePlaceKind::kNowhere: install_mbr(std::nullopt); break;
    case StagePlaceKind::kRoom: install_in_room(); break;
    case StagePlaceKind::kFile: install_as_file(); break;
  }
  backup_.settle();
  save();
  for (const std::string& note : target_.notes) installer_.say("note: " + note);
}

void Installation::save() {
  if (!installer_.backup_path.empty()) backup_.save(installer_.backup_path, disk_.size());
}

/// Backup first, then one step for each write: on the medium before the next begins.
void Installation::write_all(const std::vector<Write>& writes) {
  for (const Write& w : writes) backup_.remember(disk_, w.lba * kSector, w.bytes);
  save();
  for (const Write& w : writes) {
    disk_.write(w.lba * kSector, w.bytes);
    disk_.sync();
    installer_.say(fmt::format("{}: {}", sectors_words(w.lba, sectors_of(w.bytes.size())), w.what));
  }
}

Installation::Write Installation::boot_sector(std::uint64_t lba, BootPlace place, std::string_view name,
                                              const std::optional<BootTable>& table) const {
  const Bytes code = installer_.firmware(name);
  Buffer patched(code.begin(), code.end());
  if (table) {
    if (!find_boot_table(patched))
      throw emu::Error(emu::ErrorKind::kInternal,
                       fmt::format("firmware {} has no boot table; please report this", name));
    write_boot_table(patched, *table);
  }
  return {fmt::format("boot sector ({})", name), lba, merge_boot_code(place, read_bytes(disk_, lba, 1), patched)};
}

Installation::Write Installation::mbr(const std::optional<BootTable>& table) const {
  Write write = boot_sector(0, BootPlace::kMbr, target_.mbr_firmware, table);
  write.what = fmt::format("MBR code ({}); partition table and disk signature as they were", target_.mbr_firmware);
  return write;
}

void Installation::install_mbr(const std::optional<BootTable>& table) { write_all({mbr(table)}); }

/// The same for the same medium and place, so that images are reproducible; another one for another medium,
/// because by it a boot sector knows its disk.
std::uint32_t Installation::install_id(const StagePlace& place) const {
  std::string words = fmt::format("{} {} {:08X} {} {}", disk_.size(), target_.table.disk_guid.text(),
                                  target_.table.disk_id, place.lba0, place.lba1);
  if (target_.volume) words += target_.volume->uuid;
  for (const SectorRun& run : place.body) words += fmt::format(" {}+{}", run.lba, run.count);
  Buffer bytes(words.begin(), words.end());
  const Bytes stage2 = installer_.firmware(kFirmwareStage2);
  bytes.insert(bytes.end(), stage2.begin(), stage2.end());
  const std::uint32_t id = devices::media::crc32(bytes.data(), bytes.size());
  return id == 0 ? 1 : id;  // 0 means "not installed"
}

/// The sectors of an embedded stage2 that the present MBR (or raw boot sector) leads to; empty when it leads
/// to none of ours.
Room Installation::present_place() const {
  const auto table = read_boot_table(Bytes(read_bytes(disk_, 0, 1)));
  if (!table || table->lba0 < target_.room.first || table->lba0 >= target_.room.end) return {};
  const auto head_bytes = read_bytes(disk_, table->lba0, 2);
  const auto head = read_stage_head(head_bytes);
  if (!head || head->install_id != table->install_id) return {};
  return {table->lba0, std::min(table->lba0 + sectors_of(stage2_length(head_bytes)), target_.room.end), {}};
}

/// A medium without table and file system may hold what bootsim does not know: a LUKS header, a backup of
/// something.
void Installation::refuse_foreign_sector_0() const {
  const Buffer sector = read_bytes(disk_, 0, 1);
  const bool empty = std::all_of(sector.begin(), sector.end(), [](std::uint8_t byte) { return byte == 0; });
  if (!empty && !options_.force && !has_boot_code(BootPlace::kRaw, sector, installer_.firmware(kFirmwareRaw)) &&
      !read_boot_table(sector))
    refuse(disk_, "sector 0 holds something that is no file system bootsim knows; --force replaces it");
}

/// What an earlier installation no longer uses gets back what was there before it.
void Installation::give_back(const Room& old, const Room& now) {
  const auto changed = backup_.changed_since(disk_);
  std::uint64_t count = 0;
  for (std::uint64_t lba = old.first; lba < old.end; ++lba) {
    const bool foreign = std::find(changed.begin(), changed.end(), lba) != changed.end();
    if ((lba >= now.first && lba < now.end) || foreign || !backup_.sectors().contains(lba)) continue;
    backup_.restore(disk_, lba);
    ++count;
  }
  if (count == 0) return;
  disk_.sync();
  for (std::uint64_t lba = old.first; lba < old.end; ++lba)
    if (lba < now.first || lba >= now.end) backup_.forget(lba);
  installer_.say(fmt::format("{}: given back ({} sectors of the installation before)",
                             sectors_words(old.first, old.sectors()), count));
}

void Installation::install_in_room() {
  const Bytes stage2 = installer_.firmware(kFirmwareStage2);
  Buffer file(stage2.begin(), stage2.end());
  if (!is_stage2(file)) throw emu::Error(emu::ErrorKind::kInternal, "firmware stage2 is none; please report this");
  const std::uint64_t count = sectors_of(file.size());
  file.resize(count * kSector);
  const Room old = present_place();
  const std::uint64_t first = find_room(disk_, target_.room, count, old, options_.force);
  const Room now{first, first + count, {}};
  const SectorRun run{first, count};
  const StagePlace place = place_stage2({&run, 1}).value();
  const bool raw = target_.mbr_firmware.empty();
  if (raw) refuse_foreign_sector_0();
  const std::uint32_t id = install_id(place);
  write_stage_head(file, {id, raw ? StageKind::kWholeMedium : StageKind::kEmbedded,
                          target_.volume ? target_.volume->first : 0, place.body});
  const BootTable table{id, place.lba0, place.lba1};
  std::vector<Write> writes{{fmt::format("stage2, in the {}", target_.room.name), first, std::move(file)}};
  writes.push_back(raw ? boot_sector(0, BootPlace::kRaw, target_.boot_sector_firmware, table) : mbr(table));
  write_all(writes);
  if (old.sectors() != 0) give_back(old, now);
  if (target_.volume) installer_.say(fmt::format("configuration: bootsim.cfg of {}", target_.volume->words()));
}

/// An installation that was cut off after its boot sector: its last step is still to be done.
void Installation::finish_interrupted(VolumeFiles& files) {
  const Volume& volume = *target_.volume;
  const PathFacts fresh = look_up(disk_, volume, kStage2NewPath);
  if (!fresh.exists) return;
  const auto table = read_boot_table(Bytes(read_bytes(disk_, volume.first, 1)));
  if (table && !fresh.runs.empty() && table->lba0 == fresh.runs.front().lba) return replace_file(files);
  files.remove(std::string(kStage2NewPath));
}

/// The new file takes the old one's name.
void Installation::replace_file(VolumeFiles& files) {
  if (look_up(disk_, *target_.volume, kStage2Path).exists) files.remove(std::string(kStage2Path));
  files.rename(std::string(kStage2NewPath), std::string(kStage2Path));
  disk_.sync();
}

PathFacts Installation::put_file(VolumeFiles& files) {
  const Volume& volume = *target_.volume;
  const std::string directory(kStage2Directory);
  backup_.remember_file({volume.first, std::string(kStage2Path)});
  save();
  if (!look_up(disk_, volume, directory + "/").exists) files.make_directory(directory);
  finish_interrupted(files);
  files.put(std::string(kStage2NewPath), installer_.firmware(kFirmwareStage2));
  disk_.sync();
  const PathFacts facts = look_up(disk_, volume, kStage2NewPath);
  if (facts.exists && facts.whole && place_stage2(facts.runs)) return facts;
  files.remove(std::string(kStage2NewPath));
  refuse(disk_, fmt::format("{}: {} came to lie in too many pieces for its list of sectors ({} at most); make room on "
                            "the volume",
                            volume.words(), kStage2Path, head::kMaxRuns));
}

void Installation::install_as_file() {
  const Volume& volume = *target_.volume;
  const auto files = open_volume_files(disk_.name(), volume.first * kSector, volume.type, installer_.time);
  // Ask for everything that may be missing before the first write.
  installer_.firmware(target_.boot_sector_firmware);
  if (!target_.mbr_firmware.empty()) installer_.firmware(target_.mbr_firmware);
  const PathFacts facts = put_file(*files);
  const StagePlace place = place_stage2(facts.runs).value();
  const std::uint32_t id = install_id(place);
  const Bytes stage2 = installer_.firmware(kFirmwareStage2);
  Buffer file(stage2.begin(), stage2.end());
  write_stage_head(file,
                   {id, volume.partition == 0 ? StageKind::kWholeMedium : StageKind::kFile, volume.first, place.body});
  disk_.write(place.lba0 * kSector, Bytes(file).first(kSector));
  disk_.write(place.lba1 * kSector, Bytes(file).subspan(kSector, kSector));
  disk_.sync();
  for (const SectorRun& run : facts.runs)
    installer_.say(fmt::format("{}: {} of {}", sectors_words(run.lba, run.count), kStage2Path, volume.words()));
  installer_.say(fmt::format("file system: directory entries and allocation of {}, by {}", kStage2Path, files->tool()));
  const BootTable table{id, place.lba0, place.lba1};
  std::vector<Write> writes{boot_sector(volume.first, *target_.boot_sector, target_.boot_sector_firmware, table)};
  if (!target_.mbr_firmware.empty()) writes.push_back(mbr(std::nullopt));
  write_all(writes);
  replace_file(*files);
}

Volume volume_at(const Disk& disk, std::uint64_t first) {
  if (first == 0) return whole_medium(disk);
  for (const auto& p : devices::media::read_partition_table(disk).partitions)
    if (p.first_lba == first && !p.is_extended()) return volume_of(disk, p);
  return {};
}

void remove_file(Disk& disk, const SavedFile& saved, const Say& say) {
  const Volume volume = volume_at(disk, saved.volume);
  const std::string directory = saved.path.substr(0, saved.path.rfind('/'));
  if (volume.type.empty() || !look_up(disk, volume, directory + "/").exists) return;
  const auto files = open_volume_files(disk.name(), volume.first * kSector, volume.type, std::nullopt);
  for (const std::string& path : {saved.path, std::string(kStage2NewPath)}) {
    if (!look_up(disk, volume, path).exists) continue;
    files->remove(path);
    say(fmt::format("{}: removed from {}", path, volume.words()));
  }
  if (!directory.empty() && is_empty_directory(disk, volume, directory + "/")) files->remove_directory(directory);
}

}  // namespace

void Installer::install(const InstallOptions& options) { Installation(*this, options).run(); }

void Installer::uninstall(bool force) {
  Backup backup = Backup::load(backup_path, disk.size());
  if (backup.empty())
    refuse(disk, fmt::format("there is no backup {}; say where it is with --backup FILE", backup_path));
  const auto changed = backup.changed_since(disk);
  if (!changed.empty() && !force) {
    refuse(disk,
           fmt::format("sector {}{} was written by something else since the installation; nothing was changed. --force "
                       "restores all the same",
                       changed.front(), changed.size() == 1 ? "" : fmt::format(" (and {} more)", changed.size() - 1)));
  }
  // Ascending: sector 0 first, and the loader before us works again from then on.
  for (const auto& [lba, saved] : backup.sectors()) {
    backup.restore(disk, lba);
    if (lba == 0) disk.sync();
    say(fmt::format("sector {}: restored", lba));
  }
  disk.sync();
  for (const SavedFile& file : backup.files()) remove_file(disk, file, say);
  disk.sync();
  Backup().save(backup_path, disk.size());
}

}  // namespace bootsim::install
