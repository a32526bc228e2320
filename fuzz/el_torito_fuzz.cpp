// Boot record, catalog and boot information table. The input is laid over sectors 16 onwards of a CD, because
// 32 KiB of system area in front of everything would only slow the fuzzer down.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "devices/media/el_torito.h"
#include "devices/media/memory_medium.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace devices::media;
  constexpr std::size_t kSystemArea = 16 * kCdSectorSize;
  std::vector<std::uint8_t> image(kSystemArea + size);
  std::copy_n(data, size, image.begin() + kSystemArea);
  const MemoryMedium medium(std::move(image));
  const ElTorito catalog = read_el_torito(medium);
  for (int n = -1; n <= static_cast<int>(catalog.entries.size()); ++n) {
    const BootChoice choice = choose_boot_entry(medium, catalog, n);
    if (choice.entry.has_value() != (choice.failure == CdFailure::kNone)) __builtin_trap();
    if (!choice.entry && choice.message.empty()) __builtin_trap();
    if (choice.entry) read_boot_info_table(medium, *choice.entry);
  }
  return 0;
}
