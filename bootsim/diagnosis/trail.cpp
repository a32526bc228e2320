#include "bootsim/diagnosis/trail.h"

#include <algorithm>

#include "bootsim/diagnosis/replay.h"

namespace bootsim::diagnosing {
namespace {

/// As short as a block of a few instructions: time counts bytes of code.
constexpr emu::Nanoseconds kStep = 1;
constexpr std::size_t kMostSteps = 200'000;
constexpr std::size_t kKept = 64;

}  // namespace

std::optional<Trail> follow(const Evidence& evidence, Part part) {
  if (!Replay::possible(evidence)) return std::nullopt;
  Replay replay(evidence);
  emu::Machine& machine = replay.machine();
  const DiskCall* last = evidence.last_call();
  // A call's end is rounded up to what the BIOS waited for; the caller may be a few instructions further by
  // then.
  constexpr emu::Nanoseconds kBefore = 500;
  if (last && machine.run(std::max(last->begin, last->end - kBefore)) != emu::StopReason::kTimeLimit)
    return std::nullopt;
  Trail trail;
  for (std::size_t step = 0; step < kMostSteps; ++step) {
    const emu::Registers registers = machine.registers();
    if (trail.places.empty() || trail.places.back() != registers.cs_ip()) {
      trail.places.push_back(registers.cs_ip());
      trail.stacks.push_back(registers.ss_sp());
    }
    if (part == Part::kBeginning && trail.places.size() >= kKept) return trail;
    if (trail.places.size() >= 2 * kKept) {
      trail.places.erase(trail.places.begin(), trail.places.begin() + kKept);
      trail.stacks.erase(trail.stacks.begin(), trail.stacks.begin() + kKept);
    }
    if (machine.run(machine.clock().now() + kStep) != emu::StopReason::kTimeLimit) {
      if (part == Part::kEnd && machine.registers().cs_ip() != evidence.registers().cs_ip()) return std::nullopt;
      return trail;
    }
  }
  return part == Part::kBeginning ? std::optional(std::move(trail)) : std::nullopt;
}

std::optional<emu::FarPtr> last_sound_place(const Evidence& evidence, const Trail& trail) {
  const emu::FarPtr end = evidence.place();
  for (auto place = trail.places.rbegin(); place != trail.places.rend(); ++place) {
    if (*place == end || evidence.zeros(place->linear(), 4)) continue;
    if (evidence.origin(place->linear())) return *place;
  }
  return std::nullopt;
}

}  // namespace bootsim::diagnosing
