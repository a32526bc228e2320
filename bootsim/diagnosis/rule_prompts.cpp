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
};

std::optional<Found> find_file(const Evidence& evidence, std::string_view ending) {
  std::optional<Found> found;
  each_volume(evidence, [&](const Volume& volume) {
    volume.files.visit([&](debugger::files::Entry&& entry) {
      if (entry.kind == debugger::files::EntryKind::kFile && entry.path.ends_with(ending))
        found = Found{entry.path, grub_device(evidence, volume), volume.files.info().uuid};
      return !found;
    });
    return found.has_value();
  });
  return found;
}

std::string folder_of(const std::string& path, std::size_t ending) {
  return path.substr(0, path.size() - ending);
}

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
  if (error == evidence.lines().rend() || error->find("' not found") != std::string::npos)
    return std::nullopt;
  constexpr std::string_view kNormal = "/i386-pc/normal.mod";
  const auto found = find_file(evidence, kNormal);
  std::string text = fmt::format(
      "GRUB says \"{}\" and stays at its rescue prompt: the place of its files that is written "
      "in core.img (the prefix, or a search for a UUID) is not there.",
      emu::trimmed(*error));
  if (!found)
    return Answer{text + " No volume of the medium has its modules (i386-pc/normal.mod). Run grub-install.",
                  last_call(evidence)};
  const std::string folder = folder_of(found->path, kNormal.size());
  return Answer{
      text +
          fmt::format(" They are at {}{}{}: run grub-install again, or type set prefix={}{}, insmod normal, "
                      "normal.",
                      found->device, folder, found->uuid.empty() ? "" : " (UUID " + found->uuid + ")",
                      found->device, folder),
      last_call(evidence)};
}

/// The whole shell, without a menu, and the menu is on the medium.
std::optional<Answer> no_menu(const Evidence& evidence) {
  constexpr std::string_view kMenu = "/grub.cfg";
  if (!at_prompt(evidence, "grub>") || evidence.options.type.size() > 0) return std::nullopt;
  const auto found = find_file(evidence, kMenu);
  if (!found) return std::nullopt;
  const bool read = std::any_of(evidence.calls.begin(), evidence.calls.end(), [](const DiskCall& call) {
    return call.reads() && call.file.find("/grub.cfg") != std::string::npos;
  });
  if (read) return std::nullopt;
  return Answer{
      fmt::format(
          "GRUB shows its prompt and no menu: it has not read the medium's grub.cfg, which is at {}{}. Its "
          "prefix, in core.img, names another place: run grub-install again, or type configfile {}{}.",
          found->device, found->path, found->device, found->path),
      last_call(evidence)};
}

constexpr std::array<Rule, 2> kRules = {{
    {{"grub-prefix", "GRUB does not find the place of its files that is written in core.img"}, rescue},
    {{"grub-no-menu", "GRUB shows its prompt, and has not read the menu that the medium has"}, no_menu},
}};

}  // namespace

std::span<const Rule> prompt_rules() { return kRules; }

}  // namespace bootsim::diagnosing
