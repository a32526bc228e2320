#include "ui/panes/jump_arrows.h"

#include <algorithm>
#include <cstdlib>

namespace ui {
namespace {

struct Reach {
  int first, last;
  bool meets(const Reach& other) const { return first <= other.last && other.first <= last; }
};

Reach reach(const JumpArrow& arrow) { return {std::min(arrow.from, *arrow.to), std::max(arrow.from, *arrow.to)}; }

}  // namespace

std::vector<JumpArrow> jump_arrows(std::span<const JumpRow> rows, int lanes) {
  std::vector<JumpArrow> arrows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].target) continue;
    JumpArrow arrow{.from = static_cast<int>(i), .to = {}, .down = *rows[i].target > rows[i].linear};
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const JumpRow& row) { return row.linear == *rows[i].target; });
    if (found != rows.end()) arrow.to = static_cast<int>(found - rows.begin());
    arrows.push_back(arrow);
  }
  std::stable_sort(arrows.begin(), arrows.end(), [](const JumpArrow& a, const JumpArrow& b) {
    const auto length = [](const JumpArrow& x) { return x.to ? std::abs(*x.to - x.from) : 0; };
    return length(a) < length(b);
  });
  for (std::size_t i = 0; i < arrows.size(); ++i) {
    if (!arrows[i].to) continue;
    const auto taken = [&](int lane) {
      return std::any_of(arrows.begin(), arrows.begin() + static_cast<std::ptrdiff_t>(i), [&](const JumpArrow& other) {
        const bool same_place = other.to && other.to == arrows[i].to;  // arrows to one place may share its head
        return other.to && other.lane == lane && !same_place && reach(other).meets(reach(arrows[i]));
      });
    };
    while (arrows[i].lane < lanes - 1 && taken(arrows[i].lane)) ++arrows[i].lane;
  }
  return arrows;
}

}  // namespace ui
