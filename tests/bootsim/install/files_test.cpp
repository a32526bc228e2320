// Installations as a file, on images that mtools and e2fsprogs make; skipped where those are not installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/core.h>
#include <ostream>

#include "bootsim/install/folder.h"
#include "bootsim/install/mkimage.h"
#include "bootsim/install/stage_file.h"
#include "bootsim/install/volume_files.h"
#include "debugger/files/file_system.h"
#include "install_test_support.h"

namespace bootsim::install {
namespace {

using test::message_of;
using testing::Contains;
using testing::HasSubstr;

bool have(const HostTool& tool) {
  return message_of([&] { find_tool(tool); }) == "no error";
}

struct Case {
  const char* name;
  ImageOptions::Kind kind;
  ImageOptions::FileSystem file_system;
  ImageOptions::Table table;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
};
std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }

/// A medium without a loader: mkimage's, its boot sectors filled with something else's code.
class AsFile : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const Case& c = GetParam();
    const bool ext = c.file_system == ImageOptions::FileSystem::kExt4;
    if (!have(ext ? kDebugfs : kMcopy) || !have(kSfdisk)) GTEST_SKIP() << "mtools, e2fsprogs or fdisk is not installed";
    std::filesystem::create_directories(folder.path("contents"));
    write_file(folder.path("contents/readme.txt"), "hello");
    ImageOptions options;
    options.kind = c.kind;
    options.file_system = c.file_system;
    options.table = c.table;
    options.stage2_as_file = true;
    options.output = image();
    options.folder = folder.path("contents");
    make_image(options, firmware, test::quiet);
    partition = c.kind == ImageOptions::Kind::kDisk ? std::optional<int>(1) : std::nullopt;
    firmware.stage2[2000] ^= 1;  // the loader to come is another one
    write_stage_head(firmware.stage2, {});
  }
  std::string image() const { return folder.path("disk.img"); }
  void install() {
    RawDisk disk(image(), true);
    Installer{disk, firmware, folder.path("backup"), test::quiet}.install({.partition = partition});
  }
  CheckResult look() const { return check(RawDisk(image(), false), firmware); }
  Volume volume() const {
    const RawDisk disk(image(), false);
    return partition ? find_volume(disk, devices::media::read_partition_table(disk), 1) : whole_medium(disk);
  }
  Buffer sector(std::uint64_t lba) const {
    Buffer bytes(kSector);
    RawDisk(image(), false).read(lba * kSector, bytes);
    return bytes;
  }

  TemporaryFolder folder;
  test::FakeFirmware firmware;
  std::optional<int> partition;
};

TEST_P(AsFile, CheckFindsWhatMkimageInstalled) { EXPECT_TRUE(look().good) << testing::PrintToString(look().lines); }

TEST_P(AsFile, InstallingAgainReplacesTheFile) {
  install();
  EXPECT_TRUE(look().good) << testing::PrintToString(look().lines);
  const RawDisk disk(image(), false);
  const auto fs = debugger::files::open_file_system(disk, volume().first * kSector, volume().sectors * kSector);
  const auto file = debugger::files::read_file(disk, *fs, kStage2Path);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), firmware.stage2.size());
  EXPECT_EQ((*file)[2000], firmware.stage2[2000]);
  EXPECT_FALSE(look_up(disk, volume(), kStage2NewPath).exists);
}

TEST_P(AsFile, TableAndBpbStayAsTheyWere) {
  const Buffer mbr = sector(0), boot = sector(volume().first);
  install();
  const Buffer mbr_now = sector(0), boot_now = sector(volume().first);
  const std::string type = volume().type;
  const std::size_t end = type == "FAT32" ? 90 : type.starts_with("FAT") ? 62 : 0;
  EXPECT_TRUE(end == 0 ||
              std::equal(boot.begin() + 3, boot.begin() + static_cast<std::ptrdiff_t>(end), boot_now.begin() + 3));
  EXPECT_TRUE(!partition || std::equal(mbr.begin() + 440, mbr.end(), mbr_now.begin() + 440));
}

TEST_P(AsFile, UninstallingRestoresSectorsAndRemovesTheFile) {
  const Buffer mbr = sector(0), boot = sector(volume().first);
  install();
  RawDisk disk(image(), true);
  Installer{disk, firmware, folder.path("backup"), test::quiet}.uninstall(false);
  EXPECT_EQ(sector(0), mbr);
  EXPECT_EQ(sector(volume().first), boot);
  EXPECT_FALSE(look_up(disk, volume(), kStage2Path).exists);
  EXPECT_FALSE(look_up(disk, volume(), "/bootsim/").exists);
  EXPECT_TRUE(look_up(disk, volume(), "/readme.txt").exists);
}

TEST_P(AsFile, CheckNoticesThatTheFileMoved) {
  install();
  const auto files = open_volume_files(image(), volume().first * kSector, volume().type, std::nullopt);
  files->put("/copy", firmware.stage2);
  files->remove(std::string(kStage2Path));
  files->rename("/copy", std::string(kStage2Path));
  EXPECT_FALSE(look().good);
  EXPECT_THAT(look().lines, Contains(HasSubstr("was moved, replaced or deleted")));
  install();
  EXPECT_TRUE(look().good) << testing::PrintToString(look().lines);
}

TEST_P(AsFile, AFileLeftByAnInterruptedInstallationIsTidiedUp) {
  const auto files = open_volume_files(image(), volume().first * kSector, volume().type, std::nullopt);
  files->put(std::string(kStage2NewPath), firmware.stage2);
  install();
  EXPECT_TRUE(look().good);
  // Cut off behind the boot sector: the new file has not got its name yet, and is the one that boots.
  files->rename(std::string(kStage2Path), std::string(kStage2NewPath));
  EXPECT_TRUE(look().good);
  install();
  EXPECT_TRUE(look().good) << testing::PrintToString(look().lines);
  EXPECT_FALSE(look_up(RawDisk(image(), false), volume(), kStage2NewPath).exists);
}

using Kind = ImageOptions::Kind;
using FileSystem = ImageOptions::FileSystem;
using Table = ImageOptions::Table;
INSTANTIATE_TEST_SUITE_P(Media, AsFile,
                         testing::Values(Case{"Floppy", Kind::kFloppy, FileSystem::kFat12, Table::kMbr},
                                         Case{"Fat16", Kind::kDisk, FileSystem::kFat16, Table::kMbr},
                                         Case{"Fat32", Kind::kDisk, FileSystem::kFat32, Table::kMbr},
                                         Case{"Ext4", Kind::kDisk, FileSystem::kExt4, Table::kMbr},
                                         Case{"GptExt4", Kind::kDisk, FileSystem::kExt4, Table::kGpt}),
                         name_of);

class Mkimage : public testing::Test {
 protected:
  void SetUp() override {
    if (!have(kMcopy) || !have(kSfdisk) || !have(kDebugfs))
      GTEST_SKIP() << "mtools, e2fsprogs or fdisk is not installed";
    std::filesystem::create_directories(folder.path("contents/boot"));
    write_file(folder.path("contents/boot/a long name.txt"), "hello");
    options.kind = ImageOptions::Kind::kDisk;
    options.folder = folder.path("contents");
    options.output = folder.path("disk.img");
  }
  std::string made() {
    make_image(options, firmware, test::quiet);
    std::ifstream file(options.output, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  TemporaryFolder folder;
  test::FakeFirmware firmware;
  ImageOptions options;
};

TEST_F(Mkimage, TheSameFolderMakesTheSameBytes) {
  for (const auto fs : {FileSystem::kFat16, FileSystem::kExt4}) {
    for (const auto table : {Table::kMbr, Table::kGpt}) {
      options.file_system = fs;
      options.table = table;
      EXPECT_TRUE(made() == made());
    }
  }
}

TEST_F(Mkimage, AnotherSeedMakesOtherIdentifiers) {
  const std::string first = made();
  options.seed = "another";
  EXPECT_NE(first.substr(440, 4), made().substr(440, 4));
}

TEST_F(Mkimage, AGptHasABiosBootPartitionThatHoldsStage2) {
  options.table = Table::kGpt;
  options.file_system = FileSystem::kFat32;
  made();
  const RawDisk disk(options.output, false);
  const auto table = devices::media::read_partition_table(disk);
  EXPECT_EQ(table.kind, devices::media::PartitionTable::Kind::kGpt);
  EXPECT_EQ(embedding_room(disk, table).first, 2048u);
  EXPECT_TRUE(check(disk, firmware).good);
}

TEST_F(Mkimage, AFailureLeavesTheOldImageAlone) {
  write_file(options.output, "old");
  options.size = std::uint64_t{2} << 20;
  options.file_system = FileSystem::kFat32;
  EXPECT_THROW(make_image(options, firmware, test::quiet), emu::Error);
  EXPECT_EQ(std::filesystem::file_size(options.output), 3u);
  EXPECT_FALSE(std::filesystem::exists(options.output + ".new"));
}

TEST_F(Mkimage, SizesThatNoFloppyHasAreRefused) {
  options.kind = ImageOptions::Kind::kFloppy;
  options.size = 1000 * 1000;
  EXPECT_THAT(message_of([&] { made(); }), HasSubstr("no floppy has 1000000 bytes"));
  options.size = 999 * 1024;
  EXPECT_THAT(message_of([&] { made(); }), HasSubstr("360K, 720K, 1200K, 1440K and 2880K exist"));
  for (const std::uint64_t kib : {360, 720, 1200, 1440, 2880}) {
    options.size = kib * 1024;
    EXPECT_EQ(made().size(), options.size);
  }
}

TEST_F(Mkimage, ALabelThatFatCannotHoldIsRefused) {
  options.label = "a*b";
  EXPECT_THAT(message_of([&] { made(); }), HasSubstr("label cannot hold *"));
  options.label = "A B-1";
  EXPECT_EQ(message_of([&] { made(); }), "no error");
  options.label = "a*b";
  options.file_system = FileSystem::kExt4;
  EXPECT_EQ(message_of([&] { made(); }), "no error");
}

TEST(HostTool, ThatIsMissingIsNamedWithItsPackage) {
  EXPECT_EQ(message_of([] {
              find_tool({"no-such-tool", "a-package"});
            }),
            "this needs no-such-tool: install the package a-package");
}

TEST(RawDisk, RefusesArchives) {
  const TemporaryFolder folder;
  std::string packed(1024, '\0');
  packed.replace(0, 6, "\3757zXZ\0", 6);
  write_file(folder.path("x"), packed);
  EXPECT_THAT(message_of([&] { RawDisk disk(folder.path("x"), false); }), HasSubstr("is packed (xz)"));
}

}  // namespace
}  // namespace bootsim::install
