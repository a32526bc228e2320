#include "bios/video.h"

#include <algorithm>
#include <array>

#include "bios/fonts.h"

namespace bios {

namespace {

constexpr emu::PhysAddr kEquipment{0x410};
constexpr std::uint16_t kEquipmentVideoMask = 0x30, kEquipment80x25Colour = 0x20;
/// F000:FA6E, the PC's address of the 8x8 glyphs 00h-7Fh.
constexpr emu::PhysAddr kSystemRomFont{0xFFA6E};

// 40:87
constexpr std::uint8_t kControl256K = 0x60, kControlKeepMemory = 0x80;
// 40:89
constexpr std::uint8_t kModeSetNoPalette = 0x08, kModeSetGray = 0x02, kModeSet400Lines = 0x51, kModeSet200Lines = 0x80;
constexpr std::uint8_t kSwitches = 0xF9;
/// 40:8A, an index into the display combination table: VGA with a colour monitor.
constexpr std::uint8_t kDisplayCombinationVgaColour = 0x08;

constexpr std::uint16_t kDefaultCursor = 0x0607;
/// 40:65, what a CGA's mode control register would hold in modes 0-7.
constexpr std::array<std::uint8_t, 8> kCgaModeControl = {0x2C, 0x28, 0x2D, 0x29, 0x2A, 0x2E, 0x1E, 0x29};

// DISPI registers
constexpr std::uint16_t kXres = 1, kYres = 2, kBpp = 3, kEnable = 4, kBank = 5;
constexpr std::uint16_t kEnabled = 0x01, kLinear = 0x40, kNoClear = 0x80;

constexpr std::uint8_t kCrtcProtection = 0x11;

}  // namespace

Video::Video(emu::Memory& memory, emu::IoPorts& ports) : memory_(memory), ports_(ports), registers_(ports) {}

void Video::set_vector(std::uint8_t number, emu::FarPtr p) {
  memory_.write<std::uint16_t>(emu::PhysAddr(number * 4u), p.off);
  memory_.write<std::uint16_t>(emu::PhysAddr(number * 4u + 2), p.seg);
}

emu::FarPtr Video::vector(std::uint8_t number) const {
  return {memory_.read<std::uint16_t>(emu::PhysAddr(number * 4u + 2)),
          memory_.read<std::uint16_t>(emu::PhysAddr(number * 4u))};
}

void Video::post_without_rom() { memory_.write_rom(kSystemRomFont, std::span(kFont8x8).first(128 * 8)); }

void Video::post() {
  if (memory_.region_at(video_rom::kBase).kind == emu::RegionKind::kHole)
    memory_.map_rom(video_rom::kBase, video_rom::image(), "video ROM");
  post_without_rom();

  const auto equipment = memory_.read<std::uint16_t>(kEquipment);
  memory_.write(kEquipment, static_cast<std::uint16_t>((equipment & ~kEquipmentVideoMask) | kEquipment80x25Colour));
  set_bda<std::uint8_t>(0x89, kModeSet400Lines);
  set_bda<std::uint8_t>(0x8A, kDisplayCombinationVgaColour);
  set_bda<std::uint16_t>(0xA8, video_rom::kSavePointers);
  set_bda<std::uint16_t>(0xAA, video_rom::kSegment);
  state_ = {};
  enter_mode(3, {});
}

bool Video::enter_mode(std::uint16_t number, ModeSet how) {
  const VideoMode* mode = find_video_mode(number);
  if (!mode || (how.linear && !mode->vbe())) return false;
  registers_.set_dispi(kEnable, 0);
  if (mode->vbe()) {
    program_vbe(*mode, how);
  } else {
    program_vga(*mode);
    if (!how.keep_memory) clear_memory(*mode);
  }
  state_.mode_index = static_cast<std::uint8_t>(mode - video_modes().data());
  state_.vbe_mode = static_cast<std::uint16_t>(number | (how.linear ? 0x4000 : 0) | (how.keep_memory ? 0x8000 : 0));
  fill_data_area(*mode, how);
  if (mode->text()) load_font(rom_font_of(mode->cell_height), 256, 0, 0, mode->cell_height);
  registers_.screen_on();
  return true;
}

void Video::load_palette(DacPalette palette) {
  const std::uint8_t control = bda<std::uint8_t>(0x89);
  if (control & kModeSetNoPalette) return;
  registers_.set_pel_mask(0xFF);
  const auto colours = dac_palette(palette);
  for (std::size_t i = 0; i < colours.size(); ++i) registers_.set_dac(static_cast<std::uint8_t>(i), colours[i]);
  if (control & kModeSetGray) sum_dac_to_gray(0, 256);
}

void Video::program_vga(const VideoMode& mode) {
  const ModeRegisters& r = *mode.registers;
  load_palette(mode.palette);
  for (std::uint8_t i = 0; i < r.attribute.size(); ++i) registers_.set_attribute(i, r.attribute[i]);
  registers_.set_attribute(0x14, 0);
  registers_.set_sequencer(0, 3);
  for (std::uint8_t i = 0; i < r.sequencer.size(); ++i) registers_.set_sequencer(i + 1, r.sequencer[i]);
  for (std::uint8_t i = 0; i < r.graphics.size(); ++i) registers_.set_graphics(i, r.graphics[i]);
  registers_.set_misc(r.misc);  // first, as it says where the CRTC is
  registers_.set_crtc(kCrtcProtection, 0);
  for (std::uint8_t i = 0; i < r.crtc.size(); ++i) registers_.set_crtc(i, r.crtc[i]);
}

void Video::program_vbe(const VideoMode& mode, ModeSet how) {
  // The VGA behind it is left in the likeness of mode 13h: colour addresses, memory at A0000h, no text.
  program_vga(*find_video_mode(0x13));
  load_palette(mode.palette);
  registers_.set_dispi(kBpp, mode.bits);
  registers_.set_dispi(kXres, mode.width);
  registers_.set_dispi(kYres, mode.height);
  registers_.set_dispi(kBank, 0);
  registers_.set_dispi(
      kEnable, static_cast<std::uint16_t>(kEnabled | (how.linear ? kLinear : 0) | (how.keep_memory ? kNoClear : 0)));
}

void Video::clear_memory(const VideoMode& mode) {
  const emu::PhysAddr window(std::uint64_t{mode.segment} << 4);
  if (mode.text()) {
    std::vector<std::uint8_t> blanks(0x8000, ' ');
    for (std::size_t i = 1; i < blanks.size(); i += 2) blanks[i] = 0x07;
    memory_.write(window, blanks);
  } else {
    memory_.fill(window, mode.model == MemoryModel::kCga ? 0x8000 : 0x10000, 0);
  }
}

void Video::fill_data_area(const VideoMode& mode, ModeSet how) {
  const bool low = mode.number < 8;
  set_bda<std::uint8_t>(0x49, static_cast<std::uint8_t>(mode.number < 0x100 ? mode.number : 0xFF));
  set_bda<std::uint16_t>(0x4A, static_cast<std::uint16_t>(mode.columns()));
  set_bda<std::uint16_t>(0x4C, page_size(mode));
  set_bda<std::uint16_t>(0x4E, 0);
  for (std::uint16_t page = 0; page < 8; ++page) set_bda<std::uint16_t>(static_cast<std::uint16_t>(0x50 + page * 2), 0);
  set_bda<std::uint16_t>(0x60, mode.text() ? kDefaultCursor : 0);
  set_bda<std::uint8_t>(0x62, 0);
  set_bda<std::uint16_t>(0x63, registers_.crtc_port());
  set_bda<std::uint8_t>(0x65, low ? kCgaModeControl[mode.number] : kCgaModeControl[3]);
  set_bda<std::uint8_t>(0x66, mode.number == 6 ? 0x3F : 0x30);
  set_bda<std::uint8_t>(0x84, static_cast<std::uint8_t>(mode.rows() - 1));
  set_bda<std::uint16_t>(0x85, mode.cell_height);
  set_bda<std::uint8_t>(0x87, kControl256K | (how.keep_memory ? kControlKeepMemory : 0));
  set_bda<std::uint8_t>(0x88, kSwitches);
  set_bda<std::uint8_t>(0x89, bda<std::uint8_t>(0x89) & static_cast<std::uint8_t>(~kModeSet200Lines));
  set_vector(0x1F, video_rom::at(video_rom::kFont8x8 + 128 * 8));
  set_vector(0x43, rom_font_of(mode.cell_height));
}

emu::FarPtr Video::rom_font_of(int height) const {
  return video_rom::at(height == 8 ? video_rom::kFont8x8 : height == 14 ? video_rom::kFont8x14 : video_rom::kFont8x16);
}

void Video::print(std::string_view text, std::uint8_t colour) {
  Position at = cursor(active_page());
  for (const char c : text) type(at, {static_cast<std::uint8_t>(c), colour, false});
  move_cursor(at);
}

}  // namespace bios
