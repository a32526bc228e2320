// Small things that the panes about code and memory are made of.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <imgui.h>

namespace ui {

class App;
class Theme;

/// How wide badge() is, in the present font.
float badge_width(const Theme& theme, const char* text);
/// A word in a rounded box: a state that is on (filled) or off. Its tool tip says what it means.
void badge(const Theme& theme, const char* text, bool on, const ImVec4& colour, const char* help);

/// One of a few: buttons side by side. True: another one was chosen. Marks are "`name`.0" and so on.
bool choose(App& app, const char* name, std::initializer_list<const char*> words, int& chosen);

/// A scroll bar for more rows than pixels can tell apart: of `total` rows `shown` are visible from `first` on. True:
/// moved.
bool long_scroll_bar(const Theme& theme, const char* id, ImVec2 size, std::uint64_t total, std::uint64_t shown,
                     std::uint64_t& first);

/// Text at the pen's place that is cut where the width ends.
void clipped_text(ImDrawList& list, ImVec2 at, float right, ImU32 colour, std::string_view text);

/// Text that is too wide for so many pixels ends with an ellipsis instead: the end of a sentence can be guessed.
std::string with_ellipsis(const std::string& text, float width);

/// The end of a path that has room, in whole names if possible: it says more than the beginning. Where not even the
/// last name has room beside the offset behind it ("/boot/grub/core.img+2048"), it goes without.
std::string shortened_path(const std::string& path, float width);

/// The first of these that a text box of `width` pixels shows whole, in the present font; else the last. The longest
/// comes first.
const char* fitting_hint(std::initializer_list<const char*> hints, float width);

/// How far the wheel was turned over the present window, in rows; down is positive.
int wheel_rows();

}  // namespace ui
