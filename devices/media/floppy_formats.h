// Floppy sizes: geometry, CMOS drive type and diskette parameters for each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "devices/media/medium.h"

namespace devices::media {

/// Drive types as in CMOS register 10h and INT 13h/08h BL.
inline constexpr std::uint8_t kCmosFloppyNone = 0;
inline constexpr std::uint8_t kCmosFloppy360K = 1;
inline constexpr std::uint8_t kCmosFloppy1200K = 2;
inline constexpr std::uint8_t kCmosFloppy720K = 3;
inline constexpr std::uint8_t kCmosFloppy1440K = 4;
inline constexpr std::uint8_t kCmosFloppy2880K = 5;

/// Data transfer rate codes of the controller's rate register (Intel 82077AA data sheet, port 3F7h/3F4h bits
/// 1-0).
inline constexpr std::uint8_t kDataRate500K = 0;
inline constexpr std::uint8_t kDataRate300K = 1;
inline constexpr std::uint8_t kDataRate250K = 2;
inline constexpr std::uint8_t kDataRate1M = 3;

/// One way of formatting a diskette with 512-byte sectors.
struct FloppyFormat {
  std::string_view name;  ///< "1.44 MB", "1680 KB"
  Geometry geometry;
  std::uint8_t cmos_type;          ///< the drive that takes it, kCmosFloppy*
  std::uint8_t media_descriptor;   ///< first byte of the FAT: F0h, F9h, FAh … (DOS)
  std::uint8_t data_rate;          ///< kDataRate*, in the drive of cmos_type
  std::uint8_t gap_length;         ///< gap 3 for reading and writing (DPT byte 5)
  std::uint8_t format_gap_length;  ///< gap 3 for formatting (DPT byte 7)
  std::uint8_t specify1;           ///< step rate, head unload time (DPT byte 0)
  constexpr std::uint64_t bytes() const { return geometry.total() * kSectorSize; }
};

/// The twenty sizes that MEMDISK documents, ascending.
std::span<const FloppyFormat> floppy_formats();

/// The format of an image of `bytes`. An exact size of the table first; then other formats of whole cylinders
/// that drives can be made to write (80 to 84 cylinders with 2 heads, 40 to 43 cylinders: the smallest
/// cylinder count that divides the size). A cut or unpadded image has the size of no disk. Nothing says how
/// the disk was formatted then, and the drive decides: it is a 2.88 MB one with a 2.88 MB disk (or a 3840 KB
/// one, when the image is larger), as QEMU's drives of automatic type have it (hw/block/fdc.c, `fallback`;
/// observed with QEMU 7.2: INT 13h/08h answers 80 cylinders, 2 heads, 36 sectors, type 5). A loader that asks
/// the BIOS or probes the track reads such an image; one that trusts the geometry in its own boot sector reads
/// wrong sectors, there and here. More than 3,932,160 bytes, or none: nothing.
std::optional<FloppyFormat> floppy_format(std::uint64_t bytes);
/// As above, but a plausible FAT boot sector (BPB with 1 or 2 heads, whose total is the image's size) has the
/// first word: 400 KB may be 40 cylinders with two heads or 80 with one.
std::optional<FloppyFormat> floppy_format(const Medium& medium);

std::optional<Geometry> floppy_geometry(std::uint64_t bytes);
std::optional<Geometry> floppy_geometry(const Medium& medium);

/// The 11 bytes of the diskette parameter table (INT 1Eh) for a format. Source: RBIL table 03155 (INT 1Eh).
std::array<std::uint8_t, 11> diskette_parameter_table(const FloppyFormat& format);

}  // namespace devices::media
