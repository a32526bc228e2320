#include "bootsim/diagnosis/trail.h"

#include <algorithm>

#include "bootsim/attach.h"

namespace bootsim::diagnosing {
namespace {

/// As short as a block of a few instructions: time counts bytes of code.
constexpr emu::Nanoseconds kStep = 1;
constexpr std::size_t kMostSteps = 200'000;
constexpr std::size_t kKept = 64;

PcOptions pc_options(const Evidence& evidence, AttachedMedia& media) {
  const RunOptions& options = evidence.options;
  PcOptions pc;
  pc.machine.ram_size = options.memory;
  pc.machine.force_public_engine = options.public_engine;
  pc.bios.boot_order = boot_order(options, media);
  pc.bios.el_torito_entry = options.el_torito_entry;
  pc.bios.quirks = options.quirks;
  pc.bios.faults = options.faults;
  pc.media = media.drives;
  return pc;
}

}  // namespace

std::optional<Trail> follow(const Evidence& evidence, Part part) {
  const RunOptions& options = evidence.options;
  if (!options.type.empty() || !options.option_roms.empty() || options.kernel || options.rtc == "host")
    return std::nullopt;
  AttachedMedia media = attach_media(options, nullptr);
  Pc pc(pc_options(evidence, media));
  pc.power_on();
  emu::Machine& machine = pc.machine();
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
      if (part == Part::kEnd && machine.registers().cs_ip() != evidence.registers().cs_ip())
        return std::nullopt;
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
