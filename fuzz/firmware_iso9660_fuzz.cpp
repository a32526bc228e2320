// ISO 9660 as the guest reads it (firmware/lib32). The 32768 bytes before the first descriptor are left out
// of the inputs.
#include "fuzz/firmware_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> image(32768);
  image.insert(image.end(), data, data + size);
  firmware_fuzz::check(image.data(), image.size());
  return 0;
}
