// INT 10h/0Bh and 10h: the attribute controller's palette and the DAC.
#include <algorithm>

#include "bios/video.h"

namespace bios {

namespace {
constexpr std::uint8_t kModeControl = 0x10, kOverscan = 0x11, kColourSelect = 0x14;
constexpr std::uint8_t kBlink = 0x08, kSixteenPages = 0x80;
constexpr std::uint8_t kLastPaletteRegister = 0x14;
}  // namespace

/// BH = 0: background and, in mode 4, intensity (bit 4); BH = 1: which of the CGA's two sets of three
/// colours.
void Video::set_cga_colours(Call& call) {
  const std::uint8_t value = call.regs.bl();
  if (call.regs.bh() == 0) {
    const std::uint8_t background = value & 0x0F;
    registers_.set_attribute(0, background & 8 ? background + 8 : background);
    for (std::uint8_t i = 1; i < 4; ++i) registers_.change_attribute(i, 0x10, value & 0x10);
  } else if (call.regs.bh() == 1) {
    for (std::uint8_t i = 1; i < 4; ++i) registers_.change_attribute(i, 0x01, value & 0x01);
  }
}

void Video::set_palette_register(Call& call) {
  if (call.regs.bl() <= kLastPaletteRegister) registers_.set_attribute(call.regs.bl(), call.regs.bh());
}

void Video::set_border(Call& call) { registers_.set_attribute(kOverscan, call.regs.bh()); }

void Video::set_all_palette(Call& call) {
  emu::FarPtr from{call.regs.es(), call.regs.dx()};
  for (std::uint8_t i = 0; i < 16; ++i, from = from.plus(1))
    registers_.set_attribute(i, memory_.read<std::uint8_t>(from));
  registers_.set_attribute(kOverscan, memory_.read<std::uint8_t>(from));
}

void Video::set_blinking(Call& call) {
  registers_.change_attribute(kModeControl, kBlink, call.regs.bl() & 1 ? kBlink : 0);
}

void Video::get_palette_register(Call& call) {
  if (call.regs.bl() <= kLastPaletteRegister) call.regs.set_bh(registers_.attribute(call.regs.bl()));
}

void Video::get_border(Call& call) { call.regs.set_bh(registers_.attribute(kOverscan)); }

void Video::get_all_palette(Call& call) {
  emu::FarPtr to{call.regs.es(), call.regs.dx()};
  for (std::uint8_t i = 0; i < 16; ++i, to = to.plus(1)) memory_.write(to, registers_.attribute(i));
  memory_.write(to, registers_.attribute(kOverscan));
}

void Video::set_dac(Call& call) {
  registers_.set_dac(call.regs.bl(), {call.regs.dh(), call.regs.ch(), call.regs.cl()});
}

void Video::set_dac_block(Call& call) {
  emu::FarPtr from{call.regs.es(), call.regs.dx()};
  // More than 256 would only write the same registers again.
  const int count = std::min<int>(call.regs.cx(), 256);
  for (int i = 0; i < count; ++i, from = from.plus(3))
    registers_.set_dac(static_cast<std::uint8_t>(call.regs.bx() + i), memory_.read<VideoRegisters::Rgb>(from));
}

/// BL = 0: 4 pages of 64 colours (BH = 0) or 16 of 16 (BH = 1); BL = 1: which page.
void Video::select_dac_page(Call& call) {
  if (!(call.regs.bl() & 1)) {
    registers_.change_attribute(kModeControl, kSixteenPages, call.regs.bh() & 1 ? kSixteenPages : 0);
    return;
  }
  const bool sixteen = registers_.attribute(kModeControl) & kSixteenPages;
  registers_.set_attribute(kColourSelect, (sixteen ? call.regs.bh() : call.regs.bh() << 2) & 0x0F);
}

void Video::get_dac_page(Call& call) {
  const bool sixteen = registers_.attribute(kModeControl) & kSixteenPages;
  const std::uint8_t select = registers_.attribute(kColourSelect) & 0x0F;
  call.regs.set_bl(sixteen ? 1 : 0);
  call.regs.set_bh(sixteen ? select : select >> 2);
}

void Video::get_dac(Call& call) {
  const auto [red, green, blue] = registers_.dac(call.regs.bl());
  call.regs.set_dh(red);
  call.regs.set_ch(green);
  call.regs.set_cl(blue);
}

void Video::get_dac_block(Call& call) {
  emu::FarPtr to{call.regs.es(), call.regs.dx()};
  const int count = std::min<int>(call.regs.cx(), 256);
  for (int i = 0; i < count; ++i, to = to.plus(3))
    memory_.write(to, registers_.dac(static_cast<std::uint8_t>(call.regs.bx() + i)));
}

void Video::set_pel_mask(Call& call) { registers_.set_pel_mask(call.regs.bl()); }
void Video::get_pel_mask(Call& call) { call.regs.set_bl(registers_.pel_mask()); }

void Video::sum_to_gray(Call& call) { sum_dac_to_gray(call.regs.bl(), call.regs.cx()); }

/// 30 % red, 59 % green, 11 % blue (IBM PS/2 BIOS technical reference).
void Video::sum_dac_to_gray(int first, int count) {
  for (int i = first; i < std::min(first + count, 256); ++i) {
    const auto [red, green, blue] = registers_.dac(static_cast<std::uint8_t>(i));
    const auto gray = static_cast<std::uint8_t>(std::min((red * 30 + green * 59 + blue * 11 + 50) / 100, 0x3F));
    registers_.set_dac(static_cast<std::uint8_t>(i), {gray, gray, gray});
  }
}

}  // namespace bios
