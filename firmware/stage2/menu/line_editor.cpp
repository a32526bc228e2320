#include "stage2/menu/line_editor.h"

#include "stage2/console/console.h"

namespace stage2 {
namespace {

constexpr size_t kMaxHistory = 50;
// GNU Readline's keys
constexpr u16 kCtrlA = 1, kCtrlE = 5, kCtrlK = 11, kCtrlU = 21, kCtrlC = 3;

}  // namespace

// By carriage return and backspaces, so that it works on any terminal without asking where the cursor is.
void LineEditor::redraw() {
  const size_t width = columns() - prompt_.size() - 2;
  if (cursor_ < first_shown_) first_shown_ = cursor_;
  if (cursor_ > first_shown_ + width) first_shown_ = cursor_ - width;
  const Text shown = line_.text().from(first_shown_).first(width);
  put('\r');
  put(prompt_);
  put(shown);
  for (size_t i = shown.size; i < drawn_; ++i) put(' ');
  const size_t end = lib32::max(shown.size, drawn_);
  for (size_t i = cursor_ - first_shown_; i < end; ++i) put('\b');
  drawn_ = shown.size;
}

void LineEditor::recall(size_t entry) {
  recalled_ = entry;
  line_ = entry < history_.size() ? history_[entry] : String();
  cursor_ = line_.size();
  first_shown_ = 0;
}

void LineEditor::complete() {
  if (completer_ == nullptr) return;
  const Vector<String> answers = completer_->complete(line_.text().first(cursor_));
  if (answers.empty()) return;
  size_t common = answers[0].size();
  for (const String& answer : answers) {
    size_t same = 0;
    while (same < common && same < answer.size() && answer[same] == answers[0][same]) ++same;
    common = same;
  }
  const size_t begin = last_word_begin(line_.text().first(cursor_));
  if (common > cursor_ - begin || answers.size() == 1) {
    while (cursor_ > begin) line_.erase(--cursor_);
    for (size_t i = 0; i < common; ++i) line_.insert(cursor_++, answers[0][i]);
    if (answers.size() == 1 && answers[0][common - 1] != '/') line_.insert(cursor_++, ' ');
    return;
  }
  put('\n');
  for (const String& answer : answers) print("{}  ", answer);
  put('\n');
  drawn_ = 0;
}

bool LineEditor::edit(u16 key) {
  switch (key) {
    case kLeft:
      if (cursor_ > 0) --cursor_;
      return true;
    case kRight:
      if (cursor_ < line_.size()) ++cursor_;
      return true;
    case kHome:
    case kCtrlA: cursor_ = 0; return true;
    case kEnd:
    case kCtrlE: cursor_ = line_.size(); return true;
    case kBackspace:
      if (cursor_ > 0) line_.erase(--cursor_);
      return true;
    case kDelete:
      if (cursor_ < line_.size()) line_.erase(cursor_);
      return true;
    case kCtrlK: line_.shorten(cursor_); return true;
    case kCtrlU:
    case kCtrlC:
      line_.clear();
      cursor_ = 0;
      return true;
    case kUp:
      if (recalled_ > 0) recall(recalled_ - 1);
      return true;
    case kDown:
      if (recalled_ < history_.size()) recall(recalled_ + 1);
      return true;
    case kTab: complete(); return true;
    default: break;
  }
  if (key < ' ' || key >= 0x100) return false;
  line_.insert(cursor_++, char(key));
  return true;
}

void LineEditor::remember() {
  if (line_.empty() || (!history_.empty() && history_.back().text() == line_.text())) return;
  if (history_.size() == kMaxHistory) history_.erase(0);
  history_.push_back(line_);
}

bool LineEditor::read(Text prompt, String& line, bool keep, bool escape_leaves) {
  prompt_ = prompt;
  line_ = keep ? line : String();
  cursor_ = line_.size();
  first_shown_ = drawn_ = 0;
  recalled_ = history_.size();
  redraw();
  for (;;) {
    const u16 key = wait_key();
    if (key == kEnter) break;
    if (key == kEscape && (line_.empty() || escape_leaves)) return put('\n'), false;
    const bool at_end = key >= ' ' && key < 0x100 && cursor_ == line_.size() && line_.size() == drawn_ &&
                        prompt_.size() + drawn_ + 2 < columns();
    if (!edit(key)) continue;
    if (at_end) {  // the common case: typing at the end
      put(char(key));
      ++drawn_;
    } else {
      redraw();
    }
  }
  put('\n');
  remember();
  line = line_;
  return true;
}

}  // namespace stage2
