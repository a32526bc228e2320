#include "devices/calendar.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

#include <fmt/core.h>

#include "emu/error.h"

namespace devices {

CalendarDate calendar_date(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(weekday(day).c_encoding()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

std::string date_words(std::int64_t seconds) {
  const CalendarDate d = calendar_date(seconds);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", d.year, d.month, d.day, d.hour, d.minute, d.second);
}

std::int64_t seconds_of(const CalendarDate& f) {
  using namespace std::chrono;
  const int month = std::clamp(f.month, 1, 12);
  const sys_days first = year_month_day(year(f.year), std::chrono::month(static_cast<unsigned>(month)), day(1));
  return (first.time_since_epoch().count() + f.day - 1) * kDaySeconds + f.hour * 3600 + f.minute * 60 + f.second;
}

std::int64_t parse_date(std::string_view iso) {
  // The fields at their fixed places: 2024-01-31T23:59:58Z
  std::string_view text = iso;
  if (text.ends_with('Z')) text.remove_suffix(1);
  bool good = text.size() == 10 || text.size() == 16 || text.size() == 19;
  auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    if (at >= text.size()) return 0;
    const char* end = text.data() + at + digits;
    const auto result = std::from_chars(text.data() + at, end, value);
    if (result.ptr != end || text[at] < '0') good = false;
    return value;
  };
  auto separator = [&](std::size_t at, std::string_view allowed) {
    if (at < text.size() && allowed.find(text[at]) == std::string_view::npos) good = false;
  };
  CalendarDate f{};
  if (good) {
    separator(4, "-"), separator(7, "-"), separator(10, "T "), separator(13, ":"), separator(16, ":");
    f = {number(0, 4), number(5, 2), number(8, 2), 0, number(11, 2), number(14, 2), number(17, 2)};
  }
  if (good) {
    using namespace std::chrono;
    const year_month_day date(year(f.year), month(static_cast<unsigned>(f.month)), day(static_cast<unsigned>(f.day)));
    good = date.ok() && f.year >= 1980 && f.year <= 2099 && f.hour < 24 && f.minute < 60 && f.second < 60;
  }
  if (!good)
    throw emu::Error(emu::ErrorKind::kUsage, "'" + std::string(iso) +
                                                 "' is not a date that a PC's clock can show; give one like "
                                                 "2024-02-29T12:34:56, from 1980 to 2099");
  return seconds_of(f);
}

}  // namespace devices
