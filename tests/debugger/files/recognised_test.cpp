#include "debugger/files/recognised.h"

#include <gtest/gtest.h>

#include <ostream>

#include "tests/debugger/files/media_tools.h"

using namespace debugger::files;
using media_tools::TempDir;

namespace {

struct RecognisedCase {
  const char* name;
  const char* type;   ///< ours
  const char* blkid;  ///< blkid's
  const char* make;   ///< shell: makes the volume in the file f
  friend void PrintTo(const RecognisedCase& c, std::ostream* out) { *out << c.name; }
};

class Recognised : public testing::TestWithParam<RecognisedCase> {};

/// What libblkid says of the file f: the judge of type, label and UUID.
std::string blkid(const TempDir& dir, const std::string& tag) {
  dir.run("blkid -p -o value -s " + tag + " f | tr -d '\\n' >said");
  return dir.load_text("said");
}

}  // namespace

TEST_P(Recognised, AsBlkidDoes) {
  TempDir dir;
  const RecognisedCase& c = GetParam();
  dir.write("tree/readme", "x");
  dir.run(c.make);
  ASSERT_EQ(blkid(dir, "TYPE"), c.blkid);
  const auto medium = dir.medium("f");
  const auto fs = open_file_system(medium, 0, medium.size());
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(fs->info().type, c.type);
  EXPECT_FALSE(fs->info().readable);
  if (!fs->info().label.empty()) {
    EXPECT_EQ(fs->info().label, blkid(dir, "LABEL"));
  }
  if (!fs->info().uuid.empty()) {
    EXPECT_EQ(fs->info().uuid, blkid(dir, "UUID"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Recognised,
    testing::Values(
        RecognisedCase{"Btrfs", "Btrfs", "btrfs",
                       "truncate -s 128M f && mkfs.btrfs -q -L MYLABEL --rootdir tree f && truncate -s 1M f"},
        RecognisedCase{"Xfs", "XFS", "xfs", "truncate -s 320M f && mkfs.xfs -q -L MYLABEL f && truncate -s 1M f"},
        RecognisedCase{"Squash", "SquashFS", "squashfs", "mksquashfs tree f -quiet -no-progress"},
        RecognisedCase{"Swap", "Linux swap", "swap", "truncate -s 1M f && chmod 600 f && mkswap -q -L MYLABEL f"},
        RecognisedCase{"Udf", "UDF", "udf", "truncate -s 8M f && mkudffs --blocksize=2048 --label=MYLABEL f"}),
    [](const auto& tested) { return std::string(tested.param.name); });

// Containers are made by tools that want block devices: their headers are laid out here, and blkid judges them as well.
INSTANTIATE_TEST_SUITE_P(
    Headers, Recognised,
    testing::Values(
        RecognisedCase{"Luks1", "LUKS", "crypto_LUKS",
                       "truncate -s 8M f && printf 'LUKS\\272\\276\\0\\1' | dd of=f conv=notrunc && printf "
                       "01234567-89ab-cdef-0123-456789abcdef | dd of=f bs=1 seek=168 conv=notrunc"},
        RecognisedCase{
            "F2fs", "F2FS", "f2fs",
            "truncate -s 8M f && printf '\\020\\040\\365\\362\\1\\0\\17\\0' | dd of=f bs=1 seek=1024 conv=notrunc && "
            "printf 'abcdefghijklmnop' | dd of=f bs=1 seek=1132 conv=notrunc && printf 'M\\0Y\\0' | dd of=f bs=1 "
            "seek=1148 conv=notrunc"},
        RecognisedCase{
            "Raid", "Linux RAID", "linux_raid_member",
            "truncate -s 8M f && printf '\\374\\116\\053\\251\\1\\0\\0\\0' | dd of=f bs=1 seek=4096 conv=notrunc && "
            "printf '\\10' | dd of=f bs=1 seek=4240 conv=notrunc"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Recognised, NothingWhereNoMagicIs) {
  const devices::media::MemoryMedium medium(std::vector<std::uint8_t>(1 << 20), "zeros");
  EXPECT_EQ(open_recognised(medium, 0, medium.size()), nullptr);
}

// A file system of old leaves its magic number behind where mkfs.fat writes nothing.
TEST(Recognised, AFileSystemThatCanBeReadGoesBefore) {
  TempDir dir;
  dir.run(
      "truncate -s 16M f && mkfs.fat -F 16 -n MYLABEL f && printf '_BHRfS_M' | dd of=f bs=1 seek=$((65536+64)) conv=notrunc");
  const auto medium = dir.medium("f");
  const auto fs = open_file_system(medium, 0, medium.size());
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(fs->info().type, "FAT16");
}
