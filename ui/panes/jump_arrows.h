// Where the jumps of a listing lead, as arrows beside it that do not cross more than they must.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ui {

/// A row of code that may jump.
struct JumpRow {
  std::uint64_t linear = 0;
  std::optional<std::uint64_t> target;
};

struct JumpArrow {
  int from = 0;           ///< row of the jump
  std::optional<int> to;  ///< row of its target; nothing: it is not to be seen,
  bool down = false;      ///< but lies further down
  int lane = 0;           ///< 0 is the nearest to the code
};

/// Arrows in `lanes` lanes, short ones inside. Of those that leave the rows only a stub is drawn, in lane 0. What finds
/// no free lane shares the outermost.
std::vector<JumpArrow> jump_arrows(std::span<const JumpRow> rows, int lanes);

}  // namespace ui
