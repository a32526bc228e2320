#include "debugger/views/paging.h"

#include <gtest/gtest.h>

namespace debugger::views {
namespace {

// CR0.PG and PE, CR4.PAE and PSE, EFER.LMA and NXE (Intel SDM vol. 3, 2.5 and 2.2.1).
constexpr std::uint64_t kPaging = 0x8000'0001, kPae = 0x20, kPse = 0x10, kLong = 0x400, kNxe = 0x800;
constexpr std::uint64_t k4G = std::uint64_t{1} << 32, kNx = std::uint64_t{1} << 63;

class Paging : public testing::Test {
 protected:
  void put(std::uint64_t table, std::uint64_t index, std::uint64_t entry) {
    memory_.write(emu::PhysAddr(table + 8 * index), entry);
  }
  void put32(std::uint64_t table, std::uint64_t index, std::uint32_t entry) {
    memory_.write(emu::PhysAddr(table + 4 * index), entry);
  }
  PagingView view(std::uint64_t cr3, std::uint64_t cr4, std::uint64_t efer = 0) {
    return paging_view(memory_, {.cr0 = kPaging, .cr2 = 0, .cr3 = cr3, .cr4 = cr4, .efer = efer});
  }
  emu::Memory memory_{emu::Memory::kRamHole + (64u << 20)};  // 64 MiB of it from 4 GiB on; untouched pages cost nothing
};

void expect_range(const MappedRange& range, std::uint64_t linear, std::uint64_t physical, std::uint64_t size) {
  EXPECT_EQ(range.linear, linear);
  EXPECT_EQ(range.physical, physical);
  EXPECT_EQ(range.size, size);
}

TEST_F(Paging, IsOffWithoutPg) {
  EXPECT_FALSE(paging_view(memory_, {}).enabled);
  EXPECT_EQ(to_text(paging_view(memory_, {})), "paging is off: linear addresses are physical\n");
}

TEST_F(Paging, LongModeTablesAboveFourGiBAreFollowed) {
  const std::uint64_t pml4 = k4G + 0x1000, pdpt = k4G + 0x2000, pd = k4G + 0x3000, pt = k4G + 0x4000;
  put(pml4, 0, pdpt | 3);
  put(pdpt, 0, pd | 3);
  put(pd, 0, pt | 3);
  put(pt, 1, (k4G + 0x10'0000) | 3);
  put(pt, 2, (k4G + 0x10'1000) | 3);
  put(pd, 1, 0x20'0000 | 0x83);  // 2 MiB
  const PagingView found = view(pml4, kPae, kLong);
  EXPECT_EQ(found.format, "4-level");
  ASSERT_EQ(found.ranges.size(), 2u);
  expect_range(found.ranges[0], 0x1000, k4G + 0x10'0000, 0x2000);
  expect_range(found.ranges[1], 0x20'0000, 0x20'0000, 0x20'0000);
}

TEST_F(Paging, TheUpperHalfIsCanonicalAndAGigabyteIsOnePage) {
  put(0x1000, 511, 0x2000 | 3);
  put(0x2000, 510, 0x3000 | 3);  // FFFFFFFF80000000h, where Linux lives
  put(0x3000, 8, 0x100'0000 | 0x83);
  put(0x1000, 256, 0x4000 | 3);  // FFFF800000000000h
  put(0x4000, 0, (3ull << 30) | 0x83);
  const PagingView found = view(0x1000, kPae, kLong);
  ASSERT_EQ(found.ranges.size(), 2u);
  expect_range(found.ranges[0], 0xFFFF'8000'0000'0000, 3ull << 30, 1u << 30);
  expect_range(found.ranges[1], 0xFFFF'FFFF'8100'0000, 0x100'0000, 0x20'0000);
}

TEST_F(Paging, PaeEntriesHave52Bits) {
  put(0x1020, 3, 0x2000 | 1);  // CR3 is a multiple of 32
  put(0x2000, 0, (k4G + 0x5000) | 3);
  put(k4G + 0x5000, 0, 0x000A'BCDE'F012'3000 | 3);
  const PagingView found = view(0x1020, kPae);
  EXPECT_EQ(found.format, "PAE");
  ASSERT_EQ(found.ranges.size(), 1u);
  expect_range(found.ranges[0], 0xC000'0000, 0x000A'BCDE'F012'3000, 0x1000);
}

TEST_F(Paging, FourMegabytePagesReachBeyondFourGiB) {
  put32(0x1000, 1, 0x0040'0000 | 0x83);
  put32(0x1000, 2, 0x0080'0000 | 2 << 13 | 0x83);  // PSE-36: bits 39:32 in 20:13
  put32(0x1000, 3, 0x2000 | 3);
  put32(0x2000, 1023, 0xB8000 | 3);
  const PagingView found = view(0x1000, kPse);
  EXPECT_EQ(found.format, "32-bit");
  ASSERT_EQ(found.ranges.size(), 3u);
  expect_range(found.ranges[0], 0x0040'0000, 0x0040'0000, 0x40'0000);
  expect_range(found.ranges[1], 0x0080'0000, 2 * k4G + 0x0080'0000, 0x40'0000);
  expect_range(found.ranges[2], 0x00FF'F000, 0xB8000, 0x1000);
}

TEST_F(Paging, ALargePageNeedsPse) {
  put32(0x1000, 0, 0x0040'0000 | 0x83);  // without CR4.PSE: a table at 4 MiB
  put32(0x40'0000, 5, 0x7000 | 3);
  const PagingView found = view(0x1000, 0);
  ASSERT_EQ(found.ranges.size(), 1u);
  expect_range(found.ranges[0], 0x5000, 0x7000, 0x1000);
}

TEST_F(Paging, RightsAreWhatAllLevelsAllow) {
  put(0x1000, 0, 0x2000 | 7);
  put(0x2000, 0, 0x3000 | 7);
  put(0x3000, 0, 0x4000 | 5);  // user, read only
  put(0x4000, 0, 0x0000 | 7);
  put(0x4000, 1, 0x1000 | 3 | kNx);
  const PagingView found = view(0x1000, kPae, kLong | kNxe);
  ASSERT_EQ(found.ranges.size(), 2u);
  EXPECT_EQ(rights_words(found.ranges[0]), "read only, user");
  EXPECT_EQ(rights_words(found.ranges[1]), "read only, no execute");
  EXPECT_EQ(view(0x1000, kPae, kLong).ranges[1].executable, true) << "EFER.NXE is off";
}

TEST_F(Paging, TablesOutsideOfMemoryMapNothing) {
  put(0x1000, 0, (60ull << 30) | 3);  // no RAM there
  put(0x1000, 1, 0x000F'FFFF'FFFF'F000 | 3);
  EXPECT_TRUE(view(0x1000, kPae, kLong).ranges.empty());
  EXPECT_TRUE(view(0xD000'0000, kPae, kLong).ranges.empty());
}

TEST_F(Paging, ATableThatRefersToItselfEnds) {
  for (std::uint64_t i = 0; i < 512; ++i) put(0x1000, i, 0x1000 | 3);
  const PagingView found = view(0x1000, kPae, kLong);
  EXPECT_TRUE(found.more);
  EXPECT_EQ(found.ranges.size(), 256u);
}

TEST_F(Paging, TheClosedA20GateAppliesToTables) {
  memory_.set_a20(false);
  put(0x1000, 0, 0x0010'2000 | 3);  // bit 20 is not on the bus: 2000h
  put(0x2000, 0, 0x3000 | 3);
  put(0x3000, 0, 0x83);
  const PagingView found = view(0x1000, kPae, kLong);
  ASSERT_EQ(found.ranges.size(), 1u);
}

}  // namespace
}  // namespace debugger::views
