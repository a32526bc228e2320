// What the BIOS could not start at all, and media that are something else than a boot medium.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/trial.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::Attach;
using devices::media::has_text;

// --- Cut short.

/// A CD's boot image that was started, and whose end is not on the medium.
std::optional<Answer> cut_boot_image(const Evidence& evidence) {
  const auto& cd = evidence.pc.bios().drives().cd_boot();
  const InspectReport* report = cd ? evidence.report(cd->cd_drive) : nullptr;
  if (!report || cd->emulation() != 0 || evidence.at_work()) return std::nullopt;
  const auto entry = std::find_if(report->boot_entries.begin(), report->boot_entries.end(),
                                  [&](const BootEntry& e) { return e.entry.lba == cd->image_lba; });
  if (entry == report->boot_entries.end() || !entry->info_table) return std::nullopt;
  const std::uint64_t begin = std::uint64_t{cd->image_lba} * devices::media::kCdSectorSize;
  const auto cut =
      begin + entry->info_table->length > report->size ? cut_words(evidence, cd->cd_drive, 0) : std::nullopt;
  if (!cut) return std::nullopt;
  const DiskCall* first = evidence.first_read_after(0);
  return Answer{
      fmt::format("The boot image {} ({} bytes from LBA {}) is not all on the medium. {}",
                  entry->path.empty() ? std::string() : entry->path, entry->info_table->length, cd->image_lba, *cut),
      first ? std::vector<std::uint64_t>{first->number} : std::vector<std::uint64_t>{}};
}

std::optional<Answer> truncated(const Evidence& evidence) {
  if (auto answer = cut_boot_image(evidence)) return answer;
  const std::string& reason = evidence.result.reason;
  const bool past = reason == "unreadable" || reason == "catalog-unreadable" || reason == "boot-image-unreadable";
  if (!evidence.bios_refused() || !past || !evidence.options.faults.empty()) return std::nullopt;
  const auto cut = cut_words(evidence, evidence.boot_drive(), 0);
  if (!cut) return std::nullopt;
  std::string what = evidence.result.message;
  return Answer{fmt::format("What the BIOS has to read lies behind the end of the file. {}", *cut),
                evidence.first_call()};
}

// --- Attached as something else.

bool plausible(const Evidence& evidence, Attach attach) {
  const auto* medium = evidence.medium(evidence.boot_drive());
  if (!medium) return false;
  std::array<std::uint8_t, 6> volume{};
  medium->read(16 * devices::media::kCdSectorSize, volume);
  const auto sector = evidence.sectors(evidence.boot_drive(), 0, 512);
  const bool boots = sector[510] == 0x55 && sector[511] == 0xAA;
  if (attach == Attach::kCd) return has_text(volume, 1, "CD001");
  return boots && (attach == Attach::kHardDisk || medium->size() <= (std::uint64_t{4} << 20));
}

/// What is attached is too large for a floppy or has partitions, or is a whole floppy as a hard disk.
bool implausible(const Evidence& evidence) {
  const std::uint8_t dl = evidence.boot_drive();
  const bios::Drive* drive = evidence.drive(dl);
  const InspectReport* report = evidence.report(dl);
  if (!drive || !report) return false;
  const std::uint64_t size = report->size;
  if (devices::media::is_floppy(drive->kind)) return size > (std::uint64_t{4} << 20) || !report->partitions.empty();
  constexpr std::array<std::uint64_t, 7> kFloppies = {163840, 327680, 368640, 737280, 1228800, 1474560, 2949120};
  return devices::media::is_hard_disk(drive->kind) && report->partitions.empty() &&
         std::find(kFloppies.begin(), kFloppies.end(), size) != kFloppies.end();
}

std::optional<Answer> other_attach(const Evidence& evidence) {
  const auto& media = evidence.options.media;
  const bios::Drive* drive = evidence.drive(evidence.boot_drive());
  if (media.size() != 1 || !drive || !(can_try(evidence) || (implausible(evidence) && can_try_at_work(evidence))))
    return std::nullopt;
  for (const Attach attach : {Attach::kCd, Attach::kHardDisk, Attach::kFloppy}) {
    const bool same = attach == drive->kind ||
                      (attach == Attach::kHardDisk && devices::media::is_hard_disk(drive->kind)) ||
                      (attach == Attach::kFloppy && devices::media::is_floppy(drive->kind));
    if (same || !plausible(evidence, attach)) continue;
    RunOptions options = trial_options(evidence);
    options.media.front().attach = attach;
    options.media.front().is_image = true;
    options.boot_order.clear();
    const Trial trial = try_boot(options);
    if (!better(evidence, trial)) continue;
    const std::string word(attach_word(attach));
    return Answer{
        fmt::format("The medium is attached as {}; attached as {} (--as {}), {}: it is made to be booted that way.",
                    std::string(attach_word(drive->kind)), word, word, outcome_words(trial)),
        evidence.first_call()};
  }
  return std::nullopt;
}

std::optional<Answer> wrong_attach(const Evidence& evidence) {
  return evidence.bios_refused() || implausible(evidence) ? other_attach(evidence) : std::nullopt;
}

// --- Without boot code.

bool esp(const InspectReport& report) { return report.uefi_boots; }

std::optional<Answer> uefi_only(const Evidence& evidence) {
  const std::uint8_t dl = evidence.boot_drive();
  const InspectReport* report = evidence.report(dl);
  if (!report || !esp(*report)) return std::nullopt;
  const bool empty = report->first_sector && report->first_sector->empty;
  const bool started_nothing = evidence.bios_refused() || (empty && !report->el_torito && evidence.crashed());
  if (!started_nothing || report->bios_boots) return std::nullopt;
  return Answer{fmt::format("The medium can be booted by UEFI only: it has {} for UEFI, and {} for a BIOS. Boot it on "
                            "a UEFI PC, or add a loader for BIOSes.",
                            report->el_torito ? "an El Torito entry" : "an EFI system partition",
                            report->el_torito ? "no bootable entry" : "no boot code in its first sector"),
                evidence.first_call()};
}

std::string volume_words(const InspectReport& report) {
  using devices::media::PartitionTable;
  if (report.whole) return fmt::format("a {} volume with {} files", report.whole->info.type, report.whole->files);
  const bool gpt =
      report.table.kind == PartitionTable::Kind::kGpt || report.table.kind == PartitionTable::Kind::kHybrid;
  const auto count = std::count_if(report.partitions.begin(), report.partitions.end(), [&](const PartitionContent& p) {
    return !gpt || p.partition.scheme == devices::media::Partition::Scheme::kGpt;
  });
  if (count > 0)
    return fmt::format("a {} with {} partition{}", gpt ? "GPT behind a protective MBR" : "partition table", count,
                       count == 1 ? "" : "s");
  return "nothing that is known";
}

std::optional<Answer> no_boot_code(const Evidence& evidence) {
  const std::uint8_t dl = evidence.boot_drive();
  const InspectReport* report = evidence.report(dl);
  if (!report || !report->first_sector || report->el_torito || !report->first_sector->empty) return std::nullopt;
  const DiskCall* last = evidence.last_call();
  const bool ran_it = evidence.crashed() && last && last->number == 1;
  const bool refused = evidence.bios_refused() && evidence.result.reason == "no-signature";
  if (!ran_it && !refused) return std::nullopt;
  const bool all_zeros = !report->whole && report->partitions.empty();
  return Answer{fmt::format("The first sector holds no boot code{}, only zeros: the medium holds {}. {}",
                            refused ? " and no 55 AA" : "", volume_words(*report),
                            all_zeros ? "Was anything written to it?"
                                      : "It is a data disk: install a loader on it." + image_file_words(evidence)),
                evidence.first_call()};
}

std::optional<Answer> signature(const Evidence& evidence) {
  if (!evidence.bios_refused() || evidence.result.reason != "no-signature") return std::nullopt;
  const std::uint8_t dl = evidence.boot_drive();
  const InspectReport* report = evidence.report(dl);
  if (!report || !report->first_sector) return std::nullopt;
  const auto bytes = evidence.sectors(dl, 0, 4096);
  if (bytes[510] == 0xAA && bytes[511] == 0x55)
    return Answer{"The boot sector's last two bytes are AA 55: they must be 55 AA, byte 55h at offset 510 (1FEh).",
                  evidence.first_call()};
  if (report->iso9660 && !report->el_torito)
    return Answer{
        "The medium is an ISO without boot code, neither for disks (its first sector is empty) nor for CDs (it has no "
        "El Torito boot record). Make it with -b and -no-emul-boot (xorriso -as mkisofs).",
        evidence.first_call()};
  if (report->iso9660)
    return Answer{fmt::format("The medium is an ISO without code for disks in its first sector, attached as {}. Attach "
                              "it as a CD (--as cd), or run isohybrid on it.",
                              attach_words(evidence, dl)),
                  evidence.first_call()};
  if (!report->first_sector->empty) {
    const std::string who =
        report->first_sector->loader.empty() ? std::string("code of unknown make") : report->first_sector->loader;
    for (std::size_t at = 510; at + 1 < 4096; ++at) {
      const bool here = bytes[at] == 0x55 && bytes[at + 1] == 0xAA;
      const bool shorter = report->size <= at + 2;
      const bool padded = bytes[510] == 0 && bytes[511] == 0 && at < 512 + 64;
      // The assembler's last word: the file ends behind it, or it is padded with zeros.
      const bool ends = std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                                    bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at + 34, bytes.size())),
                                    [](std::uint8_t b) { return b == 0; });
      if (here && at >= 512 && ((padded && !shorter) || (ends && at < 512 + 512))) {
        return Answer{fmt::format("The boot sector holds {}, but its 55 AA are at offset {} instead of 510: the code "
                                  "is {} bytes too long.",
                                  who, at, at - 510),
                      evidence.first_call()};
      }
    }
    return Answer{fmt::format("The boot sector holds {}, and its last two bytes are {:02X} {:02X}: write 55 AA at "
                              "offset 510 (1FEh).",
                              who, bytes[510], bytes[511]),
                  evidence.first_call()};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 5> kRules = {{
    {{"truncated", "what the BIOS has to read lies behind the end of a file that is cut short"}, truncated},
    {{"wrong-attach", "a medium is attached as what it is not, and boots when it is attached in another way"},
     wrong_attach},
    {{"uefi-only", "only UEFI finds something to start"}, uefi_only},
    {{"no-boot-code", "the first sector holds no code"}, no_boot_code},
    {{"signature", "the first sector has code, and no 55 AA behind it"}, signature},
}};

std::optional<Answer> boots_otherwise(const Evidence& evidence) {
  // A loader that waits for a key does what it is there for.
  return evidence.gave_up() || evidence.crashed() || evidence.result.exit == exit_code::kReset ? other_attach(evidence)
                                                                                               : std::nullopt;
}

std::optional<Answer> without_quirks(const Evidence& evidence) {
  if (!evidence.options.quirks_given || evidence.bios_refused() || !can_try(evidence)) return std::nullopt;
  RunOptions options = trial_options(evidence);
  options.quirks = {};
  options.quirks_given = false;
  const Trial trial = try_boot(options);
  if (!better(evidence, trial)) return std::nullopt;
  const auto parts = first_difference(evidence, trial);
  return Answer{fmt::format("Without --quirk {}: the loader does not cope with what the quirk does.{}",
                            outcome_words(trial), parting_words(evidence, parts)),
                parts ? std::vector<std::uint64_t>{*parts} : std::vector<std::uint64_t>{}};
}

constexpr std::array<Rule, 1> kQuirks = {{
    {{"quirk", "without the --quirk options it boots"}, without_quirks},
}};
constexpr std::array<Rule, 1> kWays = {{
    {{"boots-otherwise", "the same medium boots when it is attached in another way"}, boots_otherwise},
}};

}  // namespace

std::span<const Rule> media_rules() { return kRules; }
std::span<const Rule> quirk_rules() { return kQuirks; }
std::span<const Rule> way_rules() { return kWays; }

}  // namespace bootsim::diagnosing
