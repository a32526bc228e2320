// Pairs each software interrupt with its return: who called, who answered, what came back.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <vector>

#include "emu/memory.h"
#include "emu/position.h"
#include "emu/registers.h"
#include "emu/types.h"

namespace emu {

/// One INT n, or a far call, jump or return to where the vector leads or led (by a hook that chains on, or by a program
/// that calls the BIOS from protected mode through a thunk), from real-mode or virtual-8086 code.
struct InterruptCall {
  std::uint64_t sequence = 0;  ///< counts begins, from 1, over the tracked vectors
  std::uint8_t vector = 0;
  int depth = 0;  ///< 0: called by the guest; 1: by a hook that is answering a call at depth 0; ...
  Nanoseconds begin = 0;
  Nanoseconds end = 0;  ///< meaningful when finished
  Position position;    ///< of the INT instruction; without one: of the ROM's trap, or of the hook's first instruction
  FarPtr caller;        ///< address of the INT (or CALL) instruction; without one, of its return address - 2
  Registers in;         ///< at the INT, CS:IP after the instruction
  Registers out;        ///< as the caller sees them on return, FLAGS included
  bool finished = false;
  std::optional<FarPtr> hook;  ///< who answered: a guest hook's entry point; nothing = our BIOS's ROM
  std::uint8_t function_ah() const { return in.ah(); }
};

/// Sees calls begin and end. Looking only: observers never change the machine.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void call_begins(const InterruptCall& call) = 0;
  /// Also called once for each unfinished call when the run ends (call.finished is false).
  virtual void call_ends(const InterruptCall& call) = 0;
  /// A debugger went back to an earlier `now`: everything reported after it has not happened, and what was reported
  /// comes again. The next call that begins will have the number `next_sequence`.
  virtual void time_went_back(Nanoseconds now, std::uint64_t next_sequence) {
    static_cast<void>(now), static_cast<void>(next_sequence);
  }
};

/// What the tracker needs of the machine.
class TrackerHost {
 public:
  virtual ~TrackerHost() = default;
  virtual Registers tracker_registers() = 0;
  virtual Nanoseconds tracker_time() = 0;
  virtual Position tracker_trap_position() = 0;
  /// Real-address or virtual-8086 mode: an address is a segment and an offset.
  virtual bool tracker_in_real_mode() = 0;
  virtual void tracker_watch(std::uint64_t linear) = 0;
  virtual void tracker_unwatch(std::uint64_t linear) = 0;
};

/// Follows calls through the guest's vectors. A call whose vector points into our ROM ends when the ROM answers. A
/// hooked one ends when execution comes back to the instruction after the INT with the stack as it was: those addresses
/// are watched. So are the hooks' entries, because not every call is an INT: whoever arrives there, or in the ROM, with
/// a frame that no INT made has called, and is a call of its own (at depth + 1 when a hook does it: `pushf; call far`);
/// who arrives with a known frame passes the call on (a hook's `jmp far` to the old vector).
///
/// A hook is known from the first INT or BIOS call, of any vector, after it was written into the table.
class CallTracker {
 public:
  CallTracker(TrackerHost& host, Memory& memory) : host_(host), memory_(memory) {}

  void add(CallObserver& observer, const std::bitset<256>& vectors);
  bool tracks(std::uint8_t vector) const { return vectors_[vector]; }

  /// Real-mode code executed INT n, or ROM code trapped: has anybody rewritten a vector since?
  void look_at_vectors();
  /// Real-mode code executed INT n, one that is tracked.
  void interrupt(std::uint8_t vector);
  /// ROM code trapped for this vector (before the BIOS acts).
  void reached_rom(std::uint8_t vector, const Registers& at_trap);
  /// The ROM has answered the call whose frame is at SS:SP, with the caller's FLAGS image on the stack. No vector: a
  /// call that had waited.
  void answered_by_rom(std::optional<std::uint8_t> vector, const Registers& answer);
  /// Execution reached a watched address.
  void reached(std::uint64_t linear);
  void report_unfinished();
  // --- Snapshots
  struct Saved;
  Saved save() const;
  void restore(const Saved& saved);
  void tell_time_went_back();
  /// Number of calls that are open now.
  std::size_t open_calls() const { return open_.size(); }

 private:
  struct Open {
    InterruptCall call;
    std::uint32_t frame;  ///< linear address of the IP, CS, FLAGS that the INT pushed
    FarPtr resume;        ///< where the caller goes on
  };
  /// An address that a tracked vector has led to, in the guest's memory.
  struct Hook {
    std::uint8_t vector;
    FarPtr entry;
  };
  FarPtr target(std::uint8_t vector) const;
  void know(Hook hook);
  void end_where(std::uint64_t linear, const Registers& r);
  void arrive(const Hook& hook, const Registers& r);
  Open* open_with(std::uint8_t vector, std::uint32_t frame);
  void begin_by_frame(std::uint8_t vector, Position position, const Registers& at_entry, std::optional<FarPtr> hook);
  void begin(std::uint8_t vector, Position position, FarPtr caller, FarPtr resume, std::uint32_t frame,
             const Registers& in, std::optional<FarPtr> hook);
  void end(std::size_t index);
  void drop_abandoned(const Registers& r);
  void abandon(Open open);
  void watch(std::uint64_t linear);

  TrackerHost& host_;
  Memory& memory_;
  std::vector<CallObserver*> observers_;
  std::bitset<256> vectors_;
  std::vector<Hook> looked_;  // one for each of vectors_: where it led when it was last looked at
  std::uint64_t next_sequence_ = 1;
  std::vector<Open> open_;              // outermost first
  std::vector<Open> abandoned_;         // never came back
  std::vector<Hook> hooks_;             // oldest first
  std::vector<std::uint64_t> watched_;  // oldest first
};

struct CallTracker::Saved {
  std::uint64_t next_sequence;
  std::vector<Open> open, abandoned;
  std::vector<Hook> looked, hooks;
  std::vector<std::uint64_t> watched;
};

}  // namespace emu
