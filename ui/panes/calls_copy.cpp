#include "ui/panes/calls_copy.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "debugger/views/calls.h"

namespace ui {
namespace {

constexpr std::size_t kBudget = 500;

}  // namespace

void CallsCopy::begin(CallCopy how, std::size_t first, std::size_t last) {
  how_ = how;
  next_ = first_ = first;
  last_ = last;
  text_.clear();
  done_ = false;
}

void CallsCopy::read(const CallRows& rows, const CallSource& source) {
  if (how_ == CallCopy::kNone || done_) return;
  const std::size_t end = std::min(last_ + 1, rows.shown());
  for (std::size_t n = 0; n < kBudget && next_ < end; ++n, ++next_) {
    const debugger::views::CallRef ref = rows.call(rows.at(next_), source);
    text_ += how_ == CallCopy::kText ? debugger::views::trace_line(ref) : debugger::views::json_line(ref);
  }
  done_ = next_ >= end;
}

std::optional<CallsCopy::Copied> CallsCopy::take() {
  if (!done_) return std::nullopt;
  const std::size_t calls = next_ - first_;
  const CallCopy how = std::exchange(how_, CallCopy::kNone);
  done_ = false;
  std::string text = std::exchange(text_, {});
  if (calls == 0) return std::nullopt;
  if (how == CallCopy::kSpec) text = calls_as_spec(text);
  return Copied{std::move(text), fmt::format("Copied {} call{}{}", calls, calls == 1 ? "" : "s",
                                             how == CallCopy::kSpec ? " as a spec" : "")};
}

}  // namespace ui
