// The registers beside the code: what changed is marked, a double click edits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "debugger/views/registers.h"
#include "ui/pane.h"

namespace ui {

class Theme;

class RegistersPanel {
 public:
  /// Takes the registers down, when the guest stands still.
  void update(Boot& boot, const Moment& moment);
  void forget() { *this = {}; }
  /// Mode, A20, PE and PG in a row.
  void draw_badges(App& app);
  static float badges_width(const Theme& theme);
  /// In as many columns as the width allows; the badges, if wanted, behind the flags or below them.
  void draw(App& app, const Moment& moment, bool with_badges);
  bool known() const { return now_.has_value(); }

 private:
  struct Cell {
    std::string name;
    std::uint64_t value = 0;
    int digits = 4;
    bool changed = false;
    std::string help;
    std::optional<std::uint64_t> base;  // of a segment
  };
  void cell(App& app, const Moment& moment, const Cell& cell);
  void edit_box(App& app, const Cell& cell);
  void flags(App& app, const Moment& moment);
  void set(App& app, const std::string& name, const std::string& text);
  std::string segment_words(std::size_t index) const;

  std::optional<emu::Registers> now_, before_;
  debugger::views::RegistersView view_;
  emu::SystemRegisters system_;
  bool a20_ = true;
  std::uint64_t stops_ = 0;
  emu::Nanoseconds at_ = -1;   // of the last stop
  std::string edited_, text_;  // the register under the edit box
  bool focus_ = false;
};

}  // namespace ui
