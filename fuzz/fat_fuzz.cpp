// FAT12, FAT16, FAT32.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "debugger/files/fat.h"
#include "devices/media/memory_medium.h"
#include "fuzz/file_system_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSkipped = 0;
  std::vector<std::uint8_t> image(kSkipped + size);
  std::copy_n(data, size, image.begin() + kSkipped);
  const devices::media::MemoryMedium medium(std::move(image));
  if (const auto fs = debugger::files::open_fat(medium, 0, medium.size())) check_file_system(medium, *fs);
  return 0;
}
