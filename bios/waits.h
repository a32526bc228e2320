// BIOS calls that wait: for virtual time to pass (seek, transfer, INT 15h/86h) or for an interrupt (a key).
#pragma once

#include <cstdint>
#include <vector>

#include "bios/call.h"
#include "emu/registers.h"
#include "emu/snapshot.h"
#include "emu/trap_handler.h"
#include "emu/types.h"

namespace bios {

class Bios;

/// While a call waits, the CPU runs the ROM's wait loop with interrupts enabled and asks again by trap F2h.
/// An interrupt handler may call the BIOS meanwhile, so waits nest; each is known by its SS:SP, which is the
/// same at each poll.
class Waits {
 public:
  explicit Waits(Bios& bios) : bios_(bios) {}

  /// After a handler ran: lets the call return (perhaps after moving the clock), or starts the wait that it
  /// asked for.
  emu::TrapResult finish(const Call& call);
  /// Trap F2h: is the wait at this stack over?
  emu::TrapResult poll(emu::Registers& regs);
  /// Forgets everything; for POST.
  void reset();
  /// Waits that have not ended (abandoned ones included, until they are noticed).
  std::size_t pending() const { return waits_.size(); }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(waits_, flag_); }

  struct Wait {
    emu::FarPtr stack;
    std::uint8_t vector = 0;
    emu::Nanoseconds end = 0;  ///< when the time is over; kNever: the handler is asked again
  };
  /// The values of wait_flag in the ROM (rom/rom.asm).
  enum class Flag : std::uint8_t { kAnswered = 0, kHalt = 1, kTimed = 2 };

  emu::TrapResult wait_until(emu::Nanoseconds end, emu::FarPtr stack, std::uint8_t vector);
  void park(const Wait& wait);
  void set_flag(Flag flag);

  Bios& bios_;
  std::vector<Wait> waits_;
  Flag flag_ = Flag::kAnswered;
};

}  // namespace bios
