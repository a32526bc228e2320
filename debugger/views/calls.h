// BIOS calls as rows of a table, and a person's question which of them to show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/call_words.h"
#include "debugger/expression.h"
#include "emu/call_tracker.h"

namespace debugger::views {

/// A call, wherever it is kept.
struct CallRef {
  const emu::InterruptCall& call;
  const DescribedCall& described;
  std::uint64_t number = 0;  ///< of INT 13h, from 1; 0: another interrupt
  std::string_view file;     ///< what its first sector belongs to, or empty
};

/// What each column of the table says.
struct CallRow {
  std::string time;      ///< "12.3 ms", as in the trace
  std::string caller;    ///< "0000:7C9E"
  std::string drive;     ///< "E0h"
  std::string label;     ///< "13h/42h"
  std::string function;  ///< "extended read", or its arguments where only words tell them
  std::string lba;       ///< "1203"; "0/1/1" for CHS that the drive does not have
  std::string count;
  std::string buffer;  ///< "→ 1000:0000"
  std::string result;  ///< "ok", "error 04h sector not found", "under way"
  std::string by;      ///< "BIOS", or the hook's entry point
  bool failed = false;
};
CallRow call_row(const CallRef& ref);

/// Bytes that a finished call has moved; nothing when that cannot be told from its arguments.
std::optional<std::uint64_t> bytes_moved(const CallRef& ref);

/// The line of the text trace.
std::string trace_line(const CallRef& ref);
/// The line of the JSON Lines trace.
std::string json_line(const CallRef& ref);

/// Which calls to show: a condition over the trace's keys and registers, or words to look for.
///
///     drive == E0h && lba > 100      cf      file matches "/boot/*"      int == 10h
///     memdisk                        extended read error
///
/// Something is a condition when it compares, or is the name of a key alone. Of words each must occur somewhere in the
/// call, in any case of letters.
class CallFilter {
 public:
  CallFilter() = default;
  /// Throws ExpressionError for a condition that is none, or that has names which no call has.
  static CallFilter parse(std::string_view text);
  /// A condition in any case, which may use the names of a machine as well: `machine` must outlive the filter.
  static CallFilter parse_condition(std::string_view text, const Names& machine);

  bool empty() const { return !condition_ && words_.empty(); }
  bool holds(const CallRef& ref) const;
  /// The text was taken for words.
  bool searches() const { return !words_.empty(); }

 private:
  std::optional<Expression> condition_;
  std::vector<std::string> words_;  // in lower case
  const Names* machine_ = nullptr;
};

/// Conditions of breakpoints that stop at calls like this one; each is a text for parse_breakpoint().
std::string break_on_function(const CallRef& ref);                ///< "int13/42"
std::string break_on_alike(const CallRef& ref);                   ///< and with its drive and LBA
std::optional<std::string> break_on_sectors(const CallRef& ref);  ///< "sector 63..66 drive E0h"

}  // namespace debugger::views
