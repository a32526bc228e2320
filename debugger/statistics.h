// How many disk calls a boot made: the numbers of the verdict line and of the JSON summary.
#pragma once

#include <cstdint>
#include <map>

#include "bios/call_table.h"
#include "emu/call_tracker.h"
#include "emu/memory.h"

namespace debugger {

/// Counts the INT 13h calls that it is told of. A call that a hook passes on by a call of its own counts twice, as it
/// is two calls.
class DiskStatistics : public emu::CallObserver {
 public:
  explicit DiskStatistics(const emu::Memory& memory) : memory_(memory) {}

  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;

  /// Calls that began.
  std::uint64_t calls() const { return calls_; }
  /// Sectors that successful reads and writes asked for, in the drives' own sectors.
  std::uint64_t sectors() const { return sectors_; }
  /// Calls by AH.
  const std::map<std::uint8_t, std::uint64_t>& by_function() const { return by_function_; }

 private:
  const emu::Memory& memory_;
  std::uint64_t calls_ = 0;
  std::uint64_t sectors_ = 0;
  std::map<std::uint8_t, std::uint64_t> by_function_;
  std::map<std::uint64_t, std::uint32_t> under_way_;  // machine sequence -> sectors asked for
};

}  // namespace debugger
