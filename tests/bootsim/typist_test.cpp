#include "bootsim/typist.h"

#include <gtest/gtest.h>

#include "tests/devices/chip_fixture.h"

namespace bootsim {
namespace {

// A key goes down every 60 ms and stays down for 30 ms (docs/manual.md, "Keys").
TEST(Typist, TypesAtThePaceOfAPerson) {
  devices::test::Board board;
  devices::test::RecordingLine irq1, irq12;
  devices::test::RecordingSystem system;
  devices::Keyboard8042 keyboard(board.ports, board.clock, irq1, irq12, system);
  const auto held = [&](emu::Nanoseconds at) {
    board.run_to(at);
    return static_cast<int>(keyboard.state().keyboard.held);  // a make code of set 1; 0: none
  };
  int pressed = 0;
  const auto end = type_keys(board.clock, keyboard, parse_keys("a<Shift:2s>b"), [&] { ++pressed; });
  EXPECT_EQ(end, 2'150 * emu::kMillisecond);  // 60 ms, 2030 ms and 60 ms
  EXPECT_EQ(held(0), 0x1E);                   // a
  EXPECT_EQ(held(29 * emu::kMillisecond), 0x1E);
  EXPECT_EQ(held(30 * emu::kMillisecond), 0);
  EXPECT_EQ(pressed, 1);
  EXPECT_EQ(held(60 * emu::kMillisecond), 0x2A);  // left Shift
  EXPECT_EQ(held(2'059 * emu::kMillisecond), 0x2A);
  EXPECT_EQ(held(2'060 * emu::kMillisecond), 0);
  EXPECT_EQ(held(2'090 * emu::kMillisecond), 0x30);  // b
  EXPECT_EQ(pressed, 3);
}

}  // namespace
}  // namespace bootsim
