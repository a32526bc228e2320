#include "ui/engine.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "ui/demo.h"

namespace ui {
namespace {

using debugger::Debugger;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

/// The built-in demo, in a cache directory of the test's own.
class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    ::setenv("XDG_CACHE_HOME", cache_.c_str(), 1);
    options_.media.push_back({.path = write_demo(), .attach = {}, .is_image = true});
    engine_.set_speed(Speed::kUnlimited);
  }
  ~EngineTest() override { std::filesystem::remove_all(cache_); }

  Status wait_for(Phase phase) {
    for (int i = 0; i < 6000; ++i) {
      const Status status = engine_.status();
      if (status.phase == phase) return status;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "the engine does not get there";
    return engine_.status();
  }
  Status move(Engine::Motion motion, Phase phase = Phase::kRunning) {
    const std::uint64_t stops = engine_.status().stops;
    engine_.move(std::move(motion), phase);
    while (engine_.status().stops == stops) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return wait_for(Phase::kStopped);
  }
  void open() {
    engine_.open(options_, false);
    wait_for(Phase::kStopped);
  }
  std::uint64_t call_count() { return engine_.look(std::chrono::seconds(10))->boot().debugger().calls().count(); }

  const std::filesystem::path cache_ =
      std::filesystem::path(testing::TempDir()) / ("bootsim-engine-" + std::to_string(::getpid()));
  bootsim::RunOptions options_;
  Engine engine_;
};

using Row = std::tuple<std::uint64_t, emu::Nanoseconds, std::uint64_t, std::uint16_t>;
std::vector<Row> rows(Boot& boot) {
  std::vector<Row> all;
  for (const debugger::LoggedCall& c : boot.debugger().calls().all())
    all.emplace_back(c.number, c.call.begin, c.call.in[emu::Gpr::kAx], c.call.caller.off);
  return all;
}

TEST_F(EngineTest, LookingAllTheTimeChangesNothing) {
  constexpr std::uint64_t kCalls = 25;
  Boot alone(options_);
  alone.debugger().until_call(kCalls);
  ASSERT_EQ(alone.debugger().calls().count(), kCalls - 1);

  open();
  engine_.move([](Debugger& d) { return d.until_call(kCalls); });
  int looks = 0;
  while (engine_.status().phase != Phase::kStopped || engine_.status().stops < 2) {
    if (const auto look = engine_.look()) looks += look->boot().now() >= 0 ? 1 : 0;
  }
  EXPECT_GT(looks, 3);
  const auto look = engine_.look();
  ASSERT_TRUE(look);
  EXPECT_THAT(rows(look->boot()), ElementsAreArray(rows(alone)));
  EXPECT_EQ(look->boot().now(), alone.now());
}

TEST_F(EngineTest, AMissingMediumIsToldAndTheNextOneOpens) {
  bootsim::RunOptions missing;
  missing.media.push_back({.path = (cache_ / "none.iso").string(), .attach = {}, .is_image = true});
  engine_.open(missing, true);
  EXPECT_THAT(wait_for(Phase::kFailed).words, HasSubstr("none.iso"));
  EXPECT_FALSE(engine_.look());
  open();
  EXPECT_TRUE(engine_.look());
}

TEST_F(EngineTest, HaltEndsARunThatWouldNotEnd) {
  open();
  engine_.set_speed(Speed::kRealTime);
  engine_.move([](Debugger& d) { return d.go(); });
  wait_for(Phase::kRunning);
  engine_.halt();
  EXPECT_EQ(wait_for(Phase::kStopped).stop.cause, debugger::StopCause::kInterrupted);
}

TEST_F(EngineTest, AMotionEndsTheOneBefore) {
  open();
  engine_.move([](Debugger& d) { return d.go(); });
  const Status status = move([](Debugger& d) { return d.step(); });
  EXPECT_EQ(status.stop.cause, debugger::StopCause::kStep);
}

TEST_F(EngineTest, GoesBackACall) {
  open();
  move([](Debugger& d) { return d.until_call(10); });
  EXPECT_EQ(call_count(), 9U);
  move([](Debugger& d) { return d.until_call(4); }, Phase::kTravelling);
  EXPECT_EQ(call_count(), 3U);
  EXPECT_GE(engine_.look()->boot().debugger().calls().known().size(), 9U);
}

TEST_F(EngineTest, ErrorsOfEditsBecomeMessages) {
  open();
  engine_.edit([](Boot& boot) { debugger::parse_breakpoint("int13 if ???", boot.debugger().names()); });
  std::vector<std::string> messages;
  for (int i = 0; i < 1000 && messages.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    messages = engine_.take_messages();
  }
  EXPECT_THAT(messages, testing::SizeIs(1));
}

TEST_F(EngineTest, WhatIsTypedForgetsWhatWasAhead) {
  open();
  move([](Debugger& d) { return d.until_call(20); });
  move([](Debugger& d) { return d.until_call(5); }, Phase::kTravelling);
  engine_.edit([](Boot& boot) { boot.type(bootsim::parse_keys("x")); });
  for (int i = 0; i < 1000; ++i) {
    if (const auto look = engine_.look(); look && look->boot().furthest() == look->boot().now()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // without a look, or the engine could do nothing
  }
  const auto look = engine_.look(std::chrono::seconds(10));
  ASSERT_TRUE(look);
  EXPECT_EQ(look->boot().furthest(), look->boot().now());
  EXPECT_LE(look->boot().recorder().calls().back().call.begin, look->boot().now());
}

TEST_F(EngineTest, ClosesWhileTheGuestRuns) {
  auto engine = std::make_unique<Engine>();
  engine->set_speed(Speed::kRealTime);
  engine->open(options_, true);
  while (engine->status().phase != Phase::kRunning) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  engine.reset();
  SUCCEED();
}

}  // namespace
}  // namespace ui
