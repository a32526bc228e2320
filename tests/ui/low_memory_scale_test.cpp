#include "ui/panes/low_memory_scale.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

TEST(LowMemoryScale, GoesThereAndBack) {
  for (const std::uint64_t address : {0x0ull, 0x400ull, 0x7C00ull, 0x9FC00ull, 0xB8000ull, 0xF0000ull})
    EXPECT_NEAR(static_cast<double>(LowMemoryScale::address_at(LowMemoryScale::part_of(address))),
                static_cast<double>(address), 0x40);
}

TEST(LowMemoryScale, NeverGoesBackwards) {
  float before = -1;
  for (std::uint64_t address = 0; address <= LowMemoryScale::kEnd; address += 0x100) {
    EXPECT_GT(LowMemoryScale::part_of(address), before);
    before = LowMemoryScale::part_of(address);
  }
}

TEST(LowMemoryScale, HasEnds) {
  EXPECT_EQ(LowMemoryScale::part_of(0), 0);
  EXPECT_EQ(LowMemoryScale::part_of(0x7FFFFFFF), 1);
  EXPECT_EQ(LowMemoryScale::address_at(-1), 0u);
  EXPECT_EQ(LowMemoryScale::address_at(2), LowMemoryScale::kEnd - 1);
}

}  // namespace
}  // namespace ui
