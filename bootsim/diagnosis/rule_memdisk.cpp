// MEMDISK was given an image that does not fit the way in which it poses.
#include <algorithm>
#include <array>
#include <charconv>

#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::le16;
using devices::media::le32;

constexpr std::uint64_t kSector = devices::media::kSectorSize;

/// MEMDISK's disk, by what it prints: where it is, and what it is taken for.
struct Ramdisk {
  std::uint64_t address = 0, length = 0;
  std::string kind;  ///< "fd0, 720 K, …"
};

std::optional<std::uint64_t> number_behind(std::string_view line, std::string_view words) {
  const auto at = line.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + words.size());
  std::uint64_t value = 0;
  const bool found = std::from_chars(line.data(), line.data() + line.size(), value, 16).ec == std::errc{};
  return found ? std::optional(value) : std::nullopt;
}

std::optional<Ramdisk> ramdisk(const Evidence& evidence) {
  constexpr std::string_view kDisk = "Disk is ";
  Ramdisk disk;
  for (const std::string& line : evidence.lines()) {
    const auto address = number_behind(line, "Ramdisk at 0x"), length = number_behind(line, "length 0x");
    if (address && length) disk = {*address, *length, {}};
    if (line.starts_with(kDisk) && disk.length != 0) disk.kind = line.substr(kDisk.size());
  }
  if (disk.kind.empty() || disk.address + disk.length > evidence.options.memory) return std::nullopt;
  return disk;
}

std::vector<std::uint8_t> bytes_of(const Evidence& evidence, const Ramdisk& disk, std::uint64_t offset,
                                   std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  if (offset + count <= disk.length) evidence.memory().read(emu::PhysAddr(disk.address + offset), bytes);
  return bytes;
}

std::string_view name_of(const Ramdisk& disk) { return std::string_view(disk.kind).substr(0, disk.kind.find(',')); }

std::optional<Answer> without_iso(const Evidence& evidence) {
  const auto disk = evidence.bios_refused() || evidence.at_work() ? std::nullopt : ramdisk(evidence);
  if (!disk || !devices::media::has_text(bytes_of(evidence, *disk, 16 * devices::media::kCdSectorSize, 8), 1, "CD001"))
    return std::nullopt;
  const auto first = bytes_of(evidence, *disk, 0, kSector);
  const bool hybrid = first[510] == 0x55 && first[511] == 0xAA;
  if (!disk->kind.starts_with("fd") && (hybrid || !disk->kind.starts_with("hd"))) return std::nullopt;
  return Answer{fmt::format("MEMDISK has an ISO ({} bytes), and poses as {} with it: give it the option iso (APPEND "
                            "iso in SYSLINUX, linux16 memdisk iso in GRUB), so that it emulates a CD.",
                            disk->length, name_of(*disk)),
                {}};
}

/// Where the image's volume or its furthest partition ends by its own first sector.
std::uint64_t promised_end(const std::vector<std::uint8_t>& sector) {
  if (sector[510] != 0x55 || sector[511] != 0xAA) return 0;
  const bool volume = (sector[0] == 0xEB || sector[0] == 0xE9) && le16(sector, 0x0B) == kSector && sector[0x10] >= 1 &&
                      sector[0x10] <= 2 && (sector[0x15] & 0xF0) == 0xF0;
  if (volume) return (le16(sector, 0x13) != 0 ? le16(sector, 0x13) : le32(sector, 0x20)) * kSector;
  std::uint64_t end = 0;
  for (std::size_t at = 446; at < 510; at += 16) {
    if ((sector[at] & 0x7F) != 0) return 0;
    if (sector[at + 4] != 0)
      end = std::max(end, (std::uint64_t{le32(sector, at + 8)} + le32(sector, at + 12)) * kSector);
  }
  return end;
}

std::optional<Answer> cut(const Evidence& evidence) {
  const auto disk = evidence.bios_refused() || evidence.at_work() ? std::nullopt : ramdisk(evidence);
  if (!disk) return std::nullopt;
  const std::uint64_t end = promised_end(bytes_of(evidence, *disk, 0, kSector));
  if (end <= disk->length) return std::nullopt;
  return Answer{fmt::format("MEMDISK's image is cut short: it has {} bytes ({}), and its first sector says that it "
                            "reaches to byte {} ({} bytes are missing). Copy the image again, or pad it.",
                            disk->length, name_of(*disk), end, end - disk->length),
                {}};
}

/// What MEMDISK says before it has a disk (Syslinux, memdisk/setup.c).
std::optional<Answer> no_image(const Evidence& evidence) {
  const auto line = std::find_if(evidence.lines().begin(), evidence.lines().end(), [](const std::string& l) {
    return l.find("MEMDISK: No ramdisk image specified!") != std::string::npos;
  });
  if (line == evidence.lines().end()) return std::nullopt;
  return Answer{
      "MEMDISK was started without an image: it boots the initrd that its loader gives it (INITRD IMAGE or APPEND "
      "initrd=IMAGE in SYSLINUX, initrd16 in GRUB).",
      {}};
}

/// The image's first sector is none that a BIOS would start.
std::optional<Answer> no_boot_sector(const Evidence& evidence) {
  const auto disk = evidence.bios_refused() || evidence.at_work() ? std::nullopt : ramdisk(evidence);
  const auto first = disk ? bytes_of(evidence, *disk, 0, kSector) : std::vector<std::uint8_t>{};
  if (first.empty() || (first[510] == 0x55 && first[511] == 0xAA)) return std::nullopt;
  const bool empty = std::all_of(first.begin(), first.end(), [](std::uint8_t b) { return b == 0; });
  return Answer{
      fmt::format("MEMDISK's image ({} bytes, as {}) does not begin with a boot sector: {}. Give it the raw image of a "
                  "bootable floppy or disk, or an ISO with the option iso.",
                  disk->length, name_of(*disk),
                  empty ? std::string("its first sector is zeros")
                  : devices::media::has_text(first, 0, "QFI\xFB")
                      ? std::string("it is a QEMU qcow2 image")
                      : fmt::format("its first sector ends in {:02X} {:02X} instead of 55 AA", first[510], first[511])),
      {}};
}

constexpr std::array<Rule, 4> kRules = {{
    {{"memdisk-iso", "MEMDISK was given an ISO without the option iso"}, without_iso},
    {{"memdisk-cut", "MEMDISK was given an image that is cut short"}, cut},
    {{"memdisk-no-image", "MEMDISK was given no image"}, no_image},
    {{"memdisk-no-boot-sector", "MEMDISK was given an image that begins with no boot sector"}, no_boot_sector},
}};

}  // namespace

std::span<const Rule> memdisk_rules() { return kRules; }

}  // namespace bootsim::diagnosing
