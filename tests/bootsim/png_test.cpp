#include "bootsim/png.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "emu/error.h"

namespace bootsim {
namespace {

// PNG specification §5.2 and §11.2.2: signature, then IHDR with width, height, depth 8, colour type 2 (RGB).
TEST(Png, StartsWithSignatureAndHeader) {
  devices::Image image(3, 2);
  const auto file = encode_png(image);
  constexpr std::array<std::uint8_t, 26> kExpected = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I',
                                                      'H',  'D', 'R', 0,   0,    0,    3,    0,    0, 0, 2, 8,  2};
  ASSERT_GT(file.size(), kExpected.size());
  EXPECT_EQ(std::memcmp(file.data(), kExpected.data(), kExpected.size()), 0);
  EXPECT_EQ(encode_png(image), file);
}

TEST(Png, RefusesAnEmptyImage) { EXPECT_THROW(encode_png({}), emu::Error); }

}  // namespace
}  // namespace bootsim
