#include "debugger/files/iso9660.h"

#include <gmock/gmock.h>

#include "tests/debugger/files/media_tools.h"

using namespace debugger::files;
using media_tools::content;
using media_tools::paths;
using media_tools::pattern;
using media_tools::TempDir;
using testing::Contains;
using testing::Not;
using testing::UnorderedElementsAre;

namespace {

std::unique_ptr<FileSystem> open(const devices::media::Medium& medium) {
  return open_iso9660(medium, 0, medium.size());
}

constexpr char kMkisofs[] = "xorriso -as mkisofs -quiet -V LABEL ";

}  // namespace

TEST(Iso9660, ReadsRockRidgeNamesLongerThanADirectoryRecord) {
  TempDir dir;
  const std::string name(250, 'n');  // its NM field continues in a CE area
  dir.write("tree/boot/" + name, "long");
  dir.write("tree/boot/Mixed Case.cfg", pattern(5000));
  dir.run(std::string(kMkisofs) + "-R -o a.iso tree");
  const auto medium = dir.medium("a.iso");
  const auto fs = open(medium);
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(fs->info().type, "ISO 9660 + Rock Ridge");
  EXPECT_EQ(fs->info().label, "LABEL");
  EXPECT_THAT(paths(*fs), UnorderedElementsAre("/", "/boot/", "/boot/" + name, "/boot/Mixed Case.cfg"));
  EXPECT_EQ(content(medium, *fs, "/boot/" + name), "long");
  EXPECT_EQ(content(medium, *fs, "/boot/Mixed Case.cfg"), pattern(5000));
}

TEST(Iso9660, PrefersJolietNamesWithoutRockRidge) {
  TempDir dir;
  dir.write("tree/dir/Grüße aus Köln.txt", "hi");
  dir.run("xorriso -charset utf-8 -rockridge off -joliet on -outdev a.iso -map tree / -commit");
  const auto medium = dir.medium("a.iso");
  const auto fs = open(medium);
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(fs->info().type, "ISO 9660 + Joliet");
  EXPECT_THAT(paths(*fs), Contains("/dir/Grüße aus Köln.txt"));
}

TEST(Iso9660, StripsVersionsFromPlainNames) {
  TempDir dir;
  dir.write("tree/README.TXT", "hi");
  dir.run("xorriso -rockridge off -joliet off -outdev a.iso -map tree / -commit");
  const auto medium = dir.medium("a.iso");
  const auto fs = open(medium);
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(fs->info().type, "ISO 9660");
  EXPECT_THAT(paths(*fs), UnorderedElementsAre("/", "/README.TXT"));
}

TEST(Iso9660, PutsRelocatedDirectoriesBackWhereTheyBelong) {
  TempDir dir;
  dir.write("tree/1/2/3/4/5/6/7/8/9/10/deep.txt", "deep");
  dir.run("xorriso -outdev a.iso -compliance deep_paths_off:long_paths_off -map tree / -commit");
  const auto medium = dir.medium("a.iso");
  const auto fs = open(medium);
  ASSERT_NE(fs, nullptr);
  EXPECT_EQ(content(medium, *fs, "/1/2/3/4/5/6/7/8/9/10/deep.txt"), "deep");
}

TEST(Iso9660, JoinsTheExtentsOfAMultiExtentFile) {
  // Two records of one name, the first flagged 80h (ECMA-119 §9.1.6), pointing at sectors 20 and 22.
  std::vector<std::uint8_t> image(24 * 2048);
  auto put = [&](std::size_t at, std::uint8_t value) { image[at] = value; };
  auto record = [&](std::size_t at, std::uint8_t block, std::uint16_t size, std::uint8_t flags, const char* name,
                    std::uint8_t name_length) {
    const auto length = static_cast<std::uint8_t>(33 + name_length + (name_length % 2 == 0 ? 1 : 0));
    put(at, length);
    put(at + 2, block);
    put(at + 10, static_cast<std::uint8_t>(size));
    put(at + 11, static_cast<std::uint8_t>(size >> 8));
    put(at + 25, flags);
    put(at + 32, name_length);
    std::copy_n(name, name_length, image.begin() + static_cast<std::ptrdiff_t>(at) + 33);
    return at + length;
  };
  const std::size_t pvd = 16 * 2048;
  put(pvd, 1);
  std::copy_n("CD001", 5, image.begin() + pvd + 1);
  put(pvd + 129, 8);  // blocks of 2048 bytes
  record(pvd + 156, 18, 2048, 2, "\0", 1);
  std::size_t at = record(18 * 2048, 18, 2048, 2, "\0", 1);
  at = record(at, 18, 2048, 2, "\1", 1);
  at = record(at, 20, 2048, 0x80, "BIG.;1", 6);
  record(at, 22, 100, 0, "BIG.;1", 6);
  put(20 * 2048, 'A');
  put(22 * 2048, 'B');
  const devices::media::MemoryMedium medium(image);
  const auto fs = open(medium);
  ASSERT_NE(fs, nullptr);
  const auto bytes = read_file(medium, *fs, "/BIG");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 2148u);
  EXPECT_EQ((*bytes)[0], 'A');
  EXPECT_EQ((*bytes)[2048], 'B');
}

TEST(Iso9660, EndsOnADirectoryThatContainsItself) {
  TempDir dir;
  dir.write("tree/a/b/file", "x");
  dir.run(std::string(kMkisofs) + "-R -o a.iso tree");
  auto bytes = dir.load("a.iso");
  const devices::media::MemoryMedium good(bytes);
  std::uint64_t root = 0;
  std::uint64_t inner = 0;
  for (const auto& entry : list_files(*open(good)).entries) {
    if (entry.path == "/") root = entry.extents[0].offset;
    if (entry.path == "/a/b/") inner = entry.extents[0].offset;
  }
  ASSERT_NE(inner, 0u);
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(root), 2048,
              bytes.begin() + static_cast<std::ptrdiff_t>(inner));
  const devices::media::MemoryMedium loop(bytes);
  EXPECT_THAT(paths(*open(loop)), UnorderedElementsAre("/", "/a/", "/a/b/"));
}

TEST(Iso9660, IsNotSeenInATooShortOrForeignMedium) {
  const devices::media::MemoryMedium tiny(std::vector<std::uint8_t>(16 * 2048 + 100));
  EXPECT_EQ(open(tiny), nullptr);
  const devices::media::MemoryMedium zeros(std::vector<std::uint8_t>(20 * 2048));
  EXPECT_EQ(open(zeros), nullptr);
}

TEST(Iso9660, ListsWhatATruncatedMediumStillHolds) {
  TempDir dir;
  dir.write("tree/a", pattern(3000));
  dir.write("tree/z", pattern(300'000, 2));
  dir.run(std::string(kMkisofs) + "-R -o a.iso tree");
  auto bytes = dir.load("a.iso");
  bytes.resize(bytes.size() - 400'000 + 200'000);
  const devices::media::MemoryMedium medium(bytes);
  for (const auto& entry : list_files(*open(medium)).entries)
    for (const auto& run : entry.extents) EXPECT_LE(run.offset + run.length, medium.size()) << entry.path;
}
