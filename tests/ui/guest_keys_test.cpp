#include "ui/guest_keys.h"

#include <algorithm>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "bootsim/keys.h"
#include "devices/scan_codes.h"

namespace ui {
namespace {

// HID usages from the table of HID Usage Tables 1.12, page 07h; scan codes as the names of --type give them.
struct Key {
  int usage;
  const char* name;
};

TEST(GuestKeys, SendWhatTheKeysOfTheSameNameSend) {
  for (const Key& key :
       {Key{0x04, "A"},      {0x1D, "Z"},     {0x1E, "1"},     {0x27, "0"},    {0x28, "Enter"}, {0x29, "Esc"},
        {0x2A, "Backspace"}, {0x2B, "Tab"},   {0x2C, "Space"}, {0x3A, "F1"},   {0x43, "F10"},   {0x44, "F11"},
        {0x45, "F12"},       {0x49, "Ins"},   {0x4A, "Home"},  {0x4B, "PgUp"}, {0x4C, "Del"},   {0x4D, "End"},
        {0x4E, "PgDn"},      {0x4F, "Right"}, {0x50, "Left"},  {0x51, "Down"}, {0x52, "Up"}}) {
    const auto codes = devices::key_codes_for_name(key.name);
    ASSERT_TRUE(codes) << key.name;
    // Grey keys may come with Shift codes around them; what counts is the key's own.
    const std::vector<std::uint8_t> make = scan_code(key.usage, true), release = scan_code(key.usage, false);
    ASSERT_GE(codes->make.size(), make.size()) << key.name;
    EXPECT_TRUE(std::equal(make.rbegin(), make.rend(), codes->make.rbegin())) << key.name;
    EXPECT_TRUE(std::search(codes->release.begin(), codes->release.end(), release.begin(), release.end()) !=
                codes->release.end())
        << key.name;
  }
}

TEST(GuestKeys, ModifiersAreKeysToo) {
  EXPECT_EQ(scan_code(0xE1, true), std::vector<std::uint8_t>{0x2A});          // left Shift
  EXPECT_EQ(scan_code(0xE5, false), std::vector<std::uint8_t>{0xB6});         // right Shift
  EXPECT_EQ(scan_code(0xE4, true), (std::vector<std::uint8_t>{0xE0, 0x1D}));  // right Ctrl
}

TEST(GuestKeys, UnknownKeysSendNothing) {
  EXPECT_TRUE(scan_code(0, true).empty());
  EXPECT_TRUE(scan_code(0x66, true).empty());
  EXPECT_TRUE(scan_code(0xE8, true).empty());
  EXPECT_TRUE(scan_code(-1, true).empty());
}

TEST(GuestKeys, EverySpecialKeyCanBeTyped) {
  for (const std::string_view name : special_keys())
    EXPECT_NO_THROW(bootsim::parse_keys(fmt::format("<{}>", name))) << name;
}

}  // namespace
}  // namespace ui
