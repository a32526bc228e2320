// A guest of a few instructions on a machine without chips.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <vector>

#include "emu/machine.h"

namespace emu {

/// A machine without chips: a ROM at F0000h whose reset vector jumps to 0000:7C00, and a trap handler that records.
class Guest : public TrapHandler, public InterruptController {
 public:
  explicit Guest(bool public_engine = false) : Guest(Machine::Options{1u << 20 << 4, public_engine}) {}
  explicit Guest(const Machine::Options& options) : machine(options) {
    std::vector<std::uint8_t> rom(0x10000, 0xF4);
    put(rom, 0xFFF0, {0xEA, 0x00, 0x7C, 0x00, 0x00});  // jmp 0000:7C00
    put(rom, 0xE000, {0xFA, 0x66, 0xE7, 0x13, 0xCF});  // cli; trap 13h; iret
    put(rom, 0xE010, {0xFA, 0x66, 0xE7, 0x08, 0xCF});  // cli; trap 08h; iret
    machine.memory().map_rom(PhysAddr(0xF0000), rom, "test ROM");
    machine.connect(static_cast<TrapHandler&>(*this));
    machine.connect(static_cast<InterruptController&>(*this));
    vector(0x13, {0xF000, 0xE000});
    vector(0x08, {0xF000, 0xE010});
    machine.reset();
  }

  void code(std::uint32_t at, std::vector<std::uint8_t> bytes) { machine.memory().write(PhysAddr(at), bytes); }
  void vector(std::uint8_t n, FarPtr p) {
    machine.memory().write(PhysAddr(n * 4u), p.off);
    machine.memory().write(PhysAddr(n * 4u + 2), p.seg);
  }
  StopReason run(Nanoseconds until = 10 * kMillisecond) { return machine.run(until); }
  std::uint16_t ax() const { return machine.registers().ax(); }

  TrapResult on_trap(std::uint8_t number, Registers& r) override {
    traps.push_back(number);
    if (on_call) on_call();
    if (number == 0x13) {
      r.set_ax(0x1234);
      const FarPtr flags{r.ss(), static_cast<std::uint16_t>(r.sp() + 4)};
      machine.memory().write<std::uint16_t>(flags, machine.memory().read<std::uint16_t>(flags) | flag::kCarry);
    }
    return TrapResult::kAnswered;
  }
  bool pending() const override { return irq; }
  std::uint8_t acknowledge() override {
    irq = false;
    return 8;
  }
  void raise() {
    irq = true;
    machine.interrupt_line_changed();
  }

  static void put(std::vector<std::uint8_t>& rom, std::size_t at, std::initializer_list<std::uint8_t> bytes) {
    std::copy(bytes.begin(), bytes.end(), rom.begin() + static_cast<std::ptrdiff_t>(at));
  }

  Machine machine;
  std::vector<int> traps;
  std::function<void()> on_call;
  bool irq = false;
};

}  // namespace emu
