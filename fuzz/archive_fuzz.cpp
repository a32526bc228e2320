// Opening archives: any bytes either unpack within the limits or are an emu::Error.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "devices/media/archive.h"
#include "devices/media/memory_medium.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace devices::media;
  constexpr std::uint64_t kUnpackedLimit = 1 << 20;  // small, so that bombs are cheap
  const MemoryMedium packed(std::vector<std::uint8_t>(data, data + size));
  try {
    const auto medium = unpack_archive(packed, kUnpackedLimit, kUnpackedLimit);
    if (medium->size() == 0 || medium->size() > kUnpackedLimit) __builtin_trap();
  } catch (const emu::Error& error) {
    if (error.kind() != emu::ErrorKind::kMedium) __builtin_trap();
  }
  return 0;
}
