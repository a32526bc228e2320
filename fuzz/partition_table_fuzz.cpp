// MBR, logical partitions and GPT of any bytes.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "devices/media/memory_medium.h"
#include "devices/media/partition_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace devices::media;
  const MemoryMedium medium(std::vector<std::uint8_t>(data, data + size));
  const PartitionTable table = read_partition_table(medium);
  if (table.partitions.size() > 4 + 128 + 1024) __builtin_trap();
  for (const Partition& p : table.partitions)
    if (table.find(p.scheme, p.number) == nullptr) __builtin_trap();
  return 0;
}
