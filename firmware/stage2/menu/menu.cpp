#include "stage2/menu/menu.h"

#include "stage2/bios.h"
#include "stage2/console/console.h"
#include "stage2/menu/background.h"
#include "stage2/menu/colours.h"
#include "stage2/menu/command_line.h"
#include "stage2/menu/entry_editor.h"
#include "stage2/menu/run_entry.h"

namespace stage2 {
namespace {

constexpr u32 kTicksPerSecond = 18;
constexpr u8 kFirstRow = 2;
constexpr u8 kHelpRows = 3;
constexpr u8 kMargin = 2;
constexpr u32 kMostSeconds = 86400;
// BIOS data area, shift flags: either Shift key is held
constexpr u32 kBdaShiftFlags = 0x417;
constexpr u8 kShiftHeld = 0x03;

bool shift_held() { return *physical<const volatile u8>(kBdaShiftFlags) & kShiftHeld; }

bool read_colour(const Session& session, Text name, u8& colour) {
  u64 value;
  if (!parse_number(session.variable(name), value) || value > 255) return false;
  colour = u8(value);
  return true;
}

class Menu {
 public:
  Menu(Session& session, const Vector<MenuEntry>& entries, Text title, bool is_top)
      : session_(session), entries_(entries), title_(title), is_top_(is_top), colours_(menu_colours(session)) {}

  void run() {
    if (is_top_) start_countdown();
    draw();
    for (;;) {
      const u16 key = counting_ ? count_down() : wait_key();
      if (key == kNoKey) {
        boot_unattended();
      } else if (!handle(key)) {
        if (is_top_) leave();
        return;
      }
    }
  }

 private:
  // A time-out of 0 starts the default before the menu is seen, unless a key is pressed or Shift held.
  void start_countdown() {
    const Text wanted = session_.variable("default");
    if (const int found = find_entry(entries_, wanted); found >= 0) selected_ = size_t(found);
    u64 seconds;
    if (!parse_number(session_.variable("timeout"), seconds)) return;
    seconds_ = u32(lib32::min<u64>(seconds, kMostSeconds));
    counting_ = seconds_ != 0;
    if (seconds_ == 0 && !shift_held() && poll_key() == kNoKey) boot_unattended();
  }

  u16 count_down() {
    while (seconds_ > 0) {
      draw_countdown();
      if (const u16 key = wait_key_for(kTicksPerSecond); key != kNoKey) {
        counting_ = false;
        draw_countdown();
        return key;
      }
      --seconds_;
    }
    counting_ = false;
    return kNoKey;
  }

  void boot_unattended() {
    const MenuEntry& entry = entries_[selected_];
    if (entry.is_submenu) return enter(entry);
    const int fallback = find_entry(entries_, session_.variable("fallback"));
    const bool has_fallback = fallback >= 0 && size_t(fallback) != selected_;
    const bool done = run_entry(session_, entry, has_fallback ? Chosen::kWithFallback : Chosen::kByUser);
    if (!done && has_fallback) {
      selected_ = size_t(fallback);
      put("Trying the fallback.\n");
      run_entry(session_, entries_[selected_], Chosen::kAsFallback);
    }
    draw();
  }

  bool handle(u16 key) {
    const size_t last = entries_.size() - 1;
    if (key < 0x100)
      for (size_t i = 0; i < entries_.size(); ++i)
        if (entries_[i].key != 0 && entries_[i].key == to_lower(char(key))) {
          select(i);
          enter(entries_[i]);
          return true;
        }
    switch (key) {
      case kUp: select(selected_ > 0 ? selected_ - 1 : last); break;
      case kDown: select(selected_ < last ? selected_ + 1 : 0); break;
      case kHome: select(0); break;
      case kEnd: select(last); break;
      case kPageUp: select(selected_ > visible() ? selected_ - visible() : 0); break;
      case kPageDown: select(lib32::min(selected_ + visible(), last)); break;
      case kEnter:
      case kRight: enter(entries_[selected_]); break;
      case 'e': edit(); break;
      case 'c': command_line_until_escape(); break;
      case kEscape: return false;
      case kLeft: return is_top_;
      default: break;
    }
    return true;
  }

  void enter(const MenuEntry& entry) {
    if (entry.is_submenu) {
      if (!entry.entries.empty()) Menu(session_, entry.entries, entry.title, false).run();
    } else {
      run_entry(session_, entry, Chosen::kByUser);
    }
    draw();
  }

  void edit() {
    MenuEntry copy = entries_[selected_];
    if (copy.is_submenu) return;
    hide_background();
    if (edit_entry(session_, copy)) run_entry(session_, copy, Chosen::kByUser);
    draw();
  }

  void command_line_until_escape() {
    leave();
    put("Escape returns to the menu.\n");
    command_line(session_);
    draw();
  }

  void leave() {
    hide_background();
    set_colour(kDefaultColour);
    clear();
    show_cursor(true);
  }

  size_t visible() const { return size_t(rows() - kFirstRow - kHelpRows - 3); }

  void select(size_t entry) {
    const size_t old = selected_;
    selected_ = entry;
    if (scroll()) return draw_entries();
    draw_entry(old);
    draw_entry(selected_);
    draw_help();
  }

  // True when other entries than before are in view.
  bool scroll() {
    const size_t before = first_;
    if (selected_ < first_) first_ = selected_;
    if (selected_ >= first_ + visible()) first_ = selected_ - visible() + 1;
    return first_ != before;
  }

  void draw() {
    show_background(session_);
    scroll();
    set_colour(colours_.normal);
    clear();
    show_cursor(false);
    line(0, title_, colours_.title);
    draw_entries();
    line(u8(rows() - 2), "Enter: start   e: edit   c: command line   Esc: leave", colours_.hint);
    draw_countdown();
  }

  void draw_entries() {
    for (size_t i = first_; i < entries_.size() && i < first_ + visible(); ++i) draw_entry(i);
    draw_help();
  }

  void draw_entry(size_t index) {
    const MenuEntry& entry = entries_[index];
    String text = entry.key != 0 ? format(" {}  ", entry.key) : String("    ");
    text += entry.title;
    if (entry.is_submenu) text += " >";
    line(u8(kFirstRow + index - first_), text, index == selected_ ? colours_.selected : colours_.normal);
  }

  void draw_help() {
    Text help = entries_[selected_].help;
    for (u8 i = 0; i < kHelpRows; ++i) line(u8(rows() - 3 - kHelpRows + i), take_line(help), colours_.normal);
  }

  void draw_countdown() {
    const String text = counting_ ? format("{} starts in {} s", entries_[selected_].title, seconds_) : String();
    line(u8(rows() - 3), text, colours_.hint);
  }

  // A whole row; the last column stays free, so that no terminal scrolls.
  void line(u8 row, Text text, u8 colour) {
    const u8 width = u8(columns() - 2 * kMargin);
    text = text.first(width);
    move_to(kMargin, row);
    set_colour(colour);
    put(text);
    repeat(' ', u8(width - text.size));
    set_colour(colours_.normal);
  }

  Session& session_;
  const Vector<MenuEntry>& entries_;
  const String title_;
  const bool is_top_;
  const Colours colours_;
  size_t selected_ = 0;
  size_t first_ = 0;  ///< the topmost entry in view
  bool counting_ = false;
  u32 seconds_ = 0;
};

}  // namespace

Colours menu_colours(const Session& session) {
  Colours colours;
  if (read_colour(session, "color_normal", colours.normal)) colours.title = colours.hint = colours.normal;
  read_colour(session, "color_selected", colours.selected);
  read_colour(session, "color_title", colours.title);
  return colours;
}

void run_menu(Session& session, const Vector<MenuEntry>& entries) {
  const Text title = session.variable("menu_title");
  const String banner = format("bootsim {}", BOOTSIM_VERSION);
  Menu(session, entries, title.empty() ? banner.text() : title, true).run();
  session.left_a_menu = true;
}

}  // namespace stage2
