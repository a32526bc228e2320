// Installations outside of file systems, on disks in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "bootsim/install/backup.h"
#include "bootsim/install/room.h"
#include "bootsim/install/target.h"
#include "install_test_support.h"

namespace bootsim::install {
namespace {

using test::mbr_disk;
using test::MemoryDisk;
using test::message_of;
using test::put;
using testing::HasSubstr;

class Embedded : public testing::Test {
 protected:
  Installer installer(MemoryDisk& disk) { return {disk, firmware, folder.path("backup"), test::quiet}; }
  void install(MemoryDisk& disk, const InstallOptions& options = {}) { installer(disk).install(options); }
  CheckResult look(const MemoryDisk& disk) { return check(disk, firmware); }

  TemporaryFolder folder;
  test::FakeFirmware firmware;
};

TEST_F(Embedded, PutsStage2BehindTheMbr) {
  MemoryDisk disk(mbr_disk());
  install(disk);
  const auto table = read_boot_table(Bytes(disk.bytes).first(512));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->lba0, 1u);
  EXPECT_EQ(table->lba1, 2u);
  const auto head = read_stage_head(Bytes(disk.bytes).subspan(512));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->install_id, table->install_id);
  EXPECT_NE(head->install_id, 0u);
  EXPECT_EQ(head->kind, StageKind::kEmbedded);
  EXPECT_EQ(head->body, (std::vector<SectorRun>{{3, 3}}));  // 1100 bytes are 3 sectors
  EXPECT_TRUE(look(disk).good) << testing::PrintToString(look(disk).lines);
}

TEST_F(Embedded, LeavesPartitionTableSignatureAndEverythingElse) {
  const Buffer before = mbr_disk();
  MemoryDisk disk(before);
  install(disk);
  EXPECT_TRUE(std::equal(before.begin() + 440, before.begin() + 512, disk.bytes.begin() + 440));
  EXPECT_TRUE(std::equal(before.begin() + 6 * 512, before.end(), disk.bytes.begin() + 6 * 512));
  EXPECT_EQ(before.size(), disk.bytes.size());
}

TEST_F(Embedded, UninstallingRestoresEveryByte) {
  Buffer before = mbr_disk();
  std::fill(before.begin() + 40 * 512, before.begin() + 63 * 512, std::uint8_t{0x77});
  MemoryDisk disk(before);
  install(disk);
  EXPECT_NE(disk.bytes, before);
  installer(disk).uninstall(false);
  EXPECT_EQ(disk.bytes, before);
  EXPECT_FALSE(std::filesystem::exists(folder.path("backup")));
}

TEST_F(Embedded, UninstallingAfterTwoInstallationsRestoresWhatWasBeforeTheFirst) {
  const Buffer before = mbr_disk();
  MemoryDisk disk(before);
  install(disk);
  firmware.stage2[1500] ^= 1;
  write_stage_head(firmware.stage2, {});
  install(disk);
  EXPECT_TRUE(look(disk).good);
  install(disk, {.mbr_only = true});
  installer(disk).uninstall(false);
  EXPECT_EQ(disk.bytes, before);
}

TEST_F(Embedded, ASecondInstallationGivesTheFirstOnesSectorsBack) {
  MemoryDisk disk(mbr_disk());
  install(disk);
  install(disk);
  EXPECT_EQ(read_boot_table(Bytes(disk.bytes).first(512))->lba0, 6u);  // beside the five sectors of the first
  EXPECT_TRUE(std::all_of(disk.bytes.begin() + 512, disk.bytes.begin() + 6 * 512, [](auto byte) { return byte == 0; }));
  install(disk);
  EXPECT_EQ(read_boot_table(Bytes(disk.bytes).first(512))->lba0, 1u);
}

TEST_F(Embedded, SectorsThatOthersWroteSinceAreNotOverwrittenByUninstalling) {
  MemoryDisk disk(mbr_disk());
  install(disk);
  disk.bytes[10] ^= 1;  // another loader's MBR
  const Buffer now = disk.bytes;
  EXPECT_THAT(message_of([&] { installer(disk).uninstall(false); }),
              HasSubstr("sector 0 was written by something else"));
  EXPECT_EQ(disk.bytes, now);
  installer(disk).uninstall(true);
  EXPECT_EQ(disk.bytes, mbr_disk());
}

TEST_F(Embedded, UninstallingNeedsTheBackup) {
  MemoryDisk disk(mbr_disk());
  EXPECT_THAT(message_of([&] { installer(disk).uninstall(false); }), HasSubstr("there is no backup"));
}

/// Whatever write is the last before the plug is pulled: the old loader or the new one is whole, and
/// uninstalling restores.
TEST_F(Embedded, AnInterruptedInstallationLeavesALoaderThatWorks) {
  const Buffer empty = mbr_disk();
  for (int writes = 0; writes < 12; ++writes) {
    SCOPED_TRACE(writes);
    std::filesystem::remove(folder.path("backup"));
    MemoryDisk disk(empty);
    install(disk);
    firmware.stage2[1500] ^= 1;
    write_stage_head(firmware.stage2, {});
    disk.writes_left = writes;
    const bool cut = message_of([&] { install(disk); }) != "no error";
    disk.writes_left = 1'000'000;
    EXPECT_TRUE(look(disk).good) << testing::PrintToString(look(disk).lines);
    EXPECT_TRUE(cut || writes > 2);
    installer(disk).uninstall(false);
    EXPECT_EQ(disk.bytes, empty);
  }
}

TEST_F(Embedded, AnInterruptedFirstInstallationLeavesTheOtherLoader) {
  for (int writes = 0; writes < 2; ++writes) {
    SCOPED_TRACE(writes);
    MemoryDisk disk(mbr_disk());
    disk.writes_left = writes;
    EXPECT_EQ(message_of([&] { install(disk); }), "the plug was pulled");
    disk.writes_left = 1'000'000;
    const Buffer before = mbr_disk();
    EXPECT_TRUE(std::equal(before.begin(), before.begin() + 512, disk.bytes.begin()));
    installer(disk).uninstall(false);
    EXPECT_EQ(disk.bytes, mbr_disk());
  }
}

TEST_F(Embedded, AGapThatIsTooSmallIsRefusedWithBothFigures) {
  MemoryDisk disk(mbr_disk(5));
  const std::string message = message_of([&] { install(disk); });
  EXPECT_THAT(message, HasSubstr("has 4 sectors (1 to 4), stage2 needs 5"));
  EXPECT_EQ(disk.bytes, mbr_disk(5));
  MemoryDisk enough(mbr_disk(6));
  install(enough);
  EXPECT_TRUE(look(enough).good);
}

TEST_F(Embedded, APartitionAtTheVeryBeginningIsRefused) {
  MemoryDisk disk(mbr_disk(1));
  EXPECT_THAT(message_of([&] { install(disk); }), HasSubstr("there is no gap behind the MBR"));
}

/// A second partition, of `sectors` from `first` on.
Buffer with_second_partition(Buffer disk, std::uint32_t first, std::uint32_t sectors) {
  put(disk, 462 + 4, 0x83, 1);
  put(disk, 462 + 8, first, 4);
  put(disk, 462 + 12, sectors, 4);
  return disk;
}

TEST_F(Embedded, PartitionsThatOverlapAreRefused) {
  const Buffer before = with_second_partition(mbr_disk(), 2000, 48);  // the first is 63 to 2047
  MemoryDisk disk(before);
  EXPECT_THAT(message_of([&] { install(disk); }),
              HasSubstr("partitions 1 and 2 overlap: both claim sectors 2000 to 2047"));
  EXPECT_EQ(disk.bytes, before);
}

TEST_F(Embedded, ALogicalPartitionLiesInItsExtendedOne) {
  Buffer bytes = mbr_disk();
  put(bytes, 446 + 12, 937, 4);  // 63 to 999
  bytes = with_second_partition(bytes, 1000, 1048);
  put(bytes, 462 + 4, 0x05, 1);
  put(bytes, 1000 * 512 + 446 + 4, 0x83, 1);
  put(bytes, 1000 * 512 + 446 + 8, 63, 4);
  put(bytes, 1000 * 512 + 446 + 12, 900, 4);
  put(bytes, 1000 * 512 + 510, 0xAA55, 2);
  MemoryDisk disk(bytes);
  EXPECT_EQ(message_of([&] { install(disk); }), "no error");
}

TEST_F(Embedded, APartitionPastTheEndIsMentioned) {
  Buffer bytes = mbr_disk();
  put(bytes, 446 + 12, 4000, 4);
  const MemoryDisk disk(bytes);
  EXPECT_THAT(choose_target(disk, {}).notes,
              testing::Contains(HasSubstr("partition 1 ends past the end of the disk: at sector 4062 of 2048")));
  EXPECT_THAT(choose_target(MemoryDisk(mbr_disk()), {}).notes, testing::Not(testing::Contains(HasSubstr("past"))));
}

TEST_F(Embedded, DataOfOthersInTheGapIsKeptUnlessForced) {
  Buffer before = mbr_disk(12);
  before[4 * 512 + 7] = 1;
  before[9 * 512 + 7] = 1;
  MemoryDisk disk(before);
  EXPECT_THAT(message_of([&] { install(disk); }), HasSubstr("holds data of others (from sector 4)"));
  EXPECT_EQ(disk.bytes, before);
  install(disk, {.force = true});
  EXPECT_TRUE(look(disk).good);
  installer(disk).uninstall(false);
  EXPECT_EQ(disk.bytes, before);
}

TEST_F(Embedded, GoesBesideDataOfOthersWhenThereIsRoom) {
  Buffer before = mbr_disk();
  std::fill(before.begin() + 512, before.begin() + 30 * 512, std::uint8_t{0x99});  // a core.img
  MemoryDisk disk(before);
  install(disk);
  EXPECT_EQ(read_boot_table(Bytes(disk.bytes).first(512))->lba0, 30u);
}

TEST_F(Embedded, ADiskWithoutTableAndFileSystemIsRefusedUnlessItIsCalledAFloppy) {
  MemoryDisk disk(Buffer(1474560));
  EXPECT_THAT(message_of([&] { install(disk); }), HasSubstr("--floppy"));
  install(disk, {.floppy = true});
  EXPECT_TRUE(look(disk).good);
  EXPECT_EQ(read_stage_head(Bytes(disk.bytes).subspan(512))->kind, StageKind::kWholeMedium);
}

TEST_F(Embedded, AMediumOfUnknownContentsIsRefused) {
  Buffer before(1474560);
  test::put_text(before, 0, "LUKS");
  MemoryDisk disk(before);
  EXPECT_THAT(message_of([&] { install(disk, {.floppy = true}); }), HasSubstr("sector 0 holds something"));
  EXPECT_EQ(disk.bytes, before);
}

TEST_F(Embedded, CallingADiskWithPartitionsAFloppyIsRefused) {
  MemoryDisk disk(mbr_disk());
  EXPECT_THAT(message_of([&] { install(disk, {.floppy = true}); }), HasSubstr("has a partition table"));
}

TEST_F(Embedded, MbrOnlyWritesOneSector) {
  const Buffer before = mbr_disk();
  MemoryDisk disk(before);
  install(disk, {.mbr_only = true});
  EXPECT_EQ(disk.bytes[0], 0x22);
  EXPECT_TRUE(std::equal(before.begin() + 440, before.end(), disk.bytes.begin() + 440));
}

TEST_F(Embedded, CheckSaysThatStage2WasOverwritten) {
  MemoryDisk disk(mbr_disk());
  install(disk);
  disk.bytes[3 * 512 + 5] ^= 1;
  const CheckResult result = look(disk);
  EXPECT_TRUE(result.installed);
  EXPECT_FALSE(result.good);
  EXPECT_THAT(result.lines, testing::Contains(HasSubstr("sum is wrong")));
}

TEST_F(Embedded, CheckSaysThatTheMbrBelongsToAnotherInstallation) {
  MemoryDisk disk(mbr_disk());
  install(disk);
  put(disk.bytes, 512 + head::kInstallId, 0x11111111, 4);
  EXPECT_THAT(look(disk).lines, testing::Contains(HasSubstr("to 11111111")));
  EXPECT_FALSE(look(disk).good);
}

TEST_F(Embedded, CheckSaysThatNothingIsInstalled) {
  const CheckResult result = look(MemoryDisk(mbr_disk()));
  EXPECT_FALSE(result.installed);
  EXPECT_FALSE(result.good);
  EXPECT_THAT(result.lines, testing::Contains("MBR: not bootsim's"));
}

TEST(Backup, OfADiskOfAnotherSizeIsRefused) {
  const TemporaryFolder folder;
  MemoryDisk disk(mbr_disk());
  Backup backup;
  backup.remember(disk, 0, Buffer(440, 1));
  backup.save(folder.path("b"), disk.size());
  EXPECT_THAT(message_of([&] { Backup::load(folder.path("b"), disk.size() + 512); }), HasSubstr("another size"));
}

TEST(Backup, ThatIsDamagedIsRefused) {
  const TemporaryFolder folder;
  write_file(folder.path("b"), "{\"bootsim-backup\": 1, \"disk-size\": 4096, \"sectors\": [{\"sector\": 9}]}");
  EXPECT_THAT(message_of([&] { Backup::load(folder.path("b"), 4096); }), HasSubstr("is damaged"));
}

TEST(InUse, AMountedPartitionIsNamed) {
  const TemporaryFolder folder;
  const std::string devices[] = {"sdx", "sdx1"};
  EXPECT_EQ(
      use_of_device("/dev/sdy1 / ext4 rw 0 0\n/dev/sdx1 /media/stick vfat rw 0 0\n", "", folder.path("block"), devices),
      "/dev/sdx1 is mounted on /media/stick; unmount it first");
  EXPECT_EQ(use_of_device("/dev/sdx10 /mnt ext4 rw 0 0\n", "", folder.path("block"), devices), "");
}

TEST(InUse, AHolderIsNamed) {
  const TemporaryFolder folder;
  const std::string devices[] = {"sdx", "sdx1"};
  std::filesystem::create_directories(folder.path("block/sdx/sdx1/holders/dm-0"));
  EXPECT_EQ(use_of_device("", "", folder.path("block"), devices),
            "/dev/sdx1 is held by dm-0 (LVM, dm-crypt or the like); release it first");
}

TEST(InUse, ALoopDeviceIsNamed) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path("block/loop7/loop"));
  write_file(folder.path("block/loop7/loop/backing_file"), "/home/me/stick.img\n");
  EXPECT_EQ(loop_device_of(folder.path("block"), "/home/me/stick.img"), "loop7");
  EXPECT_EQ(loop_device_of(folder.path("block"), "/home/me/stick"), "");
}

}  // namespace
}  // namespace bootsim::install
