#include "debugger/places.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "bios/low_memory.h"

namespace debugger {
namespace {

constexpr std::array<BdaField, 55> kBda = {{
    {0x00, 2, 4, "COM port base"},
    {0x08, 2, 3, "LPT port base"},
    {0x0E, 2, 1, "EBDA segment"},
    {0x10, 2, 1, "equipment word"},
    {0x13, 2, 1, "memory size in KiB"},
    {0x17, 1, 2, "keyboard shift flags"},
    {0x19, 1, 1, "Alt-keypad accumulator"},
    {0x1A, 2, 1, "keyboard buffer head"},
    {0x1C, 2, 1, "keyboard buffer tail"},
    {0x1E, 2, 16, "keyboard buffer"},
    {0x3E, 1, 1, "floppy recalibration status"},
    {0x3F, 1, 1, "floppy motor status"},
    {0x40, 1, 1, "floppy motor time-out"},
    {0x41, 1, 1, "floppy last status"},
    {0x42, 1, 7, "floppy controller status bytes"},
    {0x49, 1, 1, "video mode"},
    {0x4A, 2, 1, "text columns"},
    {0x4C, 2, 1, "video page size"},
    {0x4E, 2, 1, "video page offset"},
    {0x50, 2, 8, "cursor position of page"},
    {0x60, 2, 1, "cursor shape"},
    {0x62, 1, 1, "active video page"},
    {0x63, 2, 1, "CRTC port"},
    {0x65, 1, 1, "CRT mode control"},
    {0x66, 1, 1, "CGA palette"},
    {0x67, 4, 1, "resume address after reset"},
    {0x6B, 1, 1, "last unexpected interrupt"},
    {0x6C, 4, 1, "timer ticks since midnight"},
    {0x70, 1, 1, "midnight flag"},
    {0x71, 1, 1, "Ctrl-Break flag"},
    {0x72, 2, 1, "soft reset flag"},
    {0x74, 1, 1, "hard disk last status"},
    {0x75, 1, 1, "number of hard disks"},
    {0x76, 1, 1, "hard disk control byte"},
    {0x77, 1, 1, "hard disk port offset"},
    {0x78, 1, 3, "LPT time-out"},
    {0x7C, 1, 4, "COM time-out"},
    {0x80, 2, 1, "keyboard buffer start"},
    {0x82, 2, 1, "keyboard buffer end"},
    {0x84, 1, 1, "text rows less one"},
    {0x85, 2, 1, "character height"},
    {0x87, 1, 1, "video control"},
    {0x88, 1, 1, "EGA switches"},
    {0x89, 1, 1, "VGA flags"},
    {0x8A, 1, 1, "display combination index"},
    {0x8B, 1, 1, "floppy data rate"},
    {0x8C, 1, 1, "hard disk controller status"},
    {0x8D, 1, 1, "hard disk error"},
    {0x8E, 1, 1, "hard disk interrupt flag"},
    {0x8F, 1, 1, "floppy controller information"},
    {0x90, 1, 4, "floppy drive state"},
    {0x96, 1, 1, "keyboard mode"},
    {0x97, 1, 1, "keyboard LED flags"},
    {0x98, 4, 1, "user wait flag pointer"},
    {0xA8, 4, 1, "video save pointer table"},
}};

constexpr std::array<std::pair<std::uint8_t, std::string_view>, 44> kVectors = {{
    {0x00, "divide error"},
    {0x01, "single step"},
    {0x02, "NMI"},
    {0x03, "breakpoint"},
    {0x04, "overflow"},
    {0x05, "print screen / bound"},
    {0x06, "invalid opcode"},
    {0x07, "no coprocessor"},
    {0x08, "IRQ 0 timer"},
    {0x09, "IRQ 1 keyboard"},
    {0x0A, "IRQ 2 cascade"},
    {0x0B, "IRQ 3 COM2"},
    {0x0C, "IRQ 4 COM1"},
    {0x0D, "IRQ 5 / general protection"},
    {0x0E, "IRQ 6 floppy / page fault"},
    {0x0F, "IRQ 7 LPT1"},
    {0x10, "video"},
    {0x11, "equipment"},
    {0x12, "memory size"},
    {0x13, "disk"},
    {0x14, "serial"},
    {0x15, "system services"},
    {0x16, "keyboard"},
    {0x17, "printer"},
    {0x18, "no boot device"},
    {0x19, "boot"},
    {0x1A, "time and PCI"},
    {0x1B, "Ctrl-Break"},
    {0x1C, "user timer tick"},
    {0x1D, "video parameters (data)"},
    {0x1E, "floppy parameters (data)"},
    {0x1F, "graphics font (data)"},
    {0x20, "DOS exit"},
    {0x21, "DOS"},
    {0x40, "floppy (old INT 13h)"},
    {0x41, "hard disk 0 parameters (data)"},
    {0x43, "font (data)"},
    {0x46, "hard disk 1 parameters (data)"},
    {0x4A, "alarm"},
    {0x70, "IRQ 8 clock"},
    {0x74, "IRQ 12 mouse"},
    {0x75, "IRQ 13 coprocessor"},
    {0x76, "IRQ 14 primary IDE"},
    {0x77, "IRQ 15 secondary IDE"},
}};

using bios::low_memory::kVectorsEnd, bios::low_memory::kBdaEnd, bios::low_memory::kBootSector,
    bios::low_memory::kBootSectorEnd;
constexpr std::uint64_t kColourText = 0xB8000;

std::string bda_place(std::uint64_t offset) {
  for (const BdaField& field : kBda) {
    const std::uint64_t bytes = std::uint64_t{field.size} * field.count;
    if (offset < field.offset || offset >= field.offset + bytes) continue;
    const std::uint64_t element = (offset - field.offset) / field.size;
    std::string text = fmt::format("BDA 40:{:02X} {}", field.offset, field.name);
    return field.count > 1 ? text + fmt::format(" [{}]", element) : text;
  }
  return fmt::format("BDA 40:{:02X}", offset);
}

std::string text_place(std::uint64_t address, const emu::Memory& memory) {
  const auto columns = memory.read<std::uint16_t>(emu::PhysAddr(0x44A));
  if (columns == 0 || columns > 200) return "VGA text memory";
  const std::uint64_t cell = (address - kColourText) / 2;
  return fmt::format("VGA text, row {} column {}{}", cell / columns, cell % columns, address & 1 ? " (attribute)" : "");
}

}  // namespace

std::span<const BdaField> bda_fields() { return kBda; }

std::string_view vector_name(std::uint8_t vector) {
  const auto found =
      std::find_if(kVectors.begin(), kVectors.end(), [&](const auto& row) { return row.first == vector; });
  return found == kVectors.end() ? std::string_view() : found->second;
}

std::string place_name(emu::PhysAddr where, const emu::Memory& memory) {
  const std::uint64_t a = where.value;
  if (a < kVectorsEnd) return fmt::format("IVT entry {:02X}h{}", a / 4, a % 4 >= 2 ? " (segment)" : "");
  if (a < kBdaEnd) return bda_place(a - kVectorsEnd);
  if (a >= kBootSector && a < kBootSectorEnd)
    return a == kBootSector ? "boot sector" : fmt::format("boot sector+{:X}h", a - kBootSector);
  const std::uint64_t ebda = std::uint64_t{memory.read<std::uint16_t>(emu::PhysAddr(0x40E))} << 4;
  if (ebda >= 0x80000 && a >= ebda && a < 0xA0000) return fmt::format("EBDA+{:X}h", a - ebda);
  if (a < 0xA0000 || a >= 0x100000) return {};
  if (a < 0xB0000) return "VGA graphics memory";
  if (a < kColourText) return "VGA monochrome text memory";
  if (a < 0xC0000) return text_place(a, memory);
  if (a >= 0xFFFF0) return "reset vector";
  const emu::Region& region = memory.region_at(where);
  return region.name.empty() ? (a >= 0xF0000 ? "BIOS ROM" : "") : region.name;
}

}  // namespace debugger
