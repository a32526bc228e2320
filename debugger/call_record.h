// Every INT 13h call of a boot, kept: what a diagnosis reasons about after the boot has failed.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "bios/call_table.h"
#include "debugger/trace.h"
#include "emu/call_tracker.h"
#include "emu/memory.h"

namespace debugger {

/// One INT 13h call, as the trace shows it, and what it did to its caller.
struct DiskCall {
  std::uint64_t number = 0;  ///< in the trace of INT 13h, from 1
  int depth = 0;             ///< 0: called by the guest; more: by a hook that is answering another call
  emu::Nanoseconds begin = 0, end = 0;
  emu::FarPtr caller;                        ///< address of the INT
  emu::Registers in, out;                    ///< `out` is meaningful when finished
  const bios::Function* function = nullptr;  ///< null: the BIOS has none
  bios::Arguments arguments;                 ///< CHS calls with their LBA, where the geometry has one
  bool finished = false;
  std::optional<emu::FarPtr> hook;  ///< who answered; nothing = the BIOS
  std::uint8_t packet_size = 0;     ///< first byte of the disk address packet
  std::uint64_t bytes = 0;          ///< that reached the buffer of a read
  std::string file;                 ///< what the first sector belongs to, as in the trace
  bool code_changed = false;        ///< the bytes behind the INT are others after the call
  bool stack_changed = false;       ///< so are the words that lay on the stack at the INT
  bool by_kernel_setup = false;     ///< the real-mode code of a Linux kernel asked, which probes drives 80h to 8Fh

  /// The BIOS itself asked, for the boot sector.
  bool by_bios() const;
  std::uint8_t ah() const { return in.ah(); }
  bool failed() const { return finished && (out.rflags & emu::flag::kCarry); }
  std::uint8_t status() const { return failed() ? out.ah() : 0; }
  bool chs_read() const { return ah() == 0x02; }
  bool edd_read() const { return ah() == 0x42; }
  bool reads() const { return chs_read() || edd_read(); }
  /// Sectors came; a read of none always succeeds.
  bool read_well() const { return reads() && finished && !failed() && count() > 0; }
  std::uint32_t count() const { return arguments.count.value_or(0); }
  /// Linear address of the buffer, where the call names one below 10FFF0h.
  std::optional<std::uint32_t> buffer() const;
  bool covers(std::uint32_t linear) const;  ///< a read that wrote this address
};

/// A call of a function that the BIOS does not have.
struct MissingFunction {
  std::uint8_t vector = 0;
  std::uint16_t ax = 0;
  emu::FarPtr caller;
  emu::Nanoseconds begin = 0;
  std::uint64_t disk_calls_before = 0;
};

/// Attach it before the first instruction.
class CallRecorder : public emu::CallObserver {
 public:
  /// `memory` and `drives` must outlive the recorder.
  CallRecorder(const emu::Memory& memory, DriveFacts& drives) : memory_(memory), drives_(drives) {}

  /// INT 13h, and the interrupts whose missing functions are noted.
  static std::bitset<256> vectors();

  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;

  /// In the order in which they began. Of very long boots the middle is left out.
  std::deque<DiskCall> calls() const;
  std::uint64_t count() const { return disk_calls_; }
  const std::vector<MissingFunction>& missing() const { return missing_; }

 private:
  struct Surroundings {
    std::uint64_t sequence = 0;
    std::uint64_t number = 0;
    std::uint64_t code = 0, stack = 0;
  };
  void note_missing(const emu::InterruptCall& call);
  DiskCall* find(std::uint64_t number);

  const emu::Memory& memory_;
  DriveFacts& drives_;
  std::uint64_t disk_calls_ = 0;
  std::deque<DiskCall> first_, last_;
  std::vector<Surroundings> under_way_;
  std::vector<MissingFunction> missing_;
};

}  // namespace debugger
