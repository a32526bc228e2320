// INT 10h/12h, 1Ah, 1Bh, 1Ch: settings, what the adapter can do, saving and restoring its state.
#include <array>
#include <vector>

#include "bios/video.h"

namespace bios {

namespace {

constexpr std::uint8_t kSelectSupported = 0x12;
constexpr std::uint16_t kMonoCrtc = 0x3B4;

// 1Ch and 4F04h: what to save
constexpr std::uint16_t kHardware = 0x01, kDataArea = 0x02, kDac = 0x04, kSuperVga = 0x08;
constexpr std::uint16_t kStateBlock = 64;  ///< sizes are told in these

// The layout of a saved state is the BIOS's own affair; each part has a fixed size.
constexpr std::size_t kDataArea1 = 0x67 - 0x49, kDataArea2 = 0x8B - 0x84;
constexpr std::uint8_t kCrtcCount = 25, kAttributeCount = 21, kGraphicsCount = 9, kSequencerCount = 5;
constexpr std::size_t kHardwareSize = 1 + kCrtcCount + kAttributeCount + kGraphicsCount + kSequencerCount;
constexpr std::size_t kDataAreaSize = kDataArea1 + kDataArea2 + 8 + 3;
constexpr std::size_t kDacSize = 1 + 768;
/// Format and size, then enable (4), which sets the rest to defaults, then the rest.
constexpr std::array<std::uint16_t, 8> kDispiSaved = {3, 1, 2, 4, 6, 8, 9, 5};
constexpr std::size_t kSuperVgaSize = kDispiSaved.size() * 2;

std::size_t state_size(std::uint16_t what) {
  return (what & kHardware ? kHardwareSize : 0) + (what & kDataArea ? kDataAreaSize : 0) +
         (what & kDac ? kDacSize : 0) + (what & kSuperVga ? kSuperVgaSize : 0);
}

std::uint16_t state_blocks(std::uint16_t what) {
  return static_cast<std::uint16_t>((state_size(what) + kStateBlock - 1) / kStateBlock);
}

}  // namespace

void Video::alternate_select(Call& call) {
  const std::uint8_t al = call.regs.al();
  const auto change = [&](std::uint16_t offset, unsigned clear, unsigned set) {
    set_bda<std::uint8_t>(offset, static_cast<std::uint8_t>((bda<std::uint8_t>(offset) & ~clear) | set));
  };
  switch (call.regs.bl()) {
    case 0x10:  // EGA information: BH colour or mono, BL 256 KB, CH feature bits, CL switches
      call.regs.set_bx(bda<std::uint16_t>(0x63) == kMonoCrtc ? 0x0103 : 0x0003);
      call.regs.set_cx(bda<std::uint8_t>(0x88) & 0x0F);
      return;
    case 0x20: return;  // the print-screen routine of the system BIOS serves all heights
    case 0x30:          // scan lines of the text modes to come: 200, 350, 400
      if (al > 2) return;
      change(0x89, 0x90, al == 0 ? 0x80 : al == 2 ? 0x10 : 0x00);
      change(0x88, 0x0F, al == 0 ? 0x08 : 0x09);
      break;
    case 0x31: change(0x89, 0x08, (al & 1u) << 3); break;  // palette loading at mode sets
    case 0x32: {                                           // the CPU's access to video memory
      constexpr std::uint8_t kEnableRam = 0x02;
      const std::uint8_t misc = registers_.misc();
      registers_.set_misc(al & 1 ? misc & static_cast<std::uint8_t>(~kEnableRam) : misc | kEnableRam);
      break;
    }
    case 0x33: change(0x89, 0x02, al & 1 ? 0x00 : 0x02); break;  // gray-scale summing
    case 0x34: change(0x87, 0x01, al & 1u); break;               // cursor emulation
    case 0x35: break;                                            // there is no second display to switch to
    case 0x36: {                                                 // screen refresh
      constexpr std::uint8_t kClockingMode = 1, kScreenOff = 0x20;
      const std::uint8_t clocking = registers_.sequencer(kClockingMode);
      registers_.set_sequencer(kClockingMode,
                               al & 1 ? clocking | kScreenOff : clocking & static_cast<std::uint8_t>(~kScreenOff));
      break;
    }
    default: return;
  }
  call.regs.set_al(kSelectSupported);
}

void Video::get_display_combination(Call& call) {
  call.regs.set_bl(bda<std::uint8_t>(0x8A));
  call.regs.set_bh(0);
  call.regs.set_al(0x1A);
}

void Video::set_display_combination(Call& call) {
  set_bda<std::uint8_t>(0x8A, call.regs.bl());
  call.regs.set_al(0x1A);
}

/// RBIL table #00035.
void Video::get_functionality(Call& call) {
  if (call.regs.bx() != 0) return;
  std::array<std::uint8_t, 64> info{};
  const auto word = [&](std::size_t at, unsigned value) {
    info[at] = static_cast<std::uint8_t>(value);
    info[at + 1] = static_cast<std::uint8_t>(value >> 8);
  };
  word(0x00, video_rom::kStaticFunctionality);
  word(0x02, video_rom::kSegment);
  memory_.read(emu::PhysAddr(0x449), std::span(info).subspan(0x04, 30));  // 40:49-40:66
  info[0x22] = static_cast<std::uint8_t>(rows());
  word(0x23, bda<std::uint16_t>(0x85));
  info[0x25] = bda<std::uint8_t>(0x8A);
  const VideoMode& m = mode();
  const bool mono = m.number == 7 || m.number == 0x0F;
  word(0x27, mono ? 0 : m.text() ? 16 : m.bits <= 8 ? 1u << m.bits : 0);
  info[0x29] = static_cast<std::uint8_t>(m.text() ? 8 : 1);
  info[0x2A] = m.text() ? 2 : m.height <= 200 ? 0 : m.height <= 350 ? 1 : m.height <= 400 ? 2 : 3;
  const std::uint8_t map = registers_.sequencer(3);
  info[0x2B] = static_cast<std::uint8_t>((map & 3) | (map >> 2 & 4));
  info[0x2C] = static_cast<std::uint8_t>((map >> 2 & 3) | (map >> 3 & 4));
  constexpr std::uint8_t kAllModesOnAllDisplays = 0x01, kBlinks = 0x20;
  info[0x2D] = kAllModesOnAllDisplays | (registers_.attribute(0x10) & 0x08 ? kBlinks : 0);
  info[0x31] = 3;  // 256 KB
  memory_.write(call.regs.es_di(), std::span<const std::uint8_t>(info));
  call.regs.set_al(0x1B);
}

// --- Saving and restoring

std::vector<std::uint8_t> Video::saved_hardware() const {
  std::vector<std::uint8_t> bytes{registers_.misc()};
  for (std::uint8_t i = 0; i < kCrtcCount; ++i) bytes.push_back(registers_.crtc(i));
  for (std::uint8_t i = 0; i < kAttributeCount; ++i) bytes.push_back(registers_.attribute(i));
  for (std::uint8_t i = 0; i < kGraphicsCount; ++i) bytes.push_back(registers_.graphics(i));
  for (std::uint8_t i = 0; i < kSequencerCount; ++i) bytes.push_back(registers_.sequencer(i));
  return bytes;
}

void Video::save_state(emu::FarPtr to, std::uint16_t what) {
  std::vector<std::uint8_t> bytes;
  const auto copy = [&](emu::PhysAddr from, std::size_t size) {
    bytes.resize(bytes.size() + size);
    memory_.read(from, std::span(bytes).last(size));
  };
  if (what & kHardware) bytes = saved_hardware();
  if (what & kDataArea) {
    copy(emu::PhysAddr(0x449), kDataArea1);
    copy(emu::PhysAddr(0x484), kDataArea2);
    copy(emu::PhysAddr(0x1F * 4), 4);
    copy(emu::PhysAddr(0x43 * 4), 4);
    bytes.push_back(state_.mode_index);
    bytes.push_back(static_cast<std::uint8_t>(state_.vbe_mode));
    bytes.push_back(static_cast<std::uint8_t>(state_.vbe_mode >> 8));
  }
  if (what & kDac) {
    bytes.push_back(registers_.pel_mask());
    for (unsigned i = 0; i < 256; ++i)
      for (const std::uint8_t part : registers_.dac(static_cast<std::uint8_t>(i))) bytes.push_back(part);
  }
  if (what & kSuperVga) {
    for (const std::uint16_t index : kDispiSaved) {
      const std::uint16_t value = registers_.dispi(index);
      bytes.push_back(static_cast<std::uint8_t>(value));
      bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    }
  }
  memory_.write(to, bytes);
}

void Video::restore_state(emu::FarPtr from, std::uint16_t what) {
  std::vector<std::uint8_t> bytes(state_size(what));
  memory_.read(from, bytes);
  std::size_t at = 0;
  const auto next = [&] { return bytes[at++]; };
  const auto copy = [&](emu::PhysAddr to, std::size_t size) {
    memory_.write(to, std::span<const std::uint8_t>(bytes).subspan(at, size));
    at += size;
  };
  if (what & kHardware) {
    constexpr std::uint8_t kProtection = 0x11;
    registers_.set_misc(next());
    registers_.set_crtc(kProtection, 0);
    for (std::uint8_t i = 0; i < kCrtcCount; ++i) {
      // The protection of 0-7 comes back with register 11h, after them.
      registers_.set_crtc(i, next());
    }
    for (std::uint8_t i = 0; i < kAttributeCount; ++i) registers_.set_attribute(i, next());
    for (std::uint8_t i = 0; i < kGraphicsCount; ++i) registers_.set_graphics(i, next());
    for (std::uint8_t i = 0; i < kSequencerCount; ++i) registers_.set_sequencer(i, next());
    registers_.screen_on();
  }
  if (what & kDataArea) {
    copy(emu::PhysAddr(0x449), kDataArea1);
    copy(emu::PhysAddr(0x484), kDataArea2);
    copy(emu::PhysAddr(0x1F * 4), 4);
    copy(emu::PhysAddr(0x43 * 4), 4);
    const std::uint8_t index = next();
    if (index < video_modes().size()) state_.mode_index = index;
    const std::uint8_t low = next();
    state_.vbe_mode = static_cast<std::uint16_t>(low | next() << 8);
  }
  if (what & kDac) {
    registers_.set_pel_mask(next());
    for (unsigned i = 0; i < 256; ++i) {
      const std::uint8_t red = next(), green = next(), blue = next();
      registers_.set_dac(static_cast<std::uint8_t>(i), {red, green, blue});
    }
  }
  if (what & kSuperVga) {
    constexpr std::uint16_t kEnable = 4, kNoClear = 0x80;
    registers_.set_dispi(kEnable, 0);
    for (const std::uint16_t index : kDispiSaved) {
      const std::uint8_t low = next();
      const auto value = static_cast<std::uint16_t>(low | next() << 8);
      registers_.set_dispi(index, index == kEnable ? value | kNoClear : value);
    }
  }
}

void Video::save_restore_state(Call& call) {
  const std::uint16_t what = call.regs.cx();
  if (what & ~(kHardware | kDataArea | kDac) || call.regs.al() > 2) return;
  if (call.regs.al() == 0) call.regs.set_bx(state_blocks(what));
  if (call.regs.al() == 1) save_state(call.regs.es_bx(), what);
  if (call.regs.al() == 2) restore_state(call.regs.es_bx(), what);
  call.regs.set_al(0x1C);
}

void Video::vbe_save_restore_state(Call& call) {
  const std::uint16_t what = call.regs.cx();
  if (what & ~(kHardware | kDataArea | kDac | kSuperVga) || call.regs.dl() > 2) return call.regs.set_ax(0x014F);
  if (call.regs.dl() == 0) call.regs.set_bx(state_blocks(what));
  if (call.regs.dl() == 1) save_state(call.regs.es_bx(), what);
  if (call.regs.dl() == 2) restore_state(call.regs.es_bx(), what);
  call.regs.set_ax(0x004F);
}

}  // namespace bios
