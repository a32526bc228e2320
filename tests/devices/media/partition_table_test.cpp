#include "devices/media/partition_table.h"

#include <gmock/gmock.h>

#include "devices/media/gpt.h"
#include "media_test_support.h"

namespace devices::media {
namespace {

using test::Image;
using test::put16;
using test::put32;
using test::put64;
using test::put8;
using test::put_entry;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = PartitionTable::Kind;
using Scheme = Partition::Scheme;

PartitionTable table_of(const Image& image) { return read_partition_table(MemoryMedium(image)); }

TEST(PartitionTable, CrcIsTheCheckValueOfCrc32) {
  const std::uint8_t digits[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  EXPECT_EQ(crc32(digits, sizeof digits), 0xCBF43926U);
}

TEST(PartitionTable, ReadsPrimaryEntries) {
  Image disk(512 * 4096);
  put_entry(disk, 0, 0, {0x80, 0x20, 0x21, 0, 0x0C, 0xFE, 0xFF, 0xC1, 2048, 1024});
  put_entry(disk, 0, 2, {0x00, 0, 0, 0, 0x83, 0, 0, 0, 3072, 1024});
  put32(disk, 440, 0x43525053);
  const PartitionTable t = table_of(disk);
  EXPECT_EQ(t.kind, Kind::kMbr);
  EXPECT_EQ(t.disk_id, 0x43525053U);
  ASSERT_EQ(t.partitions.size(), 2U);
  EXPECT_TRUE(t.partitions[0].active);
  EXPECT_EQ(t.partitions[0].type_name, "FAT32 (LBA)");
  EXPECT_EQ(t.partitions[0].first_chs, (ChsAddress{0, 32, 33}));
  EXPECT_EQ(t.partitions[0].last_chs, (ChsAddress{0x3C1, 254, 63}));
  EXPECT_EQ(t.partitions[1].number, 3);
  EXPECT_THAT(t.problems, IsEmpty());
}

TEST(PartitionTable, SaysThatNothingIsActive) {
  Image disk(512 * 64);
  put_entry(disk, 0, 0, {0, 0, 2, 0, 6, 0, 3, 0, 1, 2});
  EXPECT_THAT(table_of(disk).problems, Contains(HasSubstr("no partition is active")));
}

TEST(PartitionTable, SaysWhereATruncatedDiskEnds) {
  Image disk(512 * 100);
  put_entry(disk, 0, 0, {0x80, 0, 2, 0, 6, 0, 3, 0, 50, 51});
  EXPECT_THAT(table_of(disk).problems, Contains("partition 1 ends at LBA 101; the medium ends at LBA 100"));
}

TEST(PartitionTable, AFatBootSectorIsNoTable) {
  Image disk(512 * 64);
  put8(disk, 0, 0xEB);
  put8(disk, 2, 0x90);
  put16(disk, 11, 512);
  put_entry(disk, 0, 0, {0x6F, 0x20, 0x65, 0x72, 0x72, 0x6F, 0x72, 0x0D, 0x12345678, 0x9ABCDEF0});
  const PartitionTable t = table_of(disk);
  EXPECT_EQ(t.kind, Kind::kNone);
  EXPECT_TRUE(t.boot_signature);
  EXPECT_THAT(t.problems, IsEmpty());
}

TEST(PartitionTable, MformatsEntryForAWholeFloppyIsNoTable) {
  Image disk(512 * 2880);
  put8(disk, 0, 0xEB);
  put8(disk, 2, 0x90);
  put16(disk, 11, 512);
  put_entry(disk, 0, 0, {0x80, 0, 1, 0, 1, 1, 0x12, 0x4F, 0, 2880});
  EXPECT_EQ(table_of(disk).kind, Kind::kNone);
}

TEST(PartitionTable, CodeOfAVolumesBootSectorThatLooksLikeAnEntryIsNoTable) {
  Image disk(512 * 2880);
  put8(disk, 0, 0xEB);
  put8(disk, 2, 0x90);
  put16(disk, 11, 512);
  put_entry(disk, 0, 0, {0, 0, 0, 0, 0x42, 0x53, 0x42, 0x4C, 0x2FC8BD8D, 1210});
  EXPECT_EQ(table_of(disk).kind, Kind::kNone);
  EXPECT_THAT(table_of(disk).problems, IsEmpty());
}

TEST(PartitionTable, WithoutTheSignatureThereIsNoTable) {
  Image disk(512 * 64);
  put_entry(disk, 0, 0, {0x80, 0, 2, 0, 6, 0, 3, 0, 1, 2});
  put16(disk, 510, 0);
  EXPECT_EQ(table_of(disk).kind, Kind::kNone);
}

/// Primary 1 and an extended partition at 100 with logical ones at 101 and 201 (record at 200).
Image with_logicals() {
  Image disk(512 * 400);
  put_entry(disk, 0, 0, {0x80, 0, 2, 0, 6, 0, 3, 0, 1, 50});
  put_entry(disk, 0, 1, {0, 0, 2, 0, 5, 0, 3, 0, 100, 300});
  put_entry(disk, 100, 0, {0, 0, 2, 0, 0x83, 0, 3, 0, 1, 99});
  put_entry(disk, 100, 1, {0, 0, 2, 0, 5, 0, 3, 0, 100, 100});
  put_entry(disk, 200, 0, {0, 0, 2, 0, 0x82, 0, 3, 0, 1, 99});
  return disk;
}

TEST(PartitionTable, FollowsLogicalPartitions) {
  const PartitionTable t = table_of(with_logicals());
  ASSERT_EQ(t.partitions.size(), 4U);
  ASSERT_NE(t.find(Scheme::kMbrLogical, 5), nullptr);
  EXPECT_EQ(t.find(Scheme::kMbrLogical, 5)->first_lba, 101U);
  EXPECT_EQ(t.find(Scheme::kMbrLogical, 6)->first_lba, 201U);
  EXPECT_THAT(t.problems, IsEmpty());
}

TEST(PartitionTable, StopsWhenTheLogicalChainLoops) {
  Image disk = with_logicals();
  put_entry(disk, 200, 1, {0, 0, 2, 0, 5, 0, 3, 0, 0, 100});  // back to the first record
  const PartitionTable t = table_of(disk);
  EXPECT_EQ(t.partitions.size(), 4U);
  EXPECT_THAT(t.problems, Contains(HasSubstr("comes back to LBA 100")));
}

TEST(PartitionTable, SaysThatALogicalRecordIsBad) {
  Image disk = with_logicals();
  put16(disk, 200 * 512 + 510, 0);
  EXPECT_THAT(table_of(disk).problems, Contains(HasSubstr("LBA 200 is unreadable or not signed")));
}

constexpr std::size_t kGptSectors = 200;

void put_gpt_header(Image& disk, std::uint64_t lba, std::uint64_t alternate, std::uint64_t entries) {
  const std::size_t h = lba * 512;
  test::put_text(disk, h, "EFI PART");
  put32(disk, h + 8, 0x00010000);
  put32(disk, h + 12, 92);
  put64(disk, h + 24, lba);
  put64(disk, h + 32, alternate);
  put64(disk, h + 40, 34);
  put64(disk, h + 48, kGptSectors - 34);
  put64(disk, h + 72, entries);
  put32(disk, h + 80, 128);
  put32(disk, h + 84, 128);
  put32(disk, h + 88, crc32(&disk[entries * 512], 128 * 128));
  put32(disk, h + 16, 0);
  put32(disk, h + 16, crc32(&disk[h], 92));
}

/// One EFI system partition named "Aé😀", legacy-bootable, at 40 to 99; primary and backup.
Image with_gpt() {
  Image disk(512 * kGptSectors);
  put_entry(disk, 0, 0, {0, 0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF, 1, kGptSectors - 1});
  for (const std::size_t entries : {std::size_t{2}, kGptSectors - 33}) {
    const std::size_t at = entries * 512;
    const unsigned esp[] = {0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11,
                            0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B};
    for (std::size_t i = 0; i < 16; ++i) put8(disk, at + i, esp[i]);
    put8(disk, at + 16, 1);
    put64(disk, at + 32, 40);
    put64(disk, at + 40, 99);
    put64(disk, at + 48, 4);
    put16(disk, at + 56, 'A');
    put16(disk, at + 58, 0xE9);
    put16(disk, at + 60, 0xD83D);
    put16(disk, at + 62, 0xDE00);
  }
  put_gpt_header(disk, 1, kGptSectors - 1, 2);
  put_gpt_header(disk, kGptSectors - 1, 1, kGptSectors - 33);
  return disk;
}

TEST(PartitionTable, ReadsGpt) {
  const PartitionTable t = table_of(with_gpt());
  EXPECT_EQ(t.kind, Kind::kGpt);
  EXPECT_THAT(t.problems, IsEmpty());
  const Partition* p = t.find(Scheme::kGpt, 1);
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p->first_lba, 40U);
  EXPECT_EQ(p->sectors, 60U);
  EXPECT_EQ(p->type_name, "EFI system");
  EXPECT_EQ(p->type_guid.text(), "C12A7328-F81F-11D2-BA4B-00A0C93EC93B");
  EXPECT_EQ(p->name, "A\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_TRUE(p->legacy_boot());
}

TEST(PartitionTable, TakesTheBackupWhenThePrimaryIsBad) {
  Image disk = with_gpt();
  put8(disk, 2 * 512 + 48, 5);  // an attribute: the entries' CRC no longer fits
  const PartitionTable t = table_of(disk);
  EXPECT_EQ(t.kind, Kind::kGpt);
  EXPECT_TRUE(t.used_backup_gpt);
  EXPECT_THAT(t.problems, Contains(HasSubstr("primary GPT at LBA 1 is bad: entries' CRC")));
  ASSERT_NE(t.find(Scheme::kGpt, 1), nullptr);
  EXPECT_EQ(t.find(Scheme::kGpt, 1)->attributes, 4U);
}

TEST(PartitionTable, TakesTheBackupWhenThePrimaryIsErased) {
  Image disk = with_gpt();
  std::fill_n(disk.begin() + 512, 512, std::uint8_t{0});
  EXPECT_TRUE(table_of(disk).used_backup_gpt);
}

TEST(PartitionTable, ReportsABadBackup) {
  Image disk = with_gpt();
  put8(disk, (kGptSectors - 1) * 512 + 40, 99);
  const PartitionTable t = table_of(disk);
  EXPECT_FALSE(t.used_backup_gpt);
  EXPECT_THAT(t.problems, Contains(HasSubstr("backup GPT at LBA 199 is bad: header CRC")));
}

TEST(PartitionTable, BothGptsBadLeavesTheMbr) {
  Image disk = with_gpt();
  put8(disk, 512 + 40, 99);
  put8(disk, (kGptSectors - 1) * 512 + 40, 99);
  const PartitionTable t = table_of(disk);
  EXPECT_EQ(t.kind, Kind::kMbr);
  EXPECT_EQ(t.find(Scheme::kGpt, 1), nullptr);
  EXPECT_THAT(t.problems, Contains(HasSubstr("is bad too")));
}

TEST(PartitionTable, AHybridHasBothKinds) {
  Image disk = with_gpt();
  put_entry(disk, 0, 1, {0x80, 0, 2, 0, 0x0C, 0, 3, 0, 40, 60});
  put_entry(disk, 0, 0, {0, 0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF, 1, 33});
  const PartitionTable t = table_of(disk);
  EXPECT_EQ(t.kind, Kind::kHybrid);
  EXPECT_NE(t.find(Scheme::kGpt, 1), nullptr);
  EXPECT_NE(t.find(Scheme::kMbrPrimary, 2), nullptr);
}

TEST(PartitionTable, HugeEntryCountIsRefusedNotAllocated) {
  Image disk = with_gpt();
  put32(disk, 512 + 80, 0xFFFFFFFF);
  put32(disk, 512 + 16, 0);
  put32(disk, 512 + 16, crc32(&disk[512], 92));
  EXPECT_THAT(table_of(disk).problems, Contains(HasSubstr("4294967295 entries")));
}

TEST(PartitionTable, TinyMediaHaveNone) {
  EXPECT_EQ(table_of({}).kind, Kind::kNone);
  EXPECT_EQ(table_of(Image(511, 0xFF)).kind, Kind::kNone);
}

}  // namespace
}  // namespace devices::media
