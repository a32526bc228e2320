// INT 15h: the A20 gate, block move, protected mode, memory size and map.
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bios/bios.h"
#include "bios/int15.h"
#include "bios/memory_map.h"
#include "bios/option_roms.h"
#include "bios/pic.h"
#include "bios/rom_labels.h"

namespace bios::int15 {

namespace {

constexpr std::uint8_t kUnsupported = 0x86;
constexpr std::uint16_t kPort92 = 0x92;  // system control port A: bit 1 A20, bit 0 fast reset
constexpr std::uint8_t kA20Bit = 0x02, kFastReset = 0x01;

bool a20(Bios& bios) { return bios.ports().in(kPort92, 1) & kA20Bit; }

void set_a20(Bios& bios, bool on) {
  const auto old = static_cast<std::uint8_t>(bios.ports().in(kPort92, 1) & ~(kA20Bit | kFastReset));
  bios.ports().out(kPort92, old | (on ? kA20Bit : 0), 1);
}

bool has_a20_functions(Bios& bios, Call& call) {
  if (bios.quirks().no_a20_bios) call.fail(kUnsupported);
  return !bios.quirks().no_a20_bios;
}

/// A segment descriptor as INT 15h/87h's table has it.
std::uint32_t descriptor_base(const emu::Memory& memory, emu::FarPtr at) {
  const auto low = memory.read<std::uint32_t>(at.plus(2));
  const auto high = memory.read<std::uint8_t>(at.plus(7));
  return (low & 0x00FFFFFF) | std::uint32_t{high} << 24;
}
constexpr std::uint16_t kSourceDescriptor = 0x10, kTargetDescriptor = 0x18, kBiosDescriptor = 0x38;

}  // namespace

void disable_a20(Bios& bios, Call& call) {
  if (!has_a20_functions(bios, call)) return;
  set_a20(bios, false);
  call.succeed();
}

void enable_a20(Bios& bios, Call& call) {
  if (!has_a20_functions(bios, call)) return;
  set_a20(bios, true);
  call.succeed();
}

void query_a20(Bios& bios, Call& call) {
  if (!has_a20_functions(bios, call)) return;
  call.regs.set_al(a20(bios) ? 1 : 0);
  call.succeed();
}

void query_a20_support(Bios& bios, Call& call) {
  if (!has_a20_functions(bios, call)) return;
  constexpr std::uint16_t kKeyboardController = 1, kFastA20 = 2;
  call.regs.set_bx(kKeyboardController | kFastA20);
  call.succeed();
}

// Real BIOSes enter protected mode with A20 on and copy forwards; the gate is then as it was. Bases are bus
// addresses.
void block_move(Bios& bios, Call& call) {
  emu::Memory& memory = bios.memory();
  const emu::FarPtr table{call.regs.es(), call.regs.si()};
  std::uint64_t source = descriptor_base(memory, table.plus(kSourceDescriptor));
  std::uint64_t target = descriptor_base(memory, table.plus(kTargetDescriptor));
  std::uint32_t left = std::uint32_t{call.regs.cx()} * 2;
  // A forward copy onto itself repeats the gap; larger pieces than the gap would not.
  const bool overlaps = target > source && target < source + left;
  const std::uint64_t piece = overlaps ? std::max<std::uint64_t>(target - source, 1) : 4096;
  std::array<std::uint8_t, 4096> bytes;
  while (left > 0) {
    const auto n = static_cast<std::uint32_t>(std::min({std::uint64_t{left}, piece, std::uint64_t{bytes.size()}}));
    memory.read(emu::PhysAddr(source), std::span(bytes).first(n));
    memory.write(emu::PhysAddr(target), std::span(bytes).first(n));
    source += n;
    target += n;
    left -= n;
  }
  call.succeed();
}

// A real machine says at most 63 MiB, lest programs that add to it in 16 bits overflow (SeaBIOS does so from
// 64 MiB).
void extended_memory_size(Bios& bios, Call& call) {
  const std::uint64_t end = extended_memory_end(bios.memory());
  const std::uint64_t kib = end > (64u << 20) ? 63 * 1024 : (end - (1u << 20)) / 1024;
  call.regs.set_ax(static_cast<std::uint16_t>(kib));
  call.set_carry(false);
}

void enter_protected_mode(Bios& bios, Call& call) {
  emu::Registers& regs = call.regs;
  emu::Memory& memory = bios.memory();
  set_a20(bios, true);
  program_pics(bios.ports(), regs.bh(), regs.bl());
  // The BIOS's own code segment: base F0000h, 64 KiB, execute and read (Intel SDM vol. 3, 3.4.5).
  memory.write(emu::FarPtr{regs.es(), regs.si()}.plus(kBiosDescriptor), std::uint64_t{0x0000'9B0F'0000'FFFF});
  call.succeed();
  // The stub's IRET goes to ROM code that switches and returns to the caller.
  const emu::FarPtr frame{regs.ss(), static_cast<std::uint16_t>(regs.sp() - 6)};
  const std::array<std::uint16_t, 3> iret = {rom::kEnterProtectedMode, rom::kSegment, 0x0002};
  memory.write(frame, iret);
  regs.set_sp(frame.off);
}

namespace {

/// KiB from 1 to 16 MiB, and 64 KiB blocks above.
std::pair<std::uint32_t, std::uint32_t> two_part_size(const emu::Memory& memory) {
  constexpr std::uint64_t kMiB = 1u << 20;
  const std::uint64_t end = extended_memory_end(memory);
  const auto below = static_cast<std::uint32_t>((std::min(end, 16 * kMiB) - kMiB) / 1024);
  const auto above = static_cast<std::uint32_t>(end > 16 * kMiB ? (end - 16 * kMiB) / 0x10000 : 0);
  return {below, above};
}

}  // namespace

void memory_size_e801(Bios& bios, Call& call) {
  const auto [below, above] = two_part_size(bios.memory());
  call.regs.set_ax(static_cast<std::uint16_t>(below));
  call.regs.set_cx(static_cast<std::uint16_t>(below));
  call.regs.set_bx(static_cast<std::uint16_t>(above));
  call.regs.set_dx(static_cast<std::uint16_t>(above));
  call.set_carry(false);
}

void memory_size_e881(Bios& bios, Call& call) {
  const auto [below, above] = two_part_size(bios.memory());
  call.regs.set_eax(below);
  call.regs.set_ecx(below);
  call.regs.set_ebx(above);
  call.regs.set_edx(above);
  call.set_carry(false);
}

namespace {
constexpr std::uint32_t kSmap = 0x534D4150;  // "SMAP"
constexpr std::uint32_t kShortEntry = 20, kLongEntry = 24;
constexpr std::uint32_t kEnabledAttribute = 1;  // ACPI 3.0 extended attributes: the entry counts
}  // namespace

void memory_map_e820(Bios& bios, Call& call) {
  emu::Registers& regs = call.regs;
  if (bios.quirks().no_e820) return call.fail(kUnsupported);
  const std::vector<MemoryRange> map = memory_map(bios.memory(), bios.option_roms().low_memory_end());
  const std::uint32_t index = regs.ebx();
  if (regs.edx() != kSmap || index >= map.size() || regs.ecx() < kShortEntry) return call.fail(kUnsupported);
  const std::uint32_t size = regs.ecx() >= kLongEntry ? kLongEntry : kShortEntry;
  emu::Memory& memory = bios.memory();
  const emu::FarPtr buffer = regs.es_di();
  memory.write(buffer, map[index].base);
  memory.write(buffer.plus(8), map[index].size);
  memory.write(buffer.plus(16), map[index].type);
  if (size == kLongEntry) memory.write(buffer.plus(20), kEnabledAttribute);
  regs.set_eax(kSmap);
  regs.set_ebx(index + 1 < map.size() ? index + 1 : 0);
  regs.set_ecx(size);
  call.set_carry(false);
}

void describe_block_move(const CallView& view, Arguments& arguments) {
  const emu::FarPtr table{view.in.es(), view.in.si()};
  arguments.text =
      fmt::format("{:08X}h → {:08X}h, {} bytes", descriptor_base(view.memory, table.plus(kSourceDescriptor)),
                  descriptor_base(view.memory, table.plus(kTargetDescriptor)), view.in.cx() * 2u);
}

void describe_extended_size(const CallView& view, Outcome& outcome) {
  outcome.text = fmt::format("{} KiB", view.out->ax());
}

void describe_e801(const CallView& view, Outcome& outcome) {
  outcome.text = fmt::format("{} KiB + {} x 64 KiB", view.out->cx(), view.out->dx());
}

void describe_e820_arguments(const CallView& view, Arguments& arguments) {
  arguments.buffer = view.in.es_di();
  arguments.text = fmt::format("entry {} → {:04X}:{:04X}", view.in.ebx(), view.in.es(), view.in.di());
}

void describe_e820(const CallView& view, Outcome& outcome) {
  const emu::FarPtr buffer = view.in.es_di();
  outcome.text =
      fmt::format("{:X}h +{:X}h type {}", view.memory.read<std::uint64_t>(buffer),
                  view.memory.read<std::uint64_t>(buffer.plus(8)), view.memory.read<std::uint32_t>(buffer.plus(16)));
}

}  // namespace bios::int15
