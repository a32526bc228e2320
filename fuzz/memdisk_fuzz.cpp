// What the memory disk reads before it boots: gzip and zip headers, boot catalogs, partition tables, the
// command line.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/input.h"
#include "lib32/archive.h"
#include "memdisk/el_torito.h"
#include "memdisk/geometry.h"
#include "memdisk/options.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::vector<std::uint8_t> words = input.bytes(input.take<std::uint8_t>());
  const std::string line = std::string(words.begin(), words.end()).c_str();
  const memdisk::Options options = memdisk::parse_options(line.c_str());
  if (options.problem != nullptr && options.culprit + options.culprit_length > line.c_str() + line.size())
    __builtin_trap();

  std::vector<std::uint8_t> image = input.rest();
  const auto bytes = static_cast<std::uint32_t>(image.size());
  const lib32::Archive archive = lib32::identify_archive(image.data(), image.size());
  if (archive.problem == nullptr && (archive.data > bytes || archive.data_bytes > bytes - archive.data))
    __builtin_trap();

  if (bytes >= 512) {
    const memdisk::Geometry g = memdisk::find_geometry(image.data(), bytes, options);
    if (g.cylinders - 1 > 1023 || g.heads - 1 > 255 || g.sectors - 1 > 62 || g.header >= bytes) __builtin_trap();
    std::uint8_t table[14];
    memdisk::make_diskette_table(g, table);
  }
  // The catalog's sectors, without the sixteen before them
  image.insert(image.begin(), std::size_t{16} * 2048, 0);
  const auto cd_bytes = static_cast<std::uint32_t>(image.size());
  const memdisk::BootImage boot = memdisk::find_boot_image(image.data(), cd_bytes);
  if (boot.problem == nullptr && boot.bytes > cd_bytes - boot.lba * 2048) __builtin_trap();
  return 0;
}
