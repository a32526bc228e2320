// A PC without a CPU: memory, ports, clock, the chips and the BIOS, whose traps a test raises with a prepared
// stack.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "bios/bda.h"
#include "bios/bios.h"
#include "bios/rom_labels.h"
#include "devices/dma8237.h"
#include "devices/keyboard_8042.h"
#include "devices/lpt.h"
#include "devices/pci.h"
#include "devices/pic8259.h"
#include "devices/pit8254.h"
#include "devices/rtc_mc146818.h"
#include "devices/system_port.h"
#include "devices/uart16550.h"

namespace bios {

struct TestSystem : emu::SystemControl {
  explicit TestSystem(emu::Memory& m) : memory(m) {}
  void set_a20(bool enabled) override { memory.set_a20(enabled); }
  bool a20() const override { return memory.a20_enabled(); }
  void request_reset(std::string_view) override { ++resets; }
  void power_off(std::string_view how) override { off_by = how; }
  void note_idle_poll() override { ++idle_polls; }
  emu::Memory& memory;
  int resets = 0;
  int idle_polls = 0;
  std::string off_by;
};

class CorePc {
 public:
  static constexpr emu::FarPtr kStack{0x0000, 0x7000};
  static constexpr std::uint16_t kCallerFlags = emu::flag::kInterrupt | 2;

  explicit CorePc(std::uint64_t ram = 16u << 20, Options options = {}, std::vector<std::vector<std::uint8_t>> roms = {},
                  std::int64_t rtc = devices::RtcMc146818::kDefaultStart)
      : memory(ram),
        system(memory),
        clock_chip(ports, clock, pic.irq(8), rtc),
        bios({memory, ports, clock, system}, std::move(options), {}, std::move(roms)) {
    bios.install();
  }

  /// As INT n does: FLAGS, CS and IP are on the stack, then the ROM's stub traps.
  emu::TrapResult interrupt(std::uint8_t vector, std::uint16_t flags = kCallerFlags) {
    regs.set_real_segment(emu::Seg::kSs, kStack.seg);
    regs.set_real_segment(emu::Seg::kCs, rom::kSegment);
    regs.set_sp(kStack.off);
    memory.write(kStack.plus(4), flags);
    return bios.on_trap(vector, regs);
  }
  std::uint16_t caller_flags() const { return memory.read<std::uint16_t>(kStack.plus(4)); }
  bool cf() const { return caller_flags() & emu::flag::kCarry; }
  bool zf() const { return caller_flags() & emu::flag::kZero; }
  emu::TrapResult poll() { return bios.on_trap(rom::kTrapWaitPoll, regs); }
  void post() { bios.on_trap(rom::kTrapPost, regs); }

  template <class T>
  T at(std::uint64_t address) const {
    return memory.read<T>(emu::PhysAddr(address));
  }
  /// The far pointer in the interrupt vector table.
  emu::FarPtr vector(std::uint8_t n) const { return {at<std::uint16_t>(n * 4u + 2), at<std::uint16_t>(n * 4u)}; }
  std::uint8_t wait_flag() const { return memory.read<std::uint8_t>(rom::phys(rom::kWaitFlag)); }

  emu::Memory memory;
  emu::IoPorts ports;
  emu::Clock clock;
  TestSystem system;
  devices::Pic8259Pair pic{ports};
  devices::Pit8254 pit{ports, clock, pic.irq(0)};
  devices::RtcMc146818 clock_chip;
  devices::Keyboard8042 keyboard{ports, clock, pic.irq(1), pic.irq(12), system};
  devices::Uart16550 com1{ports, clock, pic.irq(4), 0x3F8, "COM1"};
  devices::ParallelPort lpt1{ports};
  devices::SystemPort system_port{ports, system};
  devices::PciBus pci{ports};
  Bios bios;
  emu::Registers regs;
};

}  // namespace bios
