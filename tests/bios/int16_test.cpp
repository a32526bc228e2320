#include <gtest/gtest.h>

#include "bios/call_table.h"
#include "bios/keyboard.h"
#include "tests/bios/core_pc.h"

namespace bios {
namespace {

class Int16 : public testing::Test {
 protected:
  Int16() { pc.post(); }
  void type(std::initializer_list<int> codes) {
    for (const int code : codes) keyboard::process(pc.memory, static_cast<std::uint8_t>(code));
  }
  std::uint16_t read(std::uint8_t ah) {
    pc.regs.set_ax(static_cast<std::uint16_t>(ah << 8));
    EXPECT_EQ(pc.interrupt(0x16), emu::TrapResult::kAnswered);
    return pc.regs.ax();
  }
  CorePc pc;
};

TEST_F(Int16, GivesScanCodeAndCharacter) {
  type({0x1E, 0x9E});  // a
  EXPECT_EQ(read(0x00), 0x1E61);
  type({0x2A, 0x1E, 0x9E, 0xAA});  // Shift+a
  EXPECT_EQ(read(0x00), 0x1E41);
  type({0x1D, 0x2E, 0xAE, 0x9D});  // Ctrl+C
  EXPECT_EQ(read(0x00), 0x2E03);
  type({0x3A, 0xBA, 0x1E, 0x9E, 0x3A, 0xBA});  // Caps Lock
  EXPECT_EQ(read(0x00), 0x1E41);
}

TEST_F(Int16, EnhancedKeysDifferOnlyInTheEnhancedCalls) {
  type({0xE0, 0x48, 0xE0, 0xC8});  // grey Up
  EXPECT_EQ(read(0x10), 0x48E0);
  type({0xE0, 0x48, 0xE0, 0xC8});
  EXPECT_EQ(read(0x00), 0x4800);
  type({0xE0, 0x1C, 0xE0, 0x9C});  // keypad Enter
  EXPECT_EQ(read(0x00), 0x1C0D);
  type({0x58, 0xD8});  // F12
  EXPECT_EQ(read(0x10), 0x8600);
}

TEST_F(Int16, FakeShiftsAroundCursorKeysDoNotShift) {
  type({0xE0, 0x2A, 0xE0, 0x4B, 0xE0, 0xCB, 0xE0, 0xAA});
  EXPECT_EQ(read(0x00), 0x4B00);
  EXPECT_EQ(pc.at<std::uint8_t>(0x417) & 3, 0);
}

TEST_F(Int16, CheckSaysZeroFlagAndLeavesTheKey) {
  pc.regs.set_ax(0x0100);
  pc.interrupt(0x16, CorePc::kCallerFlags);
  EXPECT_TRUE(pc.zf());
  EXPECT_EQ(pc.regs.ax(), 0x0100);
  EXPECT_EQ(pc.system.idle_polls, 1);
  type({0x39, 0xB9});
  for (int i = 0; i < 2; ++i) {
    pc.regs.set_ax(0x0100);
    pc.interrupt(0x16, CorePc::kCallerFlags | emu::flag::kZero);
    EXPECT_FALSE(pc.zf());
    EXPECT_EQ(pc.regs.ax(), 0x3920);
  }
}

TEST_F(Int16, ReadWaitsUntilAKeyComes) {
  pc.regs.set_ax(0x0000);
  EXPECT_EQ(pc.interrupt(0x16), emu::TrapResult::kWaiting);
  EXPECT_EQ(pc.wait_flag(), 1);
  EXPECT_EQ(pc.poll(), emu::TrapResult::kWaiting);
  type({0x1C});
  EXPECT_EQ(pc.poll(), emu::TrapResult::kAnswered);
  EXPECT_EQ(pc.wait_flag(), 0);
  EXPECT_EQ(pc.regs.ax(), 0x1C0D);
}

TEST_F(Int16, TypedKeysArriveByIrq1) {
  const std::uint8_t codes[] = {0x14, 0x94};  // t
  pc.keyboard.key(codes);
  for (int i = 0; i < 100; ++i) {
    pc.clock.advance(emu::kMillisecond);
    pc.clock.run_due_events();
    if (!(pc.ports.peek(0x64, 1) & 1)) continue;
    pc.regs.set_al(static_cast<std::uint8_t>(pc.ports.in(0x60, 1)));
    pc.bios.on_trap(0x09, pc.regs);
  }
  EXPECT_EQ(read(0x00), 0x1474);
}

TEST_F(Int16, BufferHoldsFifteenKeys) {
  for (int i = 0; i < 15; ++i) {
    pc.regs.set_ax(0x0500);
    pc.regs.set_cx(static_cast<std::uint16_t>(0x3030 + i));
    pc.interrupt(0x16);
    EXPECT_EQ(pc.regs.al(), 0);
  }
  pc.regs.set_ax(0x0500);
  pc.interrupt(0x16);
  EXPECT_EQ(pc.regs.al(), 1);
  for (int i = 0; i < 15; ++i) EXPECT_EQ(read(0x00), 0x3030 + i);
}

TEST_F(Int16, CtrlAltDelAsksForAWarmBoot) {
  type({0x1D, 0x38});
  EXPECT_EQ(keyboard::process(pc.memory, 0x53), keyboard::Action::kReset);
  EXPECT_EQ(pc.at<std::uint16_t>(0x472), 0x1234);
}

TEST_F(Int16, CtrlBreakEmptiesTheBufferAndSetsTheFlag) {
  type({0x1E, 0x1D});
  keyboard::process(pc.memory, 0xE0);
  EXPECT_EQ(keyboard::process(pc.memory, 0x46), keyboard::Action::kBreak);
  EXPECT_EQ(pc.at<std::uint8_t>(0x471), 0x80);
  EXPECT_EQ(read(0x00), 0x0000);
}

TEST_F(Int16, AltAndKeypadDigitsMakeACharacter) {
  type({0x38, 0x4F, 0xCF, 0x4C, 0xCC, 0x4D, 0xCD, 0xB8});  // Alt+156
  EXPECT_EQ(read(0x00), 156);
}

TEST_F(Int16, KeyboardIdIsAnMf2s) {
  pc.regs.set_ax(0x0A00);
  pc.interrupt(0x16);
  // AB 83, or AB 41 with translation on (IBM PS/2 HITR).
  EXPECT_TRUE(pc.regs.bx() == 0x83AB || pc.regs.bx() == 0x41AB) << std::hex << pc.regs.bx();
}

TEST(CallTable, EveryRowHasItsWords) {
  for (const std::uint8_t vector : vectors_with_functions()) {
    for (const Function& f : functions_of(vector)) {
      EXPECT_EQ(f.vector, vector) << function_label(f);
      EXPECT_FALSE(f.name.empty()) << function_label(f);
      EXPECT_FALSE(f.source.empty()) << function_label(f);
      EXPECT_NE(f.handler, nullptr) << function_label(f);
    }
  }
}

TEST(CallTable, SubfunctionsComeBeforeTheirFunction) {
  EXPECT_EQ(function_label(*find_function(0x1A, 0xB102)), "1A/B102");
  EXPECT_EQ(function_label(*find_function(0x1A, 0xB1EE)), "1A/B1");
  EXPECT_EQ(function_label(*find_function(0x11, 0x1234)), "11");
  EXPECT_EQ(find_function(0x15, 0x7700), nullptr);
}

}  // namespace
}  // namespace bios
