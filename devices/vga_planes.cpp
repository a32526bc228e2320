// The window at A0000h-BFFFFh: what is mapped there, and the read and write modes of the planar layouts.
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "devices/vga.h"

namespace devices {

using namespace vga;

static_assert(std::endian::native == std::endian::little, "a plane group is read as one 32-bit word");

namespace {

/// One bit per plane -> one byte per plane.
constexpr std::array<std::uint32_t, 16> kPlaneBytes = [] {
  std::array<std::uint32_t, 16> table{};
  for (std::uint32_t mask = 0; mask < 16; ++mask)
    for (int plane = 0; plane < 4; ++plane)
      if (mask >> plane & 1) table[mask] |= 0xFFu << (8 * plane);
  return table;
}();

/// The same byte on every plane.
constexpr std::uint32_t on_all_planes(std::uint8_t value) { return value * 0x0101'0101u; }

/// No card takes this long to switch its window, but the host does; a guest that does nothing else must not run for
/// hours.
constexpr emu::Nanoseconds kRemapTime = 20 * emu::kMicrosecond;

constexpr std::uint32_t odd_even_to_planar(std::uint32_t address) { return (address & ~1u) * 4 + (address & 1); }

}  // namespace

Vga::Layout Vga::wanted_layout() const {
  using Kind = Layout::Kind;
  const auto& seq = state_.sequencer;
  const auto& gfx = state_.graphics;
  // kMiscEnableRam is not asked: QEMU's adapter, whose PCI id this one has, does not, and firmware made for it (GRUB's
  // i386-qemu) leaves the bit 0 and yet writes to its screen.
  if (vbe_enabled()) return {Kind::kLinearRam, 0xA0000, 0x10000, std::uint32_t{state_.dispi[kDispiBank]} << 16};

  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 4> kWindows = {
      {{0xA0000, 0x20000}, {0xA0000, 0x10000}, {0xB0000, 0x8000}, {0xB8000, 0x8000}}};
  const int map = gfx[kGfxMiscellaneous] >> 2 & 3;
  const auto [base, size] = kWindows[static_cast<std::size_t>(map)];

  // Plain: a write stores the CPU's byte, a read gives it back.
  const bool plain =
      gfx[kGfxEnableSetReset] == 0 && gfx[kGfxRotate] == 0 && (gfx[kGfxMode] & 0x0B) == 0 && gfx[kGfxBitMask] == 0xFF;
  const bool chain4 = seq[kSeqMemoryMode] & kMemoryModeChain4;
  if (plain && chain4 && seq[kSeqMapMask] == 0x0F) return {Kind::kLinearRam, base, size, 0};
  const bool odd_even = !(seq[kSeqMemoryMode] & kMemoryModeSequential) && gfx[kGfxMode] & kGfxModeOddEven;
  if (plain && !chain4 && odd_even && seq[kSeqMapMask] == 0x03 && !(gfx[kGfxReadMap] & 2) && size == kOddEvenSize)
    return {Kind::kOddEvenRam, base, size, 0};
  return {Kind::kPlanar, base, size, 0};
}

void Vga::update_layout() {
  const auto before = remap_count_;
  switch_layout();
  if (remap_count_ != before) clock_.advance(kRemapTime);
}

void Vga::switch_layout() {
  using Kind = Layout::Kind;
  const Layout wanted = wanted_layout();
  if (wanted == layout_) return;
  if (layout_.kind == Kind::kOddEvenRam && wanted.kind != Kind::kOddEvenRam) scatter_odd_even();
  if (layout_.kind != Kind::kOddEvenRam && wanted.kind == Kind::kOddEvenRam) gather_odd_even();
  if (layout_.kind != Kind::kNone && (layout_.base != wanted.base || layout_.size != wanted.size))
    memory_.unmap(emu::PhysAddr(layout_.base), layout_.size);
  layout_ = wanted;
  ++remap_count_;
  const emu::PhysAddr base(wanted.base);
  switch (wanted.kind) {
    case Kind::kNone: return;
    case Kind::kOddEvenRam: return memory_.map_device_ram(base, wanted.size, odd_even_, "VGA text memory");
    case Kind::kLinearRam: return memory_.map_device_ram(base, wanted.size, vram_ + wanted.bank, "VGA linear window");
    case Kind::kPlanar: return memory_.map_mmio(base, wanted.size, *this, "VGA planes");
  }
}

void Vga::gather_odd_even() {
  memory_.journal().about_to_change(odd_even_, kOddEvenSize);
  for (std::uint32_t a = 0; a < kOddEvenSize; ++a) odd_even_[a] = vram_[odd_even_to_planar(a)];
}

void Vga::scatter_odd_even() {
  memory_.journal().about_to_change(vram_, odd_even_to_planar(kOddEvenSize));
  for (std::uint32_t a = 0; a < kOddEvenSize; ++a) vram_[odd_even_to_planar(a)] = odd_even_[a];
}

std::uint8_t Vga::odd_even_byte(std::uint32_t address) const {
  address &= 0x1'FFFF;
  if (layout_.kind == Layout::Kind::kOddEvenRam && address < kOddEvenSize) return odd_even_[address];
  return vram_[odd_even_to_planar(address)];
}

std::uint8_t Vga::plane_byte(std::uint32_t offset, int plane) const {
  offset &= 0xFFFF;
  if (layout_.kind == Layout::Kind::kOddEvenRam && plane < 2 && offset < kOddEvenSize && !(offset & 1))
    return odd_even_[offset + static_cast<std::uint32_t>(plane)];
  return vram_[offset * 4 + static_cast<std::uint32_t>(plane)];
}

// --- Planar access

Vga::PlaneAddress Vga::plane_address(std::uint32_t a, bool odd_even) const {
  const std::uint8_t map = state_.graphics[kGfxReadMap];
  if (state_.sequencer[kSeqMemoryMode] & kMemoryModeChain4)
    return {a >> 2, static_cast<std::uint8_t>(1 << (a & 3)), static_cast<std::uint8_t>(a & 3)};
  if (odd_even)
    return {a & ~1u, static_cast<std::uint8_t>(a & 1 ? 0xA : 0x5), static_cast<std::uint8_t>((map & 2) | (a & 1))};
  return {a, 0xF, map};
}

std::uint32_t Vga::planes_at(std::uint32_t offset) const {
  std::uint32_t planes;
  std::memcpy(&planes, vram_ + std::size_t{offset} * 4, sizeof(planes));
  return planes;
}

std::uint8_t Vga::read_value(const PlaneAddress& at, std::uint32_t planes) const {
  const auto& gfx = state_.graphics;
  if (!(gfx[kGfxMode] & kGfxModeReadCompare)) return static_cast<std::uint8_t>(planes >> (8 * at.read_plane));
  // Read mode 1: a bit is set where all planes that matter hold the colour to compare with.
  std::uint32_t differs = (planes ^ kPlaneBytes[gfx[kGfxColourCompare]]) & kPlaneBytes[gfx[kGfxColourDontCare]];
  differs |= differs >> 16;
  return static_cast<std::uint8_t>(~(differs | differs >> 8));
}

std::uint8_t Vga::peek_byte(std::uint64_t address) const {
  if (address < layout_.base || address - layout_.base >= layout_.size) return 0xFF;
  const auto at =
      plane_address(static_cast<std::uint32_t>(address - layout_.base), state_.graphics[kGfxMode] & kGfxModeOddEven);
  return read_value(at, planes_at(at.offset));
}

std::uint8_t Vga::read_byte(std::uint64_t address) {
  if (address < layout_.base || address - layout_.base >= layout_.size) return 0xFF;
  const auto at =
      plane_address(static_cast<std::uint32_t>(address - layout_.base), state_.graphics[kGfxMode] & kGfxModeOddEven);
  state_.latch = planes_at(at.offset);
  return read_value(at, state_.latch);
}

void Vga::write_byte(std::uint64_t address, std::uint8_t value) {
  if (address < layout_.base || address - layout_.base >= layout_.size) return;
  const auto& gfx = state_.graphics;
  const auto at = plane_address(static_cast<std::uint32_t>(address - layout_.base),
                                !(state_.sequencer[kSeqMemoryMode] & kMemoryModeSequential));
  const std::uint32_t latch = state_.latch;
  const std::uint8_t rotated = std::rotr(value, gfx[kGfxRotate] & 7);
  const std::uint32_t set_reset = kPlaneBytes[gfx[kGfxSetReset]];
  std::uint32_t bit_mask = on_all_planes(gfx[kGfxBitMask]);
  std::uint32_t data = latch;
  const int mode = gfx[kGfxMode] & 3;
  switch (mode) {
    case 0: {
      const std::uint32_t enabled = kPlaneBytes[gfx[kGfxEnableSetReset]];
      data = (on_all_planes(rotated) & ~enabled) | (set_reset & enabled);
      break;
    }
    case 1: bit_mask = ~0u; break;
    case 2: data = kPlaneBytes[value & 0xF]; break;
    case 3:
      data = set_reset;
      bit_mask &= on_all_planes(rotated);
      break;
  }
  if (mode != 1) {
    switch (gfx[kGfxRotate] >> 3 & 3) {
      case 1: data &= latch; break;
      case 2: data |= latch; break;
      case 3: data ^= latch; break;
      default: break;
    }
    data = (data & bit_mask) | (latch & ~bit_mask);
  }
  const std::uint32_t enabled = kPlaneBytes[at.planes & state_.sequencer[kSeqMapMask]];
  const std::uint32_t planes = (planes_at(at.offset) & ~enabled) | (data & enabled);
  memory_.journal().about_to_change(vram_ + std::size_t{at.offset} * 4, sizeof(planes));
  std::memcpy(vram_ + std::size_t{at.offset} * 4, &planes, sizeof(planes));
}

// The card is an 8-bit device: a wider access is made of bytes, lowest address first.

std::uint64_t Vga::mmio_read(emu::PhysAddr address, int size) {
  std::uint64_t value = 0;
  for (int i = 0; i < size; ++i) value |= std::uint64_t{read_byte(address.value + static_cast<unsigned>(i))} << (8 * i);
  return value;
}

std::uint64_t Vga::mmio_peek(emu::PhysAddr address, int size) const {
  std::uint64_t value = 0;
  for (int i = 0; i < size; ++i) value |= std::uint64_t{peek_byte(address.value + static_cast<unsigned>(i))} << (8 * i);
  return value;
}

void Vga::mmio_write(emu::PhysAddr address, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i)
    write_byte(address.value + static_cast<unsigned>(i), static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace devices
