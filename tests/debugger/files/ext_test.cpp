#include "debugger/files/ext.h"

#include <gmock/gmock.h>

#include <ostream>

#include "tests/debugger/files/media_tools.h"

using namespace debugger::files;
using media_tools::content;
using media_tools::paths;
using media_tools::pattern;
using media_tools::TempDir;
using testing::IsSupersetOf;

namespace {

std::unique_ptr<FileSystem> open(const devices::media::Medium& medium) { return open_ext(medium, 0, medium.size()); }

struct ExtCase {
  const char* name;
  const char* type;
  const char* options;
  friend void PrintTo(const ExtCase& c, std::ostream* out) { *out << c.name; }
};

class ExtKinds : public testing::TestWithParam<ExtCase> {};

}  // namespace

TEST_P(ExtKinds, ReadsDirectoriesAndFiles) {
  TempDir dir;
  const ExtCase& c = GetParam();
  const std::string big = pattern(700'000);  // past the double indirect block of 1 KB blocks
  dir.write("tree/boot/vmlinuz", big);
  dir.write("tree/boot/grub/grub.cfg", "menuentry");
  dir.write("tree/empty", "");
  for (int i = 0; i < 100; ++i) dir.write(fmt::format("tree/many/a-file-with-a-longish-name-{}", i), "x");
  dir.run("ln -s boot/vmlinuz tree/kernel");
  dir.run(fmt::format(
      "truncate -s 8M f && mke2fs -q -F {} -L MYLABEL -U 01234567-89ab-cdef-0123-456789abcdef -d tree f", c.options));
  const auto medium = dir.medium("f");
  const auto fs = open(medium);
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(fs->info().type, c.type);
  EXPECT_EQ(fs->info().label, "MYLABEL");
  EXPECT_EQ(fs->info().uuid, "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_THAT(paths(*fs), IsSupersetOf({"/", "/lost+found/", "/boot/", "/boot/grub/", "/boot/vmlinuz", "/empty",
                                        "/kernel", "/many/a-file-with-a-longish-name-99"}));
  EXPECT_EQ(content(medium, *fs, "/boot/vmlinuz"), big);
  EXPECT_EQ(content(medium, *fs, "/boot/grub/grub.cfg"), "menuentry");
  EXPECT_TRUE(list_files(*fs).complete);
}

INSTANTIATE_TEST_SUITE_P(
    Ext, ExtKinds,
    testing::Values(ExtCase{"Ext2", "ext2", "-t ext2 -b 1024"}, ExtCase{"Ext3", "ext3", "-t ext3 -b 1024"},
                    ExtCase{"Ext4", "ext4", "-t ext4 -b 1024"},
                    ExtCase{"Ext4Wide", "ext4", "-t ext4 -b 4096 -O 64bit,metadata_csum"},
                    ExtCase{"MetaBlockGroups", "ext4", "-t ext4 -b 1024 -O meta_bg,^resize_inode -g 1024"},
                    ExtCase{"ManyGroups", "ext2", "-t ext2 -b 1024 -g 512 -I 128"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Ext, SurvivesAnyOneDamagedByteOfItsTables) {
  TempDir dir;
  dir.write("tree/boot/vmlinuz", pattern(20'000));
  dir.run("truncate -s 300K f && mke2fs -q -F -t ext4 -O ^has_journal -b 1024 -N 32 -d tree f");
  const auto good = dir.load("f");
  for (std::size_t at = 1024; at < 16 * 1024; at += 31) {
    auto bytes = good;
    bytes[at] ^= 0xFF;
    const devices::media::MemoryMedium medium(bytes);
    const auto fs = open(medium);
    if (!fs) continue;
    for (const Entry& entry : list_files(*fs).entries)
      for (const Extent& run : entry.extents) ASSERT_LE(run.offset + run.length, medium.size()) << "byte " << at;
  }
}

TEST(Ext, ShowsNothingWhenTheRootInodeIsNoDirectory) {
  TempDir dir;
  dir.run("truncate -s 300K f && mke2fs -q -F -t ext2 -b 1024 -N 32 f && debugfs -w -R 'sif <2> mode 0100644' f");
  const auto medium = dir.medium("f");
  const Listing listing = list_files(*open(medium));
  EXPECT_TRUE(listing.entries.empty());
  EXPECT_FALSE(listing.complete);
}

TEST(Ext, IsNotSeenWithoutItsMagic) {
  EXPECT_EQ(open(devices::media::MemoryMedium(std::vector<std::uint8_t>(4096))), nullptr);
  EXPECT_EQ(open(devices::media::MemoryMedium(std::vector<std::uint8_t>(100))), nullptr);
}
