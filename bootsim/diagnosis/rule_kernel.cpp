// A Linux kernel was entered that was not all there.
#include <algorithm>
#include <array>
#include <set>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

/// The setup header (Linux, Documentation/arch/x86/boot.rst).
namespace setup {
constexpr std::size_t kSectors = 0x1F1, kParagraphs = 0x1F4, kMagic = 0x202, kEnd = 0x210;
}  // namespace setup

std::uint64_t size_by_header(const std::vector<std::uint8_t>& header) {
  const std::uint64_t sectors = header[setup::kSectors] == 0 ? 4 : header[setup::kSectors];
  return (sectors + 1) * 512 + std::uint64_t{devices::media::le32(header, setup::kParagraphs)} * 16;
}

struct Kernel {
  std::string path;
  std::uint64_t header_says = 0;
  std::uint64_t size = 0;  ///< of the file
  std::uint64_t end = 0;   ///< of its last extent, on the medium
  const DiskCall* call = nullptr;
};

/// Of the files that were read, the one that begins like a kernel.
std::optional<Kernel> kernel_read(const Evidence& evidence) {
  std::set<std::string> seen;
  for (const DiskCall& call : evidence.calls) {
    const std::string path = call.file.substr(0, call.file.find('+'));
    if (!call.reads() || !path.starts_with('/') || path.ends_with('/') || !seen.insert(path).second) continue;
    const auto bytes = read_path(evidence, path, setup::kEnd);
    if (!bytes || bytes->size() < setup::kEnd || !devices::media::has_text(*bytes, setup::kMagic, "HdrS")) continue;
    Kernel kernel{path, size_by_header(*bytes), 0, 0, &call};
    each_volume(evidence, [&](const Volume& volume) {
      volume.files.visit([&](debugger::files::Entry&& entry) {
        if (entry.path != path) return true;
        kernel.size = entry.size;
        for (const auto& extent : entry.extents) kernel.end = std::max(kernel.end, extent.offset + extent.length);
        return false;
      });
      return kernel.size != 0;
    });
    return kernel;
  }
  return std::nullopt;
}

std::optional<Answer> kernel_short(const Evidence& evidence) {
  if (evidence.real_mode() || !(evidence.crashed() || evidence.result.exit == exit_code::kReset)) return std::nullopt;
  const auto kernel = kernel_read(evidence);
  const InspectReport* report = evidence.report(evidence.boot_drive());
  if (!kernel || !report) return std::nullopt;
  if (kernel->size < kernel->header_says)
    return Answer{fmt::format("The kernel was entered and crashed: {} is cut short. Its setup header says {} bytes "
                              "(offset 1F4h), the file has {}. Copy it again.",
                              kernel->path, kernel->header_says, kernel->size),
                  {kernel->call->number}};
  const auto failed = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.failed() && call.reads() && call.number >= kernel->call->number &&
           call.in.dl() == evidence.boot_drive() &&
           (kernel->end > report->size || call.file.substr(0, call.file.find('+')) == kernel->path);
  });
  const auto cut = cut_words(evidence, evidence.boot_drive(), 0);
  if (!cut || failed == evidence.calls.end()) return std::nullopt;
  return Answer{fmt::format("The kernel was entered and crashed: {} is not all on the medium; in call {} the loader "
                            "could not read {}, and started it all the same. {}",
                            kernel->path, failed->number, where_words(*failed), *cut),
                {kernel->call->number, failed->number}};
}

// --- The initrd.

constexpr std::array<std::string_view, 2> kUnpacking = {"Initramfs unpacking failed", "rootfs image is not initramfs"};

/// On the screen, or anywhere in the serial log: kernels say it early.
std::string unpacking_line(const Evidence& evidence) {
  const std::string& serial = evidence.result.serial;
  for (const std::string_view words : kUnpacking) {
    for (const std::string& line : evidence.lines()) {
      if (line.find(words) != std::string::npos) return std::string(emu::trimmed(line));
    }
    const std::size_t at = serial.find(words);
    if (at != std::string::npos)
      return std::string(emu::trimmed(serial.substr(at, serial.find_first_of("\r\n", at) - at)));
  }
  return {};
}

std::optional<Answer> initrd(const Evidence& evidence) {
  const std::string line = evidence.real_mode() ? std::string() : unpacking_line(evidence);
  if (line.empty()) return std::nullopt;
  const DiskCall* last = evidence.last_read();
  return Answer{fmt::format("The kernel cannot unpack its initrd: \"{}\". The file{} is damaged, cut short, or "
                            "compressed in a way that the kernel does not know. Make or copy it again.",
                            line,
                            last && last->file.starts_with('/')
                                ? " (" + last->file.substr(0, last->file.find('+')) + " was read last)"
                                : ""),
                last ? std::vector<std::uint64_t>{last->number} : std::vector<std::uint64_t>{}};
}

constexpr std::array<Rule, 2> kRules = {{
    {{"kernel-short", "a Linux kernel was started, and crashed, that was not read in full"}, kernel_short},
    {{"initrd", "the kernel cannot unpack its initrd"}, initrd},
}};

}  // namespace

std::span<const Rule> kernel_rules() { return kRules; }

}  // namespace bootsim::diagnosing
