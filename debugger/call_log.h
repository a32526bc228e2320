// The disk calls of a run, as a list to look things up in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/call_words.h"
#include "debugger/expression.h"
#include "emu/call_tracker.h"

namespace debugger {

struct LoggedCall {
  std::uint64_t number = 0;  ///< counts INT 13h from 1, as the trace does
  emu::InterruptCall call;   ///< as it ended; call.finished says whether it did
  DescribedCall described;
  std::string file;            ///< what its first sector belongs to; empty: unknown, or a hook's drive
  bool ever_returned = false;  ///< it has, if perhaps later than now

  bool failed() const { return call.finished && (call.out.rflags & emu::flag::kCarry); }
};

/// Sees every INT 13h from the start. Going back in time hides what has not happened yet, and does not forget it: a
/// jump ahead shows it again.
class CallLog : public emu::CallObserver {
 public:
  CallLog(const emu::Memory& memory, DriveFacts& drives) : memory_(memory), drives_(drives) {}

  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;
  void time_went_back(emu::Nanoseconds now, std::uint64_t next_sequence) override;

  /// Oldest first; element i has number i + 1.
  std::span<const LoggedCall> all() const { return std::span(calls_).first(happened_); }
  std::uint64_t count() const { return happened_; }
  /// And those ahead that are known from a visit to their time.
  std::span<const LoggedCall> known() const { return calls_; }
  /// Null: there has been no such call; with `ahead`, one that is known from a visit to its time will do.
  const LoggedCall* find(std::uint64_t number, bool ahead = false) const;
  const LoggedCall* find_sequence(std::uint64_t sequence) const;
  /// The innermost that has not returned.
  const LoggedCall* under_way() const;

 private:
  const emu::Memory& memory_;
  DriveFacts& drives_;
  std::vector<LoggedCall> calls_;
  std::size_t happened_ = 0;  // so many of them
};

/// Does the call move sectors that its arguments name?
bool moves_sectors(const DescribedCall& call);
/// What the first of them belongs to on the BIOS's drive, as in the trace; empty: nothing known.
std::string first_file(const DescribedCall& call, DriveFacts& drives);
inline constexpr std::string_view kFileField = "file";  ///< its name in expressions
/// The same as an expression's value; nothing when nothing is known.
std::optional<Value> file_value(const DescribedCall& call, DriveFacts& drives);
/// Does the interrupt's vector lead elsewhere than to the BIOS?
bool is_hooked(std::uint8_t vector, const emu::Memory& memory);

}  // namespace debugger
