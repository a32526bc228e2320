// SYSLINUX and EXTLINUX: what the boot sector and ldlinux.sys know of where ldlinux.sys lies, its modules,
// its menu.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::le16;
using devices::media::le32;

constexpr std::uint64_t kSector = devices::media::kSectorSize;
constexpr std::string_view kAgain = "Run syslinux --install (extlinux --install) again";

/// A volume whose boot sector is SYSLINUX's, and what of ldlinux.sys was read first.
struct Installation {
  const BootCode* code = nullptr;
  std::uint64_t volume = 0;                       ///< LBA of its first sector
  const DiskCall* read = nullptr;                 ///< the boot sector's, of ldlinux.sys's first sector
  std::optional<debugger::files::Entry> ldlinux;  ///< as the directory has it
};

std::optional<debugger::files::Entry> find_ldlinux(const Evidence& evidence, const FileSystemSummary& fs) {
  const std::uint8_t drive = evidence.boot_drive();
  const auto opened =
      debugger::files::open_file_system(*evidence.medium(drive), fs.offset, evidence.report(drive)->size - fs.offset);
  std::optional<debugger::files::Entry> found;
  if (!opened) return found;
  opened->visit([&](debugger::files::Entry&& entry) {
    if (entry.kind == debugger::files::EntryKind::kFile && !entry.extents.empty() &&
        emu::lower(entry.path).ends_with("/ldlinux.sys"))
      found = std::move(entry);
    return !found;
  });
  return found;
}

std::optional<Installation> installation(const Evidence& evidence, const BootCode& code, const FileSystemSummary& fs) {
  if (!code.loader.starts_with("SYSLINUX boot sector") && !code.loader.starts_with("EXTLINUX boot sector"))
    return std::nullopt;
  const DiskCall* load = evidence.load_of(evidence.boot_drive(), code.offset / kSector);
  const DiskCall* read = load ? evidence.first_read_after(load->number) : nullptr;
  if (!read || !read->read_well() || !read->arguments.lba) return std::nullopt;
  return Installation{&code, fs.offset / kSector, read, find_ldlinux(evidence, fs)};
}

/// The one that was started and gave up.
std::optional<Installation> failed_installation(const Evidence& evidence) {
  const InspectReport* report = evidence.report(evidence.boot_drive());
  if (!report || !evidence.gave_up()) return std::nullopt;
  if (report->whole && report->first_sector) {
    if (auto found = installation(evidence, *report->first_sector, *report->whole)) return found;
  }
  for (const PartitionContent& p : report->partitions) {
    if (!p.code || !p.file_system) continue;
    if (auto found = installation(evidence, *p.code, *p.file_system)) return found;
  }
  return std::nullopt;
}

/// SYSLINUX's boot sector knows the first sector of ldlinux.sys.
std::optional<Answer> first_sector(const Evidence& evidence) {
  const auto found = failed_installation(evidence);
  if (!found) return std::nullopt;
  const std::uint64_t read_lba = *found->read->arguments.lba;
  if (!found->ldlinux) {
    return Answer{fmt::format("In call {} the {} reads LBA {} for ldlinux.sys, but the volume has no such file. Run "
                              "syslinux --install (extlinux --install) on it.",
                              found->read->number, found->code->loader, read_lba),
                  {found->read->number}};
  }
  const std::uint64_t right = found->ldlinux->extents.front().offset / kSector;
  if (right == read_lba) return std::nullopt;
  return Answer{fmt::format("In call {} the {} reads LBA {} for the start of ldlinux.sys, but {} begins at LBA {}: it "
                            "was written anew or moved after the installation. {}.",
                            found->read->number, found->code->loader, read_lba, found->ldlinux->path, right, kAgain),
                {found->read->number}};
}

// --- The list in ldlinux.sys of its other sectors.

/// struct patch_area, in the first sector of ldlinux.sys (Syslinux, libinstaller/syslxint.h).
namespace patch_area {
constexpr std::uint32_t kMagic = 0x3EB202FE;
constexpr std::size_t kDataSectors = 8, kDwords = 12, kSize = 24;
}  // namespace patch_area

std::vector<std::uint64_t> sectors_of(const debugger::files::Entry& file) {
  std::vector<std::uint64_t> lbas;
  for (const auto& extent : file.extents) {
    for (std::uint64_t at = 0; at < extent.length; at += kSector) lbas.push_back((extent.offset + at) / kSector);
  }
  return lbas;
}

std::optional<std::size_t> find_patch_area(const Sector& sector) {
  for (std::size_t at = 0; at + patch_area::kSize <= sector.size(); at += 4) {
    if (le32(sector, at) == patch_area::kMagic) return at;
  }
  return std::nullopt;
}

/// Where the list says `lba`: a 64-bit number that counts from the volume's first sector, and a 16-bit
/// length.
std::string list_words(const Sector& sector, std::uint64_t lba, std::uint64_t volume) {
  for (std::size_t at = 0; at + 10 <= sector.size(); at += 2) {
    if (devices::media::le64(sector, at) == lba - volume && le16(sector, at + 8) != 0)
      return fmt::format(" (its first sector, offset {:X}h)", at);
  }
  return {};
}

/// All of ldlinux.sys sums to the magic number, when it is as it was installed (libinstaller/syslxmod.c).
bool sums_up(const Evidence& evidence, const std::vector<std::uint64_t>& lbas, std::size_t dwords) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < lbas.size() && dwords > 0; ++i) {
    const Sector sector = evidence.sectors(evidence.boot_drive(), lbas[i], kSector);
    for (std::size_t at = 0; at < kSector && dwords > 0; at += 4, --dwords) sum += le32(sector, at);
  }
  return dwords == 0 && sum == patch_area::kMagic;
}

std::optional<Answer> other_sectors(const Evidence& evidence) {
  const auto found = failed_installation(evidence);
  if (!found || !found->ldlinux) return std::nullopt;
  const std::uint8_t drive = evidence.boot_drive();
  const std::vector<std::uint64_t> lbas = sectors_of(*found->ldlinux);
  const std::uint64_t first = *found->read->arguments.lba;
  const Sector head = evidence.sectors(drive, first, kSector);
  const auto area = find_patch_area(head);
  if (lbas.empty() || lbas.front() != first) return std::nullopt;
  if (!area)
    return Answer{fmt::format("Call {} reads LBA {}, where {} begins by its directory, and finds {} instead of "
                              "SYSLINUX's code: the image was not written to its end, or its bytes were changed. Write "
                              "the image again. {}.",
                              found->read->number, first, found->ldlinux->path, content_words(head), kAgain),
                  {found->read->number}};
  const std::size_t data_sectors = le16(head, *area + patch_area::kDataSectors);
  std::size_t next = 1;
  for (const DiskCall& call : evidence.calls) {
    if (call.number <= found->read->number || !call.read_well() || !call.arguments.lba || !read_by_guest(call))
      continue;
    for (std::uint64_t i = 0; i < call.count() && next < data_sectors; ++i, ++next) {
      const std::uint64_t lba = *call.arguments.lba + i;
      if (next < lbas.size() && lbas[next] == lba) continue;
      return Answer{
          fmt::format("In call {} ldlinux.sys reads LBA {} for its sector {} by its own list{}, but {}: the file was "
                      "moved (copied, defragmented, resized) after the installation. {}.",
                      call.number, lba, next, list_words(head, *call.arguments.lba, found->volume),
                      next < lbas.size() ? fmt::format("{} has that at LBA {}", found->ldlinux->path, lbas[next])
                                         : fmt::format("{} has {} sectors", found->ldlinux->path, lbas.size()),
                      kAgain),
          {found->read->number, call.number}};
    }
    if (next >= data_sectors) break;
  }
  if (next < data_sectors || sums_up(evidence, lbas, le32(head, *area + patch_area::kDwords))) return std::nullopt;
  return Answer{fmt::format("{} lies where its list says (LBA {} and on), but its bytes do not add up to its checksum: "
                            "they were changed after the installation. {}.",
                            found->ldlinux->path, first, kAgain),
                {found->read->number}};
}

// --- Modules.

struct Module {
  std::string path;
  std::vector<std::uint8_t> bytes;
};

/// What is wrong with a module that is there.
std::string module_words(const Module& module) {
  const auto& b = module.bytes;
  constexpr std::size_t kElfHeader = 52, kProgramHeader = 32;
  if (b.size() >= 5 && b[0] == 0xB8 && (b[1] == 0xFF || b[1] == 0xFE) && b[2] == 0x4C && b[3] == 0xCD && b[4] == 0x21)
    return "it is a COM32 program for SYSLINUX 3 or 4, and since version 5 modules are ELF files";
  if (b.size() < kElfHeader || !devices::media::has_text(b, 0, "\177ELF")) return "it is no ELF file";
  if (b[4] != 1) return "it is a 64-bit ELF file, a module of SYSLINUX for UEFI";
  // ELF specification 1.2, figures 1-3 and 2-1.
  const std::uint64_t table = le32(b, 0x1C);
  std::uint64_t end = table + std::uint64_t{le16(b, 0x2C)} * kProgramHeader;
  for (std::uint64_t at = table;
       at + kProgramHeader <= b.size() && at < table + std::uint64_t{le16(b, 0x2C)} * kProgramHeader;
       at += kProgramHeader)
    end = std::max<std::uint64_t>(end, std::uint64_t{le32(b, at + 4)} + le32(b, at + 16));
  const std::string wanted =
      std::string(1, '\0') + "ldlinux.c32" + std::string(1, '\0');  // its DT_SONAME, which no other module has
  if (emu::same_words(base_name(module.path), "ldlinux.c32") &&
      std::search(b.begin(), b.end(), wanted.begin(), wanted.end()) == b.end())
    return "it does not call itself ldlinux.c32 (DT_SONAME): it is another module under that name";
  if (end > b.size())
    return fmt::format("it is cut short: its segments reach to byte {}, the file has {}", end, b.size());
  return {};
}

/// "LBA 2852": where the directory says that the file begins.
std::string place_words(const Evidence& evidence, const std::string& path) {
  std::string words = "empty";
  const bios::Drive* drive = evidence.drive(evidence.boot_drive());
  each_volume(evidence, [&](const Volume& volume) {
    volume.files.visit([&](debugger::files::Entry&& entry) {
      if (entry.path != path || entry.extents.empty() || !drive) return true;
      words = fmt::format("from LBA {} on by its directory", entry.extents.front().offset / drive->sector_size);
      return false;
    });
    return words != "empty";
  });
  return words;
}

std::optional<Answer> module(const Evidence& evidence) {
  const std::string name = failed_module(evidence);
  if (name.empty() || name.find('.') == std::string::npos) return std::nullopt;
  const auto paths = paths_named(evidence, base_name(name));
  if (!paths || paths->size() != 1) return std::nullopt;  // none: another rule's; more: which one was it?
  const auto bytes = read_path(evidence, paths->front());
  if (!bytes) return std::nullopt;
  const std::string words = module_words({paths->front(), *bytes});
  if (words.empty()) return std::nullopt;
  const auto read = std::find_if(evidence.calls.rbegin(), evidence.calls.rend(), [&](const DiskCall& call) {
    return call.reads() && call.file.starts_with(paths->front());
  });
  return Answer{
      fmt::format("The loader says \"Failed to load {}\": {} is there ({}), but {}. Copy the module of the loader's "
                  "own version.",
                  name, paths->front(), place_words(evidence, paths->front()), words),
      read == evidence.calls.rend() ? std::vector<std::uint64_t>{} : std::vector<std::uint64_t>{read->number}};
}

// --- The configuration.

/// Files of the medium that have a configuration's name; nothing when no volume can be read.
std::optional<std::vector<std::string>> configurations(const Evidence& evidence) {
  std::optional<std::vector<std::string>> found;
  for (const std::string_view name : {"syslinux.cfg", "isolinux.cfg", "extlinux.conf"}) {
    const auto paths = paths_named(evidence, std::string(name));
    if (paths && !found) found.emplace();
    if (paths) found->insert(found->end(), paths->begin(), paths->end());
  }
  return found;
}

/// Why a configuration that was read has nothing to boot.
std::string without_entry_words(const Evidence& evidence, const std::string& path) {
  const auto bytes = read_path(evidence, path, 1u << 16);
  const bool wide = bytes && bytes->size() >= 4 && (((*bytes)[0] == 0xFF && (*bytes)[1] == 0xFE) || (*bytes)[1] == 0);
  if (bytes && std::all_of(bytes->begin(),
                           bytes->begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(bytes->size(), 16)),
                           [](std::uint8_t b) { return b == 0; }))
    return "which begins with zeros: its bytes are damaged.";
  if (wide) return "which is in UTF-16 (two bytes a letter): save it as ASCII or UTF-8, without a byte order mark.";
  const std::string text = bytes ? emu::lower(std::string(bytes->begin(), bytes->end())) : std::string();
  return text.find("include ") == std::string::npos
             ? "which has no DEFAULT and no UI line."
             : "which has no DEFAULT and no UI line itself: is what it INCLUDEs there?";
}

/// The medium has a configuration, and the loader has read none.
std::string unread_words(const Evidence& evidence, const std::string& path) {
  const auto bytes = read_path(evidence, path, 1);
  if (bytes && bytes->empty()) return fmt::format(": {} is empty (0 bytes).", path);
  const bool iso = evidence.report(evidence.boot_drive())->iso9660;
  const bool named = !emu::same_words(base_name(path), iso ? "extlinux.conf" : "isolinux.cfg");
  if (!named)
    return fmt::format("; the medium has {}, a name that {} does not look for. Name it {}.", path,
                       iso ? "ISOLINUX" : "SYSLINUX", iso ? "isolinux.cfg" : "syslinux.cfg");
  return fmt::format(
      "; the medium has {}, where it does not look: beside the loader, or in {}.", path,
      iso ? "/boot/isolinux, /isolinux, /boot/syslinux, /syslinux or /" : "/boot/syslinux, /syslinux or /");
}

std::optional<Answer> configuration(const Evidence& evidence) {
  const auto said = std::find_if(evidence.lines().rbegin(), evidence.lines().rend(), [](const std::string& line) {
    return line.find("No configuration file found") != std::string::npos ||
           line.find("No DEFAULT or UI configuration directive found") != std::string::npos;
  });
  if (said == evidence.lines().rend()) return std::nullopt;
  const auto found = configurations(evidence);
  if (!found) return std::nullopt;
  const auto read = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.reads() &&
           std::find(found->begin(), found->end(), call.file.substr(0, call.file.find('+'))) != found->end();
  });
  const std::string text = fmt::format("The loader says \"{}\"", emu::trimmed(*said));
  if (read != evidence.calls.end()) {
    const std::string path = read->file.substr(0, read->file.find('+'));
    return Answer{
        text + fmt::format("; it read {} in call {}, {}", path, read->number, without_entry_words(evidence, path)),
        {read->number}};
  }
  const DiskCall* last = evidence.last_read();
  return Answer{
      text + (found->empty() ? ", and the medium holds none (syslinux.cfg, isolinux.cfg, extlinux.conf). Write one "
                               "beside the loader."
                             : unread_words(evidence, found->front())),
      last ? std::vector<std::uint64_t>{last->number} : std::vector<std::uint64_t>{}};
}

constexpr std::array<Rule, 2> kLists = {{
    {{"syslinux-ldlinux", "SYSLINUX's boot sector reads ldlinux.sys where it is not"}, first_sector},
    {{"syslinux-sectors", "ldlinux.sys lies elsewhere than its own list says, or its checksum is wrong"},
     other_sectors},
}};
constexpr std::array<Rule, 2> kFiles = {{
    {{"syslinux-module", "SYSLINUX's module is of another version, or cut short"}, module},
    {{"syslinux-configuration", "SYSLINUX finds no configuration file, or none with an entry to boot"}, configuration},
}};

}  // namespace

std::span<const Rule> syslinux_list_rules() { return kLists; }
std::span<const Rule> syslinux_file_rules() { return kFiles; }

}  // namespace bootsim::diagnosing
