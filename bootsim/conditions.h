// Whether a condition holds: what is looked at every millisecond, and the events that happen in between.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/condition.h"
#include "devices/vga.h"
#include "emu/types.h"

namespace bootsim {

/// The part of a PC that conditions look at. Looking changes nothing.
class Guest {
 public:
  virtual ~Guest() = default;
  /// The text screen's lines joined by newlines, blanks at their ends removed; empty in graphics modes.
  virtual const std::string& screen() = 0;
  /// Differs when screen() may differ.
  virtual std::uint64_t screen_version() = 0;
  /// Everything that COM1 has sent.
  virtual std::string_view serial() = 0;
  virtual std::optional<devices::Resolution> graphics() = 0;
};

/// What happens at an instant, so that looking would come too late.
struct GuestEvent {
  enum class Kind { kCall, kAddress, kProtectedMode, kKernel, kHalt, kReset } kind = Kind::kCall;
  std::uint8_t vector = 0;   ///< kCall
  std::uint16_t ax = 0;      ///< kCall
  std::uint64_t linear = 0;  ///< kAddress
};

/// The interrupts whose calls conditions wait for.
std::bitset<256> called_vectors(std::span<const Condition> conditions);

/// A condition that is being waited for. Once it has held, it holds.
class WatchedCondition {
 public:
  explicit WatchedCondition(Condition condition);

  const Condition& condition() const { return condition_; }
  bool holds() const { return holds_; }
  /// Searches the screen, the serial log or the display mode, when they have changed. Returns holds().
  bool look(Guest& guest);
  /// Returns holds().
  bool notice(const GuestEvent& event);

 private:
  bool matches(const GuestEvent& event) const;

  Condition condition_;
  std::optional<GrowingSearch> serial_;
  std::optional<std::uint64_t> screen_version_;
  bool holds_ = false;
};

}  // namespace bootsim
