#pragma once

#include "stage2/base/vector.h"

/// The order in which pieces of memory can be moved so that none is overwritten before it has been moved.
/// Compiles for the host too.
namespace stage2 {

struct Move {
  u32 from = 0, to = 0, length = 0;

  bool operator==(const Move&) const = default;
};

constexpr bool overlap(u32 a, u32 a_length, u32 b, u32 b_length) {
  return a < u64{b} + b_length && b < u64{a} + a_length;
}

/// Puts `moves` in order. What cannot be done in any order, because pieces want each other's places, comes
/// back in `stuck`: after their bytes have been brought to other places they can be moved in any order, after
/// the others. A piece that overlaps its own target is fine. Targets that overlap each other are the caller's
/// mistake.
void order_moves(Vector<Move>& moves, Vector<Move>& stuck);

}  // namespace stage2
