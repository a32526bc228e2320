#include "stage2/linux/command_line.h"

#include <gtest/gtest.h>

namespace stage2 {
namespace {

int mode(Text line) {
  u16 value;
  return video_mode(line, value) ? value : -1;
}

TEST(LinuxCommandLine, VgaTakesWordsAndNumbersInCNotation) {
  EXPECT_EQ(mode("vga=normal"), 0xffff);
  EXPECT_EQ(mode("quiet vga=ext"), 0xfffe);
  EXPECT_EQ(mode("vga=ask quiet"), 0xfffd);
  EXPECT_EQ(mode("vga=791"), 791);
  EXPECT_EQ(mode("vga=0x317"), 0x317);
  EXPECT_EQ(mode("vga=017"), 15);
  EXPECT_EQ(mode("vga=1 vga=2"), 2);
}

TEST(LinuxCommandLine, OtherVgaIsNone) {
  for (const char* line :
       {"", "vga", "vga=", "vga=x", "vga=0x", "vga=65536", "vga=5x", "savga=5", "vga=99999999999999999999"})
    EXPECT_EQ(mode(line), -1) << line;
}

TEST(LinuxCommandLine, MemLowersTheEndOfMemory) {
  EXPECT_EQ(memory_end("mem=64M", 1 << 30), 64u << 20);
  EXPECT_EQ(memory_end("mem=65536k", 1 << 30), 64u << 20);
  EXPECT_EQ(memory_end("mem=0x4000000", 1 << 30), 64u << 20);
  EXPECT_EQ(memory_end("mem=1G x", u64{4} << 30), 1u << 30);
}

TEST(LinuxCommandLine, MemNeverRaisesIt) {
  for (const char* line : {"", "mem=2G", "mem=nopentium", "mem=0", "mem=64Q", "mem=64M@16M", "memory=64M"})
    EXPECT_EQ(memory_end(line, 1 << 30), 1u << 30) << line;
}

}  // namespace
}  // namespace stage2
