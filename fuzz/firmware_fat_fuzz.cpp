// FAT12, FAT16 and FAT32 as the guest reads it (firmware/lib32).
#include "fuzz/firmware_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  firmware_fuzz::check(data, size);
  return 0;
}
