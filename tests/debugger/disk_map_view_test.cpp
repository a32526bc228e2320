#include "debugger/views/disk_map.h"

#include <gmock/gmock.h>

#include <array>

#include "devices/media/memory_medium.h"

namespace debugger::views {
namespace {

using devices::media::Attach;
using devices::media::MemoryMedium;

constexpr std::uint64_t kSector = 512;

/// A disk of 2,048 sectors with one active FAT16 partition from sector 63 on that holds no file system.
std::shared_ptr<MemoryMedium> disk() {
  std::vector<std::uint8_t> bytes(2048 * kSector);
  const std::array<std::uint8_t, 16> entry = {0x80, 1, 1, 0, 0x06, 1,    1, 1,
                                              63,   0, 0, 0, 0xC1, 0x07, 0, 0};  // 1,985 sectors
  std::copy(entry.begin(), entry.end(), bytes.begin() + 446);
  bytes[510] = 0x55;
  bytes[511] = 0xAA;
  return std::make_shared<MemoryMedium>(std::move(bytes), "disk.img");
}

LoggedCall read_call(std::uint8_t drive, std::uint64_t lba, std::uint32_t count) {
  LoggedCall logged{.number = 4, .call = {}, .described = {}, .file = {}, .ever_returned = true};
  logged.call.finished = true;
  logged.described.vector = 0x13;
  logged.described.ax = 0x4200;
  logged.described.arguments.drive = drive;
  logged.described.arguments.lba = lba;
  logged.described.arguments.count = count;
  return logged;
}

TEST(DiskMap, NamesRunsAndPartitions) {
  const auto medium = disk();
  const SectorFiles files(*medium, Attach::kHardDisk);
  const MediumMap map = medium_map(*medium, Attach::kHardDisk, files);
  EXPECT_EQ(map.size, 2048 * kSector);
  EXPECT_EQ(map.sector_size, 512u);
  ASSERT_NE(map.run_at(0), nullptr);
  EXPECT_EQ(map.owners[map.run_at(0)->owner].name, "MBR");
  EXPECT_EQ(map.owners[map.run_at(62 * kSector)->owner].name, "post-MBR gap");
  EXPECT_EQ(map.owners[map.run_at(64 * kSector)->owner].name, "partition 1");
  ASSERT_EQ(map.marks.size(), 1u);
  EXPECT_EQ(map.marks[0].begin, 63 * kSector);
  EXPECT_EQ(map.marks[0].end, 2048 * kSector);
  EXPECT_THAT(map.marks[0].words, testing::HasSubstr("active"));
}

TEST(DiskMap, CountsTheBytesOfEachOwner) {
  const auto medium = disk();
  const SectorFiles files(*medium, Attach::kHardDisk);
  const MediumMap map = medium_map(*medium, Attach::kHardDisk, files);
  EXPECT_EQ(map.owners[map.run_at(kSector)->owner].bytes, 62 * kSector);
}

TEST(DiskMap, FindsTheBytesThatACallMoved) {
  const std::vector<MediumRow> media = {
      {.medium = disk(), .attach = Attach::kHardDisk, .drives = {{0x80, 0, 2048, 512, false}}}};
  const auto transfer = transfer_of(read_call(0x80, 63, 4), media);
  ASSERT_TRUE(transfer);
  EXPECT_EQ(transfer->begin, 63 * kSector);
  EXPECT_EQ(transfer->end, 67 * kSector);
  EXPECT_EQ(transfer->call, 4u);
}

TEST(DiskMap, PutsAnEmulatedDriveWhereItLiesOnItsCd) {
  const std::vector<MediumRow> media = {
      {.medium = disk(), .attach = Attach::kFloppy, .drives = {{0x00, 0, 2880, 512, false}}},
      {.medium = disk(),
       .attach = Attach::kCd,
       .drives = {{0xE0, 0, 512, 2048, false}, {0x00, 0x10000, 2880, 512, true}}}};
  const auto transfer = transfer_of(read_call(0x00, 1, 1), media);
  ASSERT_TRUE(transfer);
  EXPECT_EQ(transfer->medium, 1u);
  EXPECT_EQ(transfer->begin, 0x10200u);
  EXPECT_EQ(transfer_of(read_call(0xE0, 16, 1), media)->begin, 16u * 2048);
}

TEST(DiskMap, LeavesOutWhatMovedNothingOnTheMedium) {
  const std::vector<MediumRow> media = {
      {.medium = disk(), .attach = Attach::kHardDisk, .drives = {{0x80, 0, 2048, 512, false}}}};
  LoggedCall failed = read_call(0x80, 63, 4);
  failed.call.out.rflags = emu::flag::kCarry;
  EXPECT_FALSE(transfer_of(failed, media));
  LoggedCall hooked = read_call(0x80, 63, 4);
  hooked.call.hook = emu::FarPtr{0x9F00, 0};
  EXPECT_FALSE(transfer_of(hooked, media));
  EXPECT_FALSE(transfer_of(read_call(0x81, 63, 4), media));
  EXPECT_FALSE(transfer_of(read_call(0x80, 5000, 4), media));
  EXPECT_EQ(transfer_of(read_call(0x80, 2040, 100), media)->end, 2048 * kSector);
}

}  // namespace
}  // namespace debugger::views
