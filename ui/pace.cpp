#include "ui/pace.h"

#include <algorithm>

namespace ui {
namespace {

int slowness(Speed speed) {
  switch (speed) {
    case Speed::kThousandth: return 1000;
    case Speed::kHundredth: return 100;
    case Speed::kTenth: return 10;
    default: return 1;
  }
}

}  // namespace

void Pace::begin(Speed speed, emu::Nanoseconds now, emu::Nanoseconds idle, Clock::time_point host) {
  speed_ = speed;
  passed_ = speed == Speed::kFull ? idle : now;
  asked_ = due_ = host;
}

std::chrono::nanoseconds Pace::ahead(emu::Nanoseconds now, emu::Nanoseconds idle, Clock::time_point host) {
  if (speed_ == Speed::kUnlimited) return std::chrono::nanoseconds(0);
  const emu::Nanoseconds passed = speed_ == Speed::kFull ? idle : now;
  due_ = std::max(due_, asked_) + std::chrono::nanoseconds((passed - passed_) * slowness(speed_));
  passed_ = passed;
  asked_ = host;
  return due_ - host;
}

}  // namespace ui
