#pragma once

#include "stage2/base/string.h"

/// A line of native syntax, taken apart. Compiles for the host too.
namespace stage2 {

class VariableSource {
 public:
  /// Empty when there is no such variable.
  virtual Text variable(Text name) const = 0;

 protected:
  ~VariableSource() = default;
};

struct SplitLine {
  Vector<String> words;  ///< quotes removed
  String rest;           ///< everything behind the first word as it stands, quotes and all, with variables' values
};

/// Words end at blanks. '…' holds anything; "…" holds anything, with variables; ${name} is a variable's value; \ takes
/// the next character's meaning away when that is a blank, a quote, a $ or a \. A line whose first character is # is a
/// comment and has no words. A quote that is not closed ends with the line.
SplitLine split_line(Text line, const VariableSource& variables);

}  // namespace stage2
