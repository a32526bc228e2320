#include "stage2/relocator/moves.h"

namespace stage2 {
namespace {

// Would carrying out moves[i] destroy what another one still has to move?
bool destroys_another(const Vector<Move>& moves, size_t i) {
  for (size_t k = 0; k < moves.size(); ++k)
    if (k != i && overlap(moves[i].to, moves[i].length, moves[k].from, moves[k].length)) return true;
  return false;
}

}  // namespace

void order_moves(Vector<Move>& moves, Vector<Move>& stuck) {
  Vector<Move> left = move(moves);
  moves.clear();
  for (size_t i = left.size(); i-- != 0;)
    if (left[i].length == 0 || left[i].from == left[i].to) left.erase(i);
  for (bool progress = true; progress;) {
    progress = false;
    for (size_t i = 0; i < left.size(); ++i) {
      if (destroys_another(left, i)) continue;
      moves.push_back(left[i]);
      left.erase(i);
      progress = true;
      break;
    }
  }
  stuck = move(left);
}

}  // namespace stage2
