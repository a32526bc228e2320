// The chips that are little more than their registers.
#include <gtest/gtest.h>

#include <string>

#include "devices/debug_port.h"
#include "devices/dma8237.h"
#include "devices/lpt.h"
#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

TEST(Dma, FlipFlopSplitsSixteenBitRegisters) {
  test::Board board;
  Dma8237 dma(board.ports);
  board.out(0x0C, 0);
  board.out(0x04, 0x34);
  board.out(0x04, 0x12);
  EXPECT_EQ(dma.state().controllers[0].channels[2].address, 0x1234);
  EXPECT_EQ(board.in(0x04), 0x34);
  EXPECT_EQ(board.peek(0x04), 0x12);
  EXPECT_EQ(board.in(0x04), 0x12);
  board.out(0x05, 0xFF);
  board.out(0x0C, 0);
  board.out(0x05, 0xFE);
  EXPECT_EQ(dma.state().controllers[0].channels[2].count & 0xFF, 0xFE);
}

TEST(Dma, SecondaryLivesOnEvenPorts) {
  test::Board board;
  Dma8237 dma(board.ports);
  board.out(0xD8, 0);
  board.out(0xC4, 0xCD);
  board.out(0xC4, 0xAB);
  EXPECT_EQ(dma.state().controllers[1].channels[1].address, 0xABCD);
}

TEST(Dma, MasksOneAllAndNone) {
  test::Board board;
  Dma8237 dma(board.ports);
  EXPECT_EQ(dma.state().controllers[0].mask, 0x0F);
  board.out(0x0A, 0x02);
  EXPECT_EQ(dma.state().controllers[0].mask, 0x0B);
  board.out(0x0E, 0);
  EXPECT_EQ(dma.state().controllers[0].mask, 0x00);
  board.out(0x0A, 0x05);
  EXPECT_EQ(dma.state().controllers[0].mask, 0x02);
  board.out(0x0D, 0);
  EXPECT_EQ(dma.state().controllers[0].mask, 0x0F);
  board.out(0xDE, 0x05);
  EXPECT_EQ(board.in(0xDE), 0xF5);
}

TEST(Dma, PageRegistersKeepTheirBytesAndPort80IsThePostCode) {
  test::Board board;
  Dma8237 dma(board.ports);
  for (std::uint16_t port = 0x80; port < 0x90; ++port) board.out(port, static_cast<std::uint8_t>(port ^ 0x5A));
  for (std::uint16_t port = 0x80; port < 0x90; ++port) EXPECT_EQ(board.in(port), port ^ 0x5A);
  EXPECT_EQ(dma.post_code(), 0x80 ^ 0x5A);
}

TEST(DebugConsole, BothPortsReachTheSinkAndReadE9) {
  test::Board board;
  DebugPort debug(board.ports);
  board.out(0xE9, '?');  // no sink yet
  std::string text;
  debug.sink = [&](std::uint8_t c) { text.push_back(static_cast<char>(c)); };
  board.out(0xE9, 'a');
  board.out(0x402, 'b');
  EXPECT_EQ(text, "ab");
  EXPECT_EQ(board.in(0xE9), 0xE9);
  EXPECT_EQ(board.in(0x402), 0xE9);
}

TEST(Lpt, IsThereButHasNoPrinter) {
  test::Board board;
  ParallelPort lpt(board.ports);
  board.out(0x378, 0xAA);
  EXPECT_EQ(board.in(0x378), 0xAA);
  EXPECT_EQ(board.in(0x379) & 0x80, 0x00);  // busy
  board.out(0x379, 0x00);
  EXPECT_EQ(board.in(0x379), 0x7F);
  board.out(0x37A, 0x05);
  EXPECT_EQ(board.in(0x37A) & 0x1F, 0x05);
}

}  // namespace
}  // namespace devices
