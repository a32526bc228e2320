// Characters and cursors. Expected values: Ralf Brown's Interrupt List, and what SeaVGABIOS does where it leaves room.
#include <array>

#include "tests/bios/int10_card.h"

namespace bios {
namespace {

TEST_F(Int10, TeletypeKeepsTheAttributeOfTheCell) {
  put_cell(0, 0, 0x1F20);
  type("A");
  EXPECT_EQ(cell(0, 0), 0x1F41);
  EXPECT_EQ(bda<std::uint16_t>(0x50), 0x0001);
}

TEST_F(Int10, TeletypeObeysControlCharacters) {
  type("AB\bC\r\nD\a");
  EXPECT_EQ(line(0), "AC");
  EXPECT_EQ(line(1), "D");
  EXPECT_EQ(vga.text_screen()->cursor, (devices::TextScreen::Cursor{1, 1}));
  type("\r\b");
  EXPECT_EQ(vga.text_screen()->cursor, (devices::TextScreen::Cursor{0, 1}));
}

TEST_F(Int10, TeletypeWrapsAndScrollsAtOnce) {
  for (int row = 0; row < 25; ++row) put_cell(0, row, static_cast<std::uint16_t>(0x1F00 | ('a' + row)));
  call(&Video::set_cursor_position, regs(0x0200, 0, 0, 24 << 8 | 79));
  type("Z");
  EXPECT_EQ(cell(0, 0), 0x1F62);
  EXPECT_EQ(cell(79, 23) & 0xFF, 'Z');
  EXPECT_EQ(cell(0, 24), 0x0720) << "the new line has the normal attribute";
  EXPECT_EQ(bda<std::uint16_t>(0x50), 24 << 8);
}

TEST_F(Int10, TextOutputNeverRemapsMemory) {
  const auto before = vga.remap_count();
  for (int i = 0; i < 100; ++i) type("Hello, world\r\n");
  call(&Video::scroll_up, regs(0x0600, 0x0700, 0, 0x184F));
  EXPECT_EQ(vga.remap_count(), before);
}

TEST_F(Int10, ScrollMovesOnlyTheWindow) {
  for (int row = 0; row < 25; ++row)
    for (int column = 0; column < 80; ++column) put_cell(column, row, static_cast<std::uint16_t>(0x0700 | ('a' + row)));
  call(&Video::scroll_up, regs(0x0602, 0x4E00, 5 << 8 | 10, 9 << 8 | 20));
  EXPECT_EQ(cell(10, 5), 0x0700 | 'h');
  EXPECT_EQ(cell(20, 7), 0x0700 | 'j');
  EXPECT_EQ(cell(15, 8), 0x4E20);
  EXPECT_EQ(cell(15, 9), 0x4E20);
  EXPECT_EQ(cell(9, 5), 0x0700 | 'f');
  EXPECT_EQ(cell(21, 9), 0x0700 | 'j');
  EXPECT_EQ(cell(10, 10), 0x0700 | 'k');
  call(&Video::scroll_down, regs(0x0701, 0x1700, 5 << 8 | 10, 9 << 8 | 20));
  EXPECT_EQ(cell(10, 5), 0x1720);
  EXPECT_EQ(cell(10, 6), 0x0700 | 'h');
}

TEST_F(Int10, ScrollByZeroLinesClears) {
  type("text");
  call(&Video::scroll_up, regs(0x0600, 0x1E00, 0, 0xFFFF));
  EXPECT_EQ(cell(0, 0), 0x1E20);
  EXPECT_EQ(cell(79, 24), 0x1E20);
}

TEST_F(Int10, CursorShapeIsStretchedToTheCell) {
  // The CGA's underline, lines 6-7 of 8, becomes 14-15 of 16 lines less one: 13-14 with IBM's rounding, 14-15
  // here.
  call(&Video::set_cursor_shape, regs(0x0100, 0, 0x0607));
  EXPECT_EQ(bda<std::uint16_t>(0x60), 0x0607);
  ports.out(0x3D4, 0x0A, 1);
  EXPECT_EQ(ports.in(0x3D5, 1) & 0x1F, 14u);
  ports.out(0x3D4, 0x0B, 1);
  EXPECT_EQ(ports.in(0x3D5, 1) & 0x1F, 15u);
  call(&Video::set_cursor_shape, regs(0x0100, 0, 0x2000));
  EXPECT_FALSE(vga.text_screen()->cursor);
}

TEST_F(Int10, PagesHaveTheirOwnCursors) {
  call(&Video::set_cursor_position, regs(0x0200, 0x0100, 0, 0x0305));
  EXPECT_EQ(vga.text_screen()->cursor, (devices::TextScreen::Cursor{0, 0}));
  call(&Video::select_page, regs(0x0501));
  EXPECT_EQ(bda<std::uint8_t>(0x62), 1);
  EXPECT_EQ(bda<std::uint16_t>(0x4E), 0x1000);
  type("page one");
  EXPECT_EQ(cell(5, 3, 1) & 0xFF, 'p');
  EXPECT_EQ(line(3), "     page one");
  const auto r = call(&Video::get_cursor, regs(0x0300, 0x0100));
  EXPECT_EQ(r.dx(), 0x030D);
}

TEST_F(Int10, WriteCharacterRepeatsWithoutMovingTheCursor) {
  call(&Video::write_character_attribute, regs(0x0923, 0x001E, 3));
  EXPECT_EQ(cell(0, 0), 0x1E23);
  EXPECT_EQ(cell(2, 0), 0x1E23);
  EXPECT_EQ(cell(3, 0), 0x0720);
  EXPECT_EQ(bda<std::uint16_t>(0x50), 0);
  call(&Video::write_character, regs(0x0A24, 0x004F, 2));
  EXPECT_EQ(cell(0, 0), 0x1E24) << "0Ah keeps the attribute";
  EXPECT_EQ(call(&Video::read_character, regs(0x0800)).ax(), 0x1E24);
}

TEST_F(Int10, WriteStringInItsFourForms) {
  const std::array<std::uint8_t, 4> plain = {'a', 'b', 'c', 'd'};
  store(0, plain);
  call(&Video::write_string, regs(0x1300, 0x001F, 2, 0x0100));
  EXPECT_EQ(cell(0, 1), 0x1F61);
  EXPECT_EQ(bda<std::uint16_t>(0x50), 0);
  call(&Video::write_string, regs(0x1301, 0x002F, 2, 0x0200));
  EXPECT_EQ(cell(1, 2), 0x2F62);
  EXPECT_EQ(bda<std::uint16_t>(0x50), 0x0202);
  const std::array<std::uint8_t, 4> coloured = {'x', 0x31, 'y', 0x42};
  store(0, coloured);
  call(&Video::write_string, regs(0x1302, 0x0000, 2, 0x0300));
  EXPECT_EQ(cell(0, 3), 0x3178);
  EXPECT_EQ(cell(1, 3), 0x4279);
  EXPECT_EQ(bda<std::uint16_t>(0x50), 0x0202);
  call(&Video::write_string, regs(0x1303, 0x0000, 2, 0x0400));
  EXPECT_EQ(bda<std::uint16_t>(0x50), 0x0402);
}

// In every graphics mode a glyph that was written can be read back, with its colour, and pixels are where
// they belong.

}  // namespace
}  // namespace bios
