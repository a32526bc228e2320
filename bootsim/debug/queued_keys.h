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

  /// The first step that cannot be waited for, so that it and what follows is not typed: stops belong to the debugger's
  /// user, which leaves out addr:, kernel, halt and reset. The end: all are typed.
  static std::vector<TypeStep>::const_iterator first_unseen(const std::vector<TypeStep>& steps);

  /// Keys are on their way to the guest.
  bool typing() const { return typist_.typing(); }

 private:
  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall&) override {}

  PcGuest guest_;
  Typist typist_;
};

}  // namespace bootsim
