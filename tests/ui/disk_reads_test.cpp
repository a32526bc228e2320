#include "ui/panes/disk_reads.h"

#include <gmock/gmock.h>

#include <utility>

#include "devices/media/memory_medium.h"

namespace ui {
namespace {

using debugger::views::MediumMap;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::uint64_t kSector = 512;

std::vector<std::pair<std::uint64_t, std::uint64_t>> added(ByteSet& set, std::uint64_t begin, std::uint64_t end) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> fresh;
  set.add(begin, end, [&](std::uint64_t from, std::uint64_t to) { fresh.emplace_back(from, to); });
  return fresh;
}

TEST(ByteSet, TellsWhatIsNew) {
  ByteSet set;
  EXPECT_THAT(added(set, 10, 20), ElementsAre(Pair(10, 20)));
  EXPECT_THAT(added(set, 30, 40), ElementsAre(Pair(30, 40)));
  EXPECT_THAT(added(set, 12, 18), IsEmpty());
  EXPECT_THAT(added(set, 15, 45), ElementsAre(Pair(20, 30), Pair(40, 45)));
  EXPECT_THAT(added(set, 45, 50), ElementsAre(Pair(45, 50)));
  std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
  set.visit(0, 100, [&](std::uint64_t from, std::uint64_t to) { parts.emplace_back(from, to); });
  EXPECT_THAT(parts, ElementsAre(Pair(10, 50)));
}

/// A disk of 100 sectors: 0 is the MBR's, 10 to 29 a file's, the rest nobody's.
MediumMap disk_map() {
  MediumMap map;
  map.size = 100 * kSector;
  map.runs = {{0, kSector, 0}, {10 * kSector, 30 * kSector, 1}};
  map.owners = {{"MBR", kSector}, {"/boot/vmlinuz", 20 * kSector}};
  return map;
}

/// Reads of drive 80h: LBA and count.
std::vector<debugger::LoggedCall> reads(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& transfers) {
  std::vector<debugger::LoggedCall> calls;
  for (const auto& [lba, count] : transfers) {
    debugger::LoggedCall logged{
        .number = calls.size() + 1, .call = {}, .described = {}, .file = {}, .ever_returned = true};
    logged.call.begin = static_cast<emu::Nanoseconds>(calls.size() + 1);
    logged.call.finished = true;
    logged.described.vector = 0x13;
    logged.described.ax = 0x4200;
    logged.described.arguments.drive = 0x80;
    logged.described.arguments.lba = lba;
    logged.described.arguments.count = count;
    calls.push_back(std::move(logged));
  }
  return calls;
}

std::vector<debugger::views::MediumRow> media() {
  auto medium = std::make_shared<devices::media::MemoryMedium>(std::vector<std::uint8_t>(100 * kSector));
  return {{.medium = std::move(medium),
           .attach = devices::media::Attach::kHardDisk,
           .drives = {{0x80, 0, 100, 512, false}}}};
}

TEST(DiskPicture, KnowsWhoseCellsAreAndWhoReadThem) {
  const MediumMap map = disk_map();
  DiskReads run;
  run.take(reads({{0, 1}, {10, 4}, {12, 2}}), 3, media(), 100);
  DiskPicture picture;
  picture.set_medium(0, map);
  picture.lay_out(0, map.size, 50);  // two sectors in a cell
  picture.follow(run);
  ASSERT_EQ(picture.cells().size(), 50u);
  EXPECT_EQ(picture.cells()[0].owner, 0u);
  EXPECT_EQ(picture.cells()[0].moved, kSector);
  EXPECT_EQ(picture.cells()[5].owner, 1u);
  EXPECT_EQ(picture.cells()[5].first_call, 2u);
  EXPECT_EQ(picture.cells()[6].calls, 2u);
  EXPECT_EQ(picture.cells()[6].moved, 2 * kSector);
  EXPECT_EQ(picture.cells()[7].first_call, 0u);
  EXPECT_EQ(picture.cells()[40].owner, DiskCell::kNobody);
}

TEST(DiskPicture, ShowsTheSameAfterAnotherLayout) {
  const MediumMap map = disk_map();
  DiskReads run;
  run.take(reads({{0, 1}, {10, 4}}), 2, media(), 100);
  DiskPicture picture;
  picture.set_medium(0, map);
  picture.lay_out(0, map.size, 100);
  picture.follow(run);
  picture.lay_out(8 * kSector, 16 * kSector, 4);
  ASSERT_EQ(picture.cells().size(), 4u);
  EXPECT_EQ(picture.cells()[0].first_call, 0u);
  EXPECT_EQ(picture.cells()[1].moved, 2 * kSector);
  EXPECT_EQ(picture.cells()[2].first_call, 2u);
}

TEST(DiskPicture, CountsEachByteOfAFileOnce) {
  const MediumMap map = disk_map();
  DiskReads run;
  run.take(reads({{10, 10}, {15, 10}}), 2, media(), 100);
  DiskPicture picture;
  picture.set_medium(0, map);
  picture.follow(run);
  EXPECT_THAT(picture.read_owners(), ElementsAre(1u));
  EXPECT_EQ(picture.owner(1).bytes, 15 * kSector);
  EXPECT_EQ(picture.owner(1).first_call, 1u);
}

TEST(DiskPicture, ForgetsWhatHasNotHappenedAnyMore) {
  const MediumMap map = disk_map();
  const auto calls = reads({{0, 1}, {10, 4}});
  DiskReads run;
  run.take(calls, 2, media(), 100);
  DiskPicture picture;
  picture.set_medium(0, map);
  picture.lay_out(0, map.size, 100);
  picture.follow(run);
  run.take(calls, 1, media(), 100);
  picture.follow(run);
  EXPECT_EQ(picture.cells()[0].first_call, 1u);
  EXPECT_EQ(picture.cells()[10].first_call, 0u);
  EXPECT_THAT(run.calls_at(0, 10 * kSector, 10), IsEmpty());
}

TEST(DiskReads, FindsTheCallsOfASector) {
  DiskReads run;
  run.take(reads({{0, 1}, {10, 4}, {12, 2}}), 3, media(), 100);
  EXPECT_THAT(run.calls_at(0, 13 * kSector + 5, 10), ElementsAre(2u, 3u));
  EXPECT_THAT(run.calls_at(0, 13 * kSector, 1), ElementsAre(2u));
  EXPECT_EQ(run.of_call(2)->begin, 10 * kSector);
}

}  // namespace
}  // namespace ui
