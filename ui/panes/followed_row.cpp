#include "ui/panes/followed_row.h"

#include <algorithm>
#include <utility>

#include <imgui.h>

namespace ui {

void FollowedRow::rows_changed() {
  own_scroll_ = 3;
  followed_.reset();
}

void FollowedRow::forget() {
  followed_.reset();
  on_ = true;
}

void FollowedRow::scroll(std::size_t rows, std::optional<std::size_t> latest, float row_height) {
  const float scroll = ImGui::GetScrollY(), most = ImGui::GetScrollMaxY();
  const float view = ImGui::GetWindowHeight() - 2 * row_height;
  const bool resized = std::exchange(last_view_, view) != view;
  if (resized) own_scroll_ = 2;  // a higher table has less to scroll
  if (own_scroll_ > 0) {
    --own_scroll_;
  } else if (scroll < last_scroll_ - 1) {
    on_ = false;
  } else if (scroll > last_scroll_ + 1 && scroll >= most - 1) {
    on_ = true;
  }
  last_scroll_ = scroll;
  const bool moved = on_ && (resized || latest != followed_);
  std::optional<std::size_t> target = revealed_;
  if (!target && moved) target = latest;
  revealed_.reset();
  if (moved) followed_ = latest;
  if (!target) return;
  const float top = static_cast<float>(*target) * row_height;
  if (top >= scroll && top + row_height <= scroll + view) return;
  // The latest stays at the bottom; what lies ahead of it is worth a few rows.
  const float below = static_cast<float>(std::min<std::size_t>(rows - 1 - *target, 3)) * row_height;
  ImGui::SetScrollY(std::max(0.0F, top + row_height + below - view));
  own_scroll_ = 2;
}

}  // namespace ui
