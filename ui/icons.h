// Small pictures for buttons, drawn with lines, so that they are sharp at any size.
#pragma once

#include <string_view>

#include <imgui.h>

namespace ui {

/// The icon of an action (Action::id) in the square at `min`; false: it has none.
bool draw_icon(ImDrawList& list, std::string_view id, ImVec2 min, float size, ImU32 colour);

}  // namespace ui
