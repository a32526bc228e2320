// One BIOS call as its handler sees it.
#pragma once

#include <cstdint>
#include <optional>

#include "emu/registers.h"
#include "emu/types.h"

namespace bios {

/// The caller's registers and flags, and how the call ends. A handler reads and edits `regs`; it must leave alone what
/// the function's specification does not name as an output. It sees DF as it comes and never relies on it.
class Call {
 public:
  Call(std::uint8_t vector, emu::Registers& registers, std::uint16_t caller_flags)
      : regs(registers), vector_(vector), flags_(caller_flags) {}

  emu::Registers& regs;

  std::uint8_t vector() const { return vector_; }
  /// FLAGS that the IRET will give to the caller.
  std::uint16_t flags() const { return flags_; }
  void set_flag(std::uint32_t mask, bool on) {
    flags_ = static_cast<std::uint16_t>(on ? flags_ | mask : flags_ & ~mask);
  }
  void set_carry(bool on) { set_flag(emu::flag::kCarry, on); }
  void set_zero(bool on) { set_flag(emu::flag::kZero, on); }
  bool carry() const { return flags_ & emu::flag::kCarry; }
  bool zero() const { return flags_ & emu::flag::kZero; }

  /// The answer is complete but takes this much virtual time (seek, transfer, wait): the caller gets it then, and
  /// hardware interrupts are served meanwhile, as a real BIOS that waits with interrupts enabled does.
  void take_time(emu::Nanoseconds duration) { duration_ += duration; }
  emu::Nanoseconds duration() const { return duration_; }
  /// There is no answer yet: the CPU halts with interrupts enabled and the handler is called again, with the same
  /// registers, after the next hardware interrupt. A handler that waits must not have changed anything.
  void wait_for_interrupt() { waiting_ = true; }
  bool waiting() const { return waiting_; }

  /// The error convention of nearly all functions: CF set and AH = status (INT 15h/00h..: 86h = not supported).
  void fail(std::uint8_t status) {
    regs.set_ah(status);
    set_carry(true);
  }
  void succeed() {
    regs.set_ah(0);
    set_carry(false);
  }

 private:
  std::uint8_t vector_;
  std::uint16_t flags_;
  emu::Nanoseconds duration_ = 0;
  bool waiting_ = false;
};

}  // namespace bios
