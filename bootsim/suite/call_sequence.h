// What a spec says of the calls of a boot.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/suite/call_record.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/value_match.h"
#include "debugger/expression.h"

namespace bootsim {

/// A call that the boot must, or must not, make.
struct ExpectedCall {
  static constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

  std::string text;  ///< as written, for reports
  Place place;
  bool wildcard = false;            ///< `any`: at least `least`, at most `most` calls, whatever they are
  std::size_t least = 1, most = 1;  ///< of a wildcard
  std::uint8_t vector = 0x13;
  std::optional<std::uint8_t> ah;
  std::string name;  ///< a subfunction's, which the trace tells by its name
  std::vector<ValueMatch> fields;
  std::optional<debugger::Expression> condition;  ///< `if`
  std::size_t times = 0;                          ///< at most so many of them (`at-most`)

  /// Gives captures their values when it matches; may leave some behind when it does not.
  bool matches(const CallRecord& call, Captures& captures) const;
  /// What keeps the call from matching: "lba is 24, not 17". Empty when it matches.
  std::string mismatch(const CallRecord& call, Captures captures) const;
};

struct CallSequence {
  enum class How {
    kExact,    ///< the boot makes these calls and no others
    kPrefix,   ///< its first calls are these
    kInOrder,  ///< it makes these in this order, others in between
    kNever,    ///< it makes none of these
    kAtMost,   ///< of each, at most `times`
  };
  How how = How::kInOrder;
  Place place;
  std::vector<ExpectedCall> calls;

  /// The interrupts that the list names; only their calls are looked at.
  std::bitset<256> vectors() const;
};

/// What the calls of a boot do not fulfil, or nothing. The text shows both sides, aligned around the first difference.
std::optional<Difference> difference(const CallSequence& expected, const std::vector<CallRecord>& calls);

/// The number that `bootsim run --trace` gives a call, which counts INT 13h alone; nothing for others' calls.
std::optional<std::uint64_t> disk_call_number(const std::vector<CallRecord>& calls, const CallRecord& call);

}  // namespace bootsim
