#include "bios/option_roms.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/pci_config.h"
#include "bios/rom_labels.h"
#include "bios/video.h"
#include "bios/video_rom.h"

namespace bios {

namespace {

constexpr std::uint32_t kFirst = 0xC8000, kEnd = 0xF0000;
constexpr std::uint16_t kEntry = 3;
constexpr std::uint32_t kLeastLowMemory = 0x80000;  // less is a ROM's mistake

/// What the header and the PCI data structure that it points to say (PCI Local Bus Specification 2.1 §6.3.1).
struct Header {
  std::size_t size = 0;  ///< claimed bytes; 0: `problem` says why this is no option ROM
  std::string problem;
  bool display = false;
  std::uint32_t pci_id = 0;
};

Header read_header(std::span<const std::uint8_t> rom) {
  constexpr std::size_t kPcirPointer = 0x18, kPcirSize = 0x18, kIbm = 0x1E;
  constexpr std::size_t kPcirIds = 4, kPcirBaseClass = 0x0F;
  constexpr std::uint8_t kDisplayController = 0x03;
  if (rom.size() < 3 || rom[0] != 0x55 || rom[1] != 0xAA) return {0, "it does not begin with 55h AAh"};
  const std::size_t size = rom[2] * std::size_t{512};
  if (size == 0 || size > rom.size())
    return {0, fmt::format("its header claims {} bytes and it has {}", size, rom.size())};
  rom = rom.first(size);
  if ((std::accumulate(rom.begin(), rom.end(), 0u) & 0xFF) != 0) return {0, "its bytes do not add up to 0"};

  const auto has = [&](std::size_t at, std::string_view text) {
    return at + text.size() <= size && std::equal(text.begin(), text.end(), rom.begin() + at);
  };
  Header header{size, {}};
  const std::size_t pcir = rom[kPcirPointer] | rom[kPcirPointer + 1] << 8;
  if (has(pcir, "PCIR") && pcir + kPcirSize <= size) {
    for (std::size_t i = 4; i-- > 0;) header.pci_id = header.pci_id << 8 | rom[pcir + kPcirIds + i];
    header.display = rom[pcir + kPcirBaseClass] == kDisplayController;
  } else {
    header.display = has(kIbm, "IBM");
  }
  return header;
}

std::uint32_t in_pages(std::size_t size) {
  constexpr auto kPage = static_cast<std::uint32_t>(emu::Memory::kPage);
  return (static_cast<std::uint32_t>(size) + kPage - 1) / kPage * kPage;
}

}  // namespace

std::string option_rom_problem(std::span<const std::uint8_t> file) { return read_header(file).problem; }

OptionRoms::OptionRoms(Bios& bios, std::vector<std::vector<std::uint8_t>> images)
    : bios_(bios), images_(std::move(images)) {}

void OptionRoms::map() {
  // The display's first: it is below the others, and may reach beyond C8000h.
  std::vector<std::size_t> order(images_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return read_header(images_[i]).display; });
  for (const std::size_t i : order) place(images_[i], fmt::format("option ROM {}", i + 1));
  for (const Placed& rom : placed_) bios_.memory().map_rom(emu::PhysAddr(rom.base), rom.image, rom.name);
  images_.clear();
}

void OptionRoms::place(std::span<const std::uint8_t> file, const std::string& name) {
  const Header header = read_header(file);
  std::string problem = header.problem;
  const bool first = header.display && placed_.empty();
  std::uint32_t base = kFirst, size = in_pages(header.size);
  // Our own video ROM must find room, should this one not want the adapter.
  if (first)
    base = static_cast<std::uint32_t>(video_rom::kBase.value), size = std::max<std::uint32_t>(size, video_rom::kSize);
  if (!placed_.empty())
    base = std::max(base, placed_.back().base + static_cast<std::uint32_t>(placed_.back().image.size()));
  if (problem.empty() && header.display && !first) problem = "there is one display, and it has a ROM";
  if (problem.empty() && base + size > kEnd) problem = "there is no room for it between C8000h and F0000h";
  if (!problem.empty()) {
    bios_.notice(Notice::Level::kWarning, fmt::format("O{} is left out: {}", name.substr(1), problem));
    return;
  }
  std::vector<std::uint8_t> image(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(header.size));
  image.resize(size, 0xFF);
  placed_.push_back({name, std::move(image), base, first, header.pci_id});
}

void OptionRoms::reset() {
  next_ = 0;
  running_ = false;
  low_memory_end_ = kLowMemoryEnd;
  for (const Placed& rom : placed_) {
    set_writable(rom, false);
    bios_.memory().write_rom(emu::PhysAddr(rom.base), rom.image);
  }
}

void OptionRoms::set_writable(const Placed& rom, bool writable) {
  const emu::RegionKind kind = writable ? emu::RegionKind::kRam : emu::RegionKind::kRom;
  std::vector<emu::Region> parts = bios_.memory().regions();
  std::erase_if(parts, [&](const emu::Region& r) { return r.name != rom.name || r.kind == kind; });
  for (emu::Region& part : parts) {
    part.kind = kind;
    bios_.memory().map(std::move(part));
  }
}

void OptionRoms::enter_next(emu::Registers& regs) {
  if (std::exchange(running_, false) && left(placed_[next_ - 1], regs)) return;
  if (next_ == placed_.size()) {
    const std::uint32_t end = bios_.memory().read<std::uint16_t>(bda::kMemoryKiB) * 1024u;
    if (end >= kLeastLowMemory && end < kLowMemoryEnd) low_memory_end_ = end;
    return push(regs, rom::far(rom::kStartBoot));
  }
  enter(placed_[next_++], regs);
  running_ = true;
}

/// A ROM has returned. True when something has to run before the next one.
bool OptionRoms::left(const Placed& rom, emu::Registers& regs) {
  set_writable(rom, false);
  if (!rom.display) return false;
  constexpr emu::PhysAddr kInt10Vector{0x10 * 4};
  const emu::FarPtr ours = rom::far(rom::kInt10);
  if (bios_.memory().read<std::uint32_t>(kInt10Vector) != (std::uint32_t{ours.seg} << 16 | ours.off)) {
    push(regs, rom::far(rom::kSetTextMode));
    return true;
  }
  bios_.notice(Notice::Level::kWarning,
               fmt::format("O{} is for a display but did not take INT 10h (does it know this adapter, PCI 1234:1111?); "
                           "bootsim's own video BIOS serves instead",
                           rom.name.substr(1)));
  std::vector<std::uint8_t> own = video_rom::image();
  own.resize(rom.image.size(), 0xFF);
  bios_.memory().write_rom(emu::PhysAddr(rom.base), own);
  bios_.video().post();
  return false;
}

void OptionRoms::enter(const Placed& rom, emu::Registers& regs) {
  set_writable(rom, true);
  push(regs, rom::far(rom::kOptionRomNext));
  push(regs, {static_cast<std::uint16_t>(rom.base >> 4), kEntry});
  // PnP BIOS 1.0A §3.3: AX bus, device and function, BX CSN and DX read port (none: FFFFh), ES:DI $PnP.
  regs.set_ax(pci_address(rom));
  regs.set_bx(0xFFFF);
  regs.set_dx(0xFFFF);
  regs.set_real_segment(emu::Seg::kEs, rom::kSegment);
  regs.set_di(rom::kPnpHeader);
}

/// Of the function that a PCI ROM is for; 0 when there is none.
std::uint16_t OptionRoms::pci_address(const Placed& rom) const {
  std::uint16_t found = 0;
  if (rom.pci_id == 0 || !pci::present(bios_.ports())) return found;
  pci::for_each_function(bios_.ports(), [&](pci::Address address) {
    if (pci::read(bios_.ports(), address, pci::kVendorAndDevice, 4) != rom.pci_id) return false;
    found = address;
    return true;
  });
  return found;
}

void OptionRoms::push(emu::Registers& regs, emu::FarPtr target) {
  regs.set_sp(static_cast<std::uint16_t>(regs.sp() - 4));
  bios_.memory().write(regs.ss_sp(), std::array<std::uint16_t, 2>{target.off, target.seg});
}

}  // namespace bios
