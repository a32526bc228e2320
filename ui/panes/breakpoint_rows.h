// The breakpoints as rows, and what one may write to get another.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/breakpoints.h"

namespace ui {

struct BreakpointRow {
  int id = 0;
  std::string place;      ///< "int13/42"
  std::string condition;  ///< "lba == 63"; empty: none
  std::string text;       ///< all of it, as the prompt takes it
  std::string_view kind;  ///< "call", "memory", ...
  std::uint64_t hits = 0, ignore = 0;
  bool enabled = true, once = false, logs = false;
  std::optional<std::uint64_t> code;    ///< linear address to go to
  std::optional<std::uint64_t> memory;  ///< or this
  std::uint64_t size = 1;
};

BreakpointRow breakpoint_row(const debugger::Breakpoint& breakpoint);
/// "call", "code", "memory", ...
std::string_view kind_words(debugger::BreakKind kind);
/// A text that parse_breakpoint() understands, with the prefixes "once" and "log" that are no part of `text`.
std::string whole_text(const debugger::Breakpoint& breakpoint);

struct BreakpointExample {
  std::string_view text, help;
};
std::span<const BreakpointExample> breakpoint_examples();

}  // namespace ui
