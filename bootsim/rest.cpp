#include "bootsim/rest.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bios/rom_labels.h"
#include "bootsim/units.h"

namespace bootsim {
namespace {

constexpr std::array<std::uint8_t, 3> kVectors = {0x08, 0x09, 0x1C};

}  // namespace

bool hooks_timer_or_keyboard(const emu::Memory& memory) {
  return std::any_of(kVectors.begin(), kVectors.end(), [&](std::uint8_t vector) {
    return memory.read<std::uint16_t>(emu::PhysAddr(vector * 4u + 2)) != bios::rom::kSegment;
  });
}

std::string to_string(const Resting& resting) {
  const std::string since = format_time(resting.since);
  return resting.how == Rest::kKeyWait
             ? fmt::format("the loader has waited for a key since {}; nobody will type one", since)
             : fmt::format("the guest has been idle since {}: it only waits for time or interrupts", since);
}

std::optional<Resting> RestDetector::look(const emu::Machine& machine, const Activity& activity) {
  const Mark now{.time = machine.clock().now(), .idle = machine.idle_time(), .polls = machine.idle_polls()};
  const bool active = activity != last_;
  last_ = activity;
  if (active) quiet_since_ = now;
  if (active || !machine.waiting_in_bios()) blocked_since_ = now;

  const emu::Nanoseconds since = quiet_since_.time;
  if (now.time - blocked_since_.time >= kBlocked && !hooks_timer_or_keyboard(machine.memory())) {
    return Resting{Rest::kKeyWait, since};
  }
  const emu::Nanoseconds quiet = now.time - since;
  // The tenth that is not idle is what interrupt handlers and poll loops take.
  if (quiet < kIdle || now.idle - quiet_since_.idle < quiet / 10 * 9) return std::nullopt;
  const bool asks = machine.waiting_in_bios() || now.polls > quiet_since_.polls;
  return Resting{asks ? Rest::kKeyWait : Rest::kIdle, since};
}

}  // namespace bootsim
