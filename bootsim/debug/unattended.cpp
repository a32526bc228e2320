#include "bootsim/debug/unattended.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "bootsim/units.h"

namespace bootsim {
namespace {

/// Moves when the guest takes a key from the BIOS (RBIL MEM 0040h:001Ah): whoever types gives it something to do.
constexpr emu::PhysAddr kKeyBufferHead{0x41A};

}  // namespace

Unattended::Unattended(Assembly& assembly, debugger::Debugger& debugger, const QueuedKeys& keys,
                       const RunOptions& options)
    : debugger_(debugger), keys_(keys), options_(options), serial_(assembly.serial()), guest_(assembly.pc(), serial_) {
  debugger_.gives_up = [this](emu::Nanoseconds began) { return look(began); };
}

std::optional<std::string> Unattended::look(emu::Nanoseconds began) {
  const emu::Nanoseconds now = debugger_.machine().clock().now();
  const bool same_motion = std::exchange(began_, began) == began;
  const bool goes_on = std::exchange(last_look_, now) <= now && same_motion;
  if (!goes_on) rest_ = {};  // time has jumped, or the user has done something
  if (auto words = limit_words(std::max(now - began, began - now))) {
    reached_limit_ = true;
    return words;
  }
  return now < began ? std::nullopt : rest_words();  // going back nothing is waited for
}

std::optional<std::string> Unattended::limit_words(emu::Nanoseconds lasts) {
  if (lasts >= options_.limit)
    return fmt::format("the limit of {} virtual time was reached (--limit)", format_time(options_.limit));
  const std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - start_;
  if (options_.wall_limit && spent.count() >= *options_.wall_limit)
    return fmt::format("the limit of {} host time was reached (--wall-limit)", format_time(*options_.wall_limit));
  return std::nullopt;
}

std::optional<std::string> Unattended::rest_words() {
  const emu::Machine& machine = debugger_.machine();
  const std::optional<Resting> rest =
      rest_.look(machine, {.screen_version = guest_.screen_version(),
                           .serial_bytes = serial_.size(),
                           .disk_calls = debugger_.calls().count(),
                           .keys = machine.memory().read<std::uint16_t>(kKeyBufferHead)});
  return rest && !keys_.typing() ? std::optional(to_string(*rest)) : std::nullopt;
}

}  // namespace bootsim
