#include "emu/memory.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "emu/error.h"

namespace emu {
namespace {

constexpr std::uint64_t kRam = 16u << 20;
constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

class MemoryTest : public testing::Test {
 protected:
  std::uint8_t at(std::uint64_t address) const { return memory.read<std::uint8_t>(PhysAddr(address)); }

  Memory memory{kRam};
};

TEST_F(MemoryTest, RamSpansEndWhereRamEnds) {
  EXPECT_EQ(memory.ram_span(PhysAddr(0), 0xA0000), memory.ram());
  EXPECT_EQ(memory.ram_span(PhysAddr(1), 0xA0000), nullptr);
  EXPECT_EQ(memory.ram_span(PhysAddr(0xFFFFF), 1), nullptr);
  EXPECT_EQ(memory.ram_span(PhysAddr(0x100000), kRam - 0x100000), memory.ram() + 0x100000);
  EXPECT_EQ(memory.ram_span(PhysAddr(kRam - 1), 2), nullptr);
}

TEST_F(MemoryTest, NoSpanOfRamGoesRoundTheEndOf64Bits) {
  EXPECT_EQ(memory.ram_span(PhysAddr(kLast), 2), nullptr);
  EXPECT_EQ(memory.ram_span(PhysAddr(kLast - 1), 4), nullptr);
  EXPECT_EQ(memory.ram_span(PhysAddr(0x1000), kLast), nullptr);
  EXPECT_EQ(memory.ram_span(PhysAddr(0x200000), kLast - 0x100000), nullptr);
}

TEST_F(MemoryTest, BehindTheAddressSpaceThereIsNothing) {
  memory.write(PhysAddr(0), std::array<std::uint8_t, 4>{1, 2, 3, 4});
  for (const std::uint64_t address : {Memory::kAddressSpace - 2, Memory::kAddressSpace, kLast - 1}) {
    memory.write<std::uint32_t>(PhysAddr(address), 0x55555555);
    EXPECT_EQ(memory.read<std::uint32_t>(PhysAddr(address)), 0xFFFFFFFF) << std::hex << address;
  }
  EXPECT_EQ(memory.read<std::uint32_t>(PhysAddr(0)), 0x04030201u);
}

TEST_F(MemoryTest, FillEndsWithTheAddressSpace) {
  memory.fill(PhysAddr(kLast - 0xFFF), 0x3000, 0x55);
  EXPECT_EQ(at(0), 0);
  memory.fill(PhysAddr(Memory::kAddressSpace - 0x1800), kLast, 0x55);  // it comes back at all
  EXPECT_EQ(at(0), 0);
}

TEST_F(MemoryTest, MapsOnlyWholePagesOfTheAddressSpace) {
  const auto unmap = [this](std::uint64_t base, std::uint64_t size) { memory.unmap(PhysAddr(base), size); };
  EXPECT_THROW(unmap(0x100800, 0x1000), Error);
  EXPECT_THROW(unmap(0x100000, 0x800), Error);
  EXPECT_THROW(unmap(0x100000, 0), Error);
  EXPECT_THROW(unmap(Memory::kAddressSpace - 0x1000, 0x2000), Error);
  EXPECT_THROW(unmap(kLast - 0xFFF, 0x2000), Error);
  EXPECT_THROW(unmap(0x1000, kLast - 0xFFF), Error);
  unmap(Memory::kAddressSpace - 0x1000, 0x1000);
  EXPECT_EQ(memory.region_at(PhysAddr(Memory::kAddressSpace - 1)).base, PhysAddr(Memory::kAddressSpace - 0x1000));
}

TEST_F(MemoryTest, ARegionMappedIntoAnotherSplitsIt) {
  memory.map_rom(PhysAddr(0xC0000), std::vector<std::uint8_t>(0x4000, 0x11), "large");
  memory.map_rom(PhysAddr(0xC1000), std::vector<std::uint8_t>(0x1000, 0x22), "small");
  EXPECT_EQ(at(0xC0FFF), 0x11);
  EXPECT_EQ(at(0xC1000), 0x22);
  EXPECT_EQ(at(0xC2000), 0x11);
  const Region &first = memory.region_at(PhysAddr(0xC0000)), &rest = memory.region_at(PhysAddr(0xC2000));
  EXPECT_EQ(rest.base, PhysAddr(0xC2000));
  EXPECT_EQ(rest.size, 0x2000u);
  EXPECT_EQ(rest.host, first.host + 0x2000);
}

}  // namespace
}  // namespace emu
