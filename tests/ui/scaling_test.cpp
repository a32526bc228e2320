#include "ui/scaling.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

devices::Image stripes(int width, int height) {  // white, black, white, ...
  devices::Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) image.set(x, y, x % 2 == 0 ? 0xFFFFFF : 0);
  }
  return image;
}

TEST(Scaling, TheSameSizeIsTheSamePicture) {
  const devices::Image image = stripes(6, 4);
  EXPECT_EQ(scaled(image, 6, 4).rgb, image.rgb);
}

TEST(Scaling, HalfTheWidthMixesPairs) {
  const devices::Image half = scaled(stripes(6, 2), 3, 1);
  for (int x = 0; x < 3; ++x) EXPECT_EQ(half.at(x, 0), 0x808080U);  // 127.5, rounded
}

TEST(Scaling, WholeMultiplesKeepSharpEdges) {
  const devices::Image large = scaled(stripes(2, 1), 6, 3);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 6; ++x) EXPECT_EQ(large.at(x, y), x < 3 ? 0xFFFFFFU : 0U);
  }
}

TEST(Scaling, OneAndAHalfMixesOnlyAtTheEdge) {
  const devices::Image image = scaled(stripes(2, 1), 3, 1);
  EXPECT_EQ(image.at(0, 0), 0xFFFFFFU);
  EXPECT_EQ(image.at(1, 0), 0x808080U);
  EXPECT_EQ(image.at(2, 0), 0U);
}

}  // namespace
}  // namespace ui
