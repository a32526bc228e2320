#include "devices/media/overlay.h"

#include <gtest/gtest.h>

#include <memory>

#include "media_test_support.h"

namespace devices::media {
namespace {

using test::Image;

std::shared_ptr<MemoryMedium> filled(std::size_t size) {
  Image image(size);
  for (std::size_t i = 0; i < size; ++i) image[i] = static_cast<std::uint8_t>(i / 512 + 1);
  return std::make_shared<MemoryMedium>(image, "base", true);
}

Image read_all(const Medium& m) {
  Image out(m.size());
  m.read(0, out);
  return out;
}

TEST(Overlay, KeepsWritesFromTheBase) {
  const auto base = filled(16384);
  const Image before = read_all(*base);
  Overlay overlay(base);
  overlay.write(4000, Image(200, 0xAA));  // spans two granules
  const Image now = read_all(overlay);
  EXPECT_EQ(now[3999], before[3999]);
  EXPECT_EQ(now[4000], 0xAA);
  EXPECT_EQ(now[4199], 0xAA);
  EXPECT_EQ(now[4200], before[4200]);
  EXPECT_EQ(read_all(*base), before);
}

TEST(Overlay, ReadsPartlyChangedRangesFromBothLayers) {
  Overlay overlay(filled(16384));
  overlay.write(4096, Image(1, 0x55));
  Image out(3);
  EXPECT_EQ(overlay.read(4095, out), 3U);
  EXPECT_EQ(out, (Image{8, 0x55, 9}));
}

TEST(Overlay, ReadsZerosPastTheEndOfAnOddSize) {
  Overlay overlay(filled(5000));
  overlay.write(4999, Image(1, 0x77));
  Image out(4, 0xFF);
  EXPECT_EQ(overlay.read(4998, out), 2U);
  EXPECT_EQ(out, (Image{10, 0x77, 0, 0}));
}

TEST(Overlay, RefusesToGrow) {
  Overlay overlay(filled(5000));
  EXPECT_THROW(overlay.write(4999, Image(2, 0)), emu::Error);
  EXPECT_THROW(overlay.write(std::uint64_t{0} - 1, Image(2, 0)), emu::Error);
  EXPECT_FALSE(overlay.modified());
}

TEST(Overlay, WriteProtectionIsReadOnly) {
  Overlay overlay(filled(5000), true);
  EXPECT_TRUE(overlay.read_only());
  EXPECT_THROW(overlay.write(0, Image(1, 0)), emu::Error);
}

TEST(Overlay, ListsChangedSectorsJoinedAndAscending) {
  Overlay overlay(filled(20480));
  overlay.write(16384, Image(512, 0xEE));
  overlay.write(3584, Image(1024, 0xEE));           // the last sector of a granule and the first of the next
  overlay.write(8192, Image(512, 8192 / 512 + 1));  // the same bytes: no change
  const std::vector<ByteRange> expected{{3584, 1024}, {16384, 512}};
  EXPECT_EQ(overlay.changed_ranges(), expected);
}

TEST(Overlay, PersistWithoutAChangeNeedsNoWritableBase) {
  Overlay overlay(filled(4096));
  overlay.write(0, Image(1, 1));  // what is there already
  EXPECT_NO_THROW(overlay.persist());
  EXPECT_FALSE(overlay.modified());
}

TEST(Overlay, PersistToAMediumThatCannotSaysWhich) {
  Overlay overlay(filled(4096));
  overlay.write(0, Image(1, 0xEE));
  try {
    overlay.persist();
    FAIL();
  } catch (const emu::Error& e) {
    EXPECT_EQ(e.kind(), emu::ErrorKind::kMedium);
    EXPECT_NE(std::string(e.what()).find("base"), std::string::npos);
  }
  EXPECT_TRUE(overlay.modified());
}

TEST(Overlay, DiscardShowsTheBaseAgain) {
  Overlay overlay(filled(4096));
  overlay.write(0, Image(1, 0xEE));
  overlay.discard();
  EXPECT_EQ(read_all(overlay)[0], 1);
}

}  // namespace
}  // namespace devices::media
