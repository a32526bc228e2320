#pragma once

#include "stage2/session.h"

/// Lines that run one after the other, or not: `if`, `else` and their braces.
namespace stage2 {

class Script {
 public:
  /// Takes the next line. True: it is to be run. Fails when it is an `if` whose condition makes no sense: no
  /// branch of it runs then.
  Result next(Session& session, Text line, bool& run);

 private:
  struct Level {
    bool outer;   ///< what is around it runs
    bool taken;   ///< one of its branches has run
    bool active;  ///< this branch runs
  };
  bool active() const { return levels_.empty() || levels_.back().active; }
  Result begin_branch(Session& session, Text line);

  Vector<Level> levels_;
};

}  // namespace stage2
