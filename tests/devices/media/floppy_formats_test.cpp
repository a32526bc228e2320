#include "devices/media/floppy_formats.h"

#include <gtest/gtest.h>

#include "media_test_support.h"

namespace devices::media {
namespace {

struct Size {
  std::uint64_t bytes;
  Geometry geometry;
};
// Syslinux doc/memdisk.txt; its 1,222,800 is a misprint for 80 * 2 * 15 * 512.
constexpr Size kMemdiskSizes[] = {
    {163840, {40, 1, 8}},   {184320, {40, 1, 9}},   {327680, {40, 2, 8}},   {368640, {40, 2, 9}},
    {655360, {80, 2, 8}},   {737280, {80, 2, 9}},   {1228800, {80, 2, 15}}, {1474560, {80, 2, 18}},
    {1638400, {80, 2, 20}}, {1720320, {80, 2, 21}}, {1763328, {82, 2, 21}}, {1784832, {83, 2, 21}},
    {1802240, {80, 2, 22}}, {1884160, {80, 2, 23}}, {1966080, {80, 2, 24}}, {2949120, {80, 2, 36}},
    {3194880, {80, 2, 39}}, {3276800, {80, 2, 40}}, {3604480, {80, 2, 44}}, {3932160, {80, 2, 48}},
};

TEST(FloppyFormats, KnowsTheTwentySizesOfMemdisk) {
  ASSERT_EQ(floppy_formats().size(), std::size(kMemdiskSizes));
  for (const Size& size : kMemdiskSizes) EXPECT_EQ(floppy_geometry(size.bytes), size.geometry) << size.bytes;
}

TEST(FloppyFormats, TakesWholeCylindersThatDrivesCanWrite) {
  EXPECT_EQ(floppy_geometry(82 * 2 * 18 * 512), (Geometry{82, 2, 18}));  // 1.48 MB, Linux u1476
  EXPECT_EQ(floppy_geometry(80 * 2 * 10 * 512), (Geometry{80, 2, 10}));  // 800 KB
  EXPECT_EQ(floppy_geometry(41 * 2 * 10 * 512), (Geometry{41, 2, 10}));  // 410 KB, Linux h410
  EXPECT_EQ(floppy_geometry(82 * 2 * 36 * 512), (Geometry{82, 2, 36}));
}

// QEMU 7.2 with SeaBIOS answers INT 13h/08h with 80 cylinders, 2 heads, 36 sectors, type 5 for all but the last.
TEST(FloppyFormats, TakesAnImageOfNoDisksSizeForA2880KOne) {
  for (const std::uint64_t bytes : {512u, 1234567u, 1296384u, 1474048u, 1474561u}) {
    EXPECT_EQ(floppy_geometry(bytes), (Geometry{80, 2, 36})) << bytes;
    EXPECT_EQ(floppy_format(bytes)->cmos_type, 5) << bytes;
  }
  EXPECT_EQ(floppy_geometry(2949121), (Geometry{80, 2, 48})) << "the least disk that holds it";
}

TEST(FloppyFormats, NothingAbove3840KiBOrEmpty) {
  EXPECT_FALSE(floppy_geometry(3932161));
  EXPECT_FALSE(floppy_geometry(std::uint64_t{1} << 40));
  EXPECT_FALSE(floppy_geometry(std::uint64_t{0}));
}

TEST(FloppyFormats, DriveTypesAreThoseOfInt13) {
  // RBIL INT 13h/08h: 1 = 360K, 2 = 1.2M, 3 = 720K, 4 = 1.44M, 5 = 2.88M
  EXPECT_EQ(floppy_format(368640)->cmos_type, 1);
  EXPECT_EQ(floppy_format(1228800)->cmos_type, 2);
  EXPECT_EQ(floppy_format(737280)->cmos_type, 3);
  EXPECT_EQ(floppy_format(1474560)->cmos_type, 4);
  EXPECT_EQ(floppy_format(1720320)->cmos_type, 4);
  EXPECT_EQ(floppy_format(2949120)->cmos_type, 5);
}

TEST(FloppyFormats, ParameterTableOf1440KHasTheIbmGapsAndSectors) {
  const auto table = diskette_parameter_table(*floppy_format(1474560));
  EXPECT_EQ(table[3], 0x02);  // 512 bytes
  EXPECT_EQ(table[4], 18);
  EXPECT_EQ(table[5], 0x1B);
  EXPECT_EQ(table[7], 0x6C);
  EXPECT_EQ(table[8], 0xF6);
}

test::Image with_bpb(std::size_t size, unsigned total, unsigned sectors, unsigned heads) {
  test::Image image(size);
  test::put8(image, 0, 0xEB);
  test::put16(image, 11, 512);
  test::put16(image, 19, total);
  test::put8(image, 21, 0xF0);
  test::put16(image, 24, sectors);
  test::put16(image, 26, heads);
  return image;
}

TEST(FloppyFormats, ABootSectorTellsWhatTheSizeLeavesOpen) {
  // 800 sectors: 40 cylinders with 2 heads by size alone.
  EXPECT_EQ(floppy_geometry(MemoryMedium(with_bpb(409600, 800, 10, 2))), (Geometry{40, 2, 10}));
  EXPECT_EQ(floppy_geometry(MemoryMedium(with_bpb(409600, 800, 10, 1))), (Geometry{80, 1, 10}));
}

TEST(FloppyFormats, TheBootSectorOfACutDiskIsNotBelieved) {
  // 1.44 MB disks cut to a size of its own, and to the exact size of a 720 KB disk.
  EXPECT_EQ(floppy_geometry(MemoryMedium(with_bpb(1234567, 2880, 18, 2))), (Geometry{80, 2, 36}));
  EXPECT_EQ(floppy_geometry(MemoryMedium(with_bpb(737280, 2880, 18, 2))), (Geometry{80, 2, 9}));
}

TEST(FloppyFormats, AnImplausibleBootSectorLeavesTheSize) {
  EXPECT_EQ(floppy_geometry(MemoryMedium(with_bpb(737280, 2880, 0, 0))), (Geometry{80, 2, 9}));
  EXPECT_EQ(floppy_geometry(MemoryMedium(with_bpb(737280, 2881, 18, 2))), (Geometry{80, 2, 9}));
  EXPECT_EQ(floppy_geometry(MemoryMedium(with_bpb(1474560, 1440, 9, 2))), (Geometry{80, 2, 18}));
}

}  // namespace
}  // namespace devices::media
