#include "devices/shadow_ram.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

class ShadowRamTest : public ::testing::Test {
 protected:
  ShadowRamTest() {
    memory.map_rom(emu::PhysAddr(0xF0000), std::vector<std::uint8_t>(0x10000, 0xAB), "ROM");
    bus.reset();
    shadow.reset();
  }
  void pam(int reg, std::uint8_t value) {
    board.ports.out(0xCF8, 0x80000000u | static_cast<std::uint32_t>(reg & 0xFC), 4);
    board.ports.out(static_cast<std::uint16_t>(0xCFC + (reg & 3)), value, 1);
  }
  std::uint8_t at(std::uint64_t address) const { return memory.read<std::uint8_t>(emu::PhysAddr(address)); }
  void store(std::uint64_t address, std::uint8_t value) { memory.write(emu::PhysAddr(address), value); }

  test::Board board;
  emu::Memory memory{16 << 20};
  PciBus bus{board.ports};
  ShadowRam shadow{memory, bus.host_bridge()};
};

TEST_F(ShadowRamTest, RomIgnoresWritesUntilItIsUnlocked) {
  store(0xF1234, 0x55);
  EXPECT_EQ(at(0xF1234), 0xAB);
  pam(0x59, 0x30);
  EXPECT_EQ(at(0xF1234), 0xAB);  // the RAM begins as a copy
  store(0xF1234, 0x55);
  EXPECT_EQ(at(0xF1234), 0x55);
}

TEST_F(ShadowRamTest, LockedRamKeepsItsContents) {
  pam(0x59, 0x30);
  store(0xFFFFF, 0x55);
  pam(0x59, 0x10);
  store(0xFFFFF, 0x66);
  EXPECT_EQ(at(0xFFFFF), 0x55);
}

TEST_F(ShadowRamTest, TheRomComesBackWhenReadsAreSwitchedOff) {
  pam(0x59, 0x30);
  store(0xF0000, 0x55);
  pam(0x59, 0x00);
  EXPECT_EQ(at(0xF0000), 0xAB);
  pam(0x59, 0x30);
  EXPECT_EQ(at(0xF0000), 0x55);
}

// 82441FX data sheet, table 4: PAM1's low nibble is C0000h-C3FFFh, the high one C4000h-C7FFFh; PAM6 ends at
// EFFFFh.
TEST_F(ShadowRamTest, NibblesAre16KiBEach) {
  pam(0x5A, 0x30);
  pam(0x5F, 0x03);
  for (const std::uint64_t address : {0xC0000, 0xC4000, 0xC7FFF, 0xC8000, 0xE8000, 0xEC000}) store(address, 0x55);
  EXPECT_EQ(at(0xC0000), 0xFF);
  EXPECT_EQ(at(0xC4000), 0x55);
  EXPECT_EQ(at(0xC7FFF), 0x55);
  EXPECT_EQ(at(0xC8000), 0xFF);
  EXPECT_EQ(at(0xE8000), 0x55);
  EXPECT_EQ(at(0xEC000), 0xFF);
}

TEST_F(ShadowRamTest, ResetBringsTheRomsBack) {
  pam(0x59, 0x30);
  pam(0x5C, 0x33);
  store(0xF0000, 0x55);
  bus.reset();
  shadow.reset();
  EXPECT_EQ(at(0xF0000), 0xAB);
  EXPECT_EQ(memory.region_at(emu::PhysAddr(0xD0000)).kind, emu::RegionKind::kHole);
}

}  // namespace
}  // namespace devices
