// The registers, with what has changed since the last stop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emu/machine.h"

namespace debugger::views {

struct RegisterRow {
  std::string name;  ///< "EAX"
  std::uint64_t value = 0;
  int digits = 8;
  bool changed = false;
};

struct RegistersView {
  emu::CpuMode mode = emu::CpuMode::kReal;
  std::vector<RegisterRow> general;  ///< of the mode's width, IP last
  std::vector<RegisterRow> segments;
  std::vector<emu::Segment> hidden;  ///< of each segment, in the same order
  std::string flags;                 ///< "cf ZF sf IF df of": capital letters are set
  bool flags_changed = false;
  bool unreal = false;  ///< real mode with limits beyond 64 KiB
};

/// `before`, when given, is what the last stop showed.
RegistersView registers_view(const emu::Registers& now, emu::CpuMode mode, const emu::Registers* before);
/// Changed values have a star behind them.
std::string to_text(const RegistersView& view);

}  // namespace debugger::views
