// Dates as a PC's clock counts them: the Gregorian calendar, without time zones and leap seconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace devices {

inline constexpr std::int64_t kDaySeconds = 86'400;

/// Month and day from 1; weekday 0 is Sunday.
struct CalendarDate {
  int year, month, day, weekday, hour, minute, second;
};

/// `seconds` since 1970-01-01 00:00.
CalendarDate calendar_date(std::int64_t seconds);
/// "2024-01-01 00:00:20".
std::string date_words(std::int64_t seconds);
/// The other way; the weekday does not count. Accepts what a guest may write: fields out of range count on (February
/// 30th is March 1st or 2nd), but for the month.
std::int64_t seconds_of(const CalendarDate& date);
/// "2024-02-29", "2024-02-29T12:34", "2024-02-29T12:34:56", also with a space for the T and a final Z, in
/// seconds since 1970. Years 1980-2099. Throws emu::Error(kUsage) otherwise.
std::int64_t parse_date(std::string_view iso);

}  // namespace devices
