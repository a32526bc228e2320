// Names that a loader does not find: long ones on an ISO that has short ones only, and labels of a menu.
#include <algorithm>
#include <array>
#include <cctype>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/sought.h"
#include "bootsim/diagnosis/words.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

// --- ISO 9660's own names.

/// Part of a name as mkisofs writes it: capitals, digits, underscores, and not more than `most` of them.
std::string short_part(std::string_view part, std::size_t most) {
  std::string text;
  for (const char c : part.substr(0, std::min(part.size(), most)))
    text += std::isalnum(static_cast<unsigned char>(c)) != 0
                ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
                : '_';
  return text;
}

/// Without regard to what was cut: do both begin alike?
bool alike(const std::string& wanted, std::string there, std::size_t least) {
  for (char& c : there)
    c = std::isalnum(static_cast<unsigned char>(c)) != 0
            ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
            : '_';
  return there.size() >= std::min(least, wanted.size()) && wanted.compare(0, there.size(), there) == 0;
}

/// `there` (/LIVE/VMLINUZ_.AMD) is what an ISO makes of `wanted` (/live/vmlinuz-6.1.amd64).
bool shortened(std::string_view wanted, std::string_view there) {
  constexpr std::size_t kName = 8, kExtension = 3;
  while (!wanted.empty() && !there.empty()) {
    const auto part = [](std::string_view& path) {
      while (path.starts_with('/')) path.remove_prefix(1);
      const std::size_t end = std::min(path.find('/'), path.size());
      const std::string_view first = path.substr(0, end);
      path.remove_prefix(end);
      return first;
    };
    const std::string_view w = part(wanted), t = part(there);
    const std::size_t dot = std::min(t.find('.'), t.size()), wanted_dot = std::min(w.rfind('.'), w.size());
    const std::string name(t.substr(0, dot)), extension(t.substr(std::min(dot + 1, t.size())));
    if (!alike(short_part(w.substr(0, wanted_dot), w.size()), name, kName)) return false;
    const std::string_view wanted_extension = w.substr(std::min(wanted_dot + 1, w.size()));
    if (!alike(short_part(wanted_extension, w.size()), extension, kExtension)) return false;
  }
  return wanted.empty() == there.empty();
}

/// The name needs no shortening (ECMA-119, 10.1: eight characters, a dot, three).
bool is_short(const std::string& name) {
  const std::size_t dot = std::min(name.find('.'), name.size());
  return dot <= 8 && name.size() <= dot + 4 && name.find('.', dot + 1) == std::string::npos &&
         name.find_first_of("-+ ~") == std::string::npos;
}

std::optional<Answer> iso_names(const Evidence& evidence) {
  const InspectReport* report = evidence.report(evidence.boot_drive());
  const auto sought = sought_file(evidence);
  if (!sought || !report || !report->whole || !report->whole->info.type.starts_with("ISO 9660") ||
      report->whole->info.type.find("Rock Ridge") != std::string::npos || evidence.reading())
    return std::nullopt;
  std::string wanted = sought->file;
  if (const auto device = wanted.find(')'); wanted.starts_with('(') && device != std::string::npos)
    wanted = wanted.substr(device + 1);
  const bool joliet = report->whole->info.type.find("Joliet") != std::string::npos;
  if (joliet && is_short(base_name(wanted))) return std::nullopt;
  std::string found;
  each_volume(evidence, [&](const Volume& volume) {
    volume.files.visit([&](debugger::files::Entry&& entry) {
      if (entry.kind != debugger::files::EntryKind::kFile) return true;
      const std::string path = wanted.starts_with('/') ? entry.path : base_name(entry.path);
      const bool same = joliet ? emu::same_words(path, wanted) : shortened(wanted, path);
      const bool exact = !joliet && emu::same_words(path, wanted);
      if (same && !exact) found = entry.path;
      return found.empty();
    });
    return true;
  });
  if (found.empty()) return std::nullopt;
  const DiskCall* last = evidence.last_read();
  return Answer{
      fmt::format("The loader says \"{}\". The ISO has {}, as {}, {}. Make it with Rock Ridge names (xorriso -as "
                  "mkisofs -r, genisoimage -R).",
                  sought->line, joliet ? "that name" : "the file under a shortened name", found,
                  joliet ? "for Joliet only, which this loader does not read"
                         : "because it has neither Rock Ridge nor Joliet: ISO 9660's own names are short"),
      last ? std::vector{last->number} : std::vector<std::uint64_t>{}};
}

// --- Labels of SYSLINUX's menu.

struct Menu {
  std::string path, preferred, labels;
  bool whole = true;            ///< it includes no other files
  bool has_label = false;       ///< the one that is asked for
  bool without_kernel = false;  ///< which names no kernel
  std::uint64_t call = 0;
};

/// The configuration that was read (Syslinux, doc/syslinux.txt: DEFAULT, LABEL, INCLUDE).
std::optional<Menu> menu_read(const Evidence& evidence, const std::string& label) {
  const auto read = std::find_if(evidence.calls.begin(), evidence.calls.end(), [](const DiskCall& call) {
    const std::string name = base_name(call.file.substr(0, call.file.find('+')));
    return call.reads() && (emu::same_words(name, "syslinux.cfg") || emu::same_words(name, "isolinux.cfg") ||
                            emu::same_words(name, "extlinux.conf"));
  });
  if (read == evidence.calls.end()) return std::nullopt;
  Menu menu;
  menu.path = read->file.substr(0, read->file.find('+'));
  menu.call = read->number;
  const auto bytes = read_path(evidence, menu.path);
  if (!bytes) return std::nullopt;
  std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  bool in_label = false;  // and no line of it has named a kernel yet
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = emu::trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string word = emu::lower(std::string(line.substr(0, line.find_first_of(" \t"))));
    const std::string value(line.size() > word.size() ? emu::trimmed(line.substr(word.size())) : std::string_view());
    if (word == "include" || (word == "menu" && emu::lower(value).starts_with("include"))) menu.whole = false;
    if (word == "default") menu.preferred = value;
    if (word == "kernel" || word == "linux" || word == "com32" || word == "localboot" || word == "config")
      in_label = false;
    if (word != "label") continue;
    menu.without_kernel |= in_label;
    in_label = emu::same_words(value, label);
    menu.has_label |= in_label;
    menu.labels += (menu.labels.empty() ? "" : ", ") + value;
  }
  menu.without_kernel |= in_label;
  return menu;
}

std::optional<Answer> label(const Evidence& evidence) {
  const auto sought = sought_file(evidence);
  if (!sought || !sought->line.starts_with("Loading ") || sought->file.find_first_of("/.") != std::string::npos)
    return std::nullopt;
  const auto menu = menu_read(evidence, sought->file);
  if (menu && menu->without_kernel)
    return Answer{
        fmt::format("LABEL {} in {} has no KERNEL (LINUX, COM32) line, and so the loader takes the label for the "
                    "kernel's name: \"{}\". Name the kernel.",
                    sought->file, menu->path, sought->line),
        {menu->call}};
  if (!menu || menu->has_label || !menu->whole || menu->labels.empty() ||
      !emu::same_words(menu->preferred, sought->file))
    return std::nullopt;
  return Answer{
      fmt::format("{} says DEFAULT {}, and has no LABEL of that name (it has {}), so the loader looks for a file: "
                  "\"{}\". Correct the DEFAULT line, or the LABEL.",
                  menu->path, menu->preferred, menu->labels, sought->line),
      {menu->call}};
}

// --- Handing over.

/// LOCALBOOT and chain.c32 start another drive's boot sector.
std::optional<Answer> no_local_disk(const Evidence& evidence) {
  constexpr std::string_view kLocal = "Booting from local disk";
  const auto& lines = evidence.lines();
  const bool local =
      std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return line.starts_with(kLocal); });
  const bool chain = !lines.empty() && lines.back().starts_with("boot:") &&
                     std::any_of(evidence.calls.begin(), evidence.calls.end(), [](const DiskCall& call) {
                       return call.file.find("/chain.c32+0") != std::string::npos;
                     });
  const DiskCall* last = evidence.last_call();
  if (!(local || chain) || evidence.crashed() || !last || last->by_bios() || !last->failed()) return std::nullopt;
  const bios::Drive* drive = evidence.drive(last->in.dl());
  if (drive && drive->ready()) return std::nullopt;
  return Answer{
      fmt::format("{} hands the boot over to drive {:02X}h (call {}), {}: attach a disk or floppy beside this "
                  "medium, or boot another entry.",
                  local ? "LOCALBOOT" : "chain.c32", last->in.dl(), last->number,
                  drive ? "which is empty" : "which the PC does not have"),
      {last->number}};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"iso-names", "an ISO without Rock Ridge has a file under a shortened name, or for Joliet only"}, iso_names},
    {{"syslinux-label", "SYSLINUX's DEFAULT names a label that the menu does not have, or one without a kernel"},
     label},
    {{"no-local-disk", "LOCALBOOT or chain.c32 hands over to a drive that is not there"}, no_local_disk},
}};

}  // namespace

std::span<const Rule> names_rules() { return kRules; }

}  // namespace bootsim::diagnosing
