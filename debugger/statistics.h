// How many disk calls a boot made: the numbers of the verdict line and of the JSON summary.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "bios/call_table.h"
#include "emu/call_tracker.h"
#include "emu/memory.h"
#include "emu/snapshot.h"

namespace debugger {

/// Counts the INT 13h calls that it is told of. A call that a hook passes on by a call of its own counts twice, as it
/// is two calls. Register it in snapshot_parts() of a machine that goes back in time.
class DiskStatistics : public emu::CallObserver {
 public:
  explicit DiskStatistics(const emu::Memory& memory) : memory_(memory) {}

  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;

  /// Calls that began.
  std::uint64_t calls() const { return calls_; }
  /// Sectors that successful reads and writes asked for, in the drives' own sectors.
  std::uint64_t sectors() const { return sectors_; }
  /// Calls by AH; functions that nobody called are absent.
  std::map<std::uint8_t, std::uint64_t> by_function() const;
  /// Virtual time at which the last call began; 0 before the first.
  emu::Nanoseconds last_begin() const { return last_.begin; }
  /// The call that began last, for messages about a guest that died: "INT 13h/42h extended read, drive E0h, LBA 1203
  /// +4, called at 0000:7C9B: ok". Empty before the first.
  std::string last_call() const;

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(calls_, sectors_, by_function_, last_, under_way_); }

  struct LastCall {
    std::uint64_t sequence = 0;
    emu::Nanoseconds begin = 0;
    std::uint16_t ax = 0;
    std::uint8_t drive = 0;
    emu::FarPtr caller;
    std::optional<std::uint64_t> lba;
    std::optional<bios::Chs> chs;
    std::optional<std::uint32_t> count;
    bool finished = false;
    bool carry = false;
    std::uint8_t status = 0;
  };

  const emu::Memory& memory_;
  std::uint64_t calls_ = 0;
  std::uint64_t sectors_ = 0;
  std::array<std::uint64_t, 256> by_function_{};
  LastCall last_;
  struct Transfer {
    std::uint64_t sequence;
    std::uint32_t sectors;
  };
  std::vector<Transfer> under_way_;  // innermost last
};

}  // namespace debugger
