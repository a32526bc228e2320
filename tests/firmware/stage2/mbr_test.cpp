#include "stage2/map/mbr.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace stage2 {
namespace {

using Sector = std::array<u8, 512>;
constexpr memdisk::Geometry kGeometry = {1024, 255, 63, 0x10, 0};

TEST(MbrEntryTest, CylindersHeadsAndSectorsCountFromTheDisksBeginning) {
  Sector sector = {};
  write_mbr_entry(sector.data(), 0, {true, 0x0c, 2048, 1024000}, kGeometry);
  const u8* entry = sector.data() + 446;
  EXPECT_EQ(entry[0], 0x80);
  // 2048 = track 32, sector 33: cylinder 0, head 32
  EXPECT_EQ(entry[1], 32);
  EXPECT_EQ(entry[2], 33);
  EXPECT_EQ(entry[3], 0);
  EXPECT_EQ(entry[4], 0x0c);
  // 1026047 = track 16286, sector 30: cylinder 63, head 221
  EXPECT_EQ(entry[5], 221);
  EXPECT_EQ(entry[6], 30);
  EXPECT_EQ(entry[7], 63);
  EXPECT_EQ(sector[510], 0x55);
  EXPECT_EQ(sector[511], 0xaa);
}

TEST(MbrEntryTest, BeyondCylinder1023TheLargestIsWritten) {
  Sector sector = {};
  write_mbr_entry(sector.data(), 3, {false, 0x17, 1024 * 255 * 63, 1}, kGeometry);
  const u8* entry = sector.data() + 446 + 48;
  EXPECT_EQ(entry[1], 0xfe);
  EXPECT_EQ(entry[2], 0xff);
  EXPECT_EQ(entry[3], 0xff);
}

TEST(MbrEntryTest, TheUpperBitsOfTheCylinderGoWithTheSector) {
  Sector sector = {};
  write_mbr_entry(sector.data(), 1, {false, 0x83, 1023 * 255 * 63, 1}, kGeometry);
  const u8* entry = sector.data() + 446 + 16;
  EXPECT_EQ(entry[1], 0);
  EXPECT_EQ(entry[2], 0xc1);
  EXPECT_EQ(entry[3], 0xff);
}

TEST(MbrEntryTest, ReadsWhatItWrote) {
  Sector sector = {};
  write_mbr_entry(sector.data(), 2, {true, 0x96, 0x12345678, 0x9abcdef0}, kGeometry);
  const MbrEntry entry = read_mbr_entry(sector.data(), 2);
  EXPECT_TRUE(entry.active);
  EXPECT_EQ(entry.type, 0x96);
  EXPECT_EQ(entry.start, 0x12345678u);
  EXPECT_EQ(entry.count, 0x9abcdef0u);
  EXPECT_EQ(read_mbr_entry(sector.data(), 1).type, 0);
}

// The fields of a FAT boot sector that matter (FAT specification 1.03)
Sector boot_sector(u16 per_track, u16 heads) {
  Sector sector = {};
  sector[0] = 0xeb;
  sector[12] = 2;  // 512 bytes
  sector[24] = u8(per_track);
  sector[25] = u8(per_track >> 8);
  sector[26] = u8(heads);
  sector[27] = u8(heads >> 8);
  sector[510] = 0x55;
  sector[511] = 0xaa;
  return sector;
}

TEST(BpbTest, GeometryIsTakenWhenItMakesSense) {
  memdisk::Geometry geometry = {};
  EXPECT_TRUE(bpb_geometry(boot_sector(18, 2).data(), geometry));
  EXPECT_EQ(geometry.sectors, 18u);
  EXPECT_EQ(geometry.heads, 2u);
  EXPECT_FALSE(bpb_geometry(boot_sector(64, 2).data(), geometry));
  EXPECT_FALSE(bpb_geometry(boot_sector(0, 2).data(), geometry));
  EXPECT_FALSE(bpb_geometry(boot_sector(18, 256).data(), geometry));
  EXPECT_FALSE(bpb_geometry(Sector{}.data(), geometry));
  EXPECT_EQ(geometry.sectors, 18u);
}

TEST(BpbTest, HiddenSectorsAreADword) {
  Sector sector = boot_sector(63, 255);
  set_hidden_sectors(sector.data(), 0x01020304);
  EXPECT_EQ(sector[28], 4);
  EXPECT_EQ(sector[31], 1);
}

TEST(BpbTest, ThePartitionTypeFollowsTheFileSystem) {
  Sector sector = boot_sector(63, 255);
  std::memcpy(sector.data() + 54, "FAT12   ", 8);
  EXPECT_EQ(partition_type(sector.data(), 2880), 0x01);
  sector = boot_sector(63, 255);
  std::memcpy(sector.data() + 82, "FAT32   ", 8);
  EXPECT_EQ(partition_type(sector.data(), 1000000), 0x0c);
  sector = boot_sector(63, 255);
  std::memcpy(sector.data() + 3, "NTFS    ", 8);
  EXPECT_EQ(partition_type(sector.data(), 1000000), 0x07);
  EXPECT_EQ(partition_type(Sector{}.data(), 1000000), 0x83);
}

}  // namespace
}  // namespace stage2
