// A debugger that is asked for pauses all the time, as a window does, stops where one does that nobody asks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bootsim/assembly.h"
#include "debugger/debugger.h"
#include "tests/debugger/files/media_tools.h"

namespace bootsim {
namespace {

constexpr int kStops = 12;
using Move = debugger::Stop (*)(debugger::Debugger&, int number);

/// INT 13h after INT 13h, each first in its block of code; then an endless loop.
std::string floppy() {
  std::string code;
  for (int i = 0; i < kStops + 4; ++i) code += "\xCD\x13";
  code += "\xEB\xFE";
  code.resize(510);
  code += "\x55\xAA";
  code.resize(1440 * 1024);
  return code;
}

/// Where each motion ends.
std::vector<emu::FarPtr> stops(bool paused, bool history, Move move) {
  const media_tools::TempDir dir;
  dir.write("floppy.img", floppy());
  RunOptions options;
  options.media.push_back({.path = dir.path() / "floppy.img"});
  Assembly assembly(options, nullptr);
  debugger::Debugger debugger(
      {assembly.pc().machine(), assembly.pc().bios(), assembly.pc().vga(), assembly.drive_files()},
      {.history = history, .travel = {}, .tick = 100});
  int pauses = 0;
  debugger.on_pause = [&] {
    ++pauses;
    debugger.pause();
  };
  if (paused) debugger.pause();
  std::vector<emu::FarPtr> places;
  for (int i = 0; i < kStops; ++i) {
    move(debugger, i);
    places.push_back(assembly.pc().machine().registers().cs_ip());
  }
  EXPECT_EQ(pauses > kStops, paused) << pauses;
  return places;
}

class PausesTest : public testing::TestWithParam<bool> {};

TEST_P(PausesTest, PassNoCall) {
  const Move move = [](debugger::Debugger& d, int) { return d.until_disk_call(); };
  EXPECT_EQ(stops(true, GetParam(), move), stops(false, GetParam(), move));
}

TEST_P(PausesTest, PassNoBreakpoint) {
  const Move move = [](debugger::Debugger& d, int number) {
    return d.until_linear(0x7C00 + 2 * static_cast<unsigned>(number));
  };
  EXPECT_EQ(stops(true, GetParam(), move), stops(false, GetParam(), move));
}

INSTANTIATE_TEST_SUITE_P(Debugger, PausesTest, testing::Bool(),
                         [](const auto& history) { return history.param ? "WithHistory" : "WithoutHistory"; });

}  // namespace
}  // namespace bootsim
