#include "stage2/disk/device_name.h"

#include <gtest/gtest.h>

#include "text.h"

namespace stage2 {
namespace {

constexpr u8 kCd = 0xe0;

Device parsed(const char* name) {
  Device device;
  const Result result = parse_device(name, kCd, device);
  EXPECT_TRUE(result.ok()) << str(result.words());
  return device;
}

bool refused(const char* name, u8 cd = kCd) {
  Device device;
  return !parse_device(name, cd, device).ok();
}

TEST(DeviceName, Grub4dosNames) {
  EXPECT_EQ(parsed("fd0"), (Device{0x00, kWholeDrive}));
  EXPECT_EQ(parsed("fd1"), (Device{0x01, kWholeDrive}));
  EXPECT_EQ(parsed("hd0"), (Device{0x80, kWholeDrive}));
  EXPECT_EQ(parsed("hd1,4"), (Device{0x81, 4}));
  EXPECT_EQ(parsed("cd"), (Device{kCd, kWholeDrive}));
}

// seeds: `map /linux.iso (0xA0)`, `chainloader (0xa0h)`, `root (0a0h)`
TEST(DeviceName, DrivesByNumberInEachSpellingInUse) {
  EXPECT_EQ(parsed("0xA0").drive, 0xa0);
  EXPECT_EQ(parsed("0xa0h").drive, 0xa0);
  EXPECT_EQ(parsed("0a0h").drive, 0xa0);
  EXPECT_EQ(parsed("0xff").drive, 0xff);
  EXPECT_EQ(parsed("0x80,1"), (Device{0x80, 1}));
}

TEST(DeviceName, Grub2CountsPartitionsFromOne) {
  EXPECT_EQ(parsed("hd0,msdos1"), (Device{0x80, 0}));
  EXPECT_EQ(parsed("hd2,gpt3"), (Device{0x82, 2}));
  EXPECT_TRUE(refused("hd0,gpt0"));
}

TEST(DeviceName, RefusesWhatIsNone) {
  for (const char* name : {"", "hd", "hdx", "fd128", "0x100", "hd0,", "hd0,x", "hd0,256", "nvme0", "(hd0)"})
    EXPECT_TRUE(refused(name)) << name;
  EXPECT_TRUE(refused("cd", 0)) << "there is no CD drive";
}

TEST(DeviceName, IsWrittenAsItIsRead) {
  EXPECT_EQ(str(device_name({0x00, kWholeDrive})), "(fd0)");
  EXPECT_EQ(str(device_name({0x81, 4})), "(hd1,4)");
  EXPECT_EQ(str(device_name({0xe0, kWholeDrive})), "(0xE0)");
}

TEST(DeviceName, PathsWithAndWithoutADevice) {
  Device device{0x80, 2};
  bool has_device = true;
  Text path;
  EXPECT_TRUE(split_path("/boot/x", kCd, device, has_device, path).ok());
  EXPECT_FALSE(has_device);
  EXPECT_EQ(str(path), "/boot/x");
  EXPECT_TRUE(split_path("()/boot", kCd, device, has_device, path).ok());
  EXPECT_FALSE(has_device);
  EXPECT_EQ(device, (Device{0x80, 2}));
  EXPECT_TRUE(split_path("(hd1,0)+1", kCd, device, has_device, path).ok());
  EXPECT_TRUE(has_device);
  EXPECT_EQ(device, (Device{0x81, 0}));
  EXPECT_EQ(str(path), "+1");
  EXPECT_FALSE(split_path("(hd0/x", kCd, device, has_device, path).ok());
}

}  // namespace
}  // namespace stage2
