#include "ui/panes/address_box.h"

#include <gtest/gtest.h>

namespace ui {
namespace {

TEST(AddressBox, DigitsAloneAreHexadecimal) {
  EXPECT_EQ(with_hexadecimal_digits("7C00"), "07C00h");
  EXPECT_EQ(with_hexadecimal_digits(" 8000 "), "08000h");
  EXPECT_EQ(with_hexadecimal_digits("f000"), "0f000h");
}

TEST(AddressBox, ExpressionsStayAsTheyAre) {
  for (const char* text : {"0000:7C00", "7C00h", "es:bx+2", "main", "0x413", ""})
    EXPECT_EQ(with_hexadecimal_digits(text), text);
}

}  // namespace
}  // namespace ui
