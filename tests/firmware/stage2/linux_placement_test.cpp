#include "stage2/linux/placement.h"

#include <gtest/gtest.h>

#include <vector>

#include "text.h"

namespace stage2 {
namespace {

// RAM from 1 MiB to `end`, with one range taken.
class Memory final : public LinuxMemory {
 public:
  explicit Memory(u32 end, u32 taken = 0, u32 taken_end = 0) : end_(end), taken_(taken), taken_end_(taken_end) {}
  bool is_free(u32 at, u32 length) override {
    const u64 last = u64{at} + length;
    return at >= 0x100000 && last <= end_ && (last <= taken_ || at >= taken_end_);
  }
  u32 find(u32 length, u32 alignment) override {
    for (u64 at = alignment; at < end_; at += alignment)
      if (is_free(u32(at), length)) return u32(at);
    return 0;
  }

 private:
  u32 end_, taken_, taken_end_;
};

LinuxHeader movable() {
  LinuxHeader header;
  header.protocol = 0x020f;
  header.loaded_high = true;
  header.code_bytes = 0x800000;
  header.command_line_limit = 2047;
  header.initrd_addr_max = 0x7fffffff;
  header.relocatable = true;
  header.alignment = 0x200000;
  header.min_alignment = 0x2000;
  header.pref_address = 0x1000000;
  header.init_size = 0x2000000;
  return header;
}

TEST(LinuxPlacement, ARelocatableKernelLiesWhereItPrefers) {
  Memory memory(0x8000000);
  LinuxPlacement at;
  ASSERT_TRUE(place_linux_code("k", movable(), memory, at).ok());
  EXPECT_EQ(at.code, 0x1000000u);
  const LinuxExtent extent = linux_extent(movable(), at);
  EXPECT_EQ(extent.end, 0x3000000u);
}

TEST(LinuxPlacement, AtOneMiBWhenItsFavouritePlaceIsTaken) {
  // From 1 MiB a kernel goes on to pref_address; the taken range lies behind what it needs there.
  LinuxHeader header = movable();
  header.pref_address = 0x100000;
  header.alignment = 0x100000;
  Memory memory(0x4000000, 0x3000000, 0x4000000);
  LinuxPlacement at;
  ASSERT_TRUE(place_linux_code("k", header, memory, at).ok());
  EXPECT_EQ(at.code, 0x100000u);
}

TEST(LinuxPlacement, AboveWhatIsTaken) {
  Memory memory(0x8000000, 0x1800000, 0x1900000);
  LinuxPlacement at;
  ASSERT_TRUE(place_linux_code("k", movable(), memory, at).ok());
  EXPECT_EQ(at.code, 0x1a00000u);
  EXPECT_EQ(at.alignment, 0x200000u);
}

TEST(LinuxPlacement, WithLessAlignmentWhenMemoryIsShort) {
  Memory memory(0x3900000, 0x1800000,
                0x1900000);  // 2000000h bytes behind the taken range, as many as it needs
  LinuxPlacement at;
  ASSERT_TRUE(place_linux_code("k", movable(), memory, at).ok());
  EXPECT_EQ(at.code, 0x1900000u);
  EXPECT_EQ(at.alignment, 0x100000u);
}

TEST(LinuxPlacement, TooLittleMemoryIsRefusedInWords) {
  Memory memory(0x2000000);
  LinuxPlacement at;
  const Result result = place_linux_code("k", movable(), memory, at);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(str(result.words()), "k needs memory from 100000h to 3000000h to start, and not all of it is free");
}

TEST(LinuxPlacement, AKernelBefore202LiesAt90000h) {
  LinuxHeader header;
  header.protocol = 0x0201;
  header.loaded_high = true;
  header.command_line_limit = 255;
  LinuxPlacement at;
  ASSERT_TRUE(place_linux_low("k", header, 0x9fc00, at).ok());
  EXPECT_EQ(at.real_mode(), 0x90000u);
  EXPECT_EQ(at.command_line(), 0x99800u);
  EXPECT_FALSE(place_linux_low("k", header, 0x98000, at).ok());  // an EBDA in the way
}

TEST(LinuxPlacement, OnlyFieldsOfTheProtocolAreWritten) {
  LinuxHeader header;
  header.protocol = 0x0200;
  LinuxPlacement at;
  ASSERT_TRUE(place_linux_low("k", header, 0x9fc00, at).ok());
  std::vector<u8> image(0x300, 0xcc);
  image[0x211] = 0;
  LinuxBootValues values;
  values.command_line_length = 5;
  fill_linux_header(header, at, values, image.data());
  EXPECT_EQ(image[0x210], 0xff);
  EXPECT_EQ(image[0x211], 0);  // CAN_USE_HEAP came with heap_end_ptr
  EXPECT_EQ(image[0x224], 0xcc);
  EXPECT_EQ(image[0x228], 0xcc);
  EXPECT_EQ(lib32::le16(image.data() + 0x20), 0xa33f);
  EXPECT_EQ(lib32::le16(image.data() + 0x22), 0x9800);
  EXPECT_EQ(lib32::le16(image.data() + 0x212), 0x9806);  // up to the command line's end
}

TEST(LinuxPlacement, AnOldKernelsCodeIsNotTouched) {
  LinuxHeader header;  // without HdrS there is code behind 200h
  LinuxPlacement at;
  ASSERT_TRUE(place_linux_low("k", header, 0x9fc00, at).ok());
  std::vector<u8> image(0x300, 0xcc);
  fill_linux_header(header, at, {}, image.data());
  for (size_t i = 0x200; i < image.size(); ++i) EXPECT_EQ(image[i], 0xcc) << i;
}

}  // namespace
}  // namespace stage2
