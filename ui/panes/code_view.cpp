#include "ui/panes/code_view.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/core.h>

namespace ui {
namespace {

namespace views = debugger::views;

/// So many instructions stay in sight before the next one, and behind it.
constexpr int kContext = 5;
/// Of a page with so many rows, at each end; two at least, which the next one's note may fill.
int context(int rows) { return std::clamp(rows / 4, std::min(2, rows - 1), kContext); }

debugger::Surroundings around(Boot& boot) {
  debugger::Debugger& d = boot.debugger();
  return {boot.machine(), boot.machine().ports(), d.symbols(), &d.target().drives};
}

}  // namespace

int rows_of(const views::CodeLine& line) { return 1 + (line.label.empty() ? 0 : 1) + (line.source ? 1 : 0); }

std::size_t lines_to_drop(std::span<const views::CodeLine> lines, int rows) {
  const auto next = std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.next; });
  if (next == lines.end()) return 0;
  const auto at = static_cast<std::size_t>(next - lines.begin());
  int needed = 0;
  bool source = false;  // the topmost line always says whose code it is
  for (std::size_t i = at + 1; i-- > 0;) {
    needed += rows_of(lines[i]);
    source = source || lines[i].source;
    const int with_source = needed + (i > 0 && source && !lines[i].source ? 1 : 0);
    if (with_source > rows && i < at) return i + 1;
  }
  return 0;
}

void CodeView::update(Boot& boot, const Moment& moment) {
  breakpoints_.clear();
  for (const debugger::Breakpoint* b : boot.debugger().breakpoints().all()) {
    if (b->kind == debugger::BreakKind::kAddress && !b->physical) breakpoints_[b->first] |= b->enabled;
  }
  if (moment.stopped() && moment.stops != stops_) {
    stops_ = moment.stops;
    follow_ = true;
    if (!asked_) shown_.reset();
  }
  // A running guest's code is read only when somebody scrolls to it.
  const bool wanted = moment.stopped() || lines_.empty() || asked_ || scroll_ != 0;
  if (!wanted) return;
  if (asked_) {
    go_to_asked(boot.machine(), boot);
  } else if (follow_) {
    go_to_next(boot);
  }
  scroll_now(boot);
  read_lines(boot);
  if (std::exchange(follow_, false)) {
    if (const std::size_t drop = lines_to_drop(lines_, rows_ - context(rows_))) {
      top_ = lines_[drop].instruction.offset;
      read_lines(boot);
    }
  }
  at_next_ = std::any_of(lines_.begin(), lines_.end(), [](const auto& line) { return line.next; });
}

void CodeView::read_lines(Boot& boot) {
  lines_ = views::code_lines(around(boot), boot.debugger().disassembler(), space_, top_, rows_ + 1);
  if (with_source_) return;
  for (views::CodeLine& line : lines_) line.source.reset();
}

void CodeView::go_to_asked(const emu::Machine& machine, Boot& boot) {
  const Address address = *std::exchange(asked_, std::nullopt);
  follow_ = false;
  std::optional<views::CodeSpace> space = std::exchange(asked_space_, std::nullopt);
  if (address.selector) space = views::code_space_of(machine, *address.selector);
  space_ = space ? *space : views::code_space_at(machine, address.linear);
  shown_ = address.linear;
  const std::uint64_t offset = address.selector && space ? address.offset : address.linear - space_.base;
  top_ = views::code_before(machine, boot.debugger().disassembler(), space_, offset, 2);
}

void CodeView::go_to_next(Boot& boot) {
  const emu::Machine& machine = boot.machine();
  const views::CodeSpace space = views::code_space(machine);
  const std::uint64_t offset = machine.registers().rip;
  if (space == space_ && !lines_.empty()) {  // a step should not move the page
    int needed = 0;
    for (const views::CodeLine& line : lines_) {
      needed += rows_of(line);
      if (needed > rows_ - context(rows_)) break;
      if (line.instruction.offset == offset) return;
    }
  }
  space_ = space;
  top_ = views::code_before(machine, boot.debugger().disassembler(), space_, offset, context(rows_));
}

void CodeView::scroll_now(Boot& boot) {
  const int by = std::exchange(scroll_, 0);
  if (by < 0) top_ = views::code_before(boot.machine(), boot.debugger().disassembler(), space_, top_, -by);
  if (by > 0) {
    const auto lines = views::code_lines(around(boot), boot.debugger().disassembler(), space_, top_, by + 1);
    if (!lines.empty()) top_ = lines.back().instruction.offset;
  }
}

std::string CodeView::address_words(const views::CodeLine& line) const {
  const std::uint64_t offset = line.instruction.offset;
  if (offset > 0xFFFF'FFFF) return fmt::format("{:016X}", offset);  // long mode: the segment says nothing
  return space_.last > 0xFFFF ? fmt::format("{:04X}:{:08X}", space_.selector, offset)
                              : fmt::format("{:04X}:{:04X}", space_.selector, offset);
}

std::string CodeView::line_words(const views::CodeLine& line) const {
  std::string bytes;
  for (const std::uint8_t byte : line.instruction.code()) bytes += fmt::format("{:02X}", byte);
  std::string text = fmt::format("{}  {:<14} {}", address_words(line), bytes, line.instruction.text);
  if (!line.note.empty()) text += fmt::format("  ; {}", line.note);
  return text;
}

std::string CodeView::page_words() const {
  std::string text;
  for (const views::CodeLine& line : lines_)
    text += (line.label.empty() ? "" : line.label + ":\n") + line_words(line) + "\n";
  return text;
}

}  // namespace ui
