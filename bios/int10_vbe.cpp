// INT 10h/4Fh: VESA BIOS Extension 2.0, with VBE/PM and VBE/DDC as far as the card has them.
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "bios/edid.h"
#include "bios/video.h"

namespace bios {

namespace {

// AX on return (VBE 2.0 §4.2)
constexpr std::uint16_t kSuccess = 0x004F, kFailed = 0x014F, kInvalidInMode = 0x034F, kNotSupported = 0x0100;

constexpr std::uint16_t kModeNumber = 0x01FF, kModeLinear = 0x4000, kModeKeepMemory = 0x8000;

// DISPI registers
constexpr std::uint16_t kEnable = 4, kBank = 5, kVirtualWidth = 6, kXOffset = 8, kYOffset = 9, kMemory64K = 10;
constexpr std::uint16_t kEnable8BitDac = 0x20, kEnableNoClear = 0x80;

constexpr std::uint32_t kDefaultFrameBuffer = 0xE000'0000;
constexpr std::uint16_t kWindowKilobytes = 64;

/// A structure to be filled in guest memory; offsets are the specification's.
template <std::size_t kSize>
struct Block {
  std::array<std::uint8_t, kSize> bytes{};
  void byte(std::size_t at, unsigned v) { bytes[at] = static_cast<std::uint8_t>(v); }
  void word(std::size_t at, unsigned v) {
    byte(at, v);
    byte(at + 1, v >> 8);
  }
  void dword(std::size_t at, std::uint32_t v) {
    word(at, v & 0xFFFF);
    word(at + 2, v >> 16);
  }
  void pointer(std::size_t at, emu::FarPtr p) {
    word(at, p.off);
    word(at + 2, p.seg);
  }
};

/// Width and position of red, green, blue and the unused bits.
using Masks = std::array<std::uint8_t, 8>;

Masks masks_of(int bits) {
  switch (bits) {
    case 15: return {5, 10, 5, 5, 5, 0, 1, 15};
    case 16: return {5, 11, 6, 5, 5, 0, 0, 0};
    case 24: return {8, 16, 8, 8, 8, 0, 0, 0};
    case 32: return {8, 16, 8, 8, 8, 0, 8, 24};
    default: return {};
  }
}

}  // namespace

/// The card's first base address register, by PCI configuration mechanism 1 as a ROM would ask; without a PCI
/// bus, where the card puts it.
emu::PhysAddr Video::frame_buffer() const {
  constexpr std::uint16_t kConfigAddress = 0xCF8, kConfigData = 0xCFC;
  constexpr std::uint32_t kDevice2Bar0 = 0x8000'1010;
  if (ports_.owner(kConfigAddress).empty()) return emu::PhysAddr(kDefaultFrameBuffer);
  const std::uint32_t before = ports_.in(kConfigAddress, 4);
  ports_.out(kConfigAddress, kDevice2Bar0, 4);
  const std::uint32_t bar = ports_.in(kConfigData, 4);
  ports_.out(kConfigAddress, before, 4);
  const bool usable = bar != 0 && bar != 0xFFFF'FFFF;
  return emu::PhysAddr(usable ? bar & ~0xFu : kDefaultFrameBuffer);
}

/// Bytes from line to line as the CPU sees them.
std::uint32_t Video::line_bytes() const {
  const VideoMode& m = mode();
  if (m.vbe()) return registers_.dispi(kVirtualWidth) * static_cast<std::uint32_t>(m.bytes_per_pixel());
  return m.line_bytes();
}

/// Bytes from the start of video memory to the first pixel on display.
std::uint32_t Video::display_start() const {
  if (!mode().vbe()) return 0;
  return registers_.dispi(kYOffset) * line_bytes() +
         registers_.dispi(kXOffset) * static_cast<std::uint32_t>(mode().bytes_per_pixel());
}

/// VBE 2.0 §4.3. Callers that put "VBE2" there first get the 512-byte form.
void Video::vbe_controller_information(Call& call) {
  using namespace video_rom;
  constexpr std::uint32_t kDacSwitchable = 1;
  std::array<char, 4> signature{};
  memory_.read(call.regs.es_di(), std::span(reinterpret_cast<std::uint8_t*>(signature.data()), 4));
  const bool version2 = std::string_view(signature.data(), 4) == "VBE2";

  Block<512> info;
  std::memcpy(info.bytes.data(), "VESA", 4);
  info.word(0x04, 0x0300);
  info.pointer(0x06, at(kOemString));
  info.dword(0x0A, kDacSwitchable);
  info.pointer(0x0E, at(kVbeModes));
  info.word(0x12, registers_.dispi(kMemory64K));
  info.word(0x14, 0x0001);
  info.pointer(0x16, at(kVendor));
  info.pointer(0x1A, at(kProduct));
  info.pointer(0x1E, at(kRevision));
  memory_.write(call.regs.es_di(), std::span<const std::uint8_t>(info.bytes).first(version2 ? 512 : 256));
  call.regs.set_ax(kSuccess);
}

/// VBE 2.0 §4.4 and VBE 3.0's additions to its block.
void Video::vbe_mode_information(Call& call) {
  const VideoMode* m = find_video_mode(call.regs.cx() & kModeNumber);
  if (!m) return call.regs.set_ax(kFailed);

  constexpr unsigned kSupported = 0x01, kExtended = 0x02, kTeletype = 0x04, kColour = 0x08, kGraphics = 0x10,
                     kNotVga = 0x20, kLinear = 0x80;
  constexpr unsigned kWindowMovable = 0x01, kWindowReadable = 0x02, kWindowWritable = 0x04;
  const bool mono = m->number == 7 || m->number == 0x0F;
  const std::uint32_t line = m->text() ? m->width * 2u : m->line_bytes();
  const std::uint32_t memory = std::uint32_t{registers_.dispi(kMemory64K)} << 16;
  const std::uint32_t picture = m->vbe() ? (line * m->height + 0xFFFF) & ~0xFFFFu : memory;

  Block<256> info;
  info.word(0x00, kSupported | kExtended | kTeletype | (mono ? 0 : kColour) | (m->text() ? 0 : kGraphics) |
                      (m->vbe() ? kNotVga | kLinear : 0));
  info.byte(0x02, kWindowReadable | kWindowWritable | (m->vbe() ? kWindowMovable : 0));
  info.word(0x04, kWindowKilobytes);
  info.word(0x06, kWindowKilobytes);
  info.word(0x08, m->segment);
  info.pointer(0x0C, video_rom::at(video_rom::kWindowFunction));
  info.word(0x10, line);
  info.word(0x12, m->width);
  info.word(0x14, m->height);
  info.byte(0x16, 8);
  info.byte(0x17, m->cell_height);
  info.byte(0x18, m->model == MemoryModel::kPlanar ? 4 : 1);
  info.byte(0x19, m->bits);
  info.byte(0x1A, m->model == MemoryModel::kCga ? 2 : 1);
  info.byte(0x1B, static_cast<unsigned>(m->model));
  info.byte(0x1C, m->model == MemoryModel::kCga ? 8 : 0);
  info.byte(0x1D, std::min(memory / picture, 128u) - 1);
  info.byte(0x1E, 1);
  const Masks masks = masks_of(m->bits);
  for (std::size_t i = 0; i < masks.size(); ++i) info.byte(0x1F + i, masks[i]);
  constexpr unsigned kReservedUsable = 0x02;
  info.byte(0x27, m->bits == 32 ? kReservedUsable : 0);
  if (m->vbe()) {
    info.dword(0x28, static_cast<std::uint32_t>(frame_buffer().value));
    info.word(0x32, line);
    info.byte(0x34, std::min(memory / picture, 128u) - 1);
    info.byte(0x35, std::min(memory / picture, 128u) - 1);
    for (std::size_t i = 0; i < masks.size(); ++i) info.byte(0x36 + i, masks[i]);
  }
  memory_.write(call.regs.es_di(), std::span<const std::uint8_t>(info.bytes));
  call.regs.set_ax(kSuccess);
}

void Video::vbe_set_mode(Call& call) {
  const std::uint16_t bx = call.regs.bx();
  const ModeSet how{.keep_memory = (bx & kModeKeepMemory) != 0, .linear = (bx & kModeLinear) != 0};
  call.regs.set_ax(enter_mode(bx & kModeNumber, how) ? kSuccess : kFailed);
}

void Video::vbe_get_mode(Call& call) {
  call.regs.set_bx(state_.vbe_mode);
  call.regs.set_ax(kSuccess);
}

/// BH: 0 = set, 1 = get the window's position DX, in units of 64 KB. There is window A only.
void Video::vbe_window(Call& call) {
  emu::Registers& r = call.regs;
  if (state_.vbe_mode & kModeLinear) return r.set_ax(kInvalidInMode);
  if (!mode().vbe() || r.bl() != 0 || r.bh() > 1) return r.set_ax(kFailed);
  if (r.bh() == 1) {
    r.set_dx(registers_.dispi(kBank));
  } else {
    if (r.dx() >= registers_.dispi(kMemory64K)) return r.set_ax(kFailed);
    registers_.set_dispi(kBank, r.dx());
  }
  r.set_ax(kSuccess);
}

/// BL: 0 = set to CX pixels, 1 = get, 2 = set to CX bytes, 3 = get the largest.
void Video::vbe_line_length(Call& call) {
  emu::Registers& r = call.regs;
  const VideoMode& m = mode();
  if (m.text() || r.bl() > 3) return r.set_ax(kFailed);
  const auto bytes = static_cast<std::uint32_t>(m.bytes_per_pixel());
  const std::uint32_t memory = std::uint32_t{registers_.dispi(kMemory64K)} << 16;
  std::uint32_t pixels = m.vbe() ? line_bytes() / bytes : m.width;
  if (r.bl() == 3) {
    pixels = m.vbe() ? std::min(memory / m.height / bytes, 0xFFF8u) & ~7u : m.width;
  } else if (r.bl() != 1) {
    const std::uint32_t wanted = r.bl() == 0 ? r.cx() : (r.cx() + bytes - 1) / bytes;
    if (!m.vbe() || wanted < m.width || wanted * bytes * m.height > memory) return r.set_ax(kFailed);
    registers_.set_dispi(kVirtualWidth, static_cast<std::uint16_t>(wanted));
    pixels = registers_.dispi(kVirtualWidth);
  }
  const std::uint32_t line = m.vbe() ? pixels * bytes : line_bytes();
  r.set_bx(static_cast<std::uint16_t>(line));
  r.set_cx(static_cast<std::uint16_t>(pixels));
  r.set_dx(static_cast<std::uint16_t>(std::min(memory / line, 0xFFFFu)));
  r.set_ax(kSuccess);
}

/// BL: 0 or 80h (during the retrace) = set to CX, DX; 1 = get.
void Video::vbe_display_start(Call& call) {
  emu::Registers& r = call.regs;
  if (!mode().vbe()) return r.set_ax(kFailed);
  if (r.bl() == 0x01) {
    r.set_bh(0);
    r.set_cx(registers_.dispi(kXOffset));
    r.set_dx(registers_.dispi(kYOffset));
  } else if (r.bl() == 0x00 || r.bl() == 0x80) {
    registers_.set_dispi(kXOffset, r.cx());
    registers_.set_dispi(kYOffset, r.dx());
    // The card moves what does not fit.
    if (registers_.dispi(kXOffset) != r.cx() || registers_.dispi(kYOffset) != r.dx()) return r.set_ax(kFailed);
  } else {
    return r.set_ax(kFailed);
  }
  r.set_ax(kSuccess);
}

/// BL: 0 = set to BH bits per colour, 1 = get.
void Video::vbe_dac_width(Call& call) {
  emu::Registers& r = call.regs;
  if (mode().model == MemoryModel::kDirect) return r.set_ax(kInvalidInMode);
  if (!mode().vbe() || r.bl() > 1 || (r.bl() == 0 && r.bh() < 6)) return r.set_ax(kFailed);
  const std::uint16_t enable = registers_.dispi(kEnable);
  if (r.bl() == 0) {
    const std::uint16_t width = r.bh() >= 8 ? kEnable8BitDac : 0;
    registers_.set_dispi(kEnable, static_cast<std::uint16_t>((enable & ~kEnable8BitDac) | width | kEnableNoClear));
  }
  r.set_bh(registers_.dispi(kEnable) & kEnable8BitDac ? 8 : 6);
  r.set_ax(kSuccess);
}

/// BL: 0 or 80h = set, 1 = get CX entries (blue, green, red, unused) from entry DX on.
void Video::vbe_palette(Call& call) {
  emu::Registers& r = call.regs;
  if (mode().model == MemoryModel::kDirect) return r.set_ax(kInvalidInMode);
  const bool get = r.bl() == 0x01, set = r.bl() == 0x00 || r.bl() == 0x80;
  if ((!get && !set) || r.dx() + r.cx() > 1 << mode().bits) return r.set_ax(kFailed);
  using Entry = std::array<std::uint8_t, 4>;
  emu::FarPtr at = r.es_di();
  for (int i = 0; i < r.cx(); ++i, at = at.plus(4)) {
    const auto index = static_cast<std::uint8_t>(r.dx() + i);
    if (get) {
      const auto [red, green, blue] = registers_.dac(index);
      memory_.write(at, Entry{blue, green, red, 0});
    } else {
      const auto [blue, green, red, unused] = memory_.read<Entry>(at);
      registers_.set_dac(index, {red, green, blue});
    }
  }
  r.set_ax(kSuccess);
}

/// The protected-mode interface: optional, and never present in SeaVGABIOS either; programs then use the
/// linear frame buffer alone.
void Video::vbe_not_supported(Call& call) { call.regs.set_ax(kNotSupported); }

/// VBE/PM 1.0: any power state is accepted; the display stays on.
void Video::vbe_power(Call& call) {
  emu::Registers& r = call.regs;
  switch (r.bl()) {
    case 0: r.set_bx(0x0F30); break;  // stand-by, suspend, off and reduced; version 3.0 as SeaVGABIOS says
    case 1: break;
    case 2: r.set_bh(0); break;
    default: return r.set_ax(kFailed);
  }
  r.set_ax(kSuccess);
}

/// BL: 0 = what the adapter and the monitor can do, 1 = block DX of the EDID. CX: the adapter; there is one.
void Video::vbe_display_data_channel(Call& call) {
  constexpr std::uint16_t kOneSecondDdc2 = 0x0102;
  emu::Registers& r = call.regs;
  if (r.cx() != 0 || r.bl() > 1 || (r.bl() == 1 && r.dx() != 0)) return r.set_ax(kFailed);
  if (r.bl() == 0) {
    r.set_bx(kOneSecondDdc2);
  } else {
    memory_.write(r.es_di(), std::span<const std::uint8_t>(edid_block()));
  }
  r.set_ax(kSuccess);
}

}  // namespace bios
