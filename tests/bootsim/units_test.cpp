#include "bootsim/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/error.h"

namespace bootsim {
namespace {

TEST(Time, TakesUnitsAndFractions) {
  EXPECT_EQ(parse_time("500ms"), 500'000'000);
  EXPECT_EQ(parse_time("30s"), 30'000'000'000);
  EXPECT_EQ(parse_time("2m"), 120'000'000'000);
  EXPECT_EQ(parse_time("1.5s"), 1'500'000'000);
  EXPECT_EQ(parse_time("10us"), 10'000);
  EXPECT_EQ(parse_time("0s"), 0);
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"", "30", "s", "-1s", "1 s", "1e3s", "5x", "1..2s", "99999999999999h"}) {
    EXPECT_THROW(parse_time(text), emu::Error) << text;
  }
}

TEST(Size, IsInPowersOf1024) {
  EXPECT_EQ(parse_size("640K"), 655360u);
  EXPECT_EQ(parse_size("128M"), 128u << 20);
  EXPECT_EQ(parse_size("1g"), 1u << 30);
  EXPECT_THROW(parse_size("128"), emu::Error);
}

TEST(DriveNumber, TakesTheFieldsNotations) {
  EXPECT_EQ(parse_drive("80h"), 0x80);
  EXPECT_EQ(parse_drive("0x80"), 0x80);
  EXPECT_EQ(parse_drive("E0h"), 0xE0);
  EXPECT_EQ(parse_drive("0"), 0x00);
  EXPECT_THROW(parse_drive("100h"), emu::Error);
  EXPECT_THROW(parse_drive("e0"), emu::Error);
}

TEST(BootOrder, MixesKindsAndDriveNumbers) {
  const auto order = parse_boot_order("cd,81h,floppy");
  ASSERT_EQ(order.size(), 3u);
  EXPECT_EQ(order[0].kind, bios::BootTarget::Kind::kCd);
  EXPECT_EQ(order[1].kind, bios::BootTarget::Kind::kDriveNumber);
  EXPECT_EQ(order[1].drive, 0x81);
  EXPECT_EQ(order[2].kind, bios::BootTarget::Kind::kFloppy);
  EXPECT_THROW(parse_boot_order("cd,"), emu::Error);
}

TEST(FaultSpec, CallWithStatus) {
  const bios::Fault fault = parse_fault("call=3:80", bios::Fault::On::kRead);
  EXPECT_EQ(fault.call, 3u);
  EXPECT_EQ(fault.status, 0x80);
  EXPECT_FALSE(fault.lba_first);
}

TEST(FaultSpec, LbaAloneIsARangeOfOneWithSectorNotFound) {
  const bios::Fault fault = parse_fault("lba=63", bios::Fault::On::kWrite);
  EXPECT_EQ(fault.on, bios::Fault::On::kWrite);
  EXPECT_EQ(fault.lba_first, 63u);
  EXPECT_EQ(fault.lba_last, 63u);
  EXPECT_EQ(fault.status, 0x04);
}

TEST(FaultSpec, PartsCombine) {
  const bios::Fault fault = parse_fault("lba=10-20:10,short,every=2", bios::Fault::On::kRead);
  EXPECT_EQ(fault.lba_last, 20u);
  EXPECT_EQ(fault.every, 2u);
  EXPECT_TRUE(fault.short_transfer);
  EXPECT_EQ(fault.status, 0x10);
}

TEST(FaultSpec, MediaChangeIsItsOwnKind) {
  const bios::Fault fault = parse_fault("media-change=5", bios::Fault::On::kRead);
  EXPECT_EQ(fault.on, bios::Fault::On::kMediaChange);
  EXPECT_EQ(fault.call, 5u);
}

TEST(FaultSpec, RefusesNonsense) {
  for (const char* text :
       {"", "call", "call=0", "call=1:", "call=1:100", "lba=9-3", "short=1", "often", "call=1,media-change=2"}) {
    EXPECT_THROW(parse_fault(text, bios::Fault::On::kRead), emu::Error) << text;
  }
}

}  // namespace
}  // namespace bootsim
