#include "debugger/files/fat.h"

#include <gmock/gmock.h>

#include <ostream>

#include "tests/debugger/files/media_tools.h"

using namespace debugger::files;
using media_tools::content;
using media_tools::paths;
using media_tools::pattern;
using media_tools::TempDir;
using testing::Contains;
using testing::IsSupersetOf;

namespace {

std::unique_ptr<FileSystem> open(const devices::media::Medium& medium) { return open_fat(medium, 0, medium.size()); }

struct FatCase {
  const char* type;
  const char* size;
  const char* options;
  friend void PrintTo(const FatCase& c, std::ostream* out) { *out << c.type; }
};

class FatTypes : public testing::TestWithParam<FatCase> {};

/// 4 sectors per cluster, one FAT, 16 root entries; clusters 2 and 3 by hand.
std::vector<std::uint8_t> tiny_fat12() {
  std::vector<std::uint8_t> image(64 * 512);
  const std::uint8_t bpb[] = {0xEB, 0x3C, 0x90, 'T', 'E', 'S', 'T', ' ', ' ',  ' ', ' ', 0x00, 0x02,  // 512 bytes
                              1,    1,    0,    1,   16,  0,   64,  0,   0xF0, 1,   0,   9,    0,    2, 0};
  std::copy(std::begin(bpb), std::end(bpb), image.begin());
  image[510] = 0x55;
  image[511] = 0xAA;
  return image;
}

void put_entry(std::vector<std::uint8_t>& image, std::size_t at, const char* name, std::uint8_t attributes,
               std::uint8_t cluster, std::uint16_t size) {
  std::copy_n(name, 11, image.begin() + static_cast<std::ptrdiff_t>(at));
  image[at + 11] = attributes;
  image[at + 26] = cluster;
  image[at + 28] = static_cast<std::uint8_t>(size);
  image[at + 29] = static_cast<std::uint8_t>(size >> 8);
}

constexpr std::size_t kTinyFat = 512;
constexpr std::size_t kTinyRoot = 1024;

}  // namespace

TEST_P(FatTypes, ReadsLongNamesDirectoriesAndFragmentedFiles) {
  TempDir dir;
  const FatCase& c = GetParam();
  const std::string big = pattern(70'000);
  dir.write("big.bin", big);
  dir.write("small", "small");
  dir.write("Long File Name.config", "long");
  dir.run(fmt::format("truncate -s {} f && mkfs.fat {} -i 1234abcd -n MYLABEL f", c.size, c.options));
  // Fragments: small files between which big.bin must find its place after every other one is gone.
  dir.run("for i in 1 2 3 4 5 6 7 8 9; do mcopy -i f small ::s$i; done; mdel -i f ::s2 ::s4 ::s6");
  dir.run(
      "mmd -i f ::/boot ::/boot/syslinux && mcopy -i f big.bin ::/boot/syslinux/ && mcopy -i f 'Long File Name.config' "
      "::/boot/");
  const auto medium = dir.medium("f");
  const auto fs = open(medium);
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(fs->info().type, c.type);
  EXPECT_EQ(fs->info().label, "MYLABEL");
  EXPECT_EQ(fs->info().uuid, "1234-ABCD");
  EXPECT_EQ(fs->info().size, medium.size());
  EXPECT_THAT(paths(*fs), IsSupersetOf({"/", "/boot/", "/boot/syslinux/", "/boot/syslinux/big.bin",
                                        "/boot/Long File Name.config", "/s1"}));
  EXPECT_EQ(content(medium, *fs, "/boot/syslinux/big.bin"), big);
  EXPECT_EQ(content(medium, *fs, "/BOOT/LONG FILE NAME.CONFIG"), "long");
}

INSTANTIATE_TEST_SUITE_P(Fat, FatTypes,
                         testing::Values(FatCase{"FAT12", "1440K", ""}, FatCase{"FAT16", "8M", "-F 16 -s 1"},
                                         FatCase{"FAT32", "40M", "-F 32 -s 1"}),
                         [](const auto& test) { return std::string(test.param.type); });

TEST(Fat, EndsAFileWhereItsClusterChainLoops) {
  auto image = tiny_fat12();
  put_entry(image, kTinyRoot, "LOOP    BIN", 0x20, 2, 60'000);
  // FAT12 entries 2 and 3 point at each other: 003, 002.
  image[kTinyFat + 3] = 0x03;
  image[kTinyFat + 4] = 0x20;
  image[kTinyFat + 5] = 0x00;
  const devices::media::MemoryMedium medium(image);
  const Listing listing = list_files(*open(medium));
  ASSERT_EQ(listing.entries.size(), 2u);
  std::uint64_t mapped = 0;
  for (const Extent& run : listing.entries[1].extents) mapped += run.length;
  EXPECT_LE(mapped, 60'000u);
}

TEST(Fat, EntersADirectoryThatContainsItselfOnce) {
  auto image = tiny_fat12();
  put_entry(image, kTinyRoot, "SELF       ", 0x10, 2, 0);
  image[kTinyFat + 3] = 0xFF;
  image[kTinyFat + 4] = 0x0F;
  put_entry(image, 3 * 512 - 512 + 0, "SELF       ", 0x10, 2, 0);
  const std::size_t cluster2 = kTinyRoot + 512;
  put_entry(image, cluster2, "SELF       ", 0x10, 2, 0);
  const devices::media::MemoryMedium medium(image);
  EXPECT_THAT(paths(*open(medium)), testing::ElementsAre("/", "/SELF/"));
}

TEST(Fat, IgnoresALongNameWhoseChecksumIsWrong) {
  TempDir dir;
  dir.write("x", "x");
  dir.run("truncate -s 160K f && mkfs.fat f && mcopy -i f x '::A Long Name'");
  auto bytes = dir.load("f");
  const std::string needle = "ALONGN~1";
  const auto at = std::search(bytes.begin(), bytes.end(), needle.begin(), needle.end());
  ASSERT_NE(at, bytes.end());
  *at = 'B';
  const devices::media::MemoryMedium medium(bytes);
  EXPECT_THAT(paths(*open(medium)), Contains("/BLONGN~1"));
}

TEST(Fat, IsNotSeenInMbrCode) {
  auto image = tiny_fat12();
  image[13] = 3;  // sectors per cluster: not a power of two
  EXPECT_EQ(open(devices::media::MemoryMedium(image)), nullptr);
  EXPECT_EQ(open(devices::media::MemoryMedium(std::vector<std::uint8_t>(512, 0x90))), nullptr);
}
