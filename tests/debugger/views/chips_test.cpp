#include "debugger/views/chips.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devices/calendar.h"
#include "devices/dma8237.h"
#include "devices/keyboard_8042.h"
#include "devices/pci.h"
#include "devices/pic8259.h"
#include "devices/pit8254.h"
#include "devices/rtc_mc146818.h"
#include "devices/uart16550.h"
#include "tests/devices/chip_fixture.h"

namespace debugger::views {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const ChipRow& row(const ChipView& view, std::string_view name) {
  for (const ChipRow& r : view.rows) {
    if (r.name == name) return r;
  }
  throw std::runtime_error("no row " + std::string(name));
}

class ChipViews : public ::testing::Test {
 protected:
  devices::test::Board board;
  devices::test::RecordingLine line;
};

TEST_F(ChipViews, PicSaysWhichIrqsAreOpenAndInService) {
  devices::Pic8259Pair pic(board.ports);
  EXPECT_EQ(pic_view(pic).summary, "not initialized");
  for (const auto& [port, value] : {std::pair{0x20, 0x11},
                                    {0x21, 0x08},
                                    {0x21, 0x04},
                                    {0x21, 0x01},
                                    {0x21, 0xB8},
                                    {0xA0, 0x11},
                                    {0xA1, 0x70},
                                    {0xA1, 0x02},
                                    {0xA1, 0x01},
                                    {0xA1, 0xBF}})
    board.out(static_cast<std::uint16_t>(port), static_cast<std::uint8_t>(value));
  pic.irq(1).set(true);
  EXPECT_EQ(pic.acknowledge(), 0x09);
  const ChipView view = pic_view(pic);
  EXPECT_EQ(view.summary, "IRQ 0 1 6 14 open, 1 in service");
  EXPECT_EQ(row(view, "primary ISR").words, "IRQ 1");
  EXPECT_EQ(row(view, "secondary ICW2").words, "INT 70h to 77h");
  EXPECT_EQ(row(view, "primary mode").words, "edge triggered, normal EOI, reads give IRR");
}

TEST_F(ChipViews, PicNamesTheIcwThatItWaitsFor) {
  devices::Pic8259Pair pic(board.ports);
  board.out(0x20, 0x11);
  board.out(0x21, 0x08);
  EXPECT_EQ(row(pic_view(pic), "primary mode").words, "waits for ICW3");
}

TEST_F(ChipViews, PitTurnsTheCountIntoHertz) {
  devices::Pit8254 pit(board.ports, board.clock, line);
  EXPECT_EQ(row(pit_view(pit), "0 count").words, "no count written");
  board.out(0x43, 0x34);  // channel 0, LSB then MSB, mode 2
  board.out(0x40, 0xA9);
  board.out(0x40, 0x04);  // 1193: a millisecond
  board.run_for(emu::kMillisecond);
  const ChipView view = pit_view(pit);
  EXPECT_EQ(view.summary, "IRQ 0 at 1000 Hz");
  EXPECT_EQ(row(view, "0 count").words, "1193 ticks, 1000 Hz");
  EXPECT_EQ(row(view, "0 mode").words, "IRQ 0: rate generator");
}

TEST_F(ChipViews, KeyboardShowsWhatWaitsToBeRead) {
  devices::test::RecordingSystem system;
  devices::test::RecordingLine irq12;
  devices::Keyboard8042 keyboard(board.ports, board.clock, line, irq12, system);
  EXPECT_EQ(row(keyboard_view(keyboard), "output buffer").words, "read already");
  const std::uint8_t enter[] = {0x1C};
  keyboard.key(enter);
  board.run_for(5 * emu::kMillisecond);
  const ChipView view = keyboard_view(keyboard);
  EXPECT_EQ(row(view, "output buffer").words, "not read yet");
  EXPECT_THAT(row(view, "status").words, StartsWith("output full"));
  EXPECT_EQ(board.peek(0x64) & 1, 1) << "looking must not take the byte";
}

TEST_F(ChipViews, ClockShowsItsDateAndChecksTheChecksum) {
  devices::RtcMc146818 rtc(board.ports, board.clock, line, devices::parse_date("2024-02-29T23:59:58"));
  rtc.configure({.ram_below_4g = 64u << 20,
                 .ram_above_4g = 0,
                 .floppy_a = devices::CmosFloppy::k1440K,
                 .floppy_b = devices::CmosFloppy::kNone});
  EXPECT_EQ(rtc_view(rtc).summary, "2024-02-29 23:59:58");
  board.run_for(3 * emu::kSecond);
  const ChipView view = rtc_view(rtc);
  EXPECT_EQ(view.summary, "2024-03-01 00:00:01");
  EXPECT_EQ(row(view, "15h base memory").words, "640 KiB");
  EXPECT_EQ(row(view, "10h floppies").words, "A: 1.44 MB, B: none");
  EXPECT_EQ(row(view, "2Eh checksum").words, "right");
  EXPECT_EQ(row(view, "register A").words, "32.768 kHz, periodic 1024 Hz");
  board.out(0x70, 0x20);
  board.out(0x71, 0x01);
  EXPECT_THAT(row(rtc_view(rtc), "2Eh checksum").words, StartsWith("wrong"));
}

TEST_F(ChipViews, UartReadsTheLineSettings) {
  devices::Uart16550 uart(board.ports, board.clock, line, 0x3F8, "COM1");
  board.out(0x3FB, 0x80);  // DLAB
  board.out(0x3F8, 0x01);  // 115200 Bd
  board.out(0x3F9, 0x00);
  board.out(0x3FB, 0x1A);  // 7 data bits, even parity, one stop bit
  const ChipView view = uart_view(uart, 0);
  EXPECT_EQ(view.summary, "115200 Bd, 7E1");
  EXPECT_EQ(row(view, "IER").words, "no interrupts");
  EXPECT_THAT(row(view, "LSR").words, HasSubstr("THR empty"));
}

TEST_F(ChipViews, DmaJoinsPageAndAddress) {
  devices::Dma8237 dma(board.ports);
  board.out(0x0C, 0);     // clear the flip-flop
  board.out(0x04, 0x34);  // channel 2, address 1234h
  board.out(0x04, 0x12);
  board.out(0x81, 0x05);  // its page
  board.out(0x0B, 0x46);  // single, write to memory
  board.out(0x0A, 0x02);  // unmasked
  const ChipView view = dma_view(dma);
  EXPECT_EQ(row(view, "2 address").value, 0x51234u);
  EXPECT_EQ(row(view, "2 address").words, "single, write to memory, open");
  EXPECT_EQ(view.summary, "channels 2 open");
}

TEST_F(ChipViews, PciListsFunctionsAndWhatTheyDecode) {
  devices::PciBus pci(board.ports);
  devices::PciFunction& display = pci.function(2, 0);
  display.identify(0x1234, 0x1111, 0x030000, 2);
  display.add_memory_bar(0, 16u << 20, 0xE000'0000, 8);
  ChipView view = pci_view(pci);
  EXPECT_EQ(view.summary, "3 functions on bus 0");
  EXPECT_EQ(row(view, "02.0").words, "1234:1111 VGA display");
  EXPECT_EQ(row(view, "02.0 BAR 0").words, "not decoded");
  display.set_word(4, 2);  // memory space
  view = pci_view(pci);
  EXPECT_EQ(row(view, "02.0 BAR 0").words, "memory from E0000000h");
  pci.host_bridge().set_byte(0x59, 0x30);  // PAM0: F0000h to FFFFFh, reads and writes
  EXPECT_EQ(row(pci_view(pci), "00.0 PAM0").words, "F0000h RAM");
}

}  // namespace
}  // namespace debugger::views
