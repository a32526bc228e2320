#include "devices/media/floppy_formats.h"

#include <algorithm>
#include <iterator>

#include "devices/media/bytes.h"

namespace devices::media {
namespace {

// Sizes and geometries: Syslinux doc/memdisk.txt. Drive types: what MEMDISK reports for them, with 2.88 MB as
// type 5 (RBIL, INT 13h/08h). Data rates, gaps and first specify byte: the Linux floppy driver's floppy_type
// table, and the IBM values (RBIL table 03155) for the formats that IBM had.
constexpr FloppyFormat kFormats[] = {
    {"160 KB", {40, 1, 8}, kCmosFloppy360K, 0xFE, kDataRate250K, 0x2A, 0x50, 0xDF},
    {"180 KB", {40, 1, 9}, kCmosFloppy360K, 0xFC, kDataRate250K, 0x2A, 0x50, 0xDF},
    {"320 KB", {40, 2, 8}, kCmosFloppy360K, 0xFF, kDataRate250K, 0x2A, 0x50, 0xDF},
    {"360 KB", {40, 2, 9}, kCmosFloppy360K, 0xFD, kDataRate250K, 0x2A, 0x50, 0xDF},
    {"640 KB", {80, 2, 8}, kCmosFloppy720K, 0xFB, kDataRate250K, 0x2A, 0x50, 0xDF},
    {"720 KB", {80, 2, 9}, kCmosFloppy720K, 0xF9, kDataRate250K, 0x2A, 0x50, 0xDF},
    {"1.2 MB", {80, 2, 15}, kCmosFloppy1200K, 0xF9, kDataRate500K, 0x1B, 0x54, 0xDF},
    {"1.44 MB", {80, 2, 18}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1B, 0x6C, 0xCF},
    {"1600 KB", {80, 2, 20}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1C, 0x2C, 0xCF},
    {"1680 KB", {80, 2, 21}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1C, 0x0C, 0xCF},
    {"1722 KB", {82, 2, 21}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1C, 0x0C, 0xCF},
    {"1743 KB", {83, 2, 21}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1C, 0x0C, 0xCF},
    {"1760 KB", {80, 2, 22}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1C, 0x2E, 0xCF},
    {"1840 KB", {80, 2, 23}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1C, 0x00, 0xCF},
    {"1920 KB", {80, 2, 24}, kCmosFloppy1440K, 0xF0, kDataRate500K, 0x1C, 0x00, 0xCF},
    {"2.88 MB", {80, 2, 36}, kCmosFloppy2880K, 0xF0, kDataRate1M, 0x1B, 0x54, 0xAF},
    {"3120 KB", {80, 2, 39}, kCmosFloppy2880K, 0xF0, kDataRate1M, 0x1B, 0x28, 0xAF},
    {"3200 KB", {80, 2, 40}, kCmosFloppy2880K, 0xF0, kDataRate1M, 0x25, 0x00, 0xCF},
    {"3520 KB", {80, 2, 44}, kCmosFloppy2880K, 0xF0, kDataRate1M, 0x25, 0x00, 0xCF},
    {"3840 KB", {80, 2, 48}, kCmosFloppy2880K, 0xF0, kDataRate1M, 0x25, 0x00, 0xCF},
};
static_assert(std::size(kFormats) == 20);

/// What an image is taken for whose size says nothing: the kinds of the densest drives, which read all others.
constexpr bool is_fallback(const FloppyFormat& f) {
  return f.geometry.cylinders == 80 && (f.geometry.sectors == 36 || f.geometry.sectors == 48);
}

/// The drive and the gaps for another geometry: those of the least format of the same kind of drive that has
/// at least as many sectors per track, or of that kind's densest.
FloppyFormat with_geometry(const Geometry& geometry) {
  const FloppyFormat* like = nullptr;
  for (const FloppyFormat& f : kFormats) {
    if ((f.geometry.cylinders < 60) != (geometry.cylinders < 60)) continue;
    like = &f;
    if (f.geometry.heads >= geometry.heads && f.geometry.sectors >= geometry.sectors) break;
  }
  FloppyFormat result = *like;
  if (result.geometry != geometry) result.name = "non-standard";
  result.geometry = geometry;
  return result;
}

struct CylinderRange {
  std::uint32_t least, most, heads, min_sectors, max_sectors;
};
// What drives step to and controllers format: 40-cylinder drives reach 42 or 43, 80-cylinder drives 82 to 84.
constexpr CylinderRange kNearFormats[] = {{40, 43, 1, 8, 10}, {40, 43, 2, 8, 10}, {80, 84, 2, 8, 48}};

std::optional<FloppyFormat> whole_cylinders(std::uint64_t sectors) {
  for (const CylinderRange& range : kNearFormats) {
    for (std::uint32_t c = range.least; c <= range.most; ++c) {
      const std::uint64_t per_track = sectors / (c * range.heads);
      if (sectors % (c * range.heads) != 0 || per_track < range.min_sectors || per_track > range.max_sectors) continue;
      return with_geometry({c, range.heads, static_cast<std::uint32_t>(per_track)});
    }
  }
  return std::nullopt;
}

constexpr std::size_t kBpbBytesPerSector = 11;
constexpr std::size_t kBpbTotalSectors16 = 19;
constexpr std::size_t kBpbMediaDescriptor = 21;
constexpr std::size_t kBpbSectorsPerTrack = 24;
constexpr std::size_t kBpbHeads = 26;

/// The geometry that a FAT boot sector claims, when it can be a floppy's. Source: Microsoft FAT
/// specification 1.03.
std::optional<Geometry> bpb_geometry(Bytes sector) {
  const std::uint8_t media = sector[kBpbMediaDescriptor];
  const std::uint32_t total = le16(sector, kBpbTotalSectors16);
  const std::uint32_t sectors = le16(sector, kBpbSectorsPerTrack);
  const std::uint32_t heads = le16(sector, kBpbHeads);
  if ((sector[0] != 0xEB && sector[0] != 0xE9) || le16(sector, kBpbBytesPerSector) != kSectorSize) return {};
  if ((media != 0xF0 && media < 0xF8) || sectors < 8 || sectors > 48 || heads < 1 || heads > 2) return {};
  const std::uint32_t cylinder = heads * sectors;
  if (total % cylinder != 0) return {};
  const std::uint32_t cylinders = total / cylinder;
  const bool forty = cylinders >= 40 && cylinders <= 43;
  const bool eighty = cylinders >= 80 && cylinders <= 84;
  if (!forty && !eighty) return {};
  return Geometry{cylinders, heads, sectors};
}

}  // namespace

std::span<const FloppyFormat> floppy_formats() { return kFormats; }

std::optional<FloppyFormat> floppy_format(std::uint64_t bytes) {
  if (bytes == 0 || bytes > kFormats[std::size(kFormats) - 1].bytes()) return std::nullopt;
  for (const FloppyFormat& f : kFormats)
    if (f.bytes() == bytes) return f;
  if (bytes % kSectorSize == 0)
    if (auto near = whole_cylinders(bytes / kSectorSize)) return near;
  const auto holds = [bytes](const FloppyFormat& f) { return is_fallback(f) && f.bytes() >= bytes; };
  return *std::find_if(std::begin(kFormats), std::end(kFormats), holds);
}

std::optional<FloppyFormat> floppy_format(const Medium& medium) {
  std::array<std::uint8_t, kSectorSize> sector{};
  medium.read(0, sector);
  // Only of a whole disk: what is left of a cut one says nothing about how the drive will take it.
  const auto claimed = bpb_geometry(sector);
  if (claimed && claimed->total() * kSectorSize == medium.size()) return with_geometry(*claimed);
  return floppy_format(medium.size());
}

std::optional<Geometry> floppy_geometry(std::uint64_t bytes) {
  const auto format = floppy_format(bytes);
  return format ? std::optional(format->geometry) : std::nullopt;
}

std::optional<Geometry> floppy_geometry(const Medium& medium) {
  const auto format = floppy_format(medium);
  return format ? std::optional(format->geometry) : std::nullopt;
}

std::array<std::uint8_t, 11> diskette_parameter_table(const FloppyFormat& format) {
  constexpr std::uint8_t kSpecify2Dma = 0x02;    // head load time 4 ms at 500 kbit/s, DMA
  constexpr std::uint8_t kMotorOffTicks = 0x25;  // about 2 s of 18.2 Hz ticks
  constexpr std::uint8_t kSize512 = 0x02;        // 128 << 2
  constexpr std::uint8_t kDataLength = 0xFF;     // unused with 512-byte sectors
  constexpr std::uint8_t kFillByte = 0xF6;
  constexpr std::uint8_t kHeadSettleMs = 0x0F;
  constexpr std::uint8_t kMotorStartEighths = 0x08;  // 1 s
  return {format.specify1,
          kSpecify2Dma,
          kMotorOffTicks,
          kSize512,
          static_cast<std::uint8_t>(format.geometry.sectors),
          format.gap_length,
          kDataLength,
          format.format_gap_length,
          kFillByte,
          kHeadSettleMs,
          kMotorStartEighths};
}

}  // namespace devices::media
