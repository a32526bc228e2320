// ISO 9660, Rock Ridge and Joliet. The input is laid over sectors 16 onwards; the system area before them is
// empty.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "debugger/files/iso9660.h"
#include "devices/media/memory_medium.h"
#include "fuzz/file_system_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSkipped = 32768;
  std::vector<std::uint8_t> image(kSkipped + size);
  std::copy_n(data, size, image.begin() + kSkipped);
  const devices::media::MemoryMedium medium(std::move(image));
  if (const auto fs = debugger::files::open_iso9660(medium, 0, medium.size())) check_file_system(medium, *fs);
  return 0;
}
