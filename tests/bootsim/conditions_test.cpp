#include "bootsim/conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/error.h"

namespace bootsim {
namespace {

class FakeGuest : public Guest {
 public:
  const std::string& screen() override {
    ++screens_read;
    return screen_text;
  }
  std::uint64_t screen_version() override { return version; }
  std::string_view serial() override { return serial_text; }
  std::optional<devices::Resolution> graphics() override { return resolution; }

  std::string screen_text, serial_text;
  std::uint64_t version = 0;
  int screens_read = 0;
  std::optional<devices::Resolution> resolution;
};

bool holds(const char* text, FakeGuest& guest) { return WatchedCondition(parse_condition(text)).look(guest); }

bool holds(const char* text, const GuestEvent& event) { return WatchedCondition(parse_condition(text)).notice(event); }

TEST(ConditionText, RefusesWhatIsNoCondition) {
  for (const char* text :
       {"", "screen", "grub>", "graphics:640", "graphics:x480", "graphics:0x0", "graphics:640x0", "call:int",
        "call:int100", "call:int13/", "call:int13/12345", "addr:7C00", "addr:10000:0", "Kernel", "serial:*"}) {
    EXPECT_THROW(parse_condition(text), emu::Error) << text;
  }
}

TEST(ScreenCondition, SearchesLinesJoinedByNewlines) {
  FakeGuest guest;
  guest.screen_text = "GNU GRUB\n\nMemtest86+ ─";
  EXPECT_TRUE(holds(R"(screen:GNU GRUB[\s\S]*Memtest86\+ .$)", guest));
  EXPECT_FALSE(holds("screen:GRUB.*Memtest", guest));
  EXPECT_TRUE(holds("screen:", guest));
}

TEST(ScreenCondition, IsSearchedOnlyWhenTheScreenChanged) {
  FakeGuest guest;
  WatchedCondition condition(parse_condition("screen:ready"));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(condition.look(guest));
  EXPECT_EQ(guest.screens_read, 1);
  guest.screen_text = "ready";
  guest.version = 1;
  EXPECT_TRUE(condition.look(guest));
  EXPECT_EQ(guest.screens_read, 2);
}

TEST(SerialCondition, FindsTextThatArrivesInPieces) {
  FakeGuest guest;
  WatchedCondition condition(parse_condition(R"(serial:(?m)^login:\s*$)"));
  for (const char* piece : {"boot\r\nlo", "g", "in", ": \r\n"}) {
    EXPECT_FALSE(condition.holds());
    guest.serial_text += piece;
    condition.look(guest);
  }
  EXPECT_TRUE(condition.holds());
}

TEST(GraphicsCondition, ComparesTheResolution) {
  FakeGuest guest;
  EXPECT_FALSE(holds("graphics:640x480", guest));
  guest.resolution = devices::Resolution{640, 480, 8};
  EXPECT_TRUE(holds("graphics:640x480", guest));
  EXPECT_FALSE(holds("graphics:800x600", guest));
}

TEST(CallCondition, MatchesInterruptAhOrAx) {
  const GuestEvent e820{.kind = GuestEvent::Kind::kCall, .vector = 0x15, .ax = 0xE820};
  EXPECT_TRUE(holds("call:int15", e820));
  EXPECT_TRUE(holds("call:int15/e8", e820));
  EXPECT_TRUE(holds("call:15/E820", e820));
  EXPECT_FALSE(holds("call:int15/e801", e820));
  EXPECT_FALSE(holds("call:int13/e8", e820));
}

TEST(EventConditions, HoldForTheirEventOnly) {
  using Kind = GuestEvent::Kind;
  EXPECT_TRUE(holds("halt", {.kind = Kind::kHalt}));
  EXPECT_TRUE(holds("reset", {.kind = Kind::kReset}));
  EXPECT_TRUE(holds("kernel", {.kind = Kind::kKernel}));
  EXPECT_TRUE(holds("protected-mode", {.kind = Kind::kProtectedMode}));
  EXPECT_TRUE(holds("addr:07C0:0000", {.kind = Kind::kAddress, .linear = 0x7C00}));
  EXPECT_FALSE(holds("addr:07C0:0000", {.kind = Kind::kAddress, .linear = 0x7C01}));
  EXPECT_FALSE(holds("halt", {.kind = Kind::kReset}));
}

TEST(GrowingSearchTest, OpenEndedPatternOverALongLogIsNotQuadratic) {
  GrowingSearch search(Pattern(R"(BEGIN[\s\S]*END)", Pattern::Text::kBytes));
  std::string log = "BEGIN";
  // A quadratic search would look at 2 * 10^11 bytes here.
  for (int i = 0; i < 200'000; ++i) {
    log += "0123456789";
    ASSERT_FALSE(search.look(log));
  }
  log += "END";
  search.look(log);
  EXPECT_TRUE(search.look(log));  // at the latest when the log pauses
}

TEST(GrowingSearchTest, LookbehindSeesTextBeforeTheSearchedPart) {
  GrowingSearch search(Pattern("(?<=ab)c", Pattern::Text::kBytes));
  EXPECT_FALSE(search.look("ab"));
  EXPECT_TRUE(search.look("abc"));
}

}  // namespace
}  // namespace bootsim
