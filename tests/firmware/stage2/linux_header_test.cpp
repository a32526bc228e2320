#include "stage2/linux/header.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "text.h"

namespace stage2 {
namespace {

// A kernel's file: the fields that a loader reads, by boot.rst.
class File {
 public:
  File(u16 protocol, bool high, size_t size = 8192) : bytes_(size) {
    put(0x1fe, 0xaa55, 2);
    put(0x202, 0x53726448, 4);
    put(0x206, protocol, 2);
    put(0x211, high ? 1 : 0, 1);
  }
  void put(size_t at, u64 value, int length) {
    for (int i = 0; i < length; ++i) bytes_[at + size_t(i)] = u8(value >> 8 * i);
  }
  std::vector<u8>& bytes() { return bytes_; }
  Result parse() { return parse_linux_header("k", bytes_.data(), bytes_.size(), bytes_.size(), header); }

  LinuxHeader header;

 private:
  std::vector<u8> bytes_;
};

TEST(LinuxHeader, SetupSectsOfZeroMeansFour) {
  File file(0x0200, false);
  ASSERT_TRUE(file.parse().ok());
  EXPECT_EQ(file.header.real_mode_bytes, 5u * 512);
  EXPECT_EQ(file.header.code_bytes, 8192u - 5 * 512);
}

TEST(LinuxHeader, FieldsThatAProtocolLacksHaveTheirDocumentedValues) {
  File file(0x0202, true);
  file.put(0x22c, 0x12345678, 4);  // initrd_addr_max: 2.03
  file.put(0x238, 2047, 4);        // cmdline_size: 2.06
  file.put(0x234, 1, 1);           // relocatable_kernel: 2.05
  ASSERT_TRUE(file.parse().ok());
  EXPECT_EQ(file.header.initrd_addr_max, 0x37ffffffu);
  EXPECT_EQ(file.header.command_line_limit, 255u);
  EXPECT_FALSE(file.header.relocatable);
}

TEST(LinuxHeader, FieldsAreReadFromTheirProtocolOn) {
  File file(0x020f, true);
  file.put(0x22c, 0x7fffffff, 4);
  file.put(0x230, 0x200000, 4);
  file.put(0x234, 1, 1);
  file.put(0x235, 21, 1);
  file.put(0x238, 2047, 4);
  file.put(0x258, 0x1000000, 8);
  file.put(0x260, 0x3000000, 4);
  ASSERT_TRUE(file.parse().ok());
  EXPECT_EQ(file.header.initrd_addr_max, 0x7fffffffu);
  EXPECT_EQ(file.header.command_line_limit, 2047u);
  EXPECT_TRUE(file.header.relocatable);
  EXPECT_EQ(file.header.alignment, 0x200000u);
  EXPECT_EQ(file.header.min_alignment, 0x200000u);
  EXPECT_EQ(file.header.pref_address, 0x1000000u);
  EXPECT_EQ(file.header.init_size, 0x3000000u);
}

TEST(LinuxHeader, AKernelWithoutHdrSIsAnOldOne) {
  File file(0, false);
  file.put(0x202, 0, 4);
  ASSERT_TRUE(file.parse().ok());
  EXPECT_EQ(file.header.protocol, 0);
  EXPECT_FALSE(file.header.takes_initrd());
}

TEST(LinuxHeader, ACodeSizeBeyondTheFileIsTruncation) {
  File file(0x0204, true);
  file.put(0x1f4, (8192 - 5 * 512) / 16, 4);
  EXPECT_TRUE(file.parse().ok());
  file.put(0x1f4, (8192 - 5 * 512) / 16 + 1, 4);
  const Result result = file.parse();
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(str(result.words()), "k is truncated: it has 8192 bytes, and its header claims 8208");
}

TEST(LinuxHeader, TheSizeOfABzImageBefore204IsUnknown) {
  File file(0x0203, true);
  file.put(0x1f4, 0xffff, 2);
  EXPECT_TRUE(file.parse().ok());
}

TEST(LinuxHeader, ARealModePartBeyond32KiBIsRefused) {
  File file(0x0204, true, 1 << 20);
  file.put(0x1f1, 63, 1);
  EXPECT_TRUE(file.parse().ok());
  file.put(0x1f1, 64, 1);
  EXPECT_FALSE(file.parse().ok());
}

TEST(LinuxHeader, AZImageMayHave512KiBOfCode) {
  File fits(0x0200, false, 5 * 512 + 0x80000);
  EXPECT_TRUE(fits.parse().ok());
  File large(0x0200, false, 5 * 512 + 0x80001);
  EXPECT_FALSE(large.parse().ok());
}

TEST(LinuxHeader, EveryShortFileIsRefusedInWords) {
  for (size_t size = 0; size < 5 * 512 + 1; ++size) {
    File file(0x020f, true);
    const Result result = parse_linux_header("k", file.bytes().data(), size, size, file.header);
    EXPECT_FALSE(result.ok()) << size;
    EXPECT_FALSE(str(result.words()).empty());
  }
}

TEST(LinuxHeader, NamesWhatPeopleTakeForAKernel) {
  std::vector<u8> elf(4096);
  std::memcpy(elf.data(), "\177ELF", 4);
  LinuxHeader header;
  const Result result = parse_linux_header("vmlinux", elf.data(), elf.size(), elf.size(), header);
  EXPECT_NE(str(result.words()).find("it is an ELF file"), std::string::npos);
}

}  // namespace
}  // namespace stage2
