#include "lib32/fs/ext.h"

#include <gtest/gtest.h>

#include <ostream>
#include <sstream>

#include "tests/firmware/lib32/same_as_host.h"
#include "tests/firmware/lib32/volume.h"

namespace {

using media_tools::pattern;
using media_tools::TempDir;

struct Make {
  const char* name;
  const char* options;  ///< of mke2fs
  const char* type;
  friend void PrintTo(const Make& c, std::ostream* out) { *out << c.name; }
};
constexpr Make kMakes[] = {
    {"Ext2", "-t ext2 -b 1024", "ext2"},
    {"Ext2Revision0", "-t ext2 -b 1024 -r 0", "ext2"},
    {"Ext3Of4KBlocks", "-t ext3 -b 4096", "ext3"},
    {"Ext4", "-t ext4 -b 4096", "ext4"},
    {"Ext4Of1KBlocks", "-t ext4 -b 1024", "ext4"},
    {"Ext4Without64Bit", "-t ext4 -b 1024 -O ^64bit,^metadata_csum", "ext4"},
    {"Ext4MetaBlockGroups", "-t ext4 -b 1024 -g 512 -O meta_bg,^resize_inode", "ext4"},
    {"Ext2MetaBlockGroups", "-t ext2 -b 1024 -g 512 -O meta_bg,^resize_inode,^sparse_super", "ext2"},
    {"Ext4WithoutFlexBg", "-t ext4 -b 1024 -g 1024 -O ^flex_bg", "ext4"},
    {"Ext4SparseSuper2", "-t ext4 -b 1024 -O sparse_super2,^resize_inode", "ext4"},
    {"Ext4InlineData", "-t ext4 -b 4096 -I 256 -O inline_data", "ext4"},
    {"Ext4WideDescriptors", "-t ext4 -b 2048 -O 64bit -E desc_size=128", "ext4"},
    {"Ext4Of64KBlocks", "-t ext4 -b 65536", "ext4"},
    {"Ext4Bigalloc", "-t ext4 -b 1024 -O bigalloc -C 8192", "ext4"},
    {"Ext2WithoutFileTypes", "-t ext2 -b 1024 -O ^filetype", "ext2"},
};

/// A sparse file: data of `pattern` in `pieces` of 3000 bytes, `stride` apart.
std::string sparse(int pieces, std::size_t stride) {
  std::string bytes(static_cast<std::size_t>(pieces - 1) * stride + 3000, '\0');
  for (int i = 0; i < pieces; ++i)
    bytes.replace(static_cast<std::size_t>(i) * stride, 3000, pattern(3000, static_cast<unsigned>(i)));
  return bytes;
}

class ExtImage : public testing::TestWithParam<Make> {
 protected:
  void SetUp() override {
    dir_.write("tree/boot/grub/menu.lst", "title\n");
    dir_.write("tree/boot/vmlinuz-6.1", pattern(300'000, 1));
    dir_.write("tree/tiny", "tiny");
    dir_.write("tree/inline", pattern(100, 3));  // more than i_block, less than a 256-byte inode has room for
    dir_.write("tree/empty", "");
    dir_.write("tree/Grüße", "Umlaut\n");
    dir_.write("dense", sparse(6, 600'000));
    for (int i = 0; i < 60; ++i) dir_.write("tree/many/a file with the number " + std::to_string(i), std::to_string(i));
    dir_.run(
        "cp --sparse=always dense tree/sparse && rm dense; truncate -s 40000 tree/hole; cd tree &&ln -s vmlinuz-6.1 "
        "boot/vmlinuz; ln -s /boot abs; ln -s ../boot/./grub/../vmlinuz many/up;ln -s " +
        std::string(60, '/') +
        "boot/vmlinuz slow; ln -s loop2 loop; ln -s loop loop2; mkfifo pipe;cd .. && mke2fs -q -F -L 'a label' -d "
        "tree " +
        GetParam().options + " image 24M");
    image_ = dir_.load("image");
  }
  /// The physical blocks of a file as debugfs sees them, written as our extents are.
  std::string extents_of_debugfs(const std::string& path, std::uint64_t size, std::uint64_t block) {
    const std::uint64_t blocks = (size + block - 1) / block;
    std::string commands;
    for (std::uint64_t i = 0; i < blocks; ++i) commands += "bmap " + path + " " + std::to_string(i) + "\n";
    dir_.write("commands", commands);
    dir_.run("debugfs -f commands image 2>/dev/null | grep -v '^debugfs' | cut -d ' ' -f 1 > blocks");
    std::istringstream in(dir_.load_text("blocks"));
    std::string out;
    std::uint64_t begin = 0, first = 0, count = 0, number = 0;
    const auto flush = [&] {
      if (count == 0) return;
      const std::uint64_t length = std::min(count * block, size - begin * block);
      out += std::to_string(begin * block) + "+" + std::to_string(length) + "@" +
             (first == 0 ? "hole" : std::to_string(first * block)) + " ";
    };
    for (std::uint64_t i = 0; i < blocks && in >> number; ++i) {
      if (count != 0 && (first == 0 ? number == 0 : number == first + count)) {
        ++count;
        continue;
      }
      flush();
      begin = i;
      first = number;
      count = 1;
    }
    flush();
    return out;
  }
  TempDir dir_;
  std::vector<std::uint8_t> image_;
};

INSTANTIATE_TEST_SUITE_P(All, ExtImage, testing::ValuesIn(kMakes),
                         [](const auto& make) { return std::string(make.param.name); });

TEST_P(ExtImage, GivesTheFilesThatWentInto) {
  Volume volume(image_);
  ASSERT_NE(volume.fs, nullptr) << volume.status.words();
  EXPECT_EQ(volume.type(), GetParam().type);
  EXPECT_EQ(volume.content("/boot/grub/menu.lst"), "title\n");
  EXPECT_EQ(volume.content("/boot/vmlinuz-6.1"), pattern(300'000, 1));
  EXPECT_EQ(volume.content("tiny"), "tiny");
  EXPECT_EQ(volume.content("/inline"), pattern(100, 3));
  EXPECT_EQ(volume.content("/empty"), "");
  EXPECT_EQ(volume.content("/Grüße"), "Umlaut\n");
  EXPECT_EQ(volume.content("/sparse"), sparse(6, 600'000));
  EXPECT_EQ(volume.content("/hole"), std::string(40000, '\0'));
  EXPECT_EQ(volume.names("/many").size(), 61u);
  EXPECT_EQ(volume.content("/many/a file with the number 59"), "59");
  EXPECT_EQ(volume.find("/TINY"), "there is no such file");
  EXPECT_EQ(volume.content("/pipe"), "failed: it is no regular file");
}

TEST_P(ExtImage, FollowsLinksButNotForEver) {
  Volume volume(image_);
  const std::string kernel = pattern(300'000, 1);
  EXPECT_EQ(volume.content("/boot/vmlinuz"), kernel);
  EXPECT_EQ(volume.content("/abs/vmlinuz"), kernel);
  EXPECT_EQ(volume.content("/many/up"), kernel);
  EXPECT_EQ(volume.content("/slow"), kernel);
  EXPECT_EQ(volume.content("/abs/../tiny"), "tiny");
  EXPECT_EQ(volume.find("/loop"), "too many symbolic links");
}

TEST_P(ExtImage, ShowsWhatTheHostsReaderShows) {
  if (std::string(GetParam().name) == "Ext4InlineData") GTEST_SKIP() << "the host's reader leaves out data in inodes";
  Volume volume(image_);
  expect_same_as_host(image_, volume);
}

TEST_P(ExtImage, ListsTheExtentsThatDebugfsLists) {
  Volume volume(image_);
  const std::uint64_t block = volume.fs->block_size();
  EXPECT_EQ(volume.extents("/boot/vmlinuz-6.1"), extents_of_debugfs("/boot/vmlinuz-6.1", 300'000, block));
  EXPECT_EQ(volume.extents("/sparse"), extents_of_debugfs("/sparse", 3'003'000, block));
  // Where there is inline data, mke2fs puts 60 bytes of a hole into the inode.
  if (std::string(GetParam().name) != "Ext4InlineData") {
    EXPECT_EQ(volume.extents("/hole"), "0+40000@hole ");
  }
}

TEST_P(ExtImage, HasTheLabelAndUuidThatBlkidPrints) {
  if (std::string(GetParam().name) == "Ext2Revision0") GTEST_SKIP() << "revision 0 has neither";
  Volume volume(image_);
  EXPECT_EQ(volume.label() + " " + volume.uuid(), blkid(dir_, "image"));
}

TEST_P(ExtImage, ReadsAnyPartInAnyOrder) {
  Volume volume(image_);
  const std::string all = sparse(6, 600'000);
  lib32::File file;
  ASSERT_TRUE(volume.fs->open_file("/sparse", file).ok());
  for (std::size_t i = 0; i < 100; ++i) {
    const std::size_t at = i * 7'919'123 % all.size(),
                      length = std::min<std::size_t>(1 + i * 1301 % 90'000, all.size() - at);
    std::string part(length, '\0');
    ASSERT_TRUE(file.read(at, part.data(), length).ok());
    ASSERT_EQ(part, all.substr(at, length)) << at;
  }
}

/// One small file system, and what can be done to it.
class Ext : public testing::Test {
 protected:
  void make(const std::string& options, const std::string& after = "true") {
    dir_.write("tree/file", pattern(20'000, 5));
    dir_.write("tree/sub/below", "below\n");
    dir_.run("ln -sf 0123456789 tree/link; rm -f image; mke2fs -q -F -d tree " + options + " image 8M && " + after);
    image_ = dir_.load("image");
  }
  /// Where the inode of `path` lies: debugfs' imap says "located at block B, offset 0xO".
  std::uint8_t* inode(const std::string& path) {
    dir_.run("debugfs -R 'imap " + path + "' image 2>/dev/null | tr -d ',' > imap");
    const std::string text = dir_.load_text("imap");
    const auto number = [&](const char* word) {
      return std::stoull(text.substr(text.find(word) + std::string(word).size()), nullptr, 0);
    };
    const std::uint64_t block = 1024u << image_[1024 + 24];
    return &image_[number("at block ") * block + number("offset ")];
  }
  static void put(std::uint8_t* at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  /// What is read of /file after `damage` was done to its inode.
  template <class Damage>
  std::string damaged(Damage&& damage) {
    const auto sound = image_;
    damage(inode("/file"));
    Volume volume(image_);
    image_ = sound;
    return volume.content("/file");
  }
  TempDir dir_;
  std::vector<std::uint8_t> image_;
};
constexpr int kFlags = 32, kMap = 40, kSize = 4;

TEST_F(Ext, EncryptedAndCompressedFilesAreRefusedInWords) {
  make("-t ext4 -b 1024");
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kFlags + 1] |= 0x08; }), "failed: the file is encrypted");
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kFlags] |= 0x04; }), "failed: the file is compressed");
  inode("/sub")[kFlags + 1] |= 0x08;
  EXPECT_EQ(Volume(image_).content("/sub/below"), "failed: the directory is encrypted");
}

TEST_F(Ext, UnknownFeaturesAreRefusedInWords) {
  make("-t ext4 -b 1024");
  put(&image_[1024 + 96], 0x80000000);
  const Volume unknown(image_);
  EXPECT_EQ(unknown.status.error(), lib32::Error::kUnsupported);
  EXPECT_STREQ(unknown.status.words(), "an ext file system with features that are not known here");
  put(&image_[1024 + 96], 0x8);
  EXPECT_STREQ(Volume(image_).status.words(), "an external journal of an ext file system, without files");
}

TEST_F(Ext, DamagedExtentTreesEndInWords) {
  make("-t ext4 -b 1024");
  const std::string malformed = "failed: a malformed extent tree";
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap] = 0; }), malformed);      // magic
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap + 2] = 5; }), malformed);  // more entries than fit
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap + 6] = 6; }), malformed);  // too deep
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap + 6] = 1; }), malformed);  // a data block is no node
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap + 12 + 11] = 0x7F; }),
            "failed: a block of the file is not on the volume");
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap + 12 + 6] = 1; }), "failed: a block of the file is not on the volume");
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap + 2] = 0; }), std::string(20'000, '\0'));  // no entry: a hole
  // ee_len beyond 32768: allocated, but never written.
  EXPECT_EQ(damaged([](std::uint8_t* i) { i[kMap + 12 + 5] |= 0x80; }), std::string(20'000, '\0'));
}

TEST_F(Ext, AnIndexThatLeadsToItselfEnds) {
  make("-t ext4 -b 1024");
  // The file's first data block becomes an index node whose child is itself, at a depth that never falls.
  const std::string result = damaged([&](std::uint8_t* i) {
    const std::uint32_t block = lib32::le32(i + kMap + 12 + 8);
    std::uint8_t* node = &image_[std::uint64_t{block} * 1024];
    std::copy_n(i + kMap, 24, node);
    for (std::uint8_t* at : {i + kMap, node}) {
      at[6] = 5;
      put(at + 12, 0);
      put(at + 16, block);
      put(at + 20, 0);
    }
  });
  EXPECT_EQ(result, "failed: a malformed extent tree");
}

TEST_F(Ext, DamagedBlockMapsEndInWords) {
  make("-t ext2 -b 1024");
  EXPECT_EQ(Volume(image_).content("/file"), pattern(20'000, 5));
  EXPECT_EQ(damaged([](std::uint8_t* i) { put(i + kMap, 0x7FFFFFFF); }),
            "failed: a block of the file is not on the volume");
  EXPECT_EQ(damaged([](std::uint8_t* i) { put(i + kMap + 48, 0x7FFFFFFF); }),
            "failed: a block of pointers is not on the volume");
  std::string zeros = pattern(20'000, 5);
  zeros.replace(12 * 1024, zeros.size() - 12 * 1024, zeros.size() - 12 * 1024, '\0');
  EXPECT_EQ(damaged([](std::uint8_t* i) { put(i + kMap + 48, 0); }), zeros);  // a hole
}

TEST_F(Ext, BlocksOfPointersOfThreeLevelsAreFollowed) {
  // At 1 KB blocks: 12 direct, 256, 65,536 and then three levels; a file with something in each.
  dir_.run(
      "mkdir -p tree && truncate -s 80M tree/far && for at in 0 20 300 40000 66000 70000; do printf \"at $at\" | dd "
      "of=tree/far bs=1024 seek=$at conv=notrunc; done");
  make("-t ext2 -b 1024");
  Volume volume(image_);
  lib32::File file;
  ASSERT_TRUE(volume.fs->open_file("/far", file).ok());
  for (const int at : {0, 20, 300, 40000, 66000, 70000}) {
    const std::string wanted = "at " + std::to_string(at);
    std::string got(wanted.size(), '\0');
    ASSERT_TRUE(file.read(std::uint64_t{1024} * static_cast<unsigned>(at), got.data(), got.size()).ok());
    EXPECT_EQ(got, wanted);
  }
  // Six pieces of one block each, a hole behind each of them.
  const std::string runs = volume.extents("/far");
  EXPECT_EQ(std::count(runs.begin(), runs.end(), '@'), 12) << runs;
}

TEST_F(Ext, DirectoriesThatAreDamagedEndInWords) {
  make("-t ext2 -b 1024");
  const std::uint64_t at = std::uint64_t{lib32::le32(inode("/sub") + kMap)} * 1024;
  for (const int length : {0x07, 0x00FE, 0x7FFC}) {
    image_[at + 12 + 4] = static_cast<std::uint8_t>(length);
    image_[at + 12 + 5] = static_cast<std::uint8_t>(length >> 8);
    EXPECT_EQ(Volume(image_).names("/sub").back(), "failed: a malformed directory") << length;
  }
  put(inode("/sub") + kSize, 0x7FFFFFFF);
  EXPECT_EQ(Volume(image_).names("/sub").back(), "failed: a directory that is larger than its volume");
}

TEST_F(Ext, IndexedDirectoriesAreReadLinearly) {
  for (int i = 0; i < 2000; ++i) dir_.write("tree/indexed/some file " + std::to_string(i), "");
  make("-t ext4 -b 1024 -N 4000 -O dir_index", "(e2fsck -fyD image; true)");
  ASSERT_NE(inode("/indexed")[kFlags + 1] & 0x10, 0) << "EXT4_INDEX_FL";
  EXPECT_EQ(Volume(image_).names("/indexed").size(), 2000u);
  EXPECT_EQ(Volume(image_).find("/indexed/some file 1999"), "");
}

/// A volume whose blocks from 2^32 on are those from 0 on, once more.
class FarSource final : public lib32::Source {
 public:
  FarSource(const std::vector<std::uint8_t>& image, std::uint64_t far) : image_(image), far_(far) {}
  lib32::Status read(std::uint64_t offset, void* to, std::size_t length) override {
    lib32::MemorySource near(image_.data(), image_.size());
    return near.read(offset >= far_ ? offset - far_ : offset, to, length);
  }
  std::uint64_t size() const override { return far_ + image_.size(); }

 private:
  const std::vector<std::uint8_t>& image_;
  std::uint64_t far_;
};

TEST_F(Ext, BlocksBeyond32BitsAreReached) {
  make("-t ext4 -b 4096 -O 64bit");
  std::uint8_t* const file = inode("/file");
  file[kMap + 12 + 6] = 1;      // ee_start_hi
  put(&image_[1024 + 336], 2);  // s_blocks_count_hi
  FarSource source(image_, std::uint64_t{1} << 44);
  Volume volume(source);
  const std::uint64_t place = (std::uint64_t{1} << 44) + std::uint64_t{lib32::le32(file + kMap + 12 + 8)} * 4096;
  EXPECT_EQ(volume.content("/file"), pattern(20'000, 5));
  EXPECT_EQ(volume.extents("/file"), "0+20000@" + std::to_string(place) + " ");
}

TEST_F(Ext, ABadSectorInAFileIsNotOneInItsNeighbour) {
  make("-t ext2 -b 1024");
  struct Scratched final : lib32::Source {
    explicit Scratched(const std::vector<std::uint8_t>& bytes) : image(bytes) {}
    lib32::Status read(std::uint64_t offset, void* to, std::size_t length) override {
      if (offset < bad + 512 && bad < offset + length) return {lib32::Error::kRead, "sector 7: status 10h"};
      return lib32::MemorySource(image.data(), image.size()).read(offset, to, length);
    }
    std::uint64_t size() const override { return image.size(); }
    const std::vector<std::uint8_t>& image;
    std::uint64_t bad = 0;
  } source(image_);
  // A bad block right behind the root directory's: in the same piece of the cache.
  source.bad = std::uint64_t{lib32::le32(inode("/") + kMap)} * 1024 + 1024;
  Volume volume(source);
  EXPECT_EQ(volume.content("/file"), pattern(20'000, 5));
  source.bad = std::uint64_t{lib32::le32(inode("/file") + kMap)} * 1024;
  EXPECT_EQ(volume.content("/file"), "failed: sector 7: status 10h");
}

}  // namespace
