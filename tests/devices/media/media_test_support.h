// Small media made by hand, for the tests of devices/media.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "devices/media/memory_medium.h"

namespace devices::media::test {

using Image = std::vector<std::uint8_t>;

inline void put8(Image& image, std::size_t at, unsigned value) { image.at(at) = static_cast<std::uint8_t>(value); }
inline void put16(Image& image, std::size_t at, unsigned value) {
  put8(image, at, value);
  put8(image, at + 1, value >> 8);
}
inline void put32(Image& image, std::size_t at, std::uint32_t value) {
  put16(image, at, value & 0xFFFF);
  put16(image, at + 2, value >> 16);
}
inline void put64(Image& image, std::size_t at, std::uint64_t value) {
  put32(image, at, static_cast<std::uint32_t>(value));
  put32(image, at + 4, static_cast<std::uint32_t>(value >> 32));
}
inline void put_text(Image& image, std::size_t at, std::string_view text) {
  for (const char c : text) put8(image, at++, static_cast<unsigned char>(c));
}

/// An MBR entry in the sector at `sector`; CHS bytes as they are packed on disk.
struct RawEntry {
  unsigned flag, head, sector_cyl, cyl, type, end_head, end_sector_cyl, end_cyl;
  std::uint32_t lba, count;
};
inline void put_entry(Image& image, std::uint64_t sector, int index, const RawEntry& e) {
  const std::size_t at = sector * 512 + 446 + 16 * static_cast<std::size_t>(index);
  const unsigned bytes[] = {e.flag, e.head, e.sector_cyl, e.cyl, e.type, e.end_head, e.end_sector_cyl, e.end_cyl};
  for (std::size_t i = 0; i < 8; ++i) put8(image, at + i, bytes[i]);
  put32(image, at + 8, e.lba);
  put32(image, at + 12, e.count);
  put16(image, sector * 512 + 510, 0xAA55);
}

/// The smallest ISO 9660 image with an El Torito catalog at LBA 20 and a boot image of 2048 bytes at LBA 21.
inline Image make_cd(std::size_t sectors = 24) {
  Image cd(sectors * 2048);
  put_text(cd, 16 * 2048, "\001CD001\x01");
  put32(cd, 16 * 2048 + 80, static_cast<std::uint32_t>(sectors));
  put_text(cd, 17 * 2048 + 1, "CD001\001EL TORITO SPECIFICATION");
  put32(cd, 17 * 2048 + 0x47, 20);
  put_text(cd, 18 * 2048, "\377CD001\x01");
  const std::size_t catalog = 20 * 2048;
  put8(cd, catalog, 0x01);
  put_text(cd, catalog + 4, "TEST MAKER");
  put16(cd, catalog + 30, 0xAA55);
  unsigned sum = 0;
  for (std::size_t i = 0; i < 32; i += 2) sum += cd[catalog + i] | unsigned{cd[catalog + i + 1]} << 8;
  put16(cd, catalog + 28, 0x10000 - (sum & 0xFFFF));
  put8(cd, catalog + 32, 0x88);
  put16(cd, catalog + 32 + 6, 4);
  put32(cd, catalog + 32 + 8, 21);
  return cd;
}

}  // namespace devices::media::test
