// GRUB stays at a prompt: it did not find its files, or its menu.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

bool at_prompt(const Evidence& evidence, std::string_view prompt) {
  return !evidence.lines().empty() && emu::trimmed(evidence.lines().back()).starts_with(prompt);
}

/// A volume as GRUB names it: "(hd0,gpt2)", "(cd)".
std::string grub_device(const Evidence& evidence, const Volume& volume) {
  const bios::Drive* drive = evidence.drive(evidence.boot_drive());
  const std::string disk = !drive || drive->drive_class == bios::DriveClass::kCd ? std::string("cd")
                           : drive->drive_class == bios::DriveClass::kFloppy
                               ? fmt::format("fd{}", drive->number)
                               : fmt::format("hd{}", drive->number & 0x7F);
  if (!volume.partition) return "(" + disk + ")";
  const bool gpt = volume.partition->scheme == devices::media::Partition::Scheme::kGpt;
  return fmt::format("({},{}{})", disk, gpt ? "gpt" : "msdos", volume.partition->number);
}

struct Found {
  std::string path;    ///< "/boot/grub/grub.cfg"
  std::string device;  ///< "(hd0,msdos1)"
  std::string uuid;
  std::uint64_t offset = 0;  ///< of its first byte, on the medium
};

std::optional<Found> find_file(const Evidence& evidence, std::string_view ending) {
  std::optional<Found> found;
  each_volume(evidence, [&](const Volume& volume) {
    volume.files.visit([&](debugger::files::Entry&& entry) {
      if (entry.kind == debugger::files::EntryKind::kFile && entry.path.ends_with(ending))
        found = Found{entry.path, grub_device(evidence, volume), volume.files.info().uuid,
                      entry.extents.empty() ? 0 : entry.extents.front().offset};
      return !found;
    });
    return found.has_value();
  });
  return found;
}

std::string folder_of(const std::string& path, std::size_t ending) { return path.substr(0, path.size() - ending); }

std::vector<std::uint64_t> last_call(const Evidence& evidence) {
  const DiskCall* last = evidence.last_read();
  return last && !last->by_bios() ? std::vector<std::uint64_t>{last->number} : std::vector<std::uint64_t>{};
}

/// GRUB's core looks for normal.mod under the prefix that grub-install gave it (GRUB manual, "GRUB only
/// offers a rescue shell").
std::optional<Answer> rescue(const Evidence& evidence) {
  if (!at_prompt(evidence, "grub rescue>")) return std::nullopt;
  const auto error = std::find_if(evidence.lines().rbegin(), evidence.lines().rend(),
                                  [](const std::string& line) { return line.starts_with("error: "); });
  // A file that is missing from the right volume is another rule's.
  if (error == evidence.lines().rend() || error->find("' not found") != std::string::npos) return std::nullopt;
  constexpr std::string_view kNormal = "/i386-pc/normal.mod";
  const auto found = find_file(evidence, kNormal);
  std::string text = fmt::format(
      "GRUB says \"{}\" and stays at its rescue prompt: the place of its files that is written in core.img (the "
      "prefix, or a search for a UUID) is not there.",
      emu::trimmed(*error));
  if (!found)
    return Answer{text + " No volume of the medium has its modules (i386-pc/normal.mod). Run grub-install.",
                  last_call(evidence)};
  const std::string folder = folder_of(found->path, kNormal.size());
  return Answer{
      text + fmt::format(" They are at {}{}{}: run grub-install again, or type set prefix={}{}, insmod normal, normal.",
                         found->device, folder, found->uuid.empty() ? "" : " (UUID " + found->uuid + ")", found->device,
                         folder),
      last_call(evidence)};
}

/// A menu that was read, and whose entries are not closed.
std::optional<Answer> unbalanced(const Evidence& evidence, const Found& menu) {
  const auto bytes = read_path(evidence, menu.path, 1u << 20);
  if (!bytes) return std::nullopt;
  const auto open = std::count(bytes->begin(), bytes->end(), '{'),
             close = std::count(bytes->begin(), bytes->end(), '}');
  if (open == close) return std::nullopt;
  return Answer{fmt::format("GRUB shows its prompt and no menu: it has read {}{}, which has {} {{ and {} }}, and so an "
                            "entry or function that is not closed, or not opened (grub-script-check finds the line).",
                            menu.device, menu.path, open, close),
                last_call(evidence)};
}

/// The whole shell, without a menu, and the menu is on the medium.
std::optional<Answer> no_menu(const Evidence& evidence) {
  constexpr std::string_view kMenu = "/grub.cfg";
  if (!at_prompt(evidence, "grub>") || evidence.options.type.size() > 0) return std::nullopt;
  const auto found = find_file(evidence, kMenu);
  if (!found) return std::nullopt;
  const bool read = std::any_of(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    const bios::Drive* drive = evidence.drive(call.in.dl());
    if (!call.read_well() || !call.arguments.lba || !drive || call.in.dl() != evidence.boot_drive()) return false;
    const std::uint64_t lba = found->offset / drive->sector_size;
    return *call.arguments.lba <= lba && lba < *call.arguments.lba + call.count();
  });
  if (read) return unbalanced(evidence, *found);
  return Answer{
      fmt::format("GRUB shows its prompt and no menu: it has not read the medium's grub.cfg, which is at {}{}. Its "
                  "prefix, in core.img, names another place: run grub-install again, or type configfile {}{}.",
                  found->device, found->path, found->device, found->path),
      last_call(evidence)};
}

/// "(hd0,msdos1) (UUID 1234-ABCD)", for each volume of the medium that can be read.
std::string volumes_words(const Evidence& evidence) {
  std::string words;
  each_volume(evidence, [&](const Volume& volume) {
    const std::string& uuid = volume.files.info().uuid;
    words += fmt::format("{}{}{}", words.empty() ? "" : ", ", grub_device(evidence, volume),
                         uuid.empty() ? "" : " (UUID " + uuid + ")");
    return false;
  });
  return words;
}

/// A menu entry's root or search names a volume that is not there.
std::optional<Answer> no_device(const Evidence& evidence) {
  const bool stopped = at_prompt(evidence, "grub>") || at_prompt(evidence, "Press any key to continue") ||
                       at_prompt(evidence, "Failed to boot both default and fallback entries");
  if (!stopped || evidence.result.exit == exit_code::kReached || !evidence.options.type.empty()) return std::nullopt;
  const auto error = std::find_if(evidence.lines().begin(), evidence.lines().end(), [](const std::string& line) {
    return line.find("error: no such device") != std::string::npos ||
           line.find("error: no such partition") != std::string::npos ||
           line.find("error: no such disk") != std::string::npos || line.find("error: disk `") != std::string::npos;
  });
  if (error == evidence.lines().end()) return std::nullopt;
  const std::string volumes = volumes_words(evidence);
  return Answer{
      fmt::format("GRUB says \"{}\": its menu (set root=, search) names a volume that it does not find.{} Correct the "
                  "entry in grub.cfg, or make it again with grub-mkconfig.",
                  emu::trimmed(*error), volumes.empty() ? "" : " The medium has " + volumes + "."),
      last_call(evidence)};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"grub-prefix", "GRUB does not find the place of its files that is written in core.img"}, rescue},
    {{"grub-no-menu", "GRUB shows its prompt, and has not read the menu that the medium has"}, no_menu},
    {{"grub-no-device", "an entry of GRUB's menu names a volume that is not there"}, no_device},
}};

}  // namespace

std::span<const Rule> prompt_rules() { return kRules; }

}  // namespace bootsim::diagnosing
