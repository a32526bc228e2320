#include "bootsim/install/patch.h"

#include <gtest/gtest.h>

#include "bootsim/install/boot_code.h"
#include "install_test_support.h"

namespace bootsim::install {
namespace {

using test::put;
using test::put_text;

TEST(BootTable, IsFoundByItsMagicAndFilledIn) {
  Buffer code = test::code_with_table(0);
  write_boot_table(code, {0x11223344, 0x123456789A, 7});
  // dd install_id, dq lba0, dq lba1 behind the magic, little-endian
  const Buffer expected = {'B',  'S', 'B', 'L', 0x44, 0x33, 0x22, 0x11, 0x9A, 0x78, 0x56, 0x34,
                           0x12, 0,   0,   0,   7,    0,    0,    0,    0,    0,    0,    0};
  EXPECT_EQ(Buffer(code.begin() + 100, code.begin() + 124), expected);
  EXPECT_EQ(read_boot_table(code), (BootTable{0x11223344, 0x123456789A, 7}));
}

TEST(BootTable, IsNotGuessedWhenTheMagicOccursTwice) {
  Buffer code = test::code_with_table(0);
  put_text(code, 150, boot_table::kMagic);
  EXPECT_EQ(read_boot_table(code), std::nullopt);
}

TEST(BootTable, CannotHangOverTheEnd) {
  Buffer code(100);
  put_text(code, 100 - boot_table::kSize + 1, boot_table::kMagic);
  EXPECT_EQ(read_boot_table(code), std::nullopt);
}

TEST(StagePlace, OfOneRunHasTheHeadFirst) {
  const SectorRun run{100, 10};
  const auto place = place_stage2({&run, 1});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->lba0, 100u);
  EXPECT_EQ(place->lba1, 101u);
  EXPECT_EQ(place->body, (std::vector<SectorRun>{{102, 8}}));
}

TEST(StagePlace, HeadSectorsNeedNotBeNeighbours) {
  const SectorRun runs[] = {{50, 1}, {10, 3}, {13, 2}, {90, 1}};
  const auto place = place_stage2(runs);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->lba0, 50u);
  EXPECT_EQ(place->lba1, 10u);
  EXPECT_EQ(place->body, (std::vector<SectorRun>{{11, 4}, {90, 1}}));  // neighbours are joined
}

TEST(StagePlace, CutsRunsThatAWordCannotCount) {
  const SectorRun run{0, 2 + 0xFFFF + 1};
  EXPECT_EQ(place_stage2({&run, 1})->body, (std::vector<SectorRun>{{2, 0xFFFF}, {2 + 0xFFFF, 1}}));
}

TEST(StagePlace, HasRoomFor48RunsAndNoMore) {
  std::vector<SectorRun> runs{{1000, 2}};
  for (std::uint64_t i = 0; i < 48; ++i) runs.push_back({2 * i, 1});
  EXPECT_TRUE(place_stage2(runs));
  runs.push_back({200, 1});
  EXPECT_FALSE(place_stage2(runs));
}

TEST(StagePlace, NeedsABody) {
  const SectorRun run{0, 2};
  EXPECT_FALSE(place_stage2({&run, 1}));
}

TEST(Stage2Head, HoldsWhatWasWritten) {
  Buffer file = test::small_stage2();
  const StageHead fields{0xCAFEBABE, StageKind::kFile, 2048, {{0x1'0000'0001, 3}, {9, 1}}};
  write_stage_head(file, fields);
  EXPECT_EQ(read_stage_head(file), fields);
  EXPECT_EQ(file[0x10], 1);
  EXPECT_EQ(file[0x20 + 4], 1);  // bit 32 of the first run's LBA
  EXPECT_EQ(file[0x20 + 8], 3);
}

TEST(Stage2Head, DwordsThatAreNotPatchedAndTheSumMakeZero) {
  Buffer file = test::small_stage2();
  write_stage_head(file, {0xCAFEBABE, StageKind::kEmbedded, 63, {{3, 5}}});
  file.resize((file.size() + 3) / 4 * 4);
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < file.size(); at += 4) {
    const bool patched = at >= 0x00C && at < 0x200 && at != 0x014;
    if (!patched) sum += file[at] | file[at + 1] << 8 | file[at + 2] << 16 | std::uint32_t{file[at + 3]} << 24;
  }
  EXPECT_EQ(sum, 0u);
  EXPECT_TRUE(stage2_is_intact(file));
  file[0x400] ^= 1;
  EXPECT_FALSE(stage2_is_intact(file));
}

TEST(Stage2Head, TheRunningDriveDoesNotSpoilTheSum) {
  Buffer file = test::small_stage2();
  file[head::kDrive] = 0x80;
  EXPECT_TRUE(stage2_is_intact(file));
}

TEST(BootCode, LeavesPartitionTableAndDiskSignature) {
  Buffer sector(512, 0xEE);
  const Buffer merged = merge_boot_code(BootPlace::kMbr, sector, Buffer(300, 0x11));
  EXPECT_EQ(Buffer(merged.begin(), merged.begin() + 300), Buffer(300, 0x11));
  EXPECT_EQ(Buffer(merged.begin() + 300, merged.begin() + 440), Buffer(140, 0));
  EXPECT_EQ(Buffer(merged.begin() + 440, merged.end()), Buffer(72, 0xEE));
}

TEST(BootCode, LeavesTheBpb) {
  Buffer sector(512, 0xEE);
  const Buffer fat16 = merge_boot_code(BootPlace::kFat16, sector, test::fat_boot_sector(0x44, 62));
  EXPECT_EQ(fat16[0], 0xEB);
  EXPECT_EQ(Buffer(fat16.begin() + 3, fat16.begin() + 62), Buffer(59, 0xEE));
  EXPECT_EQ(fat16[62], 0x44);
  const Buffer fat32 = merge_boot_code(BootPlace::kFat32, sector, test::fat_boot_sector(0x55, 90));
  EXPECT_EQ(Buffer(fat32.begin() + 3, fat32.begin() + 90), Buffer(87, 0xEE));
  EXPECT_EQ(fat32[90], 0x55);
}

TEST(BootCode, SignsAVolumesFirstSector) {
  const Buffer merged = merge_boot_code(BootPlace::kRaw, Buffer(512), Buffer(10, 1));
  EXPECT_EQ(merged[510], 0x55);
  EXPECT_EQ(merged[511], 0xAA);
}

TEST(BootCode, ThatWouldReachIntoThePartitionTableIsRefused) {
  EXPECT_THROW(merge_boot_code(BootPlace::kMbr, Buffer(512), Buffer(441, 1)), emu::Error);
  EXPECT_THROW(merge_boot_code(BootPlace::kRaw, Buffer(512), Buffer(513, 1)), emu::Error);
}

TEST(BootCode, IsRecognisedWhateverItsTableSays) {
  Buffer code = test::code_with_table(0x11);
  const Buffer empty = code;
  write_boot_table(code, {1, 2, 3});
  const Buffer sector = merge_boot_code(BootPlace::kMbr, Buffer(512, 0xEE), code);
  EXPECT_TRUE(has_boot_code(BootPlace::kMbr, sector, empty));
  EXPECT_FALSE(has_boot_code(BootPlace::kMbr, sector, test::code_with_table(0x12)));
}

}  // namespace
}  // namespace bootsim::install
