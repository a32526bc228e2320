#include "ui/panes/memory_search_box.h"

#include <utility>

#include <imgui.h>
#include <imgui_stdlib.h>

#include "ui/app.h"
#include "ui/panes/code_widgets.h"

namespace ui {

std::optional<MemorySearchBox::Found> MemorySearchBox::draw(App& app, std::uint64_t from, float width) {
  const ImGuiStyle& style = ImGui::GetStyle();
  const float button = ImGui::GetFrameHeight(), gap = style.ItemInnerSpacing.x / 2;
  ImGui::PushID("search");
  ImGui::PushFont(app.theme().mono);
  const float box = width - 2 * (button + gap);
  ImGui::SetNextItemWidth(box);
  if (std::exchange(focus_, false)) ImGui::SetKeyboardFocusHere();
  if (ImGui::InputTextWithHint("##text", fitting_hint({"find: 55 AA, GRUB", "find: 55 AA", "find"}, box), &text_,
                               ImGuiInputTextFlags_EnterReturnsTrue)) {
    search(app, from + 1, false);
    focus_ = true;  // Enter again: the next one
  }
  ImGui::PopFont();
  app.mark("memory.search");
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive())
    ImGui::SetTooltip(
        "Bytes (EB ?? 90) or text; in \"quotes\" it is always text.\nEnter finds the next one in RAM and ROM below 4 GiB.");
  ImGui::BeginDisabled(text_.empty() || result_ != nullptr);
  ImGui::SameLine(0, gap);
  if (ImGui::ArrowButton("##back", ImGuiDir_Up)) search(app, from - (from > 0 ? 1 : 0), true);
  app.mark("memory.search.back");
  ImGui::SameLine(0, gap);
  if (ImGui::ArrowButton("##next", ImGuiDir_Down)) search(app, from + 1, false);
  app.mark("memory.search.next");
  ImGui::EndDisabled();
  ImGui::PopID();
  return take(app);
}

void MemorySearchBox::search(App& app, std::uint64_t from, bool backwards) {
  try {
    const debugger::views::BytePattern pattern = debugger::views::parse_bytes(text_);
    size_ = pattern.size();
    auto result = std::make_shared<Result>();
    result_ = result;
    app.engine().edit([result, pattern, from, backwards](Boot& boot) {
      result->linear = debugger::views::find_bytes(boot.machine(), pattern, from, backwards);
      result->done = true;
    });
  } catch (const emu::Error& error) {
    app.notify(error.what(), true);
  }
}

std::optional<MemorySearchBox::Found> MemorySearchBox::take(App& app) {
  if (!result_ || !result_->done) return std::nullopt;
  const auto found = std::exchange(result_, nullptr)->linear;
  if (!found) {
    app.notify(text_ + " is nowhere in memory");
    return std::nullopt;
  }
  return Found{.linear = *found, .size = size_};
}

}  // namespace ui
