// What the code pane shows: a window on code that follows CS:IP when the guest stops, and scrolls both ways.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "debugger/views/listing.h"
#include "ui/pane.h"
#include "ui/panes/address_box.h"

namespace ui {

/// A line's height in the pane, in rows: a name and a source line stand above the instruction.
int rows_of(const debugger::views::CodeLine& line);
/// So many lines must go at the top for the next instruction to be within `rows`; 0 when it is not in the list.
std::size_t lines_to_drop(std::span<const debugger::views::CodeLine> lines, int rows);

class CodeView {
 public:
  /// Reads what is visible of code, and the breakpoints in it.
  void update(Boot& boot, const Moment& moment);
  void forget() { *this = {}; }

  // --- What to show from the next update() on
  void show(const CodeAt& place) {
    asked_ = Address{.linear = place.linear, .selector = {}, .offset = 0};
    asked_space_ = place.space;
  }
  void show(const Address& address) {
    asked_ = address;
    asked_space_.reset();
  }
  void show_next() { follow_ = true; }
  /// By so many instructions; up is negative.
  void scroll(int rows) { scroll_ += rows; }
  void set_rows(int rows) { rows_ = rows; }
  /// Source lines are shown where they are known.
  void show_source(bool show) { with_source_ = show; }

  // --- What there is
  const std::vector<debugger::views::CodeLine>& lines() const { return lines_; }
  const debugger::views::CodeSpace& space() const { return space_; }
  /// Linear; whether it is enabled.
  const std::map<std::uint64_t, bool>& breakpoints() const { return breakpoints_; }
  /// What was asked for last, to be marked.
  std::optional<std::uint64_t> shown() const { return shown_; }
  /// CS:IP is in sight, or would be but for scrolling.
  bool at_next() const { return at_next_; }

  // --- In words
  /// "0000:7C00"; eight digits of offset in large segments, 16 and no selector in long mode.
  std::string address_words(const debugger::views::CodeLine& line) const;
  /// "0000:7C00  CD13           int 0x13  ; INT 13h/02h read".
  std::string line_words(const debugger::views::CodeLine& line) const;
  /// All that is visible, with labels.
  std::string page_words() const;

 private:
  void go_to_asked(const emu::Machine& machine, Boot& boot);
  void go_to_next(Boot& boot);
  void scroll_now(Boot& boot);
  void read_lines(Boot& boot);

  debugger::views::CodeSpace space_;
  std::uint64_t top_ = 0;  // offset of the first line
  std::vector<debugger::views::CodeLine> lines_;
  std::map<std::uint64_t, bool> breakpoints_;
  std::optional<Address> asked_;
  std::optional<debugger::views::CodeSpace> asked_space_;  // in which
  std::optional<std::uint64_t> shown_;
  std::uint64_t stops_ = 0;
  int rows_ = 24;
  int scroll_ = 0;
  bool follow_ = true;
  bool at_next_ = true, with_source_ = true;
};

}  // namespace ui
