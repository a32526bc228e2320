#include "bios/disk_timing.h"

#include <gtest/gtest.h>

namespace bios {
namespace {

using devices::media::Attach;
using emu::kMillisecond;

TEST(DiskTiming, AFloppyTrackTakesOneTurn) {
  const Mechanism floppy{Attach::kFloppy, {80, 2, 18}, 2880, 512, true};
  HeadState heads;
  const auto first = access_time(floppy, heads, 0, 18, 0);
  EXPECT_GT(first, 195 * kMillisecond);
  EXPECT_LE(first, 200 * kMillisecond);
  EXPECT_LT(access_time(floppy, heads, 18, 1, first), 15 * kMillisecond) << "the next sector is right behind";
}

TEST(DiskTiming, AFloppyHeadMovesThreeMillisecondsPerTrack) {
  const Mechanism floppy{Attach::kFloppy, {80, 2, 18}, 2880, 512, true};
  HeadState heads;
  EXPECT_EQ(seek_time(floppy, heads, 10 * 36, 0), 45 * kMillisecond);
  EXPECT_EQ(seek_time(floppy, heads, 10 * 36, 0), 0);
}

TEST(DiskTiming, ADiskStreamsAt100MegabytesPerSecond) {
  const Mechanism disk{Attach::kHardDisk, {}, 1u << 20, 512, true};
  HeadState heads;
  access_time(disk, heads, 1000, 8, 0);
  EXPECT_NEAR(static_cast<double>(access_time(disk, heads, 1008, 128, 0)), 755'360.0, 1000);
  EXPECT_GT(access_time(disk, heads, 900'000, 1, 0), 10 * kMillisecond);
}

TEST(DiskTiming, ACdSeeksFor80To120MillisecondsAndReadsAhead) {
  const Mechanism cd{Attach::kCd, {}, 300'000, 2048, true};
  HeadState heads;
  const auto far = access_time(cd, heads, 300'000, 1, 0);
  EXPECT_GT(far, 110 * kMillisecond);
  EXPECT_LT(far, 125 * kMillisecond);
  EXPECT_EQ(access_time(cd, heads, 300'001, 16, far + 1000 * kMillisecond), 200'000) << "already in the cache";
  EXPECT_GT(access_time(cd, heads, 16, 1, far), 80 * kMillisecond);
}

// bios/disk_timing.h: one command; two; two turns at 300 and at 360 rpm.
TEST(DiskTiming, RefusingTakesTime) {
  EXPECT_EQ(refusal_time({Attach::kHardDisk, {}, 1000, 512, true}), 100'000);
  EXPECT_EQ(refusal_time({Attach::kCd, {}, 1000, 2048, true}), 400'000);
  EXPECT_EQ(refusal_time({Attach::kUsbHardDisk, {}, 1000, 512, true}), 2 * kMillisecond);
  EXPECT_EQ(refusal_time({Attach::kFloppy, {80, 2, 18}, 2880, 512, true}), 400 * kMillisecond);
  EXPECT_EQ(refusal_time({Attach::kFloppy, {80, 2, 15}, 2400, 512, false}) / kMillisecond, 333);
}

TEST(DiskTiming, HugeMediaDoNotOverflow) {
  const Mechanism disk{Attach::kHardDisk, {}, ~std::uint64_t{0} / 512, 512, true};
  HeadState heads;
  EXPECT_GT(access_time(disk, heads, disk.sectors - 1, 1, 0), 0);
  EXPECT_LT(access_time(disk, heads, 0, 1, 0), 30 * kMillisecond);
}

}  // namespace
}  // namespace bios
