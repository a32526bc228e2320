// Expected values: VBE 2.0, and what SeaVGABIOS does where it leaves room.
#include <algorithm>
#include <array>
#include <vector>

#include "tests/bios/int10_card.h"

namespace bios {
namespace {

TEST_F(Int10, VbeInformationListsTheModes) {
  store(0, std::array<std::uint8_t, 4>{'V', 'B', 'E', '2'});
  EXPECT_EQ(call(&Video::vbe_controller_information, regs(0x4F00)).ax(), 0x004F);
  EXPECT_EQ(buffer<std::uint32_t>(0), 0x41534556u);  // "VESA"
  EXPECT_GE(buffer<std::uint16_t>(4), 0x0200);
  EXPECT_EQ(buffer<std::uint16_t>(0x12), 256);  // 16 MB
  emu::FarPtr list{buffer<std::uint16_t>(0x10), buffer<std::uint16_t>(0x0E)};
  std::vector<std::uint16_t> modes;
  for (auto mode = memory.read<std::uint16_t>(list); mode != 0xFFFF; mode = memory.read<std::uint16_t>(list)) {
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
  EXPECT_EQ(call(&Video::vbe_set_mode, regs(0x4F02, 0x4012)).ax(), 0x014F) << "mode 12h has no linear frame buffer";
  EXPECT_EQ(bda<std::uint8_t>(0x49), 0x03);
}

TEST_F(Int10, VbeHandsOutOneBlockOfTheMonitorsEdid) {
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15)).ax(), 0x004F);
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15, 1)).ax(), 0x004F);
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15, 1, 0, 1)).ax(), 0x014F) << "no extension";
  EXPECT_EQ(call(&Video::vbe_display_data_channel, regs(0x4F15, 2)).ax(), 0x014F);
}

}  // namespace
}  // namespace bios
