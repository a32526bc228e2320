#include "devices/uart16550.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "devices/shared_irq.h"
#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

constexpr std::uint16_t kBase = 0x3F8;
constexpr std::uint16_t kIer = kBase + 1, kIir = kBase + 2, kFcr = kBase + 2, kLcr = kBase + 3, kMcr = kBase + 4,
                        kLsr = kBase + 5, kMsr = kBase + 6, kScr = kBase + 7;
constexpr emu::Nanoseconds kCharacter = 86'805;  // 10 bits at 115200 Bd

class Uart : public ::testing::Test {
 protected:
  Uart() {
    uart.on_transmit = [this](std::uint8_t c) { sent.push_back(static_cast<char>(c)); };
  }
  /// 115200 8N1 with interrupts wired through.
  void open(std::uint8_t fcr = 0, std::uint8_t ier = 0) {
    board.out(kLcr, 0x83);
    board.out(kBase, 1);
    board.out(kIer, 0);
    board.out(kLcr, 0x03);
    board.out(kMcr, 0x0B);
    board.out(kFcr, fcr);
    board.in(kMsr);
    board.out(kIer, ier);
  }
  void receive(std::string_view text) { uart.receive(std::vector<std::uint8_t>(text.begin(), text.end())); }
  std::uint8_t iir() { return board.in(kIir)&0x0F; }

  test::Board board;
  test::RecordingLine irq;
  Uart16550 uart{board.ports, board.clock, irq, kBase, "COM1"};
  std::string sent;
};

TEST_F(Uart, CharacterTimeFollowsDivisorAndFormat) {
  open();
  EXPECT_EQ(uart.character_time(), kCharacter);
  board.out(kLcr, 0x83);
  board.out(kBase, 12);
  board.out(kLcr, 0x1F);  // 8 bits, parity, two stop bits: 12 bits at 9600 Bd
  EXPECT_EQ(uart.character_time(), 1'250'000);
  board.out(kLcr, 0x80);
  EXPECT_EQ(board.in(kBase), 12);
  EXPECT_EQ(board.in(kIer), 0);
}

TEST_F(Uart, TransmitterEmptiesInTime) {
  open();
  EXPECT_EQ(board.in(kLsr), 0x60);
  board.out(kBase, 'a');  // goes on to the shift register
  EXPECT_EQ(board.in(kLsr), 0x20);
  board.out(kBase, 'b');
  EXPECT_EQ(board.in(kLsr), 0x00);
  board.run_for(kCharacter);
  EXPECT_EQ(board.in(kLsr), 0x20);
  board.run_for(kCharacter);
  EXPECT_EQ(board.in(kLsr), 0x60);
  EXPECT_EQ(sent, "ab");
}

TEST_F(Uart, FifoTakesSixteenCharactersAtOnce) {
  open(0x01, 0x02);
  EXPECT_EQ(iir(), 0x02);
  for (int i = 0; i < 16; ++i) board.out(kBase, 'x');
  EXPECT_EQ(board.in(kLsr)&0x20, 0);
  const emu::Nanoseconds start = board.clock.now();
  irq.edges = 0;
  board.run_to(board.clock.next_event());
  EXPECT_EQ(irq.edges, 1);
  EXPECT_EQ(board.clock.now() - start, 15 * kCharacter);
  EXPECT_EQ(board.in(kLsr)&0x60, 0x20);
  EXPECT_EQ(sent.size(), 16u);
}

TEST_F(Uart, PolledOutputNeedsNoEvents) {
  open(0x01);
  for (int i = 0; i < 100; ++i) board.out(kBase, 'x');
  EXPECT_EQ(board.clock.next_event(), emu::kNever);
  EXPECT_EQ(sent.size(), 100u);
  board.run_for(17 * kCharacter);
  EXPECT_EQ(board.in(kLsr), 0x60);
}

TEST_F(Uart, ThreInterruptIsClearedByReadingIir) {
  open(0, 0x02);
  EXPECT_TRUE(irq.level);
  EXPECT_EQ(board.peek(kIir) & 0x0F, 0x02);
  EXPECT_TRUE(irq.level);
  EXPECT_EQ(iir(), 0x02);
  EXPECT_FALSE(irq.level);
  EXPECT_EQ(iir(), 0x01);
  board.out(kBase, 'a');
  board.run_for(1);
  EXPECT_TRUE(irq.level);  // the holding register is empty again at once
}

TEST_F(Uart, ReceivesAtTheLinesSpeed) {
  open(0, 0x01);
  receive("hi");
  EXPECT_EQ(board.in(kLsr)&1, 0);
  board.run_for(kCharacter);
  EXPECT_TRUE(irq.level);
  EXPECT_EQ(iir(), 0x04);
  EXPECT_EQ(board.peek(kBase), 'h');
  EXPECT_EQ(board.in(kBase), 'h');
  EXPECT_FALSE(irq.level);
  board.run_for(kCharacter);
  EXPECT_EQ(board.in(kBase), 'i');
}

TEST_F(Uart, WaitsWhileTheGuestIsSlow) {
  open(0x01);
  receive(std::string(40, 'z'));
  board.run_for(emu::kSecond);
  int count = 0;
  for (int i = 0; i < 100; ++i) {
    if (board.in(kLsr)&1) {
      board.in(kBase);
      ++count;
    }
    board.run_for(kCharacter);
  }
  EXPECT_EQ(count, 40);
  EXPECT_EQ(board.in(kLsr)&0x02, 0);
}

TEST_F(Uart, TriggerLevelAndTimeout) {
  open(0x81, 0x01);  // trigger at 8
  receive("1234567");
  board.run_for(7 * kCharacter);
  EXPECT_FALSE(irq.level);
  board.run_for(4 * kCharacter);
  EXPECT_TRUE(irq.level);
  EXPECT_EQ(iir(), 0x0C);
  board.in(kBase);
  EXPECT_FALSE(irq.level);
  receive("89");
  board.run_for(2 * kCharacter);
  EXPECT_EQ(iir(), 0x04);
}

TEST_F(Uart, LineStatusOutranksDataOutranksThre) {
  open(0, 0x0F);
  board.out(kMcr, 0x1B);  // loopback
  board.out(kBase, 'a');
  board.out(kBase, 'b');  // overruns
  board.run_for(emu::kMillisecond);
  EXPECT_EQ(iir(), 0x06);
  EXPECT_EQ(board.in(kLsr)&0x03, 0x03);
  EXPECT_EQ(board.in(kLsr)&0x02, 0x00);
  EXPECT_EQ(iir(), 0x04);
  EXPECT_EQ(board.in(kBase), 'b');
  EXPECT_EQ(iir(), 0x02);
  EXPECT_TRUE(sent.empty());
}

TEST_F(Uart, LoopbackTurnsModemOutputsIntoInputs) {
  open();
  EXPECT_EQ(board.in(kMsr), 0xB0);
  board.out(kMcr, 0x1A);
  EXPECT_EQ(board.in(kMsr)&0xF0, 0x90);  // Linux's autoconfig looks for this
  board.out(kMcr, 0x15);
  EXPECT_EQ(board.in(kMsr), 0x60 | 0x0B);  // DCD and CTS fell, DSR and RI rose: only RI's fall counts
  board.out(kMcr, 0x11);
  EXPECT_EQ(board.in(kMsr), 0x20 | 0x04);
}

TEST_F(Uart, Out2GatesTheInterrupt) {
  open(0, 0x02);
  EXPECT_TRUE(irq.level);
  board.out(kMcr, 0x03);
  EXPECT_FALSE(irq.level);
  EXPECT_EQ(board.peek(kIir) & 0x0F, 0x02);
  board.out(kMcr, 0x0B);
  EXPECT_TRUE(irq.level);
}

TEST_F(Uart, IsRecognizedAsA16550A) {
  board.out(kFcr, 0x01);
  EXPECT_EQ(board.in(kIir)&0xC0, 0xC0);
  board.out(kFcr, 0x00);
  EXPECT_EQ(board.in(kIir)&0xC0, 0x00);
  board.out(kScr, 0x5A);
  EXPECT_EQ(board.in(kScr), 0x5A);
  board.out(kIer, 0xFF);
  EXPECT_EQ(board.in(kIer), 0x0F);
}

TEST_F(Uart, DivisorZeroIsHarmless) {
  board.out(kLcr, 0x83);
  board.out(kBase, 0);
  board.out(kLcr, 0x03);
  board.out(kIer, 0x02);
  for (int i = 0; i < 3; ++i) board.out(kBase, 'x');
  board.run_for(emu::kMillisecond);
  EXPECT_EQ(board.in(kLsr), 0x60);
}

TEST(SharedIrq, StaysUpWhileEitherPortAsks) {
  test::Board board;
  test::RecordingLine irq4;
  SharedIrq shared(irq4);
  Uart16550 com1(board.ports, board.clock, shared.input(0), 0x3F8, "COM1");
  Uart16550 com3(board.ports, board.clock, shared.input(1), 0x3E8, "COM3");
  for (const std::uint16_t base : {0x3F8, 0x3E8}) {
    board.out(static_cast<std::uint16_t>(base + 4), 0x08);  // MCR: OUT2 connects the interrupt
    board.out(static_cast<std::uint16_t>(base + 1), 0x02);  // IER: an empty transmitter interrupts at once
  }
  EXPECT_TRUE(irq4.level);
  EXPECT_EQ(board.in(0x3FA) & 0x0F, 0x02);  // reading COM1's IIR takes its request back
  EXPECT_TRUE(irq4.level) << "COM3 still asks";
  EXPECT_EQ(board.in(0x3EA) & 0x0F, 0x02);
  EXPECT_FALSE(irq4.level);
}

}  // namespace
}  // namespace devices
