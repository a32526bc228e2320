// How the window looks: fonts, colours and spacing, light and dark.
#pragma once

#include <array>
#include <cstdint>

#include <imgui.h>

namespace ui {

/// Colours that ImGui's style has no name for.
struct Palette {
  ImVec4 background, panel, text, faint, line;
  ImVec4 accent;       ///< selection, what is now, what can be pressed
  ImVec4 accent_soft;  ///< behind what is selected
  ImVec4 good, bad, warning;
  ImVec4 changed;  ///< values that differ from the last stop's
  ImVec4 ahead;    ///< text of what lies in the known future
  ImVec4 stripe;   ///< behind every other row
  /// For files, drives and other kinds: told apart by colour-blind people, too (Okabe and Ito, 2008), adapted in
  /// lightness.
  std::array<ImVec4, 8> kinds;
};

class Theme {
 public:
  /// Loads the fonts for pixels that are `scale` times as dense as 96 dpi. Before ImGui's first frame.
  void load_fonts(float scale);
  void apply(bool dark);
  bool dark() const { return dark_; }
  float scale() const { return scale_; }
  const Palette& palette() const { return palette_; }
  /// Stable for a name: the same file has the same colour in every pane.
  ImVec4 colour_of(std::uint64_t kind) const { return palette_.kinds[kind % palette_.kinds.size()]; }

  ImFont* sans = nullptr;    ///< ImGui's default
  ImFont* strong = nullptr;  ///< semi-bold
  ImFont* mono = nullptr;    ///< code, addresses, tables of numbers
  ImFont* large = nullptr;   ///< headings of empty states
  /// A length for 96 dpi in this window's pixels.
  float px(float length) const { return length * scale_; }

 private:
  bool dark_ = true;
  float scale_ = 1;
  Palette palette_;
};

/// Text in one of the palette's colours.
void text_coloured(const ImVec4& colour, const char* begin, const char* end = nullptr);
ImU32 packed(const ImVec4& colour, float alpha = 1);

}  // namespace ui
