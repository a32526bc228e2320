// Looks at a PC for a spec: what memory holds in the end, which files were read, how a kernel was entered.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bootsim/run.h"
#include "bootsim/suite/call_record.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/handoff.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

/// Attach it to one run; it must outlive it.
class SpecObserver {
 public:
  /// `calls` gives the boot's calls once it has ended.
  SpecObserver(const Spec& spec, std::function<std::vector<CallRecord>()> calls)
      : spec_(spec), calls_(std::move(calls)) {}

  void attach(RunHooks& hooks);
  /// After the run. Empty when there was none (a medium that cannot be opened).
  const std::vector<Difference>& differences() const { return differences_; }

 private:
  void look(Pc& pc);
  void look_at_memory(Pc& pc);
  void look_at_reads(Pc& pc);
  void look_at_handoff(Pc& pc);
  void compare_kernel(Pc& pc);
  void compare_initrd(Pc& pc);
  void differs(Place place, std::string text) {
    differences_.push_back({.text = std::move(text), .place = place, .call = {}});
  }

  const Spec& spec_;
  std::function<std::vector<CallRecord>()> calls_;
  std::optional<Handoff> handoff_;
  std::vector<Difference> differences_;
};

}  // namespace bootsim
