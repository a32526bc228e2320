// What can be done with a call: go there, look around, break, copy. Shared by the panes that show calls.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "debugger/views/calls.h"
#include "ui/pane.h"
#include "ui/panes/calls_rows.h"

namespace ui {

/// A call as it was when it was looked at, to be shown and acted on while the guest runs on.
struct ShownCall {
  CallRows::Id id = 0;
  bool disk = true;
  bool ahead = false;
  std::uint64_t number = 0;
  std::uint64_t repeats = 0;  ///< further calls alike behind it
  emu::InterruptCall call;
  debugger::DescribedCall described;
  std::string file;
  debugger::views::CallRow row;  ///< its columns

  debugger::views::CallRef ref() const { return {call, described, number, file}; }
};
ShownCall shown_call(const CallRows& rows, CallRows::Id id, const CallSource& source, emu::Nanoseconds now);

/// Travels to the INT instruction.
void go_to_call(App& app, const ShownCall& call);
/// Asks the other panes for what was clicked: the buffer's column shows memory, the caller's code, any other code and
/// sectors.
void look_around(App& app, const ShownCall& call, CallColumn column);

/// What the menu asks its pane to do.
enum class CallCopy { kNone, kText, kSpec };
struct MenuAnswer {
  CallCopy copy = CallCopy::kNone;
  std::string filter;  ///< not empty: show only those for which this holds
};
/// Inside of BeginPopup. `selected`: how many calls "copy" is about.
MenuAnswer call_menu(App& app, const ShownCall& call, std::size_t selected);
/// Registers before and after, in a tool tip.
void call_tool_tip(App& app, const ShownCall& call);

/// A list for `calls:` of a boot spec (docs/specs.md), from lines of the JSON Lines trace.
std::string calls_as_spec(std::string_view json_lines);

}  // namespace ui
