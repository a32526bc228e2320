#include "devices/calendar.h"

#include <gtest/gtest.h>

#include "emu/error.h"

namespace devices {
namespace {

constexpr std::int64_t k2024 = 1'704'067'200;  // date -ud 2024-01-01 +%s

TEST(Calendar, ParsesIsoDates) {
  EXPECT_EQ(parse_date("2024-01-01"), k2024);
  EXPECT_EQ(parse_date("2024-01-01T00:01"), k2024 + 60);
  EXPECT_EQ(parse_date("2024-01-01 00:00:01Z"), k2024 + 1);
}

TEST(Calendar, RefusesWhatIsNoDate) {
  for (const char* bad : {"", "2024", "2023-02-29", "2024-13-01", "2024-01-01T24:00", "1979-12-31", "2100-01-01",
                          "2024/01/01", "2024-01-01T00:00:0x", "2024-01-01T-1:00", "20240101T000000Z00"})
    EXPECT_THROW(parse_date(bad), emu::Error) << bad;
}

TEST(Calendar, NamesDates) {  // date -ud @951827696; a Tuesday
  EXPECT_EQ(date_words(951'827'696), "2000-02-29 12:34:56");
  EXPECT_EQ(calendar_date(951'827'696).weekday, 2);
}

TEST(Calendar, CountsOnWhereFieldsAreOutOfRange) {
  EXPECT_EQ(seconds_of({2023, 2, 30, 0, 0, 0, 0}), parse_date("2023-03-02"));
  EXPECT_EQ(seconds_of({2024, 0, 1, 0, 24, 60, 60}), k2024 + kDaySeconds + 3600 + 60);
}

}  // namespace
}  // namespace devices
