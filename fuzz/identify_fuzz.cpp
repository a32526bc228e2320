// Identification and geometries of any bytes: always an answer, and one that a BIOS can report.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "devices/media/disk_geometry.h"
#include "devices/media/floppy_formats.h"
#include "devices/media/identify.h"
#include "devices/media/memory_medium.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace devices::media;
  const MemoryMedium medium(std::vector<std::uint8_t>(data, data + size));
  if (identify(medium).reason.empty()) __builtin_trap();
  const Geometry g = guess_disk_geometry(medium).logical;
  if (g.cylinders < 2 || g.cylinders > 1024 || g.heads < 1 || g.heads > 255 || g.sectors < 1 || g.sectors > 63)
    __builtin_trap();
  if (const auto floppy = floppy_geometry(medium))
    if (floppy->heads < 1 || floppy->heads > 2 || floppy->sectors < 8 || floppy->cylinders < 40) __builtin_trap();
  return 0;
}
