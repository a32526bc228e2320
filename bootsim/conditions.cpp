#include "bootsim/conditions.h"

namespace bootsim {

using Kind = Condition::Kind;

std::bitset<256> called_vectors(std::span<const Condition> conditions) {
  std::bitset<256> vectors;
  for (const Condition& condition : conditions) {
    if (condition.kind == Kind::kCall) vectors.set(condition.vector);
  }
  return vectors;
}

WatchedCondition::WatchedCondition(Condition condition) : condition_(std::move(condition)) {
  if (condition_.kind == Kind::kSerial) serial_.emplace(*condition_.pattern);
}

bool WatchedCondition::look(Guest& guest) {
  if (holds_) return true;
  if (condition_.kind == Kind::kSerial) {
    holds_ = serial_->look(guest.serial());
  } else if (condition_.kind == Kind::kGraphics) {
    const auto resolution = guest.graphics();
    holds_ = resolution && resolution->width == condition_.width && resolution->height == condition_.height;
  } else if (condition_.kind == Kind::kScreen && screen_version_ != guest.screen_version()) {
    screen_version_ = guest.screen_version();
    holds_ = condition_.pattern->matches(guest.screen());
  }
  return holds_;
}

bool WatchedCondition::notice(const GuestEvent& event) {
  holds_ = holds_ || matches(event);
  return holds_;
}

bool WatchedCondition::matches(const GuestEvent& event) const {
  switch (event.kind) {
    case GuestEvent::Kind::kCall:
      if (condition_.kind != Kind::kCall || condition_.vector != event.vector) return false;
      return !condition_.function || *condition_.function == (condition_.function_is_ax ? event.ax : event.ax >> 8);
    case GuestEvent::Kind::kAddress:
      return condition_.kind == Kind::kAddress && condition_.address.linear() == event.linear;
    case GuestEvent::Kind::kProtectedMode: return condition_.kind == Kind::kProtectedMode;
    case GuestEvent::Kind::kKernel: return condition_.kind == Kind::kKernel;
    case GuestEvent::Kind::kHalt: return condition_.kind == Kind::kHalt;
    case GuestEvent::Kind::kReset: return condition_.kind == Kind::kReset;
  }
  return false;
}

}  // namespace bootsim
