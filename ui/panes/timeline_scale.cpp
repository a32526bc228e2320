#include "ui/panes/timeline_scale.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace ui {
namespace {

/// Of what is in view, before the first and behind the last moment.
constexpr double kRoom = 0.03;

/// 1, 2 or 5 times a power of ten, at least `least`.
double round_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= least * 0.999) return power * factor;
  }
  return power * 10;
}

/// In the unit that the whole picture is about, with the digits that tell ticks apart.
std::string label(double time, double step, double largest) {
  struct Unit {
    double nanoseconds;
    const char* name;
  };
  constexpr Unit kUnits[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}};
  const Unit* unit = &kUnits[0];
  while (unit->nanoseconds > 1 && largest < unit->nanoseconds) ++unit;
  const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step / unit->nanoseconds) - 1e-9)));
  return fmt::format("{:.{}f} {}", time / unit->nanoseconds, digits, unit->name);
}

}  // namespace

void TimeScale::fit(emu::Nanoseconds from, emu::Nanoseconds to) {
  const double length = std::max(kLeastSpan, static_cast<double>(to - from));
  from_ = static_cast<double>(from) - length * kRoom;
  span_ = length * (1 + 2 * kRoom);
}

void TimeScale::zoom(float x, double factor, emu::Nanoseconds end) {
  const double part = static_cast<double>(x / width_), at = from_ + span_ * part;
  span_ = std::clamp(span_ * factor, kLeastSpan, std::max(kLeastSpan, static_cast<double>(end) * 1.5));
  from_ = at - span_ * part;
  keep_inside(end);
}

void TimeScale::pan(float pixels, emu::Nanoseconds end) {
  from_ += static_cast<double>(pixels) * nanoseconds_per_pixel();
  keep_inside(end);
}

void TimeScale::keep_inside(emu::Nanoseconds end) {
  const double room = span_ * kRoom, last = static_cast<double>(end);
  from_ = std::min(from_, std::max(0.0, last - span_ / 2));
  from_ = std::max(from_, -room);
}

emu::Nanoseconds TimeScale::time_at(float x) const {
  return std::max<emu::Nanoseconds>(
      0, static_cast<emu::Nanoseconds>(std::llround(from_ + static_cast<double>(x) * nanoseconds_per_pixel())));
}

std::vector<TimeScale::Tick> TimeScale::ticks(float spacing) const {
  const double step = std::max(1.0, round_step(static_cast<double>(spacing) * nanoseconds_per_pixel()));
  std::vector<Tick> ticks;
  for (double n = std::max(0.0, std::ceil(from_ / step)); n * step <= from_ + span_; ++n)
    ticks.push_back({static_cast<emu::Nanoseconds>(std::llround(n * step)), label(n * step, step, from_ + span_)});
  return ticks;
}

}  // namespace ui
