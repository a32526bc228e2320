#include "ui/panes/text_tail.h"

#include <algorithm>

#include "emu/text.h"

namespace ui {
namespace {

constexpr unsigned char kEscape = 0x1B;
/// Lines that never end are broken.
constexpr std::size_t kLongest = 4096;

}  // namespace

bool TextTail::follow(std::string_view whole) {
  if (whole.size() == taken_) return false;
  if (whole.size() < taken_) {
    // Back to the last line that had ended by then, and on from there.
    const auto end = std::upper_bound(ends_.begin(), ends_.end(), whole.size());
    ends_.erase(end, ends_.end());
    lines_.resize(ends_.size());
    taken_ = ends_.empty() ? 0 : ends_.back();
    escape_ = Escape::kNone;
    cursor_moved_ = false;
  }
  for (; taken_ < whole.size();) take(static_cast<unsigned char>(whole[taken_++]));
  return true;
}

void TextTail::forget() { *this = {}; }

/// ECMA-48: ESC [ parameters, up to a final byte of 40h to 7Eh; other sequences are two bytes.
void TextTail::take(unsigned char byte) {
  if (escape_ == Escape::kBegun) {
    escape_ = byte == '[' ? Escape::kSequence : Escape::kNone;
    return;
  }
  if (escape_ == Escape::kSequence) {
    if (byte < 0x40 || byte > 0x7E) return;
    escape_ = Escape::kNone;
    cursor_moved_ = cursor_moved_ || byte == 'H' || byte == 'f' || byte == 'J';
    return;
  }
  if (byte == kEscape) {
    escape_ = Escape::kBegun;
    return;
  }
  if (byte == '\n') return end_line();
  if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return;
  if (lines_.size() == ends_.size()) lines_.emplace_back();
  if (cursor_moved_ && !lines_.back().empty()) {
    // The line before ended where this byte begins.
    ends_.push_back(taken_ - 1);
    lines_.emplace_back();
  }
  cursor_moved_ = false;
  if (byte == '\t')
    lines_.back() += "    ";
  else
    lines_.back() += static_cast<char>(byte);
  if (lines_.back().size() >= kLongest) end_line();
}

void TextTail::end_line() {
  if (lines_.size() == ends_.size()) lines_.emplace_back();
  ends_.push_back(taken_);
}

int TextTail::find(std::string_view text, int from) const {
  const auto same = [](char a, char b) { return emu::lower(a) == emu::lower(b); };
  const int count = static_cast<int>(lines_.size());
  for (int i = 0; i < count && !text.empty(); ++i) {
    const int at = (from + i) % count;
    const std::string& line = lines_[static_cast<std::size_t>(at)];
    if (std::search(line.begin(), line.end(), text.begin(), text.end(), same) != line.end()) return at;
  }
  return -1;
}

}  // namespace ui
