#include "emu/cpuid.h"

#include <gtest/gtest.h>

namespace {

constexpr std::uint32_t kIb = 1024;

/// Bytes of the cache that leaf 4 describes (Intel SDM vol. 2, CPUID, "Deterministic Cache Parameters").
std::uint32_t leaf_4_size(std::uint32_t subleaf) {
  const auto r = emu::cpuid(4, subleaf, true);
  const std::uint32_t ways = (r.ebx >> 22) + 1, partitions = (r.ebx >> 12 & 0x3FF) + 1, line = (r.ebx & 0xFFF) + 1;
  return ways * partitions * line * (r.ecx + 1);
}

TEST(Cpuid, LeavesAgreeOnTheCaches) {
  EXPECT_EQ(leaf_4_size(0), 32 * kIb);
  EXPECT_EQ(leaf_4_size(1), 32 * kIb);
  EXPECT_EQ(leaf_4_size(2), 256 * kIb);
  EXPECT_EQ(emu::cpuid(4, 3, true).eax, 0u) << "no more caches";
  // Descriptors of leaf 2: 2Ch = 32 KB L1 data, 30h = 32 KB L1 code, 21h = 256 KB L2; EAX begins with the count 01h.
  const auto descriptors = emu::cpuid(2, 0, true);
  EXPECT_EQ(descriptors.eax, 0x01u);
  EXPECT_EQ(descriptors.edx, 0x002C3021u);
  const std::uint32_t l2 = emu::cpuid(0x80000006, 0, true).ecx;
  EXPECT_EQ(l2 >> 16, 256u) << "in KB";
  EXPECT_EQ(l2 & 0xFF, 64u) << "bytes in a line";
}

TEST(Cpuid, HidesTheTimeStampCounterThatIsNotVirtualTime) {
  EXPECT_EQ(emu::cpuid(1, 0, true).edx >> 4 & 1, 1u);
  EXPECT_EQ(emu::cpuid(1, 0, false).edx >> 4 & 1, 0u);
}

}  // namespace
