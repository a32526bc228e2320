// --type and --type-at for who steps through a boot: the keys come at the same moments as in `bootsim run`.
#pragma once

#include <vector>

#include "bootsim/assembly.h"
#include "bootsim/pc_guest.h"
#include "bootsim/typist.h"
#include "emu/call_tracker.h"

namespace bootsim {

/// Made before the debugger, so that going back takes keys back, too. `assembly` must outlive it, and it the run.
class QueuedKeys : private emu::CallObserver {
 public:
  QueuedKeys(Assembly& assembly, const std::vector<TypeStep>& steps);
  QueuedKeys(const QueuedKeys&) = delete;
  QueuedKeys& operator=(const QueuedKeys&) = delete;

  /// Stops belong to the debugger's user, so addr:, kernel, halt and reset cannot be waited for.
  static bool can_wait_for(const Condition& condition);

 private:
  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall&) override {}

  PcGuest guest_;
  Typist typist_;
};

}  // namespace bootsim
