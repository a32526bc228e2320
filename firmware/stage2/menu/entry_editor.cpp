#include "stage2/menu/entry_editor.h"

#include "stage2/console/console.h"
#include "stage2/menu/colours.h"
#include "stage2/menu/completion.h"
#include "stage2/menu/line_editor.h"

namespace stage2 {
namespace {

constexpr u8 kFirstRow = 2;
constexpr u8 kMargin = 2;

class EntryEditor {
 public:
  EntryEditor(Session& session, MenuEntry& entry)
      : entry_(entry), colours_(menu_colours(session)), completion_(session), line_editor_(&completion_) {
    if (entry_.lines.empty()) entry_.lines.push_back("");
  }

  bool run() {
    for (;;) {
      draw();
      switch (wait_key()) {
        case kUp:
          if (selected_ > 0) --selected_;
          break;
        case kDown:
          if (selected_ + 1 < entry_.lines.size()) ++selected_;
          break;
        case kEnter:
        case 'e': edit_line(); break;
        case 'o':
          entry_.lines.insert(++selected_, "");
          edit_line();
          break;
        case 'd': remove_line(); break;
        case 'b': return true;
        case kEscape: return false;
        default: break;
      }
    }
  }

 private:
  void edit_line() {
    set_colour(kDefaultColour);
    move_to(0, u8(rows() - 2));
    repeat(' ', u8(columns() - 1));
    move_to(0, u8(rows() - 2));
    show_cursor(true);
    line_editor_.read("> ", entry_.lines[selected_], true, true);
  }

  void remove_line() {
    entry_.lines.erase(selected_);
    if (entry_.lines.empty()) entry_.lines.push_back("");
    if (selected_ == entry_.lines.size()) --selected_;
  }

  void draw() {
    const size_t visible = size_t(rows() - kFirstRow - 4);
    if (selected_ < first_) first_ = selected_;
    if (selected_ >= first_ + visible) first_ = selected_ - visible + 1;
    set_colour(colours_.normal);
    clear();
    show_cursor(false);
    row(0, entry_.title, colours_.title);
    for (size_t i = first_; i < entry_.lines.size() && i < first_ + visible; ++i)
      row(u8(kFirstRow + i - first_), entry_.lines[i], i == selected_ ? colours_.selected : colours_.normal);
    row(u8(rows() - 3), "Enter: edit the line   o: new line   d: delete   b: start   Esc: leave", colours_.hint);
  }

  void row(u8 number, Text text, u8 colour) {
    const u8 width = u8(columns() - 2 * kMargin);
    text = text.first(width);
    move_to(kMargin, number);
    set_colour(colour);
    put(text);
    repeat(' ', u8(width - text.size));
  }

  MenuEntry& entry_;
  const Colours colours_;
  Completion completion_;
  LineEditor line_editor_;
  size_t selected_ = 0;
  size_t first_ = 0;
};

}  // namespace

bool edit_entry(Session& session, MenuEntry& entry) { return EntryEditor(session, entry).run(); }

}  // namespace stage2
