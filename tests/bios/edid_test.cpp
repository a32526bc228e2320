#include "bios/edid.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include <gtest/gtest.h>

namespace bios {
namespace {

TEST(Edid, SumsToZero) {
  const auto edid = edid_block();
  EXPECT_EQ(std::accumulate(edid.begin(), edid.end(), 0) & 0xFF, 0);
}

// The bytes that VESA's DMT standard and edid-decode's samples give for 1024x768 at 60 Hz on a 320 x 240 mm
// monitor.
TEST(Edid, PrefersTheDmtTimingOf1024x768) {
  const auto edid = edid_block();
  const std::array<std::uint8_t, 18> timing = {0x64, 0x19, 0x00, 0x40, 0x41, 0x00, 0x26, 0x30, 0x18,
                                               0x88, 0x36, 0x00, 0x40, 0xF0, 0x10, 0x00, 0x00, 0x18};
  EXPECT_TRUE(std::equal(timing.begin(), timing.end(), edid.begin() + 0x36));
}

TEST(Edid, NamesItsMaker) {
  const auto edid = edid_block();
  const unsigned id = edid[8] << 8 | edid[9];
  EXPECT_EQ(id >> 10, 'B' - '@');
  EXPECT_EQ(id >> 5 & 31, 'S' - '@');
  EXPECT_EQ(id & 31, 'M' - '@');
}

}  // namespace
}  // namespace bios
