// Modes, fonts, colours and state. Expected values: Ralf Brown's Interrupt List, IBM's PS/2 BIOS technical reference,
// and what SeaVGABIOS does where those leave room.
#include <string>
#include <utility>
#include <vector>

#include "tests/bios/int10_card.h"

namespace bios {
namespace {

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
      if (f.number == number && f.selector == selector) f.describe_arguments({in, nullptr, memory}, arguments);
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
