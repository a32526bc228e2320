#include "ui/pace.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

using std::chrono::milliseconds;
constexpr emu::Nanoseconds kMs = emu::kMillisecond;
const Pace::Clock::time_point kStart{std::chrono::seconds(100)};

TEST(Pace, RealTimeLetsVirtualTimePassAsFastAsTheHosts) {
  Pace pace;
  pace.begin(Speed::kRealTime, 0, 0, kStart);
  EXPECT_EQ(pace.ahead(5 * kMs, 0, kStart), milliseconds(5));
  EXPECT_LE(pace.ahead(5 * kMs, 0, kStart + milliseconds(5)), milliseconds(0));
}

TEST(Pace, AThousandthMakesAMicrosecondLastAMillisecond) {
  Pace pace;
  pace.begin(Speed::kThousandth, 0, 0, kStart);
  EXPECT_EQ(pace.ahead(7'000, 0, kStart), milliseconds(7));
}

TEST(Pace, FullSpeedWaitsOnlyWhereTheGuestWaits) {
  Pace pace;
  pace.begin(Speed::kFull, 0, 0, kStart);
  EXPECT_LE(pace.ahead(1'000 * kMs, 0, kStart), milliseconds(0));
  EXPECT_EQ(pace.ahead(1'050 * kMs, 50 * kMs, kStart), milliseconds(50));
}

TEST(Pace, WaitsAreNotShortenedByWorkThatTookLong) {
  Pace pace;
  pace.begin(Speed::kFull, 0, 0, kStart);
  EXPECT_LE(pace.ahead(kMs, 0, kStart + milliseconds(900)), milliseconds(0));  // 900 ms of the host's for work
  EXPECT_EQ(pace.ahead(51 * kMs, 50 * kMs, kStart + milliseconds(900)), milliseconds(50));
}

TEST(Pace, UnlimitedNeverWaits) {
  Pace pace;
  pace.begin(Speed::kUnlimited, 0, 0, kStart);
  EXPECT_EQ(pace.ahead(emu::kSecond, emu::kSecond, kStart), milliseconds(0));
}

}  // namespace
}  // namespace ui
