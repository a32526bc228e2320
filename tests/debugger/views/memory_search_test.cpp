#include "debugger/views/memory_search.h"

#include <string_view>

#include <gtest/gtest.h>

#include "emu/error.h"

namespace debugger::views {
namespace {

BytePattern text(std::string_view characters) {
  BytePattern pattern;
  for (const char c : characters) pattern.push_back(static_cast<std::uint8_t>(c));
  return pattern;
}

TEST(ParseBytes, TakesDigitsWithAndWithoutSpaces) {
  EXPECT_EQ(parse_bytes("EB 3c 90"), (BytePattern{0xEB, 0x3C, 0x90}));
  EXPECT_EQ(parse_bytes("55AA"), (BytePattern{0x55, 0xAA}));
  EXPECT_EQ(parse_bytes("EB ?? 90"), (BytePattern{0xEB, std::nullopt, 0x90}));
}

TEST(ParseBytes, TakesTextForWhatIsNotDigits) {
  EXPECT_EQ(parse_bytes("GRUB"), text("GRUB"));
  EXPECT_EQ(parse_bytes("\"BEEF\""), text("BEEF"));
  EXPECT_EQ(parse_bytes("abc"), text("abc"));  // an odd number of digits
}

TEST(ParseBytes, RefusesNothingAndTooMuch) {
  EXPECT_THROW(parse_bytes(""), emu::Error);
  EXPECT_THROW(parse_bytes("\"\""), emu::Error);
  EXPECT_THROW(parse_bytes(std::string(300, 'x')), emu::Error);
}

class FindBytes : public testing::Test {
 protected:
  FindBytes() { machine_.reset(); }
  void put(std::uint64_t at, std::string_view characters) {
    machine_.memory().write(emu::PhysAddr(at),
                            std::span(reinterpret_cast<const std::uint8_t*>(characters.data()), characters.size()));
  }
  emu::Machine machine_{emu::Machine::Options{.ram_size = 4u << 20}};
};

TEST_F(FindBytes, FindsTheNextOneAndGoesAround) {
  put(0x7C03, "GRUB");
  put(0x200000, "GRUB");
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0, false), 0x7C03u);
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0x7C04, false), 0x200000u);
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0x200001, false), 0x7C03u);
  EXPECT_EQ(find_bytes(machine_, text("LILO"), 0, false), std::nullopt);
}

TEST_F(FindBytes, FindsTheOneBefore) {
  put(0x7C03, "GRUB");
  put(0x200000, "GRUB");
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0x200000, true), 0x200000u);
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0x1FFFFF, true), 0x7C03u);
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0x1000, true), 0x200000u);
}

TEST_F(FindBytes, FindsWhatLiesAcrossTwoPieces) {
  put(0x1FFFFE, "GRUB");  // pieces of 1 MiB
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0, false), 0x1FFFFEu);
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0x3FFFFF, true), 0x1FFFFEu);
}

TEST_F(FindBytes, AnyByteMatchesAQuestionMark) {
  put(0x500, "a1b");
  EXPECT_EQ(find_bytes(machine_, {'a', std::nullopt, 'b'}, 0, false), 0x500u);
}

TEST_F(FindBytes, EndsWithTheMemory) {
  put((4 << 20) - 4, "GRUB");
  EXPECT_EQ(find_bytes(machine_, text("GRUB"), 0, false), (4u << 20) - 4);
  EXPECT_EQ(find_bytes(machine_, text("GRUBX"), 0, false), std::nullopt);
}

}  // namespace
}  // namespace debugger::views
