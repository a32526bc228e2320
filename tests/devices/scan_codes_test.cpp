#include "devices/scan_codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace devices {
namespace {

using ::testing::ElementsAre;

TEST(ScanCodes, PlainAndShiftedCharacters) {
  EXPECT_THAT(key_codes_for_character('a')->make, ElementsAre(0x1E));
  EXPECT_THAT(key_codes_for_character('a')->release, ElementsAre(0x9E));
  EXPECT_THAT(key_codes_for_character('A')->make, ElementsAre(0x2A, 0x1E));
  EXPECT_THAT(key_codes_for_character('A')->release, ElementsAre(0x9E, 0xAA));
  EXPECT_THAT(key_codes_for_character('/')->make, ElementsAre(0x35));
  EXPECT_THAT(key_codes_for_character('?')->make, ElementsAre(0x2A, 0x35));
  EXPECT_THAT(key_codes_for_character('\\')->make, ElementsAre(0x2B));
  EXPECT_THAT(key_codes_for_character('~')->make, ElementsAre(0x2A, 0x29));
  EXPECT_THAT(key_codes_for_character('\n')->make, ElementsAre(0x1C));
}

TEST(ScanCodes, EveryPrintableCharacterHasAKey) {
  for (char c = 0x20; c < 0x7F; ++c) EXPECT_TRUE(key_codes_for_character(c)) << c;
  EXPECT_FALSE(key_codes_for_character('\x7F'));
  EXPECT_FALSE(key_codes_for_character('\xE4'));
  EXPECT_FALSE(key_codes_for_character('\0'));
}

TEST(ScanCodes, NamesInAnyCase) {
  EXPECT_THAT(key_codes_for_name("ENTER")->make, ElementsAre(0x1C));
  EXPECT_THAT(key_codes_for_name("f12")->make, ElementsAre(0x58));
  EXPECT_THAT(key_codes_for_name("Down")->make, ElementsAre(0xE0, 0x50));
  EXPECT_THAT(key_codes_for_name("Down")->release, ElementsAre(0xE0, 0xD0));
  EXPECT_THAT(key_codes_for_name("A")->make, ElementsAre(0x2A, 0x1E));
  EXPECT_FALSE(key_codes_for_name("F13"));
  EXPECT_FALSE(key_codes_for_name(""));
}

TEST(ScanCodes, ChordsHoldModifiersAroundTheKey) {
  EXPECT_THAT(key_codes_for_name("Ctrl-B")->make, ElementsAre(0x1D, 0x30));
  EXPECT_THAT(key_codes_for_name("Ctrl-B")->release, ElementsAre(0xB0, 0x9D));
  EXPECT_THAT(key_codes_for_name("ctrl-alt-del")->make, ElementsAre(0x1D, 0x38, 0xE0, 0x53));
  EXPECT_THAT(key_codes_for_name("ctrl-alt-del")->release, ElementsAre(0xE0, 0xD3, 0xB8, 0x9D));
  EXPECT_THAT(key_codes_for_name("Ctrl--")->make, ElementsAre(0x1D, 0x0C));
  EXPECT_FALSE(key_codes_for_name("Ctrl-"));
  EXPECT_FALSE(key_codes_for_name("Enter-a"));
}

}  // namespace
}  // namespace devices
