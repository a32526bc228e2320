// The tables of Intel SDM vol. 3, 4.3-4.5, entry by entry.
#include "emu/page_walk.h"

#include <gtest/gtest.h>

namespace emu {
namespace {

constexpr std::uint64_t kRoot = 0x1000;

class PageWalkTest : public testing::Test {
 protected:
  template <typename Entry>
  void put(std::uint64_t table, std::uint64_t index, Entry entry) {
    memory_.write(PhysAddr(table + index * sizeof(Entry)), entry);
  }
  void put64(std::uint64_t table, std::uint64_t index, std::uint64_t entry) { put(table, index, entry); }
  void put32(std::uint64_t table, std::uint64_t index, std::uint32_t entry) { put(table, index, entry); }
  PageWalk walk(std::uint64_t linear, std::uint64_t cr4, std::uint64_t efer = 0) const {
    return walk_pages(memory_, PageTables({.cr0 = cr0::kPaging, .cr3 = kRoot, .cr4 = cr4, .efer = efer}), linear);
  }
  Memory memory_{16u << 20};
};

TEST_F(PageWalkTest, TwoLevelsOf32Bits) {
  put32(kRoot, 1, 0x2003);
  put32(0x2000, 5, 0xABCDE003);
  const PageWalk found = walk(0x405678, 0);
  EXPECT_EQ(found.physical, 0xABCDE678);
  EXPECT_EQ(found.table, "page table");
  EXPECT_EQ(found.index, 5u);
  EXPECT_EQ(found.address, 0x2014u);
  EXPECT_EQ(found.entry, 0xABCDE003u);
}

TEST_F(PageWalkTest, AMissingEntryEndsTheWalkWhereItLies) {
  put32(kRoot, 1, 0x2003);
  put32(0x2000, 5, 0xABCDE002);
  const PageWalk found = walk(0x405678, 0);
  EXPECT_FALSE(found.physical);
  EXPECT_EQ(found.address, 0x2014u);
  EXPECT_EQ(walk(0x800000, 0).table, "page directory");
}

TEST_F(PageWalkTest, FourMegabytesNeedPseAndMayLieAboveFourGigabytes) {
  put32(kRoot, 2, 0x00C0'2083);  // bits 13-20 are address bits 32-39: 1
  EXPECT_EQ(walk(0x812345, cr4::kPageSizeExtension).physical, 0x1'00C1'2345u);
  put32(0xC0'2000, 0x12, 0x7003);  // without PSE the entry leads to this table
  EXPECT_EQ(walk(0x812345, 0).physical, 0x7345u);
}

TEST_F(PageWalkTest, PaeHasFourPointersAndPagesOfTwoMegabytes) {
  put64(kRoot, 3, 0x2001);
  put64(0x2000, 511, 0x1'2340'0083);
  EXPECT_EQ(walk(0xFFE1'2345, cr4::kPae).physical, 0x1'2341'2345u);
  EXPECT_EQ(walk(0x1234, cr4::kPae).table, "page directory pointer table");
}

TEST_F(PageWalkTest, LongModeHasPagesOfAGigabyte) {
  put64(kRoot, 256, 0x2003);
  put64(0x2000, 1, 0x8000'0083);
  const PageWalk found = walk(0xFFFF'8000'7654'3210, cr4::kPae, efer::kLongModeActive);
  EXPECT_EQ(found.physical, 0xB654'3210u);
  EXPECT_EQ(found.table, "page directory pointer table");
}

TEST_F(PageWalkTest, TheTablesOf57BitsHaveOneLevelMore) {
  put64(kRoot, 1, 0x2003);
  put64(0x2000, 0, 0x3003);
  put64(0x3000, 0, 0x4003);
  put64(0x4000, 0, 0x5003);
  put64(0x5000, 3, 0x9003);
  const std::uint64_t linear = (std::uint64_t{1} << 48) + 0x3456;
  EXPECT_EQ(walk(linear, cr4::kPae | cr4::kLa57, efer::kLongModeActive).physical, 0x9456u);
  EXPECT_FALSE(walk(linear, cr4::kPae, efer::kLongModeActive).physical);  // 4 levels: the PML4's entry 0
}

TEST_F(PageWalkTest, TheA20GateCounts) {
  put32(kRoot, 0, 0x2003);
  put32(0x2000, 0, 0x10'0003);
  memory_.set_a20(false);
  EXPECT_EQ(walk(0x10, 0).physical, 0x10u);
}

}  // namespace
}  // namespace emu
