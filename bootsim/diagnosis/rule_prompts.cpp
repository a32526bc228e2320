// GRUB stays at a prompt: it did not find its files, or its menu.
#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"
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

bool at_stop(const Evidence& evidence) {
  return at_prompt(evidence, "grub rescue>") || at_prompt(evidence, "grub>") ||
         at_prompt(evidence, "Press any key to continue") ||
         at_prompt(evidence, "Failed to boot both default and fallback entries");
}

const std::string* error_with(const Evidence& evidence, std::string_view words) {
  const auto found = std::find_if(evidence.lines().begin(), evidence.lines().end(), [&](const std::string& line) {
    return line.starts_with("error: ") && line.find(words) != std::string::npos;
  });
  return found == evidence.lines().end() ? nullptr : &*found;
}

// --- Modules.

/// What GRUB says of a module that it cannot link (GRUB, kern/dl.c and kern/i386/dl.c).
constexpr std::array<std::string_view, 7> kUnlinked = {"symbol `",
                                                       "ELF magic",
                                                       "ELF header smaller",
                                                       "ELF sections outside core",
                                                       "this ELF file is not of the right type",
                                                       "relocation 0x",
                                                       "no symbol table"};

/// What is wrong with a module's file by itself (System V ABI, ELF header).
std::string module_words(const std::vector<std::uint8_t>& b) {
  using devices::media::le16;
  using devices::media::le32;
  constexpr std::size_t kHeader = 52, kClass = 4, kSections = 0x20, kSectionSize = 0x2E, kSectionCount = 0x30;
  constexpr std::uint8_t k64 = 2;
  if (b.size() < kHeader || !devices::media::has_text(b, 0, "\177ELF")) return "which is no ELF file";
  if (b[kClass] == k64) return "which is for 64 bits: a module of another platform (x86_64-efi)";
  const std::uint64_t end = le32(b, kSections) + std::uint64_t{le16(b, kSectionSize)} * le16(b, kSectionCount);
  if (end > b.size())
    return fmt::format("which is cut short: its sections reach to byte {}, the file has {}", end, b.size());
  return {};
}

/// The last call that read what lies at `offset` of the boot medium.
const DiskCall* read_at(const Evidence& evidence, std::uint64_t offset) {
  const bios::Drive* drive = evidence.drive(evidence.boot_drive());
  const auto found = std::find_if(evidence.calls.rbegin(), evidence.calls.rend(), [&](const DiskCall& call) {
    if (!drive || !call.read_well() || !call.arguments.lba || call.in.dl() != evidence.boot_drive()) return false;
    const std::uint64_t lba = offset / drive->sector_size;
    return *call.arguments.lba <= lba && lba < *call.arguments.lba + call.count();
  });
  return found == evidence.calls.rend() ? nullptr : &*found;
}

struct ReadModule {
  std::string path, words;
  const DiskCall* read = nullptr;
};

/// The one among the modules that were read that is not sound, or that wants `symbol`.
std::optional<ReadModule> find_bad_module(const Evidence& evidence, const std::string& symbol) {
  std::optional<ReadModule> bad;
  each_volume(evidence, [&](const Volume& volume) {
    volume.files.visit([&](debugger::files::Entry&& entry) {
      if (!entry.path.ends_with(".mod") || entry.extents.empty()) return true;
      const DiskCall* read = read_at(evidence, entry.extents.front().offset);
      const auto bytes = read ? read_path(evidence, entry.path) : std::nullopt;
      if (!bytes) return true;
      std::string words = module_words(*bytes);
      const std::string wanted = symbol + '\0';
      if (words.empty() && !symbol.empty() &&
          std::search(bytes->begin(), bytes->end(), wanted.begin(), wanted.end()) != bytes->end())
        words = "which needs it";
      if (!words.empty()) bad = ReadModule{entry.path, std::move(words), read};
      return !bad;
    });
    return bad.has_value();
  });
  return bad;
}

/// Modules of another GRUB than core.img's, or damaged ones.
std::optional<Answer> unusable_module(const Evidence& evidence) {
  constexpr std::string_view kSymbol = "symbol `";
  if (!at_stop(evidence)) return std::nullopt;
  const std::string* error = nullptr;
  for (const std::string_view words : kUnlinked) {
    if (!error) error = error_with(evidence, words);
  }
  if (!error) return std::nullopt;
  const std::size_t at = error->find(kSymbol), end = error->find('\'', at);
  const std::string symbol = at == std::string::npos || end == std::string::npos
                                 ? std::string()
                                 : error->substr(at + kSymbol.size(), end - at - kSymbol.size());
  const auto bad = find_bad_module(evidence, symbol);
  return Answer{
      fmt::format("GRUB says \"{}\": it cannot use a module{}. core.img and its modules must be of the same build: run "
                  "grub-install again, which writes both.",
                  emu::trimmed(*error),
                  bad ? fmt::format(", {} (call {}), {}", bad->path, bad->read->number, bad->words) : std::string()),
      bad ? std::vector{bad->read->number} : last_call(evidence)};
}

// --- Prompts.

/// " Drive E0h is there …" when GRUB does not find the disk that it was booted from, hd96.
std::string no_driver_words(const Evidence& evidence, const std::string& error) {
  constexpr std::string_view kDisk = "error: disk `hd";
  unsigned number = 0;
  if (!error.starts_with(kDisk) ||
      std::from_chars(error.data() + kDisk.size(), error.data() + error.size(), number).ec != std::errc{} ||
      0x80 + number != evidence.boot_drive())
    return {};
  return fmt::format(
      "GRUB says \"{}\", and that is the drive that it was booted from, {:02X}h: core.img has no driver "
      "for the BIOS's disks. Make it with the module biosdisk (grub-mkimage, grub-install).",
      emu::trimmed(error), evidence.boot_drive());
}

/// The module that reads a file system, where it has another name.
std::string reader_of(const std::string& type) {
  if (type.starts_with("FAT")) return "fat";
  if (type.starts_with("ext")) return "ext2";
  return type == "ISO 9660" ? std::string("iso9660") : emu::lower(type);
}

/// Which module core.img may lack, when it knows no file system at the place.
std::string file_system_words(const Evidence& evidence, const std::string& error) {
  std::string type;
  if (error.find("unknown filesystem") == std::string::npos) return {};
  each_volume(evidence, [&](const Volume& volume) {
    type = volume.files.info().type;
    type = type.substr(0, type.find(" + "));  // ISO 9660 + Rock Ridge
    return true;
  });
  if (type.empty()) return {};
  return fmt::format(
      ", or core.img cannot read the file system there (the medium has {}, which needs the module {} in "
      "core.img)",
      type, reader_of(type));
}

/// GRUB's core looks for normal.mod under the prefix that grub-install gave it (GRUB manual, "GRUB only
/// offers a rescue shell").
std::optional<Answer> rescue(const Evidence& evidence) {
  if (!at_prompt(evidence, "grub rescue>")) return std::nullopt;
  const auto error = std::find_if(evidence.lines().rbegin(), evidence.lines().rend(),
                                  [](const std::string& line) { return line.starts_with("error: "); });
  if (error != evidence.lines().rend()) {
    if (const std::string words = no_driver_words(evidence, *error); !words.empty())
      return Answer{words, last_call(evidence)};
  }
  // A file that is missing from the right volume is another rule's.
  if (error == evidence.lines().rend() || error->find("' not found") != std::string::npos) return std::nullopt;
  constexpr std::string_view kNormal = "/i386-pc/normal.mod";
  const auto found = find_file(evidence, kNormal);
  std::string text = fmt::format(
      "GRUB says \"{}\" and stays at its rescue prompt: the place of its files that is written in core.img (the "
      "prefix, or a search for a UUID) is not there{}.",
      emu::trimmed(*error), file_system_words(evidence, *error));
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

/// How many lines begin with a word of GRUB's language, or have it behind a semicolon.
std::ptrdiff_t count_words(const std::vector<std::uint8_t>& text, std::string_view wanted) {
  std::istringstream lines(std::string(text.begin(), text.end()));
  std::ptrdiff_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    bool begins = true;
    for (std::string word; words >> word;
         begins = word.ends_with(';') || word == "then" || word == "else" || word == "do")
      count += begins && (word == wanted || word == std::string(wanted) + ";");
  }
  return count;
}

/// The same of if and fi, do and done.
std::optional<Answer> unended(const Evidence& evidence, const Found& menu, const std::vector<std::uint8_t>& text) {
  constexpr std::array<std::string_view, 2> kBegin = {"if", "do"}, kEnd = {"fi", "done"};
  for (std::size_t i = 0; i < kBegin.size(); ++i) {
    const auto begun = count_words(text, kBegin[i]), ended = count_words(text, kEnd[i]);
    if (begun == ended) continue;
    return Answer{
        fmt::format("GRUB shows its prompt and no menu: it has read {}{}, which has {} {} and {} {}, and so one "
                    "that is not ended, or not begun (grub-script-check finds the line).",
                    menu.device, menu.path, begun, kBegin[i], ended, kEnd[i]),
        last_call(evidence)};
  }
  return std::nullopt;
}

/// A menu that was read, and whose entries are not closed.
std::optional<Answer> unbalanced(const Evidence& evidence, const Found& menu) {
  const auto bytes = read_path(evidence, menu.path, 1u << 20);
  if (!bytes) return std::nullopt;
  const auto open = std::count(bytes->begin(), bytes->end(), '{'),
             close = std::count(bytes->begin(), bytes->end(), '}');
  if (open == close) return unended(evidence, menu, *bytes);
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
           line.find("error: no such disk") != std::string::npos || line.find("error: disk `") != std::string::npos ||
           (line.starts_with("error: ") && line.find(" cannot get C/H/S values") != std::string::npos);
  });
  if (error == evidence.lines().end()) return std::nullopt;
  const std::string volumes = volumes_words(evidence);
  return Answer{
      fmt::format("GRUB says \"{}\": its menu (set root=, search) names a volume that it does not find.{} Correct the "
                  "entry in grub.cfg, or make it again with grub-mkconfig.",
                  emu::trimmed(*error), volumes.empty() ? "" : " The medium has " + volumes + "."),
      last_call(evidence)};
}

// --- Entries.

/// What GRUB says of an entry's line, and what that means.
struct EntryError {
  std::string_view words, meaning;
};
constexpr auto kEntryErrors = std::to_array<EntryError>({
    {"can't find command `linuxefi'",
     "linuxefi and initrdefi are commands of GRUB for UEFI: for a BIOS the entry needs linux and initrd"},
    {"can't find command `initrdefi'",
     "linuxefi and initrdefi are commands of GRUB for UEFI: for a BIOS the entry needs linux and initrd"},
    {"can't find command `",
     "no module that GRUB has loaded or finds (command.lst) has that command. Check its spelling, and that its module is "
     "beside the others"},
    {"no multiboot header found",
     "a Multiboot header must lie within the first 8192 bytes of the file, at a multiple of 4 (Multiboot 2: 32768 and "
     "8), begin with 1BADB002h (E85250D6h), and its first words must add up to 0"},
    {"you need to load the kernel first",
     "the line for the kernel (linux, multiboot) must come before initrd, module and boot, and must have worked"},
    {"out of memory", "what the entry loads does not fit into the PC's memory: give it more (--mem)"},
    {"syntax error", "grub-script-check finds the line"},
});

/// The medium's grub.cfg, as words: " in (cd)/boot/grub/grub.cfg".
std::string menu_words(const Evidence& evidence) {
  const auto menu = find_file(evidence, "/grub.cfg");
  return menu ? fmt::format(" of {}{}", menu->device, menu->path) : std::string();
}

std::optional<Answer> bad_entry(const Evidence& evidence) {
  if (!at_stop(evidence) || at_prompt(evidence, "grub rescue>") || !evidence.options.type.empty()) return std::nullopt;
  const std::string* error = error_with(evidence, "");  // the first one: others follow from it
  for (const EntryError& known : kEntryErrors) {
    if (!error || error->find(known.words) == std::string::npos) continue;
    return Answer{fmt::format("GRUB says \"{}\" and stops at the entry{}: {}.", emu::trimmed(*error),
                              menu_words(evidence), known.meaning),
                  last_call(evidence)};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 5> kRules = {{
    {{"grub-module", "GRUB cannot use a module: of another build, of another platform, or cut short"}, unusable_module},
    {{"grub-prefix", "GRUB does not find the place of its files that is written in core.img"}, rescue},
    {{"grub-no-menu", "GRUB shows its prompt, and has not read the menu that the medium has"}, no_menu},
    {{"grub-no-device", "an entry of GRUB's menu names a volume that is not there"}, no_device},
    {{"grub-entry", "an entry of GRUB's menu has a line that GRUB refuses"}, bad_entry},
}};

}  // namespace

std::span<const Rule> prompt_rules() { return kRules; }

}  // namespace bootsim::diagnosing
