#include "debugger/sector_files.h"

#include <gtest/gtest.h>

#include "tests/debugger/files/media_tools.h"

using debugger::SectorFiles;
using devices::media::Attach;
using devices::media::MemoryMedium;
using media_tools::pattern;
using media_tools::TempDir;

namespace {

/// Where `needle` lies in the medium.
std::uint64_t find(const std::vector<std::uint8_t>& bytes, const std::string& needle) {
  const std::vector<std::uint8_t> wanted(needle.begin(), needle.end());
  const auto at = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
  EXPECT_NE(at, bytes.end());
  return static_cast<std::uint64_t>(at - bytes.begin());
}

/// A FAT16 partition at LBA 2048 of a disk, marked active.
std::vector<std::uint8_t> partitioned_disk(TempDir& dir, const std::string& content) {
  dir.write("file.bin", content);
  dir.run("truncate -s 8M p && mkfs.fat -F 16 -s 1 p && mcopy -i p file.bin ::FILE.BIN");
  dir.run("truncate -s 10M d && echo '2048,16384,6,*' | sfdisk -q d && dd if=p of=d bs=512 seek=2048 conv=notrunc");
  return dir.load("d");
}

}  // namespace

TEST(SectorFiles, NamesFilesCatalogAndDescriptorsOfABootableCd) {
  TempDir dir;
  const std::string image = pattern(6000);
  dir.write("tree/boot/loader.bin", image);
  dir.run("xorriso -as mkisofs -quiet -R -o a.iso -b boot/loader.bin -no-emul-boot -boot-load-size 4 tree");
  const auto bytes = dir.load("a.iso");
  const MemoryMedium medium(bytes);
  const SectorFiles names(medium, Attach::kCd);
  EXPECT_EQ(names.at(0), "system area+0");
  EXPECT_EQ(names.at(16 * 2048), "primary volume descriptor");
  EXPECT_EQ(names.at(17 * 2048), "volume descriptors");
  const std::uint64_t catalog = bytes[17 * 2048 + 71] | bytes[17 * 2048 + 72] << 8;  // El Torito §2.0 figure 7
  EXPECT_EQ(names.at(catalog * 2048), "boot catalog");
  EXPECT_EQ(names.at(find(bytes, image)), "/boot/loader.bin+0");
  EXPECT_EQ(names.at(find(bytes, image) + 2048), "/boot/loader.bin+2048");
  // SUSP's ER field names RRIP; where the root's "." has no room for it, in a block of its own (§5.5).
  EXPECT_EQ(names.at(find(bytes, "THE ROCK RIDGE INTERCHANGE PROTOCOL") / 2048 * 2048), "Rock Ridge fields");
  EXPECT_EQ(names.at(bytes.size()), "");
}

TEST(SectorFiles, NamesABootImageThatNoFileShows) {
  TempDir dir;
  const std::string efi = pattern(2048 * 4, 7);
  dir.write("efi.img", efi);
  dir.write("tree/readme", "x");
  dir.run(
      "xorriso -as mkisofs -quiet -R -o a.iso -append_partition 2 0xef efi.img -e "
      "--interval:appended_partition_2:all:: -no-emul-boot tree");
  const auto bytes = dir.load("a.iso");
  const MemoryMedium medium(bytes);
  EXPECT_EQ(SectorFiles(medium, Attach::kCd).at(find(bytes, efi)), "boot image 0 (El Torito)+0");
}

TEST(SectorFiles, NamesMbrGapAndTheOnlyPartitionsFilesWithoutPrefix) {
  TempDir dir;
  const std::string content = pattern(5000);
  const auto bytes = partitioned_disk(dir, content);
  const MemoryMedium medium(bytes);
  const SectorFiles names(medium, Attach::kHardDisk);
  const std::uint64_t partition = 2048 * 512;
  EXPECT_EQ(names.at(0), "MBR");
  EXPECT_EQ(names.at(512), "post-MBR gap+0");
  EXPECT_EQ(names.at(partition), "partition 1 boot sector");
  const std::uint64_t reserved = bytes[partition + 14];
  EXPECT_EQ(names.at(partition + reserved * 512), "partition 1 FAT");
  EXPECT_EQ(names.at(find(bytes, content) + 1024), "/FILE.BIN+1024");
  EXPECT_EQ(names.at(partition + 16384 * 512 - 512), fmt::format("partition 1+{}", 16384 * 512 - 512));
  EXPECT_EQ(names.at(partition + 16384 * 512), "");
}

TEST(SectorFiles, SaysWhichPartitionWhenSeveralHoldFiles) {
  TempDir dir;
  dir.write("a", pattern(600, 1));
  dir.write("b", pattern(600, 2));
  dir.run(
      "truncate -s 2M p1 p2 && mkfs.fat p1 && mke2fs -q -F p2 && mcopy -i p1 a ::A && debugfs -w -R 'write b b' p2");
  dir.run(
      "truncate -s 8M d && printf '2048,4096,1,*\\n8192,4096,83\\n' | sfdisk -q d && "
      "dd if=p1 of=d bs=512 seek=2048 conv=notrunc && dd if=p2 of=d bs=512 seek=8192 conv=notrunc");
  const auto bytes = dir.load("d");
  const MemoryMedium medium(bytes);
  const SectorFiles names(medium, Attach::kHardDisk);
  EXPECT_EQ(names.at(find(bytes, pattern(600, 1))), "partition 1:/A+0");
  EXPECT_EQ(names.at(find(bytes, pattern(600, 2))), "partition 2:/b+0");
  EXPECT_EQ(names.at(8192 * 512 + 1024), "partition 2 superblock");
}

TEST(SectorFiles, NamesGptAndForeignFileSystems) {
  TempDir dir;
  dir.run(
      "truncate -s 4M d && sgdisk -n 1:2048:4095 -t 1:0700 d && printf 'xxxNTFS    ' | dd of=d bs=512 seek=2048 "
      "conv=notrunc");
  const auto bytes = dir.load("d");
  const MemoryMedium medium(bytes);
  const SectorFiles names(medium, Attach::kHardDisk);
  EXPECT_EQ(names.at(512), "GPT header");
  EXPECT_EQ(names.at(1024), "GPT entries");
  EXPECT_EQ(names.at(bytes.size() - 512), "backup GPT header");
  EXPECT_EQ(names.at(2048 * 512), "partition 1 boot sector");
  EXPECT_EQ(names.at(2048 * 512 + 4096), "partition 1 NTFS+4096");
}

TEST(SectorFiles, NamesAFloppyWithoutPartitions) {
  TempDir dir;
  dir.write("ldlinux.sys", pattern(3000));
  dir.run("truncate -s 1440K f && mkfs.fat f && mcopy -i f ldlinux.sys ::ldlinux.sys");
  const auto bytes = dir.load("f");
  const MemoryMedium medium(bytes);
  const SectorFiles names(medium, Attach::kFloppy);
  EXPECT_EQ(names.at(0), "boot sector");
  EXPECT_EQ(names.at(512), "FAT");
  EXPECT_EQ(names.at(19 * 512), "/");  // 1 boot sector, 2 FATs of 9 sectors
  EXPECT_EQ(names.at(find(bytes, pattern(3000))), "/ldlinux.sys+0");
  EXPECT_EQ(names.at(bytes.size() - 512), "");
}

TEST(SectorFiles, AnswersForAnEmptyMedium) {
  const MemoryMedium medium(std::vector<std::uint8_t>{});
  EXPECT_EQ(SectorFiles(medium, Attach::kHardDisk).at(0), "");
}
