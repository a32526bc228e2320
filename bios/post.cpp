#include "bios/post.h"

#include <array>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/boot.h"
#include "bios/cmos.h"
#include "bios/drives.h"
#include "bios/option_roms.h"
#include "bios/pic.h"
#include "bios/ps2.h"
#include "bios/rom_labels.h"
#include "bios/tables_acpi.h"
#include "bios/tables_smbios.h"
#include "bios/video.h"
#include "bios/video_rom.h"

namespace bios {

namespace {

struct Vector {
  std::uint8_t number;
  std::uint16_t handler;
};

constexpr Vector kVectors[] = {
    {0x02, rom::kInt02},
    {0x05, rom::kInt05},
    {0x08, rom::kInt08},
    {0x09, rom::kInt09},
    {0x0A, rom::kIrqMaster},
    {0x0B, rom::kIrqMaster},
    {0x0C, rom::kIrqMaster},
    {0x0D, rom::kIrqMaster},
    {0x0E, rom::kInt0e},
    {0x0F, rom::kIrqMaster},
    {0x10, rom::kInt10},
    {0x11, rom::kInt11},
    {0x12, rom::kInt12},
    {0x13, rom::kInt13},
    {0x14, rom::kInt14},
    {0x15, rom::kInt15},
    {0x16, rom::kInt16},
    {0x17, rom::kInt17},
    {0x18, rom::kInt18},
    {0x19, rom::kInt19Classic},
    {0x1A, rom::kInt1a},
    {0x40, rom::kInt40},
    {0x42, rom::kInt10},
    {0x70, rom::kIrq8Body},
    {0x71, rom::kIrq9Body},
    {0x72, rom::kIrqSlave},
    {0x73, rom::kIrqSlave},
    {0x74, rom::kIrq12Body},
    {0x75, rom::kIrq13Body},
    {0x76, rom::kIrq14Body},
    {0x77, rom::kIrqSlave},
    // Pointers to tables, not code.
    {0x1D, rom::kVideoParameterTable},
    {0x1E, rom::kDisketteParameterTable},
};

constexpr std::uint32_t far_value(std::uint16_t offset) { return std::uint32_t{rom::kSegment} << 16 | offset; }

/// SGABIOS moves the cursor itself unless INT 10h is at C000h, where a VGA's is: with ours it would move twice.
void point_int_10h_at_video_rom(emu::Memory& memory) {
  constexpr emu::PhysAddr kInt10Vector{0x10 * 4};
  memory.write(kInt10Vector, std::uint32_t{video_rom::kSegment} << 16 | video_rom::kInt10);
}

void fill_vectors(emu::Memory& memory) {
  std::array<std::uint32_t, 256> table;
  table.fill(far_value(rom::kDummyIret));
  // 60h-67h belong to users and expanded memory; programs take 0:0 as "free" (IBM AT BIOS, SeaBIOS).
  for (std::size_t v = 0x60; v <= 0x67; ++v) table[v] = 0;
  for (const Vector& v : kVectors) table[v.number] = far_value(v.handler);
  memory.write(emu::PhysAddr(0), table);
}

void fill_bda(emu::Memory& memory) {
  const auto warm_boot = memory.read<std::uint16_t>(bda::kWarmBoot);
  memory.fill(emu::PhysAddr(0x400), 0x100, 0);
  memory.write(bda::kWarmBoot, warm_boot);
  memory.write(bda::kEbdaSegment, bda::kEbda);
  memory.write(bda::kMemoryKiB, bda::kLowMemoryKiB);
  constexpr std::uint16_t kBuffer = 0x1E, kBufferEnd = 0x3E;
  memory.write(bda::kKeyBufferHead, kBuffer);
  memory.write(bda::kKeyBufferTail, kBuffer);
  memory.write(bda::kKeyBufferStart, kBuffer);
  memory.write(bda::kKeyBufferEnd, kBufferEnd);
  memory.write(bda::kKeyboardFlags3, bda::k101Keys);
}

void fill_ebda(emu::Memory& memory) {
  const emu::PhysAddr base(std::uint64_t{bda::kEbda} << 4);
  memory.fill(base, bda::kEbdaKiB * 1024u, 0);
  memory.write(base + bda::kEbdaSize, static_cast<std::uint8_t>(bda::kEbdaKiB));
}

void program_dma(emu::IoPorts& ports) {
  // 8237: both master cleared, channel 4 in cascade mode and unmasked (Intel 8237A data sheet).
  ports.out(0x0D, 0, 1);
  ports.out(0xDA, 0, 1);
  ports.out(0xD6, 0xC0, 1);
  ports.out(0xD4, 0x00, 1);
}

void program_interrupts(emu::IoPorts& ports) {
  program_pics(ports, 0x08, 0x70);
  constexpr std::uint32_t kTimer = 1u << 0, kKeyboard = 1u << 1, kCascade = 1u << 2, kFloppy = 1u << 6;
  constexpr std::uint32_t kRtc = 1u << 8, kMouse = 1u << 12, kCoprocessor = 1u << 13, kDisk = 1u << 14;
  const std::uint32_t masks = ~(kTimer | kKeyboard | kCascade | kFloppy | kRtc | kMouse | kCoprocessor | kDisk);
  ports.out(0x21, masks & 0xFF, 1);
  ports.out(0xA1, (masks >> 8) & 0xFF, 1);
}

void program_timer(emu::IoPorts& ports) {
  // 8254: channel 0 every 65536 (54.9 ms) in mode 2, as SeaBIOS; channel 1 every 18 (15 us), memory refresh once.
  ports.out(0x43, 0x34, 1);
  ports.out(0x40, 0, 1);
  ports.out(0x40, 0, 1);
  ports.out(0x43, 0x54, 1);
  ports.out(0x41, 18, 1);
}

void start_clock(Bios& bios) {
  emu::IoPorts& ports = bios.ports();
  constexpr std::uint8_t kDividers = 0x26;  // 32768 Hz crystal, periodic interrupt at 1024 Hz
  cmos::write(ports, cmos::kRegisterA, kDividers);
  cmos::write(
      ports, cmos::kRegisterB,
      static_cast<std::uint8_t>((cmos::read(ports, cmos::kRegisterB) & cmos::kDaylightSaving) | cmos::k24Hours));
  cmos::read(ports, cmos::kRegisterC);
  cmos::read(ports, cmos::kRegisterD);
  ports.out(0x70, cmos::kRegisterD, 1);  // NMIs on
  const std::uint64_t seconds = cmos::from_bcd(cmos::read(ports, cmos::kHours)) * 3600u +
                                cmos::from_bcd(cmos::read(ports, cmos::kMinutes)) * 60u +
                                cmos::from_bcd(cmos::read(ports, cmos::kSeconds));
  constexpr std::uint64_t kPitHertz = 1'193'182;
  bios.memory().write(bda::kTicks, static_cast<std::uint32_t>(seconds * kPitHertz / 65536));
}

/// COM ports whose interrupt enable register holds what is written (SeaBIOS's test), in the usual order.
int find_com_ports(Bios& bios) {
  constexpr std::uint16_t kCandidates[] = {0x3F8, 0x2F8, 0x3E8, 0x2E8};
  constexpr std::uint8_t kTimeout = 0x0A;
  std::uint32_t count = 0;
  for (const std::uint16_t base : kCandidates) {
    bios.ports().out(base + 1, 0x02, 1);
    if (bios.ports().in(base + 1, 1) != 0x02) continue;
    bios.ports().out(base + 1, 0x00, 1);
    bios.memory().write(bda::kComPorts + 2 * count, base);
    bios.memory().write(bda::kComTimeouts + count, kTimeout);
    ++count;
  }
  return static_cast<int>(count);
}

/// Printer ports whose data register reads back.
int find_lpt_ports(Bios& bios) {
  constexpr std::uint16_t kCandidates[] = {0x3BC, 0x378, 0x278};
  constexpr std::uint8_t kTimeout = 0x14, kIdle = 0x0C;
  std::uint32_t count = 0;
  for (const std::uint16_t base : kCandidates) {
    bios.ports().out(base, 0xAA, 1);
    if (bios.ports().in(base, 1) != 0xAA) continue;
    bios.ports().out(base, 0x00, 1);
    bios.ports().out(base + 2, kIdle, 1);
    bios.memory().write(bda::kLptPorts + 2 * count, base);
    bios.memory().write(bda::kLptTimeouts + count, kTimeout);
    ++count;
  }
  return static_cast<int>(count);
}

void set_equipment(Bios& bios, bool mouse) {
  constexpr std::uint16_t kCoprocessor = 0x0002, kMouse = 0x0004, k80x25Color = 0x0020;
  const int com = find_com_ports(bios), lpt = find_lpt_ports(bios);
  const auto word =
      static_cast<std::uint16_t>(kCoprocessor | k80x25Color | (mouse ? kMouse : 0) | com << 9 | lpt << 14);
  bios.memory().write(bda::kEquipment, word);
}

AcpiHardware acpi_hardware(const emu::Memory& memory) {
  return {memory.read<std::array<std::uint16_t, 4>>(bda::kComPorts),
          memory.read<std::array<std::uint16_t, 3>>(bda::kLptPorts)};
}

}  // namespace

void power_on_self_test(Bios& bios) {
  const emu::Nanoseconds begin = bios.clock().now();
  emu::Memory& memory = bios.memory();
  bios.forget_calls();
  fill_vectors(memory);
  fill_bda(memory);
  fill_ebda(memory);
  program_dma(bios.ports());
  program_timer(bios.ports());
  start_clock(bios);
  const bool keyboard_controller = Ps2(bios.ports(), bios.clock()).initialize();
  program_interrupts(bios.ports());  // ICW1 forgets the edges that the other chips' programming made
  set_equipment(bios, keyboard_controller);
  if (bios.option_roms().has_display()) {
    bios.video().post_without_rom();
  } else {
    bios.video().post();
    if (bios.option_roms().any()) point_int_10h_at_video_rom(memory);
  }
  write_acpi_tables(memory, acpi_hardware(memory));
  write_smbios_tables(memory);
  bios.drives().post();
  bios.boot().reset();
  const emu::Nanoseconds left = begin + kPostTime - bios.clock().now();
  if (left > 0) bios.clock().advance(left);
}

}  // namespace bios
