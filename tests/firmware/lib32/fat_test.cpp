#include "lib32/fs/fat.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>

#include "tests/firmware/lib32/same_as_host.h"
#include "tests/firmware/lib32/volume.h"

namespace {

using media_tools::pattern;
using media_tools::TempDir;

struct Kind {
  int bits;
  const char* format;  // what mkfs.fat is told: clusters of 512 bytes keep the volumes small
  std::uint32_t cluster;
  friend void PrintTo(const Kind& c, std::ostream* out) { *out << c.format; }
};
constexpr Kind kKinds[] = {{12, "-F 12 -s 1 -C image 1440", 512},
                           {16, "-F 16 -s 1 -C image 8000", 512},
                           {32, "-F 32 -s 1 -C image 34000", 512}};

// FSI_Nxt_Free of FAT32 back to "unknown": mtools fills the first gaps again.
const std::string kForgetNextFree =
    "(head -c 512 image | tail -c 430 | grep -q FAT32 && printf '\\377\\377\\377\\377' | dd of=image bs=1 seek=1004 "
    "conv=notrunc || true)";

/// A volume with long, short and foreign names, a large directory, and a file in three pieces.
class FatImage : public testing::TestWithParam<Kind> {
 protected:
  static void SetUpTestSuite() { dir_ = new TempDir; }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  void SetUp() override {
    const TempDir& d = *dir_;
    d.run("rm -rf tree image && mkdir -p tree/sub/deeper");
    d.write("tree/SHORT.TXT", "short\n");
    d.write("tree/Grüße aus Łódź.txt", pattern(5000, 1));
    d.write("tree/sub/a rather long name, of several parts and with dots. and more.cfg", pattern(700, 2));
    d.write("tree/sub/deeper/empty", "");
    for (int i = 0; i < 90; ++i) d.write("tree/sub/many/file number " + std::to_string(i), std::to_string(i));
    d.write("pieces", pattern(40 * 512 + 17, 3));
    for (int i = 0; i < 4; ++i) d.write("gap" + std::to_string(i), pattern(10 * 512, 4));
    d.run(std::string("mkfs.fat -n 'MY DISK' -i 1234ABCD ") + GetParam().format +
          " && export LC_ALL=C.UTF-8 && mcopy -i image gap0 gap1 gap2 gap3 ::/ && mdel -i image ::/gap0 ::/gap2 && " +
          kForgetNextFree +
          " && mcopy -i image pieces ::/PIECES.BIN && mdel -i image ::/gap1 ::/gap3 && mcopy -s -i image tree/* ::/");
    image_ = d.load("image");
  }

  static TempDir* dir_;
  std::vector<std::uint8_t> image_;
};
TempDir* FatImage::dir_ = nullptr;

INSTANTIATE_TEST_SUITE_P(Bits, FatImage, testing::ValuesIn(kKinds),
                         [](const auto& kind) { return "Fat" + std::to_string(kind.param.bits); });

TEST_P(FatImage, FindsFilesByLongAndShortNamesInAnyCase) {
  Volume volume(image_);
  ASSERT_NE(volume.fs, nullptr) << volume.status.words();
  EXPECT_EQ(volume.type(), "FAT" + std::to_string(GetParam().bits));
  EXPECT_EQ(volume.content("/SHORT.TXT"), "short\n");
  EXPECT_EQ(volume.content("short.txt"), "short\n");
  EXPECT_EQ(volume.content("/Grüße aus Łódź.txt"), pattern(5000, 1));
  EXPECT_EQ(volume.content("/GRÜSSE AUS ŁÓDŹ.TXT"), "failed: there is no such file");  // ß has no capital
  EXPECT_EQ(volume.content("/GRÜßE AUS ŁÓDŹ.TXT"), pattern(5000, 1));
  EXPECT_EQ(volume.content("/sub//A RATHER long name, of several parts and with dots. and more.cfg"), pattern(700, 2));
  EXPECT_EQ(volume.content("/sub/ARATHE~1.CFG"), pattern(700, 2));
  EXPECT_EQ(volume.content("/sub/./deeper/../deeper/EMPTY"), "");
  EXPECT_EQ(volume.content("/Sub/Many/file number 89"), "89");
  EXPECT_EQ(volume.names("/sub/many").size(), 90u);
}

TEST_P(FatImage, SaysWhyAPathLeadsNowhere) {
  Volume volume(image_);
  EXPECT_EQ(volume.find("/sub/nothing"), "there is no such file");
  EXPECT_EQ(volume.find("/short.txt/x"), "a part of the path is no directory");
  EXPECT_EQ(volume.content("/sub"), "failed: it is a directory");
  EXPECT_EQ(volume.names("/short.txt"), std::vector<std::string>{"failed: it is no directory"});
  EXPECT_EQ(volume.find(std::string(5000, 'x')), "the path is too long");
}

TEST_P(FatImage, ShowsWhatTheHostsReaderShows) {
  Volume volume(image_);
  expect_same_as_host(image_, volume);
}

TEST_P(FatImage, HasTheLabelAndUuidThatBlkidPrints) {
  Volume volume(image_);
  EXPECT_EQ(volume.label() + " " + volume.uuid(), blkid(*dir_, "image"));
  EXPECT_EQ(volume.uuid(), "1234-ABCD");
}

/// mshowfat's "<first-last>" clusters, as our extents are written.
std::string extents_of_mshowfat(const std::string& line, std::uint64_t data, std::uint64_t cluster,
                                std::uint64_t size) {
  std::string out;
  std::uint64_t at = 0;
  const char* p = line.c_str() + line.find('<');
  while (*p != 0 && *p != '\n') {
    char* end = nullptr;
    const std::uint64_t first = std::strtoull(p + 1, &end, 10),
                        last = *end == '-' ? std::strtoull(end + 1, &end, 10) : first;
    const std::uint64_t length = std::min((last - first + 1) * cluster, size - at);
    out += std::to_string(at) + "+" + std::to_string(length) + "@" + std::to_string(data + (first - 2) * cluster) + " ";
    at += length;
    for (p = end; *p != 0 && *p != '<'; ++p) {
    }
  }
  return out;
}

TEST_P(FatImage, ListsTheExtentsThatMshowfatLists) {
  dir_->run("mshowfat -i image ::/PIECES.BIN > clusters");
  lib32::FatLayout layout;
  ASSERT_TRUE(layout.parse(image_.data()));
  Volume volume(image_);
  const std::string ours = volume.extents("/pieces.bin");
  EXPECT_EQ(std::count(ours.begin(), ours.end(), '@'), 3);
  EXPECT_EQ(ours,
            extents_of_mshowfat(dir_->load_text("clusters"), layout.data_offset, GetParam().cluster, 40 * 512 + 17));
}

TEST_P(FatImage, ReadsAnyPartInAnyOrder) {
  Volume volume(image_);
  lib32::File file;
  ASSERT_TRUE(volume.fs->open_file("/pieces.bin", file).ok());
  const std::string all = pattern(40 * 512 + 17, 3);
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t at = (i * 7919) % all.size(), length = std::min<std::size_t>(1 + i * 131 % 9000, all.size() - at);
    std::string part(length, '\0');
    ASSERT_TRUE(file.read(at, part.data(), length).ok());
    ASSERT_EQ(part, all.substr(at, length)) << at;
  }
  char byte;
  EXPECT_EQ(file.read(all.size(), &byte, 1).error(), lib32::Error::kRead);
}

/// Access to the table of an image, in bytes.
class Table {
 public:
  explicit Table(std::vector<std::uint8_t>& image) : image_(image) { EXPECT_TRUE(layout_.parse(image.data())); }
  void set(std::uint32_t cluster, std::uint32_t value) {
    std::uint8_t* const p = &image_[layout_.fat_offset + std::uint64_t{cluster} * layout_.bits / 8];
    if (layout_.bits == 12) {
      const std::uint32_t old = lib32::le16(p);
      value = cluster % 2 != 0 ? (old & 0xF) | (value & 0xFFF) << 4 : (old & 0xF000) | (value & 0xFFF);
    }
    for (std::uint32_t i = 0; i < (layout_.bits == 32 ? 4u : 2u); ++i)
      p[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  std::uint32_t get(std::uint32_t cluster) const {
    const std::uint8_t* const p = &image_[layout_.fat_offset + std::uint64_t{cluster} * layout_.bits / 8];
    if (layout_.bits == 32) return lib32::le32(p);
    return layout_.bits == 16 ? lib32::le16(p) : cluster % 2 != 0 ? lib32::le16(p) >> 4 : lib32::le16(p) & 0xFFF;
  }
  std::uint32_t first_cluster(Volume& volume, const char* path) {
    lib32::Node node;
    EXPECT_TRUE(volume.fs->find(path, node).ok());
    return static_cast<std::uint32_t>(node.place);
  }
  std::uint32_t bad() const { return layout_.bits == 12 ? 0xFF7 : layout_.bits == 16 ? 0xFFF7 : 0x0FFFFFF7; }
  std::uint32_t end() const { return bad() + 8; }

 private:
  std::vector<std::uint8_t>& image_;
  lib32::FatLayout layout_;
};

TEST_P(FatImage, RefusesChainsThatAreDamaged) {
  const std::vector<std::uint8_t> sound = image_;
  Volume before(sound);
  const auto damaged = [&](auto&& damage) {
    image_ = sound;
    Table table(image_);
    damage(table, table.first_cluster(before, "/pieces.bin"));
    return Volume(image_).content("/pieces.bin");
  };
  EXPECT_EQ(damaged([](Table& t, std::uint32_t c) { t.set(c + 3, c + 1); }),
            "failed: a cluster chain that runs in a circle");
  EXPECT_EQ(damaged([](Table& t, std::uint32_t c) { t.set(c, c); }), "failed: a cluster chain that runs in a circle");
  EXPECT_EQ(damaged([](Table& t, std::uint32_t c) { t.set(c + 3, 0); }),
            "failed: a cluster chain that leads out of the volume");
  EXPECT_EQ(damaged([](Table& t, std::uint32_t c) { t.set(c + 3, t.bad()); }),
            "failed: a cluster chain that leads out of the volume");
  EXPECT_EQ(damaged([](Table& t, std::uint32_t c) { t.set(c + 3, t.bad() - 1); }),
            "failed: a cluster chain that leads out of the volume");
  EXPECT_EQ(damaged([](Table& t, std::uint32_t c) { t.set(c + 3, t.end()); }),
            "failed: a cluster chain that is shorter than its file");
}

TEST_P(FatImage, NoticesALoopThatFitsTheFilesSizeExactly) {
  // 41 clusters: a circle in the second half still gives every byte that is asked for.
  Table table(image_);
  {
    Volume before(image_);
    lib32::File file;
    ASSERT_TRUE(before.fs->open_file("/pieces.bin", file).ok());
    lib32::Extent run;
    bool done = false;
    while (file.next_extent(run, done).ok() && !done && run.file_offset + run.length < file.size()) {
    }
    lib32::FatLayout layout;
    layout.parse(image_.data());
    const auto last = static_cast<std::uint32_t>((run.volume_offset + run.length - 1 - layout.data_offset) / 512 + 2);
    table.set(last, last - 2);
  }
  EXPECT_EQ(Volume(image_).content("/pieces.bin"), "failed: a cluster chain that runs in a circle");
}

TEST_P(FatImage, EndsADirectoryThatRunsInACircle) {
  Volume before(image_);
  Table table(image_);
  const std::uint32_t cluster = table.first_cluster(before, "/sub/many");
  table.set(table.get(table.get(cluster)), cluster);
  const auto names = Volume(image_).names("/sub/many");
  EXPECT_EQ(names.back(), "failed: a cluster chain that runs in a circle");
}

TEST_P(FatImage, ShowsTheShortNameWhenTheLongOneDoesNotBelongToIt) {
  const std::string short_name = "ARATHE~1CFG";
  const auto at = std::search(image_.begin(), image_.end(), short_name.begin(), short_name.end());
  ASSERT_NE(at, image_.end());
  at[7] = '2';
  Volume volume(image_);
  EXPECT_EQ(volume.content("/sub/ARATHE~2.CFG"), pattern(700, 2));
  EXPECT_EQ(volume.find("/sub/a rather long name, of several parts and with dots. and more.cfg"),
            "there is no such file");
}

TEST_P(FatImage, SaysThatAFileLiesBehindTheEndOfATruncatedVolume) {
  Volume before(image_);
  lib32::File file;
  ASSERT_TRUE(before.fs->open_file("/pieces.bin", file).ok());
  lib32::Extent run;
  bool done = false;
  ASSERT_TRUE(file.next_extent(run, done).ok());
  image_.resize(run.volume_offset + 100);
  Volume volume(image_);
  if (GetParam().bits == 32) GTEST_SKIP() << "the root directory lies behind the files of this image";
  EXPECT_EQ(volume.content("/pieces.bin"), "failed: a part of the file lies behind the end of its volume");
}

TEST(Fat, IsNotSeenInAMasterBootRecordOrInNothing) {
  EXPECT_EQ(Volume(std::vector<std::uint8_t>(100'000)).status.error(), lib32::Error::kNotFound);
  EXPECT_EQ(Volume(std::vector<std::uint8_t>(10)).status.error(), lib32::Error::kNotFound);
  EXPECT_EQ(Volume(std::vector<std::uint8_t>()).status.error(), lib32::Error::kNotFound);
}

TEST(Fat, NeedsMemoryAndSaysSo) {
  const TempDir dir;
  dir.run("mkfs.fat -C image 1440");
  const auto image = dir.load("image");
  lib32::MemorySource source(image.data(), image.size());
  std::vector<std::uint8_t> memory(50'000);
  bool opened = false;
  for (std::size_t size = 0; size < memory.size(); size += 500) {
    lib32::Arena arena(memory.data(), size);
    lib32::FileSystem* fs = nullptr;
    const auto status = lib32::FileSystem::open(source, arena, fs);
    ASSERT_EQ(status.ok(), fs != nullptr);
    ASSERT_TRUE(status.ok() || status.error() == lib32::Error::kNoMemory);
    ASSERT_TRUE(status.ok() || arena.mark() == 0);
    opened = opened || status.ok();
  }
  EXPECT_TRUE(opened);
}

}  // namespace
