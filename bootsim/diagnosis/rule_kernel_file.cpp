// Files that a loader takes for a kernel, and does not start, or that give up by themselves.
#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <sstream>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::has_text;
using devices::media::le16;
using devices::media::le32;
using namespace std::string_view_literals;

/// Of a file, as much as an ISO's mark needs.
constexpr std::size_t kHead = 0x8006;

/// Index of the last line with these words; the number of lines when there is none.
std::size_t line_of(const Evidence& evidence, std::string_view words) {
  const auto& lines = evidence.lines();
  for (std::size_t i = lines.size(); i-- > 0;) {
    if (lines[i].find(words) != std::string::npos) return i;
  }
  return lines.size();
}

/// The files that were loaded last before the line `end`, "Loading /vmlinuz... ok": the kernel, then its initrds.
std::vector<std::string> loaded_before(const Evidence& evidence, std::size_t end) {
  constexpr std::string_view kLoading = "Loading ", kDots = "...";
  std::vector<std::string> files;
  for (std::size_t i = end; i-- > 0;) {
    const std::string& line = evidence.lines()[i];
    const std::size_t at = line.find(kLoading), dots = line.find(kDots);
    const bool loading = at != std::string::npos && dots != std::string::npos && dots >= at + kLoading.size();
    if (loading) files.insert(files.begin(), line.substr(at + kLoading.size(), dots - at - kLoading.size()));
    if (!loading && !files.empty()) break;
  }
  return files;
}

/// What the bytes are, when they are no kernel for a PC. Empty: they may be one.
std::string kind_words(const std::vector<std::uint8_t>& b, std::uint64_t size) {
  constexpr std::size_t kMagic = 0x202, kArmMagic = 0x38, kPeAt = 0x3C, kMachine = 0x12;
  constexpr std::uint16_t kPeArm64 = 0xAA64, kElfArm64 = 183, kElfArm = 40, kElfRiscV = 243;
  const std::size_t pe = b.size() > kPeAt + 4 ? le32(b, kPeAt) : 0;
  if (has_text(b, kArmMagic, "ARM\x64"sv) || (pe != 0 && has_text(b, pe, "PE\0\0"sv) && le16(b, pe + 4) == kPeArm64))
    return "it is a kernel for 64-bit ARM (\"ARM\\x64\" at offset 38h), not for PCs: take the one for x86";
  if (has_text(b, 0, "\177ELF"sv)) {
    const std::uint16_t machine = le16(b, kMachine);
    if (machine == kElfArm64 || machine == kElfArm || machine == kElfRiscV)
      return fmt::format("it is an ELF file for another kind of CPU (machine {})", machine);
    return "it is an ELF file, such as vmlinux: loaders take the bzImage made of it (arch/x86/boot/bzImage)";
  }
  if (has_text(b, kMagic, "HdrS")) return {};
  if (has_text(b, 0, "MZ"sv))
    return "it is a UEFI or Windows program (MZ), without a Linux setup header (HdrS at offset 202h)";
  if (has_text(b, 0, "\x1F\x8B"sv))
    return "it is a gzip file, such as an initrd or a packed kernel, without a setup header";
  if (has_text(b, 0, "\3757zXZ"sv)) return "it is an xz file, without a setup header";
  if (has_text(b, 0, "070701"sv)) return "it is a cpio archive: an initrd, not a kernel";
  if (has_text(b, 0x8001, "CD001")) return "it is an ISO: MEMDISK or a loop of GRUB's takes those";
  if (size < kMagic + 8) return fmt::format("it has only {} bytes, fewer than a setup header needs", size);
  return "it is no Linux kernel: the setup header's HdrS is not at offset 202h";
}

const DiskCall* read_of(const Evidence& evidence, const std::string& path) {
  const auto found = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.reads() && call.file.substr(0, call.file.find('+')) == path;
  });
  return found == evidence.calls.end() ? nullptr : &*found;
}

/// What SYSLINUX and GRUB say of a file that they read and do not start.
constexpr std::array<std::string_view, 5> kRefused = {"Booting kernel failed", "Invalid or corrupt kernel image",
                                                      "invalid magic number", "premature end of file",
                                                      "failed: Bad file number"};

/// The kernels that the medium's grub.cfg names.
std::set<std::string> menu_kernels(const Evidence& evidence) {
  std::set<std::string> kernels;
  const auto menus = paths_named(evidence, "grub.cfg");
  for (const std::string& menu : menus.value_or(std::vector<std::string>{})) {
    const auto bytes = read_path(evidence, menu, 1u << 20);
    std::istringstream text(bytes ? std::string(bytes->begin(), bytes->end()) : std::string());
    for (std::string line; std::getline(text, line);) {
      std::istringstream words(line);
      std::string command, path;
      words >> command >> path;
      if ((command == "linux" || command == "linux16") && !path.empty()) kernels.insert(path);
    }
  }
  return kernels;
}

/// The one that is none; nothing when there are several.
std::string refused_by_grub(const Evidence& evidence) {
  std::string found;
  for (const std::string& path : menu_kernels(evidence)) {
    const auto bytes = read_path(evidence, path, kHead);
    if (!bytes || kind_words(*bytes, bytes->size()).empty()) continue;
    if (!found.empty()) return {};
    found = path;
  }
  return found;
}

/// SYSLINUX says what it loads; GRUB's menu has it.
std::optional<std::string> refused_file(const Evidence& evidence, std::string& line) {
  for (const std::string_view words : kRefused) {
    const std::size_t at = line_of(evidence, words);
    if (at == evidence.lines().size()) continue;
    line = std::string(emu::trimmed(evidence.lines()[at]));
    const auto files = loaded_before(evidence, at + 1);
    if (!files.empty()) return files.front();
    std::string file = refused_by_grub(evidence);
    if (!file.empty()) return file;
  }
  return std::nullopt;
}

std::optional<Answer> kernel_file(const Evidence& evidence) {
  if (evidence.bios_refused()) return std::nullopt;
  std::string line;
  const auto name = refused_file(evidence, line);
  const auto paths = name ? paths_named(evidence, base_name(*name)) : std::nullopt;
  if (!paths || paths->size() != 1) return std::nullopt;
  const std::string& path = paths->front();
  const auto bytes = read_path(evidence, path, kHead);
  if (!bytes) return std::nullopt;
  const DiskCall* read = read_of(evidence, path);
  const std::vector<std::uint64_t> calls = read ? std::vector{read->number} : std::vector<std::uint64_t>{};
  if (bytes->empty())
    return Answer{fmt::format("The loader says \"{}\": {} is empty (0 bytes). Copy it again.", line, path), calls};
  const std::string words = kind_words(*bytes, bytes->size());
  if (words.empty() || line.find("Bad file number") != std::string::npos) return std::nullopt;
  return Answer{fmt::format("The loader says \"{}\" of {}, which it takes for a kernel: {}.", line, path, words),
                calls};
}

// --- Too little memory.

/// What a kernel's setup header asks for (Linux, Documentation/arch/x86/boot.rst).
struct Needs {
  std::uint64_t address = 0;  ///< pref_address: where it wants to run
  std::uint64_t size = 0;     ///< init_size: what it needs from there on, until it is unpacked
};

std::optional<Needs> kernel_needs(const std::vector<std::uint8_t>& b) {
  constexpr std::size_t kVersion = 0x206, kPreferred = 0x258, kInitSize = 0x260, kEnd = 0x264;
  constexpr std::uint16_t kHasInitSize = 0x020A;  // since protocol 2.10
  if (b.size() < kEnd || !has_text(b, 0x202, "HdrS") || le16(b, kVersion) < kHasInitSize) return std::nullopt;
  return Needs{devices::media::le64(b, kPreferred), le32(b, kInitSize)};
}

std::uint64_t size_of(const Evidence& evidence, const std::string& name) {
  const auto paths = paths_named(evidence, base_name(name));
  std::uint64_t size = 0;
  each_volume(evidence, [&](const Volume& volume) {
    volume.files.visit([&](debugger::files::Entry&& entry) {
      if (paths && paths->size() == 1 && entry.path == paths->front()) size = entry.size;
      return size == 0;
    });
    return size != 0;
  });
  return size;
}

/// A loader that refuses a sound kernel, which does not fit into the memory with its initrds.
std::optional<Answer> kernel_memory(const Evidence& evidence) {
  constexpr std::uint64_t kMebi = 1 << 20;
  if (evidence.bios_refused()) return std::nullopt;
  for (const std::string_view words : {kRefused[0], kRefused[4]}) {
    const std::size_t at = line_of(evidence, words);
    const auto files = at == evidence.lines().size() ? std::vector<std::string>{} : loaded_before(evidence, at + 1);
    const auto paths = files.empty() ? std::nullopt : paths_named(evidence, base_name(files.front()));
    const auto bytes = paths && paths->size() == 1 ? read_path(evidence, paths->front(), kHead) : std::nullopt;
    const auto needs = bytes ? kernel_needs(*bytes) : std::nullopt;
    if (!needs) continue;
    std::uint64_t initrds = 0;
    for (std::size_t i = 1; i < files.size(); ++i) initrds += size_of(evidence, files[i]);
    const std::uint64_t end = needs->address + needs->size + initrds;
    if (end <= evidence.options.memory) continue;
    const DiskCall* read = read_of(evidence, paths->front());
    return Answer{
        fmt::format("The loader says \"{}\": {} needs {} MiB from {} MiB on (init_size and pref_address of its setup "
                    "header, offsets 260h and 258h){}, and the PC has {} MiB. Give it {} MiB or more (--mem).",
                    emu::trimmed(evidence.lines()[at]), paths->front(), (needs->size + kMebi - 1) / kMebi,
                    needs->address / kMebi,
                    initrds == 0 ? std::string() : fmt::format(", its initrd {} KiB", (initrds + 1023) / 1024),
                    evidence.options.memory / kMebi, std::bit_ceil((end + kMebi - 1) / kMebi)),
        read ? std::vector{read->number} : std::vector<std::uint64_t>{}};
  }
  return std::nullopt;
}

// --- Kernels and MEMDISK that stop by themselves.

/// The decompressor's (Linux, arch/x86/boot/compressed and lib/decompress_*.c).
constexpr std::array<std::string_view, 8> kDamaged = {
    "Decoding failed",
    "crc error",
    "length error",
    "ran out of input data",
    "XZ-compressed data is corrupt",
    "ZSTD-compressed data is corrupt",
    "LZMA data is corrupt",
    "invalid compressed format",
};

std::optional<Answer> kernel_damaged(const Evidence& evidence) {
  const auto& lines = evidence.lines();
  if (evidence.real_mode() || line_of(evidence, "-- System halted") == lines.size()) return std::nullopt;
  const auto said = std::find_if(kDamaged.begin(), kDamaged.end(),
                                 [&](std::string_view words) { return line_of(evidence, words) != lines.size(); });
  if (said == kDamaged.end()) return std::nullopt;
  const DiskCall* last = evidence.last_read();
  return Answer{
      fmt::format("The kernel was started, and says \"{}\" while it unpacks itself: its file is damaged, bytes behind "
                  "its setup were changed or not read. Compare it with the original (cmp, sha256sum), and copy it "
                  "again.",
                  emu::trimmed(lines[line_of(evidence, *said)])),
      last ? std::vector{last->number} : std::vector<std::uint64_t>{}};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"kernel-file", "what the loader takes for a kernel is none for a PC, or is empty"}, kernel_file},
    {{"kernel-memory", "a sound kernel and its initrd do not fit into the PC's memory"}, kernel_memory},
    {{"kernel-damaged", "a kernel says that it cannot unpack itself"}, kernel_damaged},
}};

}  // namespace

std::span<const Rule> kernel_file_rules() { return kRules; }

}  // namespace bootsim::diagnosing
