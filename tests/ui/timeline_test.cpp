#include <gmock/gmock.h>

#include "ui/panes/timeline_lanes.h"
#include "ui/panes/timeline_scale.h"

namespace ui {
namespace {

using emu::kMillisecond;
using emu::kSecond;

TEST(TimeScale, FindsTheTimeOfAPixelAndThePixelOfATime) {
  TimeScale scale;
  scale.set_width(1000);
  scale.fit(0, kSecond);
  EXPECT_GT(scale.x_of(0), 0);
  EXPECT_LT(scale.x_of(kSecond), 1000);
  EXPECT_NEAR(static_cast<double>(scale.time_at(scale.x_of(400 * kMillisecond))), 4e8, 1e3);
}

TEST(TimeScale, KeepsTheMomentAtThePointerWhenZooming) {
  TimeScale scale;
  scale.set_width(1000);
  scale.fit(0, kSecond);
  const emu::Nanoseconds before = scale.time_at(700);
  scale.zoom(700, 0.1, kSecond);
  EXPECT_NEAR(static_cast<double>(scale.time_at(700)), static_cast<double>(before), 1e3);
  EXPECT_NEAR(scale.nanoseconds_per_pixel(), 1.06e9 / 1000 / 10, 1);
}

TEST(TimeScale, DoesNotGoBeforePowerOn) {
  TimeScale scale;
  scale.set_width(1000);
  scale.fit(0, kSecond);
  scale.pan(-5000, kSecond);
  EXPECT_EQ(scale.time_at(0), 0);
  EXPECT_LT(scale.x_of(0), 100);
}

TEST(TimeScale, NeverShowsLessThanAFewInstructions) {
  TimeScale scale;
  scale.set_width(1000);
  scale.fit(0, kSecond);
  for (int i = 0; i < 200; ++i) scale.zoom(500, 0.5, kSecond);
  EXPECT_GE(static_cast<double>(scale.to() - scale.from()), TimeScale::kLeastSpan - 1);
}

TEST(TimeScale, PutsTicksAtRoundTimes) {
  TimeScale scale;
  scale.set_width(1000);
  scale.fit(0, kSecond);
  const auto ticks = scale.ticks(100);  // 106 ms at least: every 200 ms
  ASSERT_EQ(ticks.size(), 6u);
  EXPECT_EQ(ticks[1].time, 200 * kMillisecond);
  EXPECT_EQ(ticks[1].label, "0.2 s");
}

debugger::LoggedCall call_at(emu::Nanoseconds begin, std::uint8_t drive, std::uint64_t number) {
  debugger::LoggedCall logged{.number = number, .call = {}, .described = {}, .file = {}, .ever_returned = true};
  logged.call.begin = begin;
  logged.call.end = begin + kMillisecond;
  logged.call.finished = true;
  logged.described.arguments.drive = drive;
  return logged;
}

TEST(TimelineLanes, HasOneForEachDriveAndKindOfCall) {
  const std::vector<debugger::LoggedCall> disk = {call_at(10, 0x80, 1), call_at(20, 0xE0, 2), call_at(30, 0x80, 3)};
  OtherCall video;
  video.call.vector = 0x10;
  video.call.begin = video.last = 15;
  const std::vector<OtherCall> others = {video};
  TimelineLanes lanes;
  EXPECT_TRUE(lanes.take({disk, disk.size(), others}, 100));
  ASSERT_EQ(lanes.lanes().size(), 3u);
  EXPECT_EQ(lanes.lanes()[0].name, "Drive 80h");
  EXPECT_EQ(lanes.lanes()[0].bars.size(), 2u);
  EXPECT_EQ(lanes.lanes()[2].name, "Video");
}

TEST(TimelineLanes, FindsTheLatestActivity) {
  // Two calls, a menu that waits for five seconds, and two more.
  const std::vector<debugger::LoggedCall> disk = {
      call_at(kSecond, 0x80, 1), call_at(kSecond + 5 * kMillisecond, 0x80, 2), call_at(6 * kSecond, 0x80, 3),
      call_at(6 * kSecond + 5 * kMillisecond, 0x80, 4)};
  TimelineLanes lanes;
  lanes.take({disk, disk.size(), {}}, 100);
  EXPECT_EQ(lanes.last_activity()->first, 6 * kSecond);
  EXPECT_EQ(lanes.last_activity()->second, 6 * kSecond + 6 * kMillisecond);
}

TEST(TimelineLanes, DrawsAboutABarForEachPixel) {
  std::vector<debugger::LoggedCall> disk;
  for (std::uint64_t i = 0; i < 60'000; ++i)
    disk.push_back(call_at(static_cast<emu::Nanoseconds>(i) * 2 * kMillisecond, 0x80, i + 1));
  TimelineLanes lanes;
  lanes.take({disk, disk.size(), {}}, 1'000'000);
  std::size_t drawn = 0;
  visit_bars(lanes.lanes()[0], 0, 120 * kSecond, 120e9 / 1000, [&](const CallBar&) { ++drawn; });
  EXPECT_GE(drawn, 1000u);
  EXPECT_LE(drawn, 2100u);
}

}  // namespace
}  // namespace ui
