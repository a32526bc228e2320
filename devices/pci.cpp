#include "devices/pci.h"

#include <algorithm>

namespace devices {

namespace {

// Type 0 header (PCI 2.1, figure 6-1).
constexpr int kVendorId = 0x00, kDeviceId = 0x02, kCommand = 0x04, kStatus = 0x06, kRevision = 0x08, kClass = 0x09,
              kCacheLine = 0x0C, kHeaderType = 0x0E, kFirstBar = 0x10, kLastBarByte = 0x27, kInterruptLine = 0x3C;
constexpr std::uint16_t kMemorySpace = 0x0002;
constexpr std::uint16_t kCommandWritable = 0x0007;  // I/O space, memory space, bus master
constexpr std::uint8_t kMultiFunction = 0x80;
constexpr std::uint32_t kMemoryBarFlags = 0x0000000F;

// CONFIG_ADDRESS.
constexpr std::uint32_t kEnable = 0x80000000;
constexpr std::uint16_t kConfigAddress = 0xCF8, kConfigData = 0xCFC;

void make_host_bridge(PciFunction& f) {
  f.identify(0x8086, 0x1237, 0x060000, 0x02);  // 82441FX
  f.set_word(kCommand, 0x0006);
  f.set_word(kStatus, 0x0280);
  f.allow_writes(0x59, 0xFFFFFFFF, 4);  // PAM0-PAM6
  f.allow_writes(0x5D, 0x00FFFFFF, 3);
  f.set_byte(0x72, 0x02);  // SMRAM
  f.allow_writes(0x72, 0x7F, 1);
}

void make_isa_bridge(PciFunction& f) {
  f.identify(0x8086, 0x7000, 0x060100);  // 82371SB function 0
  f.set_word(kCommand, 0x0007);
  f.set_word(kStatus, 0x0200);
  f.set_byte(kHeaderType, kMultiFunction);
  f.set_dword(0x60, 0x80808080);  // PIRQRCA-D: not routed
  f.allow_writes(0x60, 0x8F8F8F8F, 4);
}

}  // namespace

std::uint16_t PciFunction::word(int offset) const {
  return static_cast<std::uint16_t>(byte(offset) | byte(offset + 1) << 8);
}

std::uint32_t PciFunction::dword(int offset) const { return word(offset) | std::uint32_t{word(offset + 2)} << 16; }

void PciFunction::set_word(int offset, std::uint16_t value) {
  set_byte(offset, static_cast<std::uint8_t>(value));
  set_byte(offset + 1, static_cast<std::uint8_t>(value >> 8));
}

void PciFunction::set_dword(int offset, std::uint32_t value) {
  set_word(offset, static_cast<std::uint16_t>(value));
  set_word(offset + 2, static_cast<std::uint16_t>(value >> 16));
}

void PciFunction::allow_writes(int offset, std::uint32_t mask, int size) {
  for (int i = 0; i < size; ++i) state_.writable[(offset + i) & 255] = static_cast<std::uint8_t>(mask >> (8 * i));
}

void PciFunction::identify(std::uint16_t vendor, std::uint16_t device, std::uint32_t class_code,
                           std::uint8_t revision) {
  set_word(kVendorId, vendor);
  set_word(kDeviceId, device);
  set_byte(kRevision, revision);
  set_byte(kClass, static_cast<std::uint8_t>(class_code));
  set_word(kClass + 1, static_cast<std::uint16_t>(class_code >> 8));
  allow_writes(kCommand, kCommandWritable, 2);
  allow_writes(kCacheLine, 0xFF, 1);
  allow_writes(kInterruptLine, 0xFF, 1);
}

void PciFunction::add_memory_bar(int bar, std::uint32_t size, std::uint32_t base, std::uint32_t flags) {
  const int offset = kFirstBar + 4 * bar;
  const std::uint32_t mask = ~(size - 1) & ~kMemoryBarFlags;
  set_dword(offset, (base & mask) | (flags & kMemoryBarFlags));
  allow_writes(offset, mask, 4);
}

std::optional<std::uint32_t> PciFunction::memory_bar(int bar) const {
  const int offset = kFirstBar + 4 * bar;
  std::uint32_t mask = 0;
  for (int i = 0; i < 4; ++i) mask |= std::uint32_t{state_.writable[(offset + i) & 255]} << (8 * i);
  const std::uint32_t base = dword(offset) & mask;
  if (!(word(kCommand) & kMemorySpace) || base == 0 || base == mask) return std::nullopt;
  return base;
}

void PciFunction::restore(const State& state) {
  state_ = state;
  if (on_bar_change) on_bar_change();
}

void PciFunction::guest_write(int offset, std::uint32_t value, int size) {
  bool ranges_changed = false;
  for (int i = 0; i < size; ++i) {
    const int at = (offset + i) & 255;
    const std::uint8_t mask = state_.writable[at], old = state_.config[at];
    const auto written = static_cast<std::uint8_t>(value >> (8 * i));
    state_.config[at] = static_cast<std::uint8_t>((old & ~mask) | (written & mask));
    const bool in_bar = at >= kFirstBar && at <= kLastBarByte;
    if ((at == kCommand || in_bar) && state_.config[at] != old) ranges_changed = true;
  }
  if (ranges_changed && on_bar_change) on_bar_change();
  if (!on_write) return;
  for (int i = 0; i < size; ++i) on_write((offset + i) & 255);
}

PciBus::PciBus(emu::IoPorts& ports) {
  ports.claim(kConfigAddress, kConfigAddress, *this, "PCI configuration address");
  ports.claim(kConfigAddress + 2, kConfigAddress + 3, *this, "PCI configuration address");
  ports.claim(kConfigData, kConfigData + 3, *this, "PCI configuration data");
  make_host_bridge(host_bridge());
  make_isa_bridge(isa_bridge());
}

void PciBus::reset() {
  state_ = {};
  for (auto& [key, function] : functions_) {
    const auto [it, first] = power_on_.emplace(key, function.state());
    if (!first) function.restore(it->second);
  }
}

PciFunction& PciBus::function(int device, int function) {
  const auto [it, added] = functions_.try_emplace((device & 31) * 8 + (function & 7));
  if (added) it->second.set_dword(kVendorId, 0xFFFFFFFF);
  return it->second;
}

const PciFunction* PciBus::find(int device, int function) const {
  const auto it = functions_.find((device & 31) * 8 + (function & 7));
  return it == functions_.end() ? nullptr : &it->second;
}

const PciFunction* PciBus::addressed() const {
  const bool bus0 = (state_.address >> 16 & 0xFF) == 0;
  if (!(state_.address & kEnable) || !bus0) return nullptr;
  return find(static_cast<int>(state_.address >> 11 & 31), static_cast<int>(state_.address >> 8 & 7));
}

std::uint32_t PciBus::peek(std::uint16_t port, int size) const {
  if (port == kConfigAddress && size == 4) return state_.address;
  const PciFunction* function = port >= kConfigData ? addressed() : nullptr;
  const int first = static_cast<int>(state_.address & 0xFC);
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    const int lane = (port & 3) + i;  // an access that runs out of the register meets nobody
    const std::uint8_t byte = function && lane < 4 ? function->byte(first + lane) : 0xFF;
    value |= std::uint32_t{byte} << (8 * i);
  }
  return value;
}

void PciBus::out(std::uint16_t port, std::uint32_t value, int size) {
  if (port == kConfigAddress) {
    if (size == 4) state_.address = value;  // narrower writes pass on to the ISA bus (PCI 2.1 §3.7.4.1)
    return;
  }
  if (port < kConfigData || !addressed()) return;
  const int lane = port & 3;
  auto& target = functions_.at(static_cast<int>(state_.address >> 8 & 0xFF));
  target.guest_write(static_cast<int>(state_.address & 0xFC) + lane, value, std::min(size, 4 - lane));
}

void PciBus::register_parts(emu::SnapshotParts& parts) {
  parts.add("PCI bus", *this);
  for (auto& [number, function] : functions_) parts.add("PCI function", function);
}

}  // namespace devices
