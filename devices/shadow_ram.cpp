#include "devices/shadow_ram.h"

#include <algorithm>

namespace devices {

namespace {

// A nibble of PAM1-PAM6 and the high one of PAM0.
constexpr std::uint8_t kReadEnable = 0x1, kWriteEnable = 0x2;

emu::PhysAddr block_base(int block, std::uint32_t size) {
  return ShadowRam::kBase + static_cast<std::uint32_t>(block) * size;
}

}  // namespace

ShadowRam::ShadowRam(emu::Memory& memory, PciFunction& bridge) : memory_(memory), bridge_(bridge) {
  bridge_.on_write = [this](int offset) {
    if (offset < kFirstRegister || offset > kLastRegister) return;
    for (int block = 0; block < kBlocks; ++block) update(block);
  };
}

void ShadowRam::reset() {
  for (int block = 0; block < kBlocks; ++block) {
    update(block);
    rom_[block].clear();
  }
}

// PAM0's high nibble is F0000h-FFFFFh; PAM1-PAM6 have two blocks each, the low nibble first.
void ShadowRam::update(int block) {
  constexpr int kBlocksBelowF0000 = 12;
  const std::uint8_t pam = bridge_.byte(block < kBlocksBelowF0000 ? kFirstRegister + 1 + block / 2 : kFirstRegister);
  const bool high_nibble = block >= kBlocksBelowF0000 || block % 2 != 0;
  const auto attribute = static_cast<std::uint8_t>((high_nibble ? pam >> 4 : pam) & (kReadEnable | kWriteEnable));
  if (attribute == shown_[block]) return;
  const bool was_ram = shown_[block] & kReadEnable;
  shown_[block] = attribute;
  if (attribute & kReadEnable) {
    show_ram(block, attribute & kWriteEnable);
  } else if (was_ram) {
    show_rom(block);
  }
}

void ShadowRam::show_ram(int block, bool writable) {
  const emu::PhysAddr base = block_base(block, kBlock);
  std::uint8_t* host = memory_.ram() + base.value;
  emu::Region ram{base, kBlock, emu::RegionKind::kRam, host, nullptr, "shadow RAM"};
  if (rom_[block].empty()) {
    std::vector<std::uint8_t> bytes(kBlock);
    memory_.read(base, bytes);
    for (const emu::Region& r : memory_.regions()) {
      const std::uint64_t from = std::max(r.base.value, base.value);
      const std::uint64_t to = std::min(r.base.value + r.size, base.value + kBlock);
      if (from >= to) continue;
      emu::Region part = r;
      part.base = emu::PhysAddr(from);
      part.size = to - from;
      if (part.host) part.host += from - r.base.value;
      rom_[block].push_back(std::move(part));
    }
    memory_.map(ram);
    memory_.write(base, bytes);
  }
  if (!writable) ram.kind = emu::RegionKind::kRom;
  memory_.map(ram);
}

void ShadowRam::show_rom(int block) {
  for (const emu::Region& region : rom_[block]) memory_.map(region);
}

}  // namespace devices
