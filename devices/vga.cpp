#include "devices/vga.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "emu/error.h"

namespace devices {

using namespace vga;

namespace {

constexpr std::uint16_t kDispiIndexPort = 0x1CE, kDispiLastPort = 0x1D0;
constexpr std::uint16_t kMonoCrtcIndex = 0x3B4, kMonoCrtcData = 0x3B5, kMonoStatus = 0x3BA;
constexpr std::uint16_t kAttributeIndex = 0x3C0, kAttributeData = 0x3C1, kMiscWrite = 0x3C2, kEnable = 0x3C3,
                        kSequencerIndex = 0x3C4, kSequencerData = 0x3C5, kPelMask = 0x3C6, kDacReadIndex = 0x3C7,
                        kDacWriteIndex = 0x3C8, kDacData = 0x3C9, kFeatureRead = 0x3CA, kMiscRead = 0x3CC,
                        kGraphicsIndex = 0x3CE, kGraphicsData = 0x3CF;
constexpr std::uint16_t kCrtcIndex = 0x3D4, kCrtcData = 0x3D5, kStatus = 0x3DA;

constexpr emu::Nanoseconds kScanLine = 31'778;         ///< 31.469 kHz, in all VGA modes
constexpr emu::Nanoseconds kScanLineVisible = 25'422;  ///< 640 of 800 dots

bool in_list(std::uint16_t port, std::uint16_t index, std::uint16_t data) { return port == index || port == data; }

}  // namespace

Vga::Vga(emu::Memory& memory, emu::IoPorts& ports, emu::Clock& clock) : memory_(memory), clock_(clock) {
  void* p = mmap(nullptr, kMemorySize + kOddEvenSize, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) throw emu::Error(emu::ErrorKind::kInternal, "cannot reserve 16 MB for the display's memory");
  vram_ = static_cast<std::uint8_t*>(p);
  odd_even_ = vram_ + kMemorySize;
  memory_.keep(vram_, kMemorySize + kOddEvenSize);

  ports.claim(kDispiIndexPort, kDispiLastPort, *this, "Bochs VBE");
  ports.claim(kMonoCrtcIndex, kMonoCrtcData, *this, "VGA, mono CRTC");
  ports.claim(kMonoStatus, kMonoStatus, *this, "VGA, mono status");
  ports.claim(kAttributeIndex, kGraphicsData, *this, "VGA");
  ports.claim(kCrtcIndex, kCrtcData, *this, "VGA CRTC");
  ports.claim(kStatus, kStatus, *this, "VGA status");
  reset();
}

Vga::~Vga() {
  if (layout_.kind != Layout::Kind::kNone) memory_.unmap(emu::PhysAddr(layout_.base), layout_.size);
  if (frame_buffer_) memory_.unmap(*frame_buffer_, kMemorySize);
  munmap(vram_, kMemorySize + kOddEvenSize);
}

void Vga::reset() {
  state_ = {};
  state_.dispi[kDispiId] = kDispiId5;
  state_.dispi[kDispiBpp] = 8;
  switch_layout();  // power-on takes no time
  map_frame_buffer(kFrameBuffer);
  memory_.journal().about_to_change(vram_, kMemorySize + kOddEvenSize);
  madvise(vram_, kMemorySize + kOddEvenSize, MADV_DONTNEED);  // zero again, without touching 16 MB
}

void Vga::map_frame_buffer(std::optional<emu::PhysAddr> base) {
  if (base == frame_buffer_) return;
  if (frame_buffer_) memory_.unmap(*frame_buffer_, kMemorySize);
  frame_buffer_ = base;
  if (base) memory_.map_device_ram(*base, kMemorySize, vram_, "VGA linear frame buffer");
}

// --- Ports

/// The CRTC and its neighbours answer at 3Bxh or at 3Dxh, as the misc output register says.
bool Vga::selected(std::uint16_t port) const {
  if (port < kAttributeIndex) return !(state_.misc & kMiscColourAddresses);
  if (port >= kCrtcIndex) return state_.misc & kMiscColourAddresses;
  return true;
}

std::uint8_t Vga::input_status_1() const {
  const emu::Nanoseconds time = clock_.now();
  const auto& crtc = state_.crtc;
  const int overflow = crtc[kCrtcOverflow];
  const int total = std::max(200, crtc[kCrtcVerticalTotal] + ((overflow & 0x01) << 8) + ((overflow & 0x20) << 4) + 2);
  const int retrace = crtc[kCrtcRetraceStart] + ((overflow & 0x04) << 6) + ((overflow & 0x80) << 2);
  const int length = ((crtc[kCrtcRetraceEnd] - retrace) & 0xF);
  const int line = static_cast<int>(time / kScanLine % total);

  std::uint8_t status = 0;
  if (line >= scan_lines() || time % kScanLine >= kScanLineVisible) status |= kStatus1DisplayDisabled;
  // A CRTC that was not programmed in earnest retraces in the last lines, so that nobody waits for ever.
  const bool sane = mode_is_set() && retrace + length <= total && length > 0;
  const int first = sane ? retrace : total - 2, last = sane ? retrace + length : total;
  if (line >= first && line < last) status |= kStatus1VerticalRetrace | kStatus1DisplayDisabled;
  return status;
}

std::uint8_t Vga::peek8(std::uint16_t port) const {
  if (port <= kDispiLastPort) return static_cast<std::uint8_t>(peek(port, 2));
  if (!selected(port)) return 0xFF;
  const State& s = state_;
  switch (port) {
    case kAttributeIndex: return s.attribute_index;
    case kAttributeData: {
      const std::size_t index = s.attribute_index & 0x1F;
      return index < s.attribute.size() ? s.attribute[index] : 0;
    }
    case kMiscWrite: return kStatus0SwitchSense;
    case kEnable: return s.enable;
    case kSequencerIndex: return s.sequencer_index;
    case kSequencerData: return s.sequencer[s.sequencer_index & 7];
    case kPelMask: return s.pel_mask;
    case kDacReadIndex: return s.dac_reading ? 3 : 0;
    case kDacWriteIndex: return s.dac_write_index;
    case kDacData: return s.dac[s.dac_read_index][s.dac_read_component];
    case kFeatureRead: return s.feature;
    case kMiscRead: return s.misc;
    case kGraphicsIndex: return s.graphics_index;
    case kGraphicsData: return s.graphics_index < s.graphics.size() ? s.graphics[s.graphics_index] : 0;
    case kMonoCrtcIndex:
    case kCrtcIndex: return s.crtc_index;
    case kMonoCrtcData:
    case kCrtcData: return s.crtc_index < s.crtc.size() ? s.crtc[s.crtc_index] : 0;
    case kMonoStatus:
    case kStatus: return input_status_1();
    default: return 0xFF;
  }
}

std::uint8_t Vga::in8(std::uint16_t port) {
  const std::uint8_t value = peek8(port);
  if (in_list(port, kMonoStatus, kStatus) && selected(port)) {
    state_.attribute_data_next = false;
  } else if (port == kDacData) {
    if (++state_.dac_read_component == 3) {
      state_.dac_read_component = 0;
      ++state_.dac_read_index;
    }
  }
  return value;
}

void Vga::out8(std::uint16_t port, std::uint8_t value) {
  if (port <= kDispiLastPort) return out(port, value, 2);
  if (!selected(port)) return;
  State& s = state_;
  switch (port) {
    case kAttributeIndex: return write_attribute(value);
    case kMiscWrite: s.misc = value; return update_layout();
    case kEnable: s.enable = value & 1; return;
    case kSequencerIndex: s.sequencer_index = value & 7; return;
    case kSequencerData: return write_sequencer(value);
    case kPelMask: s.pel_mask = value; return;
    case kDacReadIndex:
      s.dac_read_index = value;
      s.dac_read_component = 0;
      s.dac_reading = true;
      return;
    case kDacWriteIndex:
      s.dac_write_index = value;
      s.dac_write_component = 0;
      s.dac_reading = false;
      return;
    case kDacData: return write_dac(value);
    case kGraphicsIndex: s.graphics_index = value & 0xF; return;
    case kGraphicsData: return write_graphics(value);
    case kMonoCrtcIndex:
    case kCrtcIndex: s.crtc_index = value & 0x3F; return;
    case kMonoCrtcData:
    case kCrtcData: return write_crtc(value);
    case kMonoStatus:
    case kStatus: s.feature = value; return;
    default: return;
  }
}

void Vga::write_attribute(std::uint8_t value) {
  State& s = state_;
  if (!s.attribute_data_next) {
    s.attribute_index = value & 0x3F;
  } else if (const std::size_t index = s.attribute_index & 0x1F; index < s.attribute.size()) {
    // Unused bits read back as zero.
    constexpr std::uint8_t kPaletteBits = 0x3F, kModeBits = 0xEF, kFourBits = 0x0F;
    const std::uint8_t mask = index < kAttrMode        ? kPaletteBits
                              : index == kAttrMode     ? kModeBits
                              : index == kAttrOverscan ? 0xFF
                                                       : kFourBits;
    s.attribute[index] = value & (index == kAttrPlaneEnable ? 0x3F : mask);
  }
  s.attribute_data_next = !s.attribute_data_next;
}

void Vga::write_crtc(std::uint8_t value) {
  State& s = state_;
  const std::uint8_t index = s.crtc_index;
  if (index >= s.crtc.size()) return;
  if (index <= kCrtcOverflow && s.crtc[kCrtcRetraceEnd] & kRetraceEndProtect) {
    if (index == kCrtcOverflow)  // the one bit that the protection leaves writable
      s.crtc[index] = (s.crtc[index] & ~kOverflowLineCompare8) | (value & kOverflowLineCompare8);
    return;
  }
  s.crtc[index] = value;
}

void Vga::write_sequencer(std::uint8_t value) {
  constexpr std::array<std::uint8_t, 8> kImplemented = {0x03, 0x3D, 0x0F, 0x3F, 0x0E, 0, 0, 0xFF};
  const std::uint8_t index = state_.sequencer_index;
  state_.sequencer[index] = value & kImplemented[index];
  if (index == kSeqMapMask || index == kSeqMemoryMode) update_layout();
}

void Vga::write_graphics(std::uint8_t value) {
  constexpr std::array<std::uint8_t, 9> kImplemented = {0x0F, 0x0F, 0x0F, 0x1F, 0x03, 0x7B, 0x0F, 0x0F, 0xFF};
  const std::uint8_t index = state_.graphics_index;
  if (index >= kImplemented.size()) return;
  state_.graphics[index] = value & kImplemented[index];
  update_layout();
}

void Vga::write_dac(std::uint8_t value) {
  State& s = state_;
  const bool eight_bits = s.dispi[kDispiEnable] & kDispi8BitDac;
  s.dac[s.dac_write_index][s.dac_write_component] = eight_bits ? value : value & 0x3F;
  if (++s.dac_write_component == 3) {
    s.dac_write_component = 0;
    ++s.dac_write_index;
  }
}

// --- Words: the DISPI registers are 16 bits wide; elsewhere a word is an index and its data.

std::uint32_t Vga::in(std::uint16_t port, int size) {
  if (port <= kDispiLastPort) return peek(port, size);
  return PortDevice::in(port, size);
}

std::uint32_t Vga::peek(std::uint16_t port, int size) const {
  if (port > kDispiLastPort) return PortDevice::peek(port, size);
  const std::uint32_t word = port == kDispiIndexPort ? state_.dispi_index : read_dispi();
  return size == 4 ? word | 0xFFFF'0000 : word;
}

void Vga::out(std::uint16_t port, std::uint32_t value, int size) {
  if (port > kDispiLastPort) return PortDevice::out(port, value, size);
  if (port == kDispiIndexPort)
    state_.dispi_index = static_cast<std::uint16_t>(value);
  else
    write_dispi(static_cast<std::uint16_t>(value));
}

}  // namespace devices
