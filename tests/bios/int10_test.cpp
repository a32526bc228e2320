// INT 10h on a card without a CPU. Expected values: Ralf Brown's Interrupt List, IBM's PS/2 BIOS technical
// reference, VBE 2.0, and what SeaVGABIOS does where those leave room.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bios/call_table.h"
#include "bios/video.h"
#include "bios/video_modes.h"
#include "devices/vga.h"
#include "emu/clock.h"
#include "emu/io_ports.h"
#include "emu/memory.h"

namespace bios {
namespace {

constexpr std::uint16_t kBuffer = 0x2000;  // a segment for buffers

class Int10 : public testing::Test {
 protected:
  Int10() { video.post(); }

  using Method = void (Video::*)(Call&);
  emu::Registers call(Method method, const emu::Registers& in) {
    emu::Registers r = in;
    Call c(0x10, r, 0x0202);
    (video.*method)(c);
    return r;
  }
  static emu::Registers regs(std::uint16_t ax, std::uint16_t bx = 0, std::uint16_t cx = 0,
                             std::uint16_t dx = 0) {
    emu::Registers r;
    r.set_ax(ax);
    r.set_bx(bx);
    r.set_cx(cx);
    r.set_dx(dx);
    r.set_real_segment(emu::Seg::kEs, kBuffer);
    return r;
  }
  void set_mode(std::uint8_t mode) { call(&Video::set_mode, regs(mode)); }
  void type(std::string_view text) {
    for (const char c : text)
      call(&Video::teletype, regs(static_cast<std::uint16_t>(0x0E00 | static_cast<std::uint8_t>(c)), 0x000F));
  }
  template <class T>
  T bda(std::uint32_t offset) const {
    return memory.read<T>(emu::PhysAddr(0x400 + offset));
  }
  template <class T>
  T buffer(std::uint32_t offset) const {
    return memory.read<T>(emu::PhysAddr(std::uint32_t{kBuffer} * 16 + offset));
  }
  void store(std::uint32_t offset, std::span<const std::uint8_t> bytes) {
    memory.write(emu::PhysAddr(std::uint32_t{kBuffer} * 16 + offset), bytes);
  }
  std::uint16_t cell(int column, int row, int page = 0) const {
    return memory.read<std::uint16_t>(
        emu::PhysAddr(0xB8000u + static_cast<unsigned>(page * 4096 + (row * 80 + column) * 2)));
  }
  void put_cell(int column, int row, std::uint16_t value) {
    memory.write(emu::PhysAddr(0xB8000u + static_cast<unsigned>((row * 80 + column) * 2)), value);
  }
  std::string line(int row) const { return vga.text_screen()->line(row); }

  emu::Memory memory{1 << 20};
  emu::IoPorts ports;
  emu::Clock clock;
  devices::Vga vga{memory, ports, clock};
  Video video{memory, ports};
};

TEST_F(Int10, PostSetsMode3AndTheDataArea) {
  EXPECT_EQ(bda<std::uint8_t>(0x49), 0x03);
  EXPECT_EQ(bda<std::uint16_t>(0x4A), 80);
  EXPECT_EQ(bda<std::uint16_t>(0x4C), 0x1000);
  EXPECT_EQ(bda<std::uint16_t>(0x63), 0x3D4);
  EXPECT_EQ(bda<std::uint8_t>(0x84), 24);
  EXPECT_EQ(bda<std::uint16_t>(0x85), 16);
  EXPECT_EQ(bda<std::uint8_t>(0x87), 0x60);
  EXPECT_EQ(bda<std::uint8_t>(0x8A), 0x08);
  EXPECT_EQ(bda<std::uint16_t>(0x10) & 0x30, 0x20);
  const auto screen = vga.text_screen();
  ASSERT_TRUE(screen);
  EXPECT_EQ(screen->columns, 80);
  EXPECT_EQ(screen->rows, 25);
  EXPECT_EQ(screen->cells[0], (devices::TextCell{' ', 0x07}));
  EXPECT_EQ(screen->cursor, (devices::TextScreen::Cursor{0, 0}));
}

TEST_F(Int10, VideoRomHasSignatureAndChecksum) {
  EXPECT_EQ(memory.read<std::uint16_t>(emu::PhysAddr(0xC0000)), 0xAA55);
  std::vector<std::uint8_t> rom(memory.read<std::uint8_t>(emu::PhysAddr(0xC0002)) * 512u);
  memory.read(emu::PhysAddr(0xC0000), rom);
  std::uint8_t sum = 0;
  for (const std::uint8_t b : rom) sum = static_cast<std::uint8_t>(sum + b);
  EXPECT_EQ(sum, 0);
  EXPECT_EQ(std::string(rom.begin() + 0x1E, rom.begin() + 0x21), "IBM");
}

TEST_F(Int10, SetModeAnswersTheOldControlByte) {
  EXPECT_EQ(call(&Video::set_mode, regs(0x0003)).al(), 0x30);
  EXPECT_EQ(call(&Video::set_mode, regs(0x0006)).al(), 0x3F);
  EXPECT_EQ(call(&Video::set_mode, regs(0x0012)).al(), 0x20);
}

TEST_F(Int10, EveryModeShowsItsSize) {
  struct Expected {
    std::uint8_t mode;
    int width, height;
  };
  for (const Expected e : {Expected{0x04, 320, 200},
                           {0x05, 320, 200},
                           {0x06, 640, 200},
                           {0x0D, 320, 200},
                           {0x0E, 640, 200},
                           {0x0F, 640, 350},
                           {0x10, 640, 350},
                           {0x11, 640, 480},
                           {0x12, 640, 480},
                           {0x13, 320, 200}}) {
    set_mode(e.mode);
    const auto size = vga.graphics_resolution();
    ASSERT_TRUE(size) << int{e.mode};
    EXPECT_EQ(size->width, e.width) << int{e.mode};
    EXPECT_EQ(size->height, e.height) << int{e.mode};
    EXPECT_FALSE(vga.text_screen()) << int{e.mode};
    const auto got = call(&Video::get_mode, regs(0x0F00));
    EXPECT_EQ(got.al(), e.mode);
    EXPECT_EQ(got.ah(), e.width / 8);
  }
  for (const std::uint8_t mode : {0x00, 0x01, 0x02, 0x03, 0x07}) {
    set_mode(mode);
    EXPECT_FALSE(vga.graphics_resolution());
    const auto screen = vga.text_screen();
    ASSERT_TRUE(screen);
    EXPECT_EQ(screen->columns, mode < 2 ? 40 : 80);
    EXPECT_EQ(screen->rows, 25);
  }
}

TEST_F(Int10, UnknownModeChangesNothing) {
  type("kept");
  set_mode(0x14);
  EXPECT_EQ(bda<std::uint8_t>(0x49), 0x03);
  EXPECT_EQ(line(0), "kept");
}

TEST_F(Int10, ModeWithBit7KeepsTheScreenAndSaysSo) {
  type("kept");
  set_mode(0x83);
  EXPECT_EQ(line(0), "kept");
  EXPECT_EQ(call(&Video::get_mode, regs(0x0F00)).al(), 0x83);
}

TEST_F(Int10, MonochromeModeUsesItsOwnAddresses) {
  set_mode(0x07);
  EXPECT_EQ(bda<std::uint16_t>(0x63), 0x3B4);
  type("M");
  EXPECT_EQ(memory.read<std::uint8_t>(emu::PhysAddr(0xB0000)), 'M');
  EXPECT_EQ(memory.read<std::uint16_t>(emu::PhysAddr(0xB8000)), 0xFFFF);
  EXPECT_EQ(line(0), "M");
}

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
    for (int column = 0; column < 80; ++column)
      put_cell(column, row, static_cast<std::uint16_t>(0x0700 | ('a' + row)));
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
TEST_F(Int10, GraphicsModesDrawAndRecogniseCharacters) {
  for (const std::uint8_t mode : {0x04, 0x06, 0x0D, 0x0E, 0x10, 0x12, 0x13}) {
    set_mode(mode);
    const std::uint8_t colour = mode == 0x06 ? 1 : 3;
    call(&Video::set_cursor_position, regs(0x0200, 0, 0, 0x0203));
    call(&Video::write_character_attribute, regs(0x0941, colour, 1));
    const auto r = call(&Video::read_character, regs(0x0800));
    EXPECT_EQ(r.al(), 'A') << int{mode};
    EXPECT_EQ(r.ah(), colour) << int{mode};
  }
}

TEST_F(Int10, Mode13PixelsAreBytes) {
  set_mode(0x13);
  call(&Video::write_pixel, regs(0x0C2A, 0, 319, 199));
  EXPECT_EQ(memory.read<std::uint8_t>(emu::PhysAddr(0xA0000 + 63999)), 0x2A);
  EXPECT_EQ(call(&Video::read_pixel, regs(0x0D00, 0, 319, 199)).al(), 0x2A);
  call(&Video::write_pixel, regs(0x0C2A, 0, 320, 199));  // outside: ignored
  EXPECT_EQ(memory.read<std::uint8_t>(emu::PhysAddr(0xA0000 + 64000)), 0);
}

TEST_F(Int10, PixelsOfPlanarModesCanBeXored) {
  set_mode(0x12);
  call(&Video::write_pixel, regs(0x0C05, 0, 100, 50));
  call(&Video::write_pixel, regs(0x0C83, 0, 100, 50));
  EXPECT_EQ(call(&Video::read_pixel, regs(0x0D00, 0, 100, 50)).al(), 0x06);
  EXPECT_EQ(call(&Video::read_pixel, regs(0x0D00, 0, 101, 50)).al(), 0x00);
  EXPECT_EQ(vga.render().at(100, 50), 0xAA5500u) << "colour 6 is brown";
}

TEST_F(Int10, TeletypeScrollsGraphicsModes) {
  for (const std::uint8_t mode : {0x04, 0x12, 0x13}) {
    set_mode(mode);
    type("first\r\nsecond");
    for (int i = 0; i < bda<std::uint8_t>(0x84); ++i) type("\r\n");
    call(&Video::set_cursor_position, regs(0x0200, 0, 0, 0));
    EXPECT_EQ(call(&Video::read_character, regs(0x0800)).al(), 's') << int{mode};
  }
}

TEST_F(Int10, EightLineFontGivesFiftyRows) {
  call(&Video::load_rom_font, regs(0x1112));
  EXPECT_EQ(bda<std::uint8_t>(0x84), 49);
  EXPECT_EQ(bda<std::uint16_t>(0x85), 8);
  EXPECT_EQ(vga.text_screen()->rows, 50);
  call(&Video::load_rom_font, regs(0x1111));
  EXPECT_EQ(vga.text_screen()->rows, 28);
}

TEST_F(Int10, LoadingAFontLeavesTheTextAlone) {
  type("still here");
  call(&Video::load_rom_font, regs(0x1104));
  EXPECT_EQ(line(0), "still here");
  type("!");
  EXPECT_EQ(line(0), "still here!");
}

TEST_F(Int10, FontPointersLeadToGlyphs) {
  for (const auto& [which, height] : {std::pair{6, 16}, {2, 14}, {3, 8}}) {
    const auto r = call(&Video::get_font_information, regs(0x1130, static_cast<std::uint16_t>(which << 8)));
    const emu::FarPtr font{r.es(), static_cast<std::uint16_t>(r[emu::Gpr::kBp])};
    EXPECT_EQ(r.cx(), 16) << "the height of the font in use, not of the one asked for";
    EXPECT_EQ(r.dl(), 24);
    // DBh is the full block, 20h is blank.
    for (int i = 0; i < height; ++i) {
      EXPECT_EQ(memory.read<std::uint8_t>(font.plus(static_cast<std::uint16_t>(0xDB * height + i))), 0xFF);
      EXPECT_EQ(memory.read<std::uint8_t>(font.plus(static_cast<std::uint16_t>(0x20 * height + i))), 0x00);
    }
  }
}

TEST_F(Int10, PaletteAndDacReadBack) {
  call(&Video::set_palette_register, regs(0x1000, 0x2A05));
  EXPECT_EQ(call(&Video::get_palette_register, regs(0x1007, 0x0005)).bh(), 0x2A);
  call(&Video::set_dac, regs(0x1010, 200, 0x1122, 0x3300));
  const auto r = call(&Video::get_dac, regs(0x1015, 200));
  EXPECT_EQ(r.dh(), 0x33);
  EXPECT_EQ(r.cx(), 0x1122);
  call(&Video::get_dac_block, [] {
    auto q = regs(0x1017, 7, 1, 0x10);
    return q;
  }());
  EXPECT_EQ(buffer<std::uint8_t>(0x10), 0x2A) << "colour 7 of the 64-colour palette is light gray";
}

TEST_F(Int10, GraySummingUsesIbmsWeights) {
  call(&Video::set_dac, regs(0x1010, 9, 0x003F, 0x0000));  // blue
  call(&Video::sum_to_gray, regs(0x101B, 9, 1));
  EXPECT_EQ(call(&Video::get_dac, regs(0x1015, 9)).dh(), 7);  // 63 * 0.11 = 6.93
}

TEST_F(Int10, AlternateSelectTellsAnEga) {
  const auto r = call(&Video::alternate_select, regs(0x1200, 0x0010, 0xFFFF));
  EXPECT_EQ(r.bx(), 0x0003);
  EXPECT_EQ(r.cx(), 0x0009);
}

TEST_F(Int10, FunctionalityTableDescribesTheMode) {
  const auto r = call(&Video::get_functionality, regs(0x1B00));
  EXPECT_EQ(r.al(), 0x1B);
  EXPECT_EQ(buffer<std::uint8_t>(0x04), 0x03);
  EXPECT_EQ(buffer<std::uint8_t>(0x22), 25);
  EXPECT_EQ(buffer<std::uint16_t>(0x27), 16);
  EXPECT_EQ(buffer<std::uint8_t>(0x2A), 2);
  EXPECT_EQ(call(&Video::get_display_combination, regs(0x1A00)).bx(), 0x0008);
}

TEST_F(Int10, SavedStateBringsBackModeAndPalette) {
  const auto size = call(&Video::save_restore_state, regs(0x1C00, 0, 7)).bx();
  EXPECT_GT(size, 768 / 64);
  call(&Video::set_cursor_position, regs(0x0200, 0, 0, 0x0809));
  call(&Video::save_restore_state, regs(0x1C01, 0x100, 7));
  set_mode(0x13);
  EXPECT_EQ(call(&Video::save_restore_state, regs(0x1C02, 0x100, 7)).al(), 0x1C);
  EXPECT_EQ(bda<std::uint8_t>(0x49), 0x03);
  const auto screen = vga.text_screen();
  ASSERT_TRUE(screen);
  EXPECT_EQ(screen->cursor, (devices::TextScreen::Cursor{9, 8}));
}

// --- VBE

TEST_F(Int10, VbeInformationListsTheModes) {
  store(0, std::array<std::uint8_t, 4>{'V', 'B', 'E', '2'});
  EXPECT_EQ(call(&Video::vbe_controller_information, regs(0x4F00)).ax(), 0x004F);
  EXPECT_EQ(buffer<std::uint32_t>(0), 0x41534556u);  // "VESA"
  EXPECT_GE(buffer<std::uint16_t>(4), 0x0200);
  EXPECT_EQ(buffer<std::uint16_t>(0x12), 256);  // 16 MB
  emu::FarPtr list{buffer<std::uint16_t>(0x10), buffer<std::uint16_t>(0x0E)};
  std::vector<std::uint16_t> modes;
  for (auto mode = memory.read<std::uint16_t>(list); mode != 0xFFFF;
       mode = memory.read<std::uint16_t>(list)) {
    modes.push_back(mode);
    list = list.plus(2);
    ASSERT_LT(modes.size(), 200u);
  }
  for (const std::uint16_t mode : {0x101, 0x111, 0x142, 0x103, 0x114, 0x143, 0x105, 0x117, 0x144})
    EXPECT_NE(std::find(modes.begin(), modes.end(), mode), modes.end()) << mode;
}

TEST_F(Int10, VbeOldCallersGet256Bytes) {
  store(0xFF, std::array<std::uint8_t, 2>{0xAA, 0xBB});
  call(&Video::vbe_controller_information, regs(0x4F00));
  EXPECT_EQ(buffer<std::uint8_t>(0x100), 0xBB);
}

TEST_F(Int10, VbeModeInformationDescribes565) {
  EXPECT_EQ(call(&Video::vbe_mode_information, regs(0x4F01, 0, 0x114)).ax(), 0x004F);
  EXPECT_EQ(buffer<std::uint16_t>(0x00) & 0x99, 0x99);  // supported, colour, graphics, linear
  EXPECT_EQ(buffer<std::uint16_t>(0x10), 1600);
  EXPECT_EQ(buffer<std::uint16_t>(0x12), 800);
  EXPECT_EQ(buffer<std::uint16_t>(0x14), 600);
  EXPECT_EQ(buffer<std::uint8_t>(0x19), 16);
  EXPECT_EQ(buffer<std::uint8_t>(0x1B), 6);
  EXPECT_EQ(buffer<std::uint8_t>(0x1F), 5);
  EXPECT_EQ(buffer<std::uint8_t>(0x20), 11);
  EXPECT_EQ(buffer<std::uint8_t>(0x21), 6);
  EXPECT_EQ(buffer<std::uint32_t>(0x28), 0xE0000000u);
  EXPECT_EQ(call(&Video::vbe_mode_information, regs(0x4F01, 0, 0x1F0)).ax(), 0x014F);
}

TEST_F(Int10, VbeLinearFrameBufferIsThePicture) {
  EXPECT_EQ(call(&Video::vbe_set_mode, regs(0x4F02, 0x4000 | 0x144)).ax(), 0x004F);
  EXPECT_EQ(vga.graphics_resolution(), (devices::Resolution{1024, 768, 32}));
  memory.write<std::uint32_t>(emu::PhysAddr(0xE0000000 + 4 * (10 * 1024 + 20)), 0x00123456);
  EXPECT_EQ(vga.render().at(20, 10), 0x123456u);
  EXPECT_EQ(call(&Video::vbe_get_mode, regs(0x4F03)).bx(), 0x4144);
  EXPECT_EQ(call(&Video::vbe_window, regs(0x4F05, 0, 0, 1)).ax(), 0x034F) << "no banks in a linear mode";
  set_mode(3);
  EXPECT_TRUE(vga.text_screen());
  EXPECT_EQ(call(&Video::vbe_get_mode, regs(0x4F03)).bx(), 0x0003);
}

TEST_F(Int10, VbeWindowReachesAllBanks) {
  EXPECT_EQ(call(&Video::vbe_set_mode, regs(0x4F02, 0x103)).ax(), 0x004F);
  EXPECT_EQ(call(&Video::vbe_window, regs(0x4F05, 0, 0, 7)).ax(), 0x004F);
  EXPECT_EQ(call(&Video::vbe_window, regs(0x4F05, 0x0100)).dx(), 7);
  memory.write<std::uint8_t>(emu::PhysAddr(0xA0000 + 100), 0x0F);  // 7 * 65536 + 100 = 573 * 800 + 452
  EXPECT_EQ(vga.render().at(452, 573), 0xFFFFFFu);
  EXPECT_EQ(call(&Video::vbe_window, regs(0x4F05, 0, 0, 256)).ax(), 0x014F);
}

TEST_F(Int10, VbeModesDrawText) {
  for (const std::uint16_t mode : {0x101, 0x111, 0x112, 0x142}) {
    call(&Video::vbe_set_mode, regs(0x4F02, mode));
    type("VBE");
    call(&Video::set_cursor_position, regs(0x0200, 0, 0, 0x0001));
    const auto r = call(&Video::read_character, regs(0x0800));
    EXPECT_EQ(r.al(), 'B') << mode;
    EXPECT_EQ(r.ah(), 0x0F) << mode;
  }
}

TEST_F(Int10, VbeLineLengthAndStartScrollThePicture) {
  call(&Video::vbe_set_mode, regs(0x4F02, 0x4000 | 0x101));
  const auto r = call(&Video::vbe_line_length, regs(0x4F06, 0, 1024));
  EXPECT_EQ(r.ax(), 0x004F);
  EXPECT_EQ(r.bx(), 1024);
  EXPECT_EQ(r.cx(), 1024);
  EXPECT_EQ(r.dx(), 16384);
  EXPECT_EQ(call(&Video::vbe_display_start, regs(0x4F07, 0, 100, 200)).ax(), 0x004F);
  memory.write<std::uint8_t>(emu::PhysAddr(0xE0000000 + 200 * 1024 + 100), 0x0F);
  EXPECT_EQ(vga.render().at(0, 0), 0xFFFFFFu);
  const auto start = call(&Video::vbe_display_start, regs(0x4F07, 1));
  EXPECT_EQ(start.cx(), 100);
  EXPECT_EQ(start.dx(), 200);
}

TEST_F(Int10, VbePaletteTakesEightBitsWhenAsked) {
  call(&Video::vbe_set_mode, regs(0x4F02, 0x4000 | 0x101));
  EXPECT_EQ(call(&Video::vbe_dac_width, regs(0x4F08, 0x0800)).bh(), 8);
  store(0, std::array<std::uint8_t, 4>{0x11, 0x22, 0xF3, 0});  // blue, green, red
  EXPECT_EQ(call(&Video::vbe_palette, regs(0x4F09, 0, 1, 0)).ax(), 0x004F);
  EXPECT_EQ(vga.render().at(0, 0), 0xF32211u);
}

TEST_F(Int10, VbeRefusesWhatItHasNot) {
  EXPECT_EQ(call(&Video::vbe_set_mode, regs(0x4F02, 0x01FE)).ax(), 0x014F);
  EXPECT_EQ(call(&Video::vbe_set_mode, regs(0x4F02, 0x4012)).ax(), 0x014F)
      << "mode 12h has no linear frame buffer";
  EXPECT_EQ(bda<std::uint8_t>(0x49), 0x03);
}

TEST_F(Int10, VbeHandsOutOneBlockOfTheMonitorsEdid) {
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15)).ax(), 0x004F);
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15, 1)).ax(), 0x004F);
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15, 1, 0, 1)).ax(), 0x014F) << "no extension";
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15, 2)).ax(), 0x014F);
}

// Wild values in the data area must not harm the host (sanitizers watch).
TEST_F(Int10, WildDataAreaIsHarmless) {
  for (const std::uint8_t mode : {0x03, 0x04, 0x12, 0x13}) {
    set_mode(mode);
    for (std::uint32_t i = 0x4A; i < 0x8B; ++i)
      if (i < 0x67 || i >= 0x84) memory.write<std::uint8_t>(emu::PhysAddr(0x400 + i), 0xFF);
    type("A\n\r\bB");
    call(&Video::scroll_up, regs(0x0601, 0x0700, 0, 0xFFFF));
    call(&Video::scroll_down, regs(0x0701, 0x0700, 0, 0xFFFF));
    call(&Video::write_character_attribute, regs(0x0941, 0x0007, 300));
    call(&Video::read_character, regs(0x0800, 0x0700));
    call(&Video::select_page, regs(0x0507));
    vga.render();
  }
  set_mode(3);
  type("alive");
  EXPECT_EQ(line(0), "alive");
}

TEST(Int10Table, IsOrderedWithoutDuplicates) {
  const auto rows = int10_functions();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].vector, 0x10);
    EXPECT_FALSE(rows[i].name.empty());
    EXPECT_FALSE(rows[i].source.empty());
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_FALSE(rows[i].selector == rows[j].selector && rows[i].number == rows[j].number) << rows[i].name;
  }
}

TEST(Int10Table, DescribesCallsInWords) {
  emu::Memory memory(1 << 20);
  emu::Registers in;
  in.set_ax(0x0E41);
  const auto describe = [&](std::uint16_t number, Selector selector) {
    Arguments arguments;
    for (const Function& f : int10_functions())
      if (f.number == number && f.selector == selector)
        f.describe_arguments({in, nullptr, memory}, arguments);
    return arguments.text;
  };
  EXPECT_EQ(describe(0x0E, Selector::kAh), "teletype 'A' page 0");
  in.set_ax(0x0092);
  EXPECT_EQ(describe(0x00, Selector::kAh), "set mode 12h, keep memory");
  in.set_bx(0x4114);
  EXPECT_EQ(describe(0x4F02, Selector::kAx), "set mode 114h, linear (800x600, 16 bits)");
}

}  // namespace
}  // namespace bios
