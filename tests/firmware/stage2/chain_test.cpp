#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "stage2/chain/boot_sector.h"
#include "stage2/chain/conventions.h"
#include "stage2/chain/el_torito.h"
#include "text.h"

namespace stage2 {
namespace {

using lib32::le32;

std::vector<u8> fat16() {
  std::vector<u8> sector(512);
  const u8 start[] = {0xeb, 0x3c, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.', '0', 0, 2, 4, 4, 0, 2, 0, 2};
  std::memcpy(sector.data(), start, sizeof start);
  sector[22] = 20;  // sectors of a FAT
  return sector;
}

TEST(BootSector, Fat16HasItsDriveAt24h) {
  std::vector<u8> sector = fat16();
  const BpbChange change = fix_bpb(sector.data(), 0x12345, 0x81);
  EXPECT_TRUE(change.has_bpb && change.hidden_sectors && change.drive);
  EXPECT_EQ(le32(&sector[28]), 0x12345u);
  EXPECT_EQ(sector[0x24], 0x81);
}

TEST(BootSector, Fat32HasItsDriveAt40h) {
  std::vector<u8> sector = fat16();
  sector[17] = sector[18] = sector[22] = 0;
  fix_bpb(sector.data(), 63, 0x81);
  EXPECT_EQ(sector[0x40], 0x81);
  EXPECT_EQ(sector[0x24], 0);
}

TEST(BootSector, ExFatHasSixtyFourBits) {
  std::vector<u8> sector(512);
  std::memcpy(sector.data(), "\xeb\x76\220EXFAT   ", 11);
  fix_bpb(sector.data(), u64{5} << 32 | 7, 0x80);
  EXPECT_EQ(le32(&sector[64]), 7u);
  EXPECT_EQ(le32(&sector[68]), 5u);
  EXPECT_EQ(sector[111], 0x80);
}

TEST(BootSector, WhatIsRightIsNoChange) {
  std::vector<u8> sector = fat16();
  fix_bpb(sector.data(), 63, 0x80);
  const BpbChange again = fix_bpb(sector.data(), 63, 0x80);
  EXPECT_TRUE(again.has_bpb);
  EXPECT_FALSE(again.hidden_sectors || again.drive);
}

TEST(BootSector, CodeWithoutABpbIsLeftAlone) {
  std::vector<u8> sector(512, 0x90);
  const std::vector<u8> before = sector;
  EXPECT_FALSE(fix_bpb(sector.data(), 63, 0x80).has_bpb);
  EXPECT_EQ(sector, before);
}

TEST(BootSector, TheBootInformationTableSumsDwordsFrom64On) {
  std::vector<u8> file(64 + 6 + 4);  // two bytes in the last dword
  file[64] = 1;
  file[68] = 0xff;
  file[69] = 0x01;
  put_boot_info_table(file.data(), 70, 33);
  EXPECT_EQ(le32(&file[8]), 16u);
  EXPECT_EQ(le32(&file[12]), 33u);
  EXPECT_EQ(le32(&file[16]), 70u);
  EXPECT_EQ(le32(&file[20]), 0x200u);
  EXPECT_TRUE(has_boot_info_table(file.data(), 70));
  EXPECT_FALSE(has_boot_info_table(file.data(), 71));
}

TEST(BootSector, APartitionBeyond32BitsHasTheLargestNumberInItsEntry) {
  u8 entry[16];
  make_partition_entry(0xee, u64{1} << 32, 4096, entry);
  EXPECT_EQ(entry[0], 0x80);
  EXPECT_EQ(le32(entry + 8), 0xffffffffu);
  EXPECT_EQ(le32(entry + 12), 4096u);
}

std::string convention(Text path, const std::string& bytes) {
  const Convention* found = find_convention(path, reinterpret_cast<const u8*>(bytes.data()), bytes.size());
  return found == nullptr ? "none" : found->name;
}

TEST(Conventions, AreKnownByContentOrName) {
  EXPECT_EQ(convention("/x", "\xeb\033CONFIG"), "FreeDOS kernel");
  EXPECT_EQ(convention("(hd0,0)/KERNEL.SYS", "x"), "FreeDOS kernel");
  EXPECT_EQ(convention("/BOOTMGR", "x"), "NT-style loader");
  EXPECT_EQ(convention("/boot/bootmgr.bin", "x"), "none");
  std::string core(0x205, '\0');
  core.replace(0x1fe, 3, "\x20\x08\xea");
  EXPECT_EQ(convention("/core.img", core), "GRUB 2 core image");
  EXPECT_EQ(convention("/core.img", core.substr(0, 0x204)), "none");
}

TEST(Conventions, NoneReachesPastAShortFile) {
  for (size_t length = 0; length < 16; ++length) EXPECT_EQ(convention("/x", std::string(length, '\0')), "none");
}

std::vector<u8> cd() {
  std::vector<u8> image(20 * 2048);
  std::memcpy(&image[17 * 2048], "\0CD001\1EL TORITO SPECIFICATION", 30);
  image[17 * 2048 + 0x47] = 18;
  u8* catalog = &image[18 * 2048];
  catalog[0] = 1;
  catalog[30] = 0x55, catalog[31] = 0xaa;
  const u16 sum = u16(0 - (1 + 0xaa55));  // all words together make 0
  catalog[28] = u8(sum), catalog[29] = u8(sum >> 8);
  catalog[32] = 0x88;
  catalog[38] = 4;
  catalog[40] = 19;
  return image;
}

TEST(ElTorito, TheDefaultEntryIsLoadedAt07C0h) {
  std::vector<u8> image = cd();
  lib32::MemorySource source(image.data(), image.size());
  BootEntry entry;
  ASSERT_TRUE(read_boot_entry("(cd)", source, entry).ok());
  EXPECT_EQ(entry.media, 0);
  EXPECT_EQ(entry.segment, 0x7c0);
  EXPECT_EQ(entry.bytes, 2048u);
  EXPECT_EQ(entry.offset, 19u * 2048);
}

TEST(ElTorito, WhatCannotBootSaysWhy) {
  std::vector<u8> no_sum = cd(), not_bootable = cd(), no_record = cd();
  no_sum[18 * 2048 + 5] ^= 1;
  not_bootable[18 * 2048 + 32] = 0;
  no_record[17 * 2048 + 8] = 'X';
  for (std::vector<u8>* image : {&no_sum, &not_bootable, &no_record}) {
    lib32::MemorySource source(image->data(), image->size());
    BootEntry entry;
    const Result result = read_boot_entry("(cd)", source, entry);
    EXPECT_FALSE(result.ok());
    EXPECT_EQ(str(result.words()).find("the CD in (cd) cannot boot: it"), 0u);
  }
}

}  // namespace
}  // namespace stage2
