#include "devices/media/disk_geometry.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "media_test_support.h"

namespace devices::media {
namespace {

/// A sector 0 with the rest of a big disk being zeros that take no memory.
class SparseDisk : public Medium {
 public:
  SparseDisk(std::uint64_t size, test::Image head) : head_(std::move(head)), size_(size) {}
  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return size_; }
  bool read_only() const override { return true; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    for (std::size_t i = 0; i < out.size() && offset + i < head_.size(); ++i) out[i] = head_[offset + i];
    return offset < size_ ? static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset)) : 0;
  }
  void write(std::uint64_t, std::span<const std::uint8_t>) override {}

 private:
  std::string name_ = "disk";
  test::Image head_;
  std::uint64_t size_;
};

DiskGeometry guess(std::uint64_t sectors, const test::RawEntry& entry) {
  test::Image head(512);
  test::put_entry(head, 0, 0, entry);
  return guess_disk_geometry(SparseDisk(sectors * 512, head));
}

TEST(DiskGeometry, LbaAssistPicksTheLeastHeadsWithin1024Cylinders) {
  // SeaBIOS src/block.c: heads = sectors / 63 / 1024, rounded up to 16, 32, 64, 128 or 255.
  EXPECT_EQ(lba_assist_geometry(65536), (Geometry{65, 16, 63}));
  EXPECT_EQ(lba_assist_geometry(16 * 63 * 1024), (Geometry{1024, 16, 63}));
  EXPECT_EQ(lba_assist_geometry(17 * 63 * 1024), (Geometry{544, 32, 63}));
  EXPECT_EQ(lba_assist_geometry(33 * 63 * 1024), (Geometry{528, 64, 63}));
  EXPECT_EQ(lba_assist_geometry(65 * 63 * 1024), (Geometry{520, 128, 63}));
  EXPECT_EQ(lba_assist_geometry(129 * 63 * 1024), (Geometry{518, 255, 63}));
  EXPECT_EQ(lba_assist_geometry(std::uint64_t{1} << 33), (Geometry{1024, 255, 63}));
}

TEST(DiskGeometry, PhysicalGeometryIsBoundedByAta) {
  EXPECT_EQ(physical_geometry(65536), (Geometry{65, 16, 63}));
  EXPECT_EQ(physical_geometry(std::uint64_t{1} << 33), (Geometry{16383, 16, 63}));
  EXPECT_EQ(physical_geometry(1), (Geometry{2, 16, 63}));
}

TEST(DiskGeometry, WithoutATableTheSizeDecides) {
  // corpus geodsp1s-hd.img under SeaBIOS: 65 cylinders, of which INT 13h/08h reports 3Fh as the last.
  const DiskGeometry g = guess_disk_geometry(SparseDisk(33554432, {}));
  EXPECT_EQ(g.logical, (Geometry{65, 16, 63}));
  EXPECT_EQ(g.source, "size");
}

TEST(DiskGeometry, PartitionThatEndsOnACylinderGivesHeadsAndSectors) {
  // 63 sectors after the first track, to the end of cylinder 2 of 255 heads: corpus eltorito-hd.
  const DiskGeometry g = guess(3 * 255 * 63, {0x80, 1, 1, 0, 6, 254, 63, 2, 63, 3 * 255 * 63 - 63});
  EXPECT_EQ(g.logical, (Geometry{3, 255, 63}));
  EXPECT_EQ(g.source, "partition table");
}

TEST(DiskGeometry, PartitionThatEndsInsideACylinderIsSolved) {
  // sfdisk, 1 MiB aligned: 0/32/33 is LBA 2048 and 3/15/12 is LBA 49151 under 255 heads and 63 sectors only.
  const DiskGeometry g = guess(49152, {0x80, 0x20, 0x21, 0, 0x0E, 0x0F, 0x0C, 3, 2048, 47104});
  EXPECT_EQ(g.logical, (Geometry{4, 255, 63}));
  EXPECT_EQ(g.physical, (Geometry{48, 16, 63}));
}

TEST(DiskGeometry, IsohybridIs64Heads32Sectors) {
  // isohybrid -h 64 -s 32 of a 1 MiB image: the end is head 63, sector 32, cylinder 0.
  EXPECT_EQ(guess(2048, {0x80, 0, 1, 0, 0x17, 63, 32, 0, 0, 2048}).logical, (Geometry{2, 64, 32}));
  // xorriso writes an end inside a cylinder: corpus grub-rescue-usb, LBA 9923 is 4/54/4.
  EXPECT_EQ(guess(9924, {0x80, 0, 2, 0, 0xCD, 0x36, 4, 4, 1, 9923}).logical, (Geometry{5, 64, 32}));
}

TEST(DiskGeometry, BigPartitionWithSaturatedEndIs255By63) {
  const DiskGeometry g = guess(std::uint64_t{100} << 21, {0, 0x20, 0x21, 0, 0x83, 0xFE, 0xFF, 0xFF, 2048, 0x0C7FF800});
  EXPECT_EQ(g.logical, (Geometry{1024, 255, 63}));
  EXPECT_EQ(g.physical, (Geometry{16383, 16, 63}));
}

TEST(DiskGeometry, SixteenHeadsOrFewerArePhysicalToo) {
  const DiskGeometry g = guess(615 * 4 * 17, {0x80, 1, 1, 0, 4, 3, 0x91, 0x65, 17, 614 * 4 * 17 - 17 + 0});
  EXPECT_EQ(g.logical.heads, 4U);
  EXPECT_EQ(g.logical.sectors, 17U);
  EXPECT_EQ(g.physical, (Geometry{615, 4, 17}));
}

TEST(DiskGeometry, AddressesThatFitNoGeometryLeaveTheSize) {
  const DiskGeometry g = guess(65536, {0x80, 5, 5, 5, 6, 9, 9, 9, 1000, 2});
  EXPECT_EQ(g.logical, (Geometry{65, 16, 63}));
  EXPECT_EQ(g.source, "size");
}

TEST(DiskGeometry, ProtectiveEntryIsNoEvidence) {
  EXPECT_EQ(guess(98304, {0, 0, 2, 0, 0xEE, 0xFE, 0xFF, 0xFF, 1, 98303}).source, "size");
}

}  // namespace
}  // namespace devices::media
