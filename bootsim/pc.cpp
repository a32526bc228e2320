#include "bootsim/pc.h"

#include <algorithm>
#include <span>

#include <fmt/core.h>

#include "bios/boot.h"
#include "bios/tables_acpi.h"
#include "debugger/views/chips.h"
#include "devices/acpi_pm.h"
#include "devices/calendar.h"
#include "devices/debug_port.h"
#include "devices/dma8237.h"
#include "devices/lpt.h"
#include "devices/media/floppy_formats.h"
#include "devices/pci.h"
#include "devices/pic8259.h"
#include "devices/pit8254.h"
#include "devices/rtc_mc146818.h"
#include "devices/shadow_ram.h"
#include "devices/shared_irq.h"
#include "devices/system_port.h"
#include "devices/uart16550.h"
#include "emu/error.h"

namespace bootsim {

namespace {

constexpr std::uint64_t kFourGiB = 0x1'0000'0000, kOneMiB = 0x10'0000, kLegacyRom = 128 << 10, kLargestRom = 16 << 20;

std::int64_t power_on_date(const std::string& iso) {
  if (iso.empty()) return devices::RtcMc146818::kDefaultStart;
  return devices::parse_date(iso);
}

/// CMOS names two floppy drives; what is in them decides their type, and an empty drive is a 1.44 MB one.
devices::CmosFloppy cmos_floppy(const std::vector<bios::AttachedMedium>& media, int index) {
  for (const bios::AttachedMedium& m : media) {
    if (m.attach != devices::media::Attach::kFloppy || index-- > 0) continue;
    const auto format = m.medium ? devices::media::floppy_format(m.medium->size()) : std::nullopt;
    return format ? static_cast<devices::CmosFloppy>(format->cmos_type) : devices::CmosFloppy::k1440K;
  }
  return devices::CmosFloppy::kNone;
}

}  // namespace

struct Pc::Parts {
  explicit Parts(PcOptions o)
      : options(std::move(o)),
        machine(options.machine),
        pic(machine.ports()),
        pit(machine.ports(), machine.clock(), pic.irq(0)),
        rtc(machine.ports(), machine.clock(), pic.irq(8), power_on_date(options.rtc)),
        keyboard(machine.ports(), machine.clock(), pic.irq(1), pic.irq(12), machine),
        system_port(machine.ports(), machine),
        acpi_pm(machine.ports(), machine.clock(), pic.irq(bios::kAcpiSciIrq), machine),
        irq4(pic.irq(4)),
        irq3(pic.irq(3)),
        com1(machine.ports(), machine.clock(), irq4.input(0), 0x3F8, "16550A UART, COM1"),
        com2(machine.ports(), machine.clock(), irq3.input(0), 0x2F8, "16550A UART, COM2"),
        com3(machine.ports(), machine.clock(), irq4.input(1), 0x3E8, "16550A UART, COM3"),
        com4(machine.ports(), machine.clock(), irq3.input(1), 0x2E8, "16550A UART, COM4"),
        dma(machine.ports()),
        debug_port(machine.ports()),
        lpt(machine.ports()),
        pci(machine.ports()),
        shadow_ram(machine.memory(), pci.host_bridge()),
        vga(machine.memory(), machine.ports(), machine.clock()) {
    machine.connect(pic);
    pic.on_intr_change = [this] { machine.interrupt_line_changed(); };
    com1.on_transmit = options.serial;
    debug_port.sink = options.debugcon;
    attach_display();
    rtc.configure({machine.memory().ram_below_4g(), machine.memory().ram_above_4g(), cmos_floppy(options.media, 0),
                   cmos_floppy(options.media, 1)});
    machine.on_reset([this] { reset_chips(); });
    register_media();
    install_firmware();
    register_parts();
  }

  void register_media() {
    for (const bios::AttachedMedium& m : options.media) {
      if (!m.medium) continue;
      machine.snapshot_parts().add(
          m.medium->name(), [medium = m.medium] { return medium->save_writes(); },
          [medium = m.medium](const std::any& saved) { medium->restore_writes(saved); });
    }
  }

  /// The debug port has no state.
  void register_parts() {
    emu::SnapshotParts& parts = machine.snapshot_parts();
    parts.add("8259A PICs", pic);
    parts.add("8254 PIT", pit);
    parts.add("MC146818 RTC", rtc);
    parts.add("8042", keyboard);
    parts.add("system ports", system_port);
    parts.add("ACPI power management", acpi_pm);
    for (devices::Uart16550* uart : {&com1, &com2, &com3, &com4}) parts.add("16550A UART", *uart);
    parts.add("8237A DMA", dma);
    parts.add("parallel port", lpt);
    pci.register_parts(parts);
    parts.add("shadow RAM", shadow_ram);
    parts.add("VGA", vga);
    bios->register_parts(parts);
  }

  /// The adapter that Bochs and QEMU have, so that guests' drivers know it: 1234:1111, frame buffer in BAR 0.
  void attach_display() {
    devices::PciFunction& function = pci.function(2, 0);
    function.identify(0x1234, 0x1111, 0x030000, 2);
    constexpr std::uint8_t kPrefetchable = 8;
    function.add_memory_bar(0, devices::Vga::kMemorySize, devices::Vga::kFrameBuffer.value, kPrefetchable);
    function.on_bar_change = [this, &function] {
      const auto base = function.memory_bar(0);
      vga.map_frame_buffer(base && forwarded_to_pci(*base) ? std::optional(emu::PhysAddr(*base)) : std::nullopt);
    };
  }

  /// The host bridge keeps RAM and the top of the address space, where the ROM is, to itself (82441FX data sheet, 4.1):
  /// a guest that puts the frame buffer there sees what was there before.
  bool forwarded_to_pci(std::uint64_t base) const {
    return base >= machine.memory().ram_below_4g() && base + devices::Vga::kMemorySize <= kFourGiB - kLargestRom;
  }

  void reset_chips() {
    pic.reset();
    pit.reset();
    rtc.reset();
    keyboard.reset();
    system_port.reset();
    acpi_pm.reset();
    for (devices::Uart16550* uart : {&com1, &com2, &com3, &com4}) uart->reset();
    dma.reset();
    debug_port.reset();
    lpt.reset();
    pci.reset();
    shadow_ram.reset();
    vga.reset();
    if (bios) bios->boot().reset();
  }

  void install_firmware() {
    const bios::Hardware hardware{machine.memory(), machine.ports(), machine.clock(), machine};
    bios =
        std::make_unique<bios::Bios>(hardware, options.bios, std::move(options.media), std::move(options.option_roms));
    if (options.bios_rom.empty()) {
      bios->install();
      machine.connect(*bios);
      return;
    }
    const std::span<const std::uint8_t> rom(options.bios_rom);
    if (rom.size() > kLargestRom || rom.size() % emu::Memory::kPage != 0) {
      throw emu::Error(emu::ErrorKind::kMedium,
                       fmt::format("--bios: a ROM of {} bytes is not supported; its size must be a multiple of 4 KiB "
                                   "and at most 16 MiB",
                                   rom.size()));
    }
    const std::size_t low = std::min<std::size_t>(rom.size(), kLegacyRom);
    machine.memory().map_rom(emu::PhysAddr(kFourGiB - rom.size()), rom, "BIOS ROM (--bios)");
    machine.memory().map_rom(emu::PhysAddr(kOneMiB - low), rom.last(low), "BIOS ROM (--bios), below 1 MiB");
  }

  PcOptions options;
  emu::Machine machine;
  devices::Pic8259Pair pic;
  devices::Pit8254 pit;
  devices::RtcMc146818 rtc;
  devices::Keyboard8042 keyboard;
  devices::SystemPort system_port;
  devices::AcpiPm acpi_pm;
  devices::SharedIrq irq4, irq3;
  devices::Uart16550 com1, com2, com3, com4;
  devices::Dma8237 dma;
  devices::DebugPort debug_port;
  devices::ParallelPort lpt;
  devices::PciBus pci;
  devices::ShadowRam shadow_ram;
  devices::Vga vga;
  std::unique_ptr<bios::Bios> bios;
};

Pc::Pc(PcOptions options) : parts_(std::make_unique<Parts>(std::move(options))) {}
Pc::~Pc() = default;

emu::Machine& Pc::machine() { return parts_->machine; }
bios::Bios& Pc::bios() { return *parts_->bios; }
devices::Vga& Pc::vga() { return parts_->vga; }
devices::Keyboard8042& Pc::keyboard() { return parts_->keyboard; }
debugger::views::Chips Pc::chips() const {
  const Parts& p = *parts_;
  return {p.pic, p.pit, p.keyboard, p.rtc, {&p.com1, &p.com2, &p.com3, &p.com4}, p.dma, p.vga, p.pci};
}

void Pc::power_on() { parts_->machine.reset(); }

}  // namespace bootsim
