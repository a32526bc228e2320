// What a spec says of one field of a call.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/suite/call_record.h"
#include "debugger/expression.h"

namespace bootsim {

/// What names such as $pvd stand for, once a call gave them a value.
using Captures = std::map<std::string, debugger::Value, std::less<>>;

/// A call's fields and the captures so far, as expressions ask for them.
class CallNames : public debugger::Names {
 public:
  CallNames(const CallRecord& call, const Captures& captures) : call_(call), captures_(captures) {}
  std::optional<debugger::Value> lookup(std::string_view name) const override;

 private:
  const CallRecord& call_;
  const Captures& captures_;
};

/// Numbers: the patterns of debugger/expression.h ("17", "16..31", "<= 64", "$pvd + 1", "1, 2, 9", "*", "null"), where
/// bare digits of hexadecimal fields (drive, status) are hexadecimal. Texts: literally or with * and ?, without regard
/// to case; "not TEXT"; "null". Both: "$name" takes the value, or wants the one that it has.
class ValueMatch {
 public:
  /// Any of `alternatives` will do. Throws emu::Error(kUsage).
  ValueMatch(std::string key, const std::vector<std::string>& alternatives);

  const std::string& key() const { return key_; }
  const std::string& text() const { return text_; }  ///< as written
  /// Gives captures their values when it matches.
  bool matches(const CallRecord& call, Captures& captures) const;
  /// The capture that this may give a value to.
  const std::string& captures() const { return capture_; }
  /// Names that must have a value before: captures ("$pvd") and fields.
  std::vector<std::string> uses() const;

 private:
  bool matches_text(const CallRecord& call, std::string_view pattern) const;

  std::string key_, text_;
  std::string capture_;                       // "$pvd"
  std::optional<debugger::Pattern> pattern_;  // a number's
  std::vector<std::string> texts_;            // a text's
};

}  // namespace bootsim
