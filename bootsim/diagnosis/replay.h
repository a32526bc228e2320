// The failed boot's PC once more, to be run and looked at as one likes.
#pragma once

#include "bootsim/attach.h"
#include "bootsim/diagnosis/evidence.h"

namespace bootsim::diagnosing {

class Replay {
 public:
  /// Not when keys were typed, or the guest met what a replay does not have.
  static bool possible(const Evidence& evidence);
  /// Powered on, before its first instruction. Throws emu::Error when the media cannot be opened again.
  explicit Replay(const Evidence& evidence);

  emu::Machine& machine() { return pc_.machine(); }

 private:
  AttachedMedia media_;
  Pc pc_;
};

}  // namespace bootsim::diagnosing
