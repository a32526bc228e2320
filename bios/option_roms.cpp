#include "bios/option_roms.h"

#include <array>
#include <numeric>
#include <string>

#include <fmt/core.h>

#include "bios/bios.h"
#include "bios/rom_labels.h"

namespace bios {

namespace {

constexpr std::uint32_t kFirst = 0xC8000, kEnd = 0xF0000;
constexpr std::uint16_t kEntry = 3;

/// Bytes that the header claims, or 0 with the reason in `problem`.
std::size_t claimed_size(const std::vector<std::uint8_t>& rom, std::string& problem) {
  if (rom.size() < 3 || rom[0] != 0x55 || rom[1] != 0xAA) {
    problem = "it does not begin with 55h AAh";
    return 0;
  }
  const std::size_t size = rom[2] * std::size_t{512};
  if (size == 0 || size > rom.size()) {
    problem = fmt::format("its header claims {} bytes and it has {}", size, rom.size());
    return 0;
  }
  const auto end = rom.begin() + static_cast<std::ptrdiff_t>(size);
  if ((std::accumulate(rom.begin(), end, 0u) & 0xFF) != 0) {
    problem = "its bytes do not add up to 0";
    return 0;
  }
  return size;
}

std::uint32_t pages(std::size_t size) {
  constexpr auto kPage = static_cast<std::uint32_t>(emu::Memory::kPage);
  return (static_cast<std::uint32_t>(size) + kPage - 1) / kPage * kPage;
}

/// Where ROM `index` lies, or 0 when it is left out.
std::uint32_t base_of(const Bios& bios, std::size_t index) {
  std::uint32_t base = kFirst;
  std::string unused;
  for (std::size_t i = 0; i <= index; ++i) {
    const std::size_t size = claimed_size(bios.option_roms()[i], unused);
    const bool fits = size != 0 && base + pages(size) <= kEnd;
    if (i == index) return fits ? base : 0;
    if (fits) base += pages(size);
  }
  return 0;
}

void push(Bios& bios, emu::Registers& regs, emu::FarPtr target) {
  regs.set_sp(static_cast<std::uint16_t>(regs.sp() - 4));
  bios.memory().write(regs.ss_sp(), std::array<std::uint16_t, 2>{target.off, target.seg});
}

}  // namespace

void map_option_roms(Bios& bios) {
  for (std::size_t i = 0; i < bios.option_roms().size(); ++i) {
    const std::vector<std::uint8_t>& rom = bios.option_roms()[i];
    std::string problem;
    const std::size_t size = claimed_size(rom, problem);
    const std::uint32_t base = base_of(bios, i);
    if (base == 0) {
      if (problem.empty()) problem = "there is no room for it between C8000h and F0000h";
      bios.notice(Notice::Level::kWarning, fmt::format("Option ROM {} is left out: {}", i + 1, problem));
      continue;
    }
    std::vector<std::uint8_t> image(rom.begin(), rom.begin() + static_cast<std::ptrdiff_t>(size));
    image.resize(pages(size), 0xFF);
    bios.memory().map_rom(emu::PhysAddr(base), image, fmt::format("option ROM {}", i + 1));
  }
}

void enter_next_option_rom(Bios& bios, std::size_t& index, emu::Registers& regs) {
  while (index < bios.option_roms().size()) {
    const std::uint32_t base = base_of(bios, index++);
    if (base == 0) continue;
    push(bios, regs, rom::far(rom::kOptionRomNext));
    push(bios, regs, {static_cast<std::uint16_t>(base >> 4), kEntry});
    // PnP BIOS 1.0A §3.3: AX bus, device and function, BX CSN and DX read port (none: FFFFh), ES:DI $PnP.
    regs.set_ax(0);
    regs.set_bx(0xFFFF);
    regs.set_dx(0xFFFF);
    regs.set_real_segment(emu::Seg::kEs, rom::kSegment);
    regs.set_di(rom::kPnpHeader);
    return;
  }
  push(bios, regs, rom::far(rom::kStartBoot));
}

}  // namespace bios
