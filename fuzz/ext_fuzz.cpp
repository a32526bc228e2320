// ext2, ext3, ext4. The input begins with the superblock.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "debugger/files/ext.h"
#include "devices/media/memory_medium.h"
#include "fuzz/file_system_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSkipped = 1024;
  std::vector<std::uint8_t> image(kSkipped + size);
  std::copy_n(data, size, image.begin() + kSkipped);
  const devices::media::MemoryMedium medium(std::move(image));
  if (const auto fs = debugger::files::open_ext(medium, 0, medium.size())) check_file_system(medium, *fs);
  return 0;
}
