#include "lib32/fs/iso9660.h"

#include <gtest/gtest.h>

#include "tests/firmware/lib32/same_as_host.h"
#include "tests/firmware/lib32/volume.h"

namespace {

using media_tools::pattern;
using media_tools::TempDir;

const std::string kLongName(240, 'n');  // its NM field needs a continuation area

/// One tree, as an ISO with each kind of names.
class IsoImage : public testing::Test {
 protected:
  void SetUp() override {
    dir_.write("tree/Read Me.txt", "hello\n");
    dir_.write("tree/boot/Grub/grub.cfg", pattern(5000, 1));
    dir_.write("tree/boot/vmlinuz", pattern(70'000, 2));
    dir_.write("tree/1/2/3/4/5/6/7/8/9/deep", "deep\n");
    dir_.write("tree/Grüße.txt", "Umlaut\n");
    dir_.write("tree/" + kLongName, "long\n");
    for (int i = 0; i < 120; ++i) dir_.write("tree/many/file number " + std::to_string(i), std::to_string(i));
    dir_.run(
        "ln -s boot/vmlinuz tree/kernel; ln -s ../../boot/./Grub tree/1/2/grub; ln -s /boot tree/absolute;ln -s loop "
        "tree/loop; ln -s nowhere tree/dangling");
  }
  std::vector<std::uint8_t> make(const std::string& options) {
    dir_.run("xorriso -as mkisofs -quiet -V 'MY DISC' -o image " + options + " tree");
    return dir_.load("image");
  }
  TempDir dir_;
};

TEST_F(IsoImage, RockRidgeNamesAreExactFirstAndInAnyCaseThen) {
  const auto image = make("-R -J");
  Volume volume(image);
  ASSERT_NE(volume.fs, nullptr) << volume.status.words();
  EXPECT_EQ(volume.type(), "ISO 9660 + Rock Ridge");
  EXPECT_EQ(volume.content("/Read Me.txt"), "hello\n");
  EXPECT_EQ(volume.content("/READ ME.TXT"), "hello\n");
  EXPECT_EQ(volume.content("/README.TXT"), "failed: there is no such file");
  EXPECT_EQ(volume.content("/READ_ME.TXT"), "hello\n");  // the plain name
  EXPECT_EQ(volume.content("boot/grub/GRUB.CFG"), pattern(5000, 1));
  EXPECT_EQ(volume.content("/" + kLongName), "long\n");
  EXPECT_EQ(volume.content("/1/2/3/4/5/6/7/8/9/deep"), "deep\n");
  EXPECT_EQ(volume.content("/Grüße.txt"), "Umlaut\n");
  EXPECT_EQ(volume.names("/many").size(), 120u);
}

TEST_F(IsoImage, RockRidgeLinksAreFollowed) {
  const auto image = make("-R");
  Volume volume(image);
  EXPECT_EQ(volume.content("/kernel"), pattern(70'000, 2));
  EXPECT_EQ(volume.content("/1/2/grub/grub.cfg"), pattern(5000, 1));
  EXPECT_EQ(volume.content("/absolute/vmlinuz"), pattern(70'000, 2));
  EXPECT_EQ(volume.content("/1/2/grub/../vmlinuz"), pattern(70'000, 2));
  EXPECT_EQ(volume.find("/loop"), "too many symbolic links");
  EXPECT_EQ(volume.find("/dangling"), "there is no such file");
}

TEST_F(IsoImage, RelocatedDirectoriesAreWhereTheyBelong) {
  dir_.run("xorriso -compliance deep_paths_off -rr_reloc_dir rr_moved -outdev image -map tree / -commit");
  const auto image = dir_.load("image");
  Volume volume(image);
  EXPECT_EQ(volume.content("/1/2/3/4/5/6/7/8/9/deep"), "deep\n");
  expect_same_as_host(image, volume);
}

TEST_F(IsoImage, JolietNamesServeWithoutRockRidge) {
  const auto image = make("--norock -J -joliet-long");
  Volume volume(image);
  ASSERT_NE(volume.fs, nullptr) << volume.status.words();
  EXPECT_EQ(volume.type(), "ISO 9660 + Joliet");
  EXPECT_EQ(volume.content("/Read Me.txt"), "hello\n");
  EXPECT_EQ(volume.content("/GRÜßE.TXT"), "Umlaut\n");
  EXPECT_EQ(volume.content("/boot/vmlinuz"), pattern(70'000, 2));
}

TEST_F(IsoImage, PlainNamesDoWithoutTheirVersion) {
  const auto image = make("--norock -iso-level 2");
  Volume volume(image);
  ASSERT_NE(volume.fs, nullptr) << volume.status.words();
  EXPECT_EQ(volume.type(), "ISO 9660");
  EXPECT_EQ(volume.content("/read_me.txt"), "hello\n");
  EXPECT_EQ(volume.content("/READ_ME.TXT;1"), "hello\n");
  EXPECT_EQ(volume.content("/boot/vmlinuz"), pattern(70'000, 2));
  EXPECT_EQ(volume.content("/BOOT/VMLINUZ.;1"), pattern(70'000, 2));
}

TEST_F(IsoImage, ShowsWhatTheHostsReaderShows) {
  for (const char* options : {"-R -J", "-J -joliet-long --norock"}) {
    SCOPED_TRACE(options);
    const auto image = make(options);
    Volume volume(image);
    expect_same_as_host(image, volume);
  }
}

TEST_F(IsoImage, HasTheLabelAndUuidThatBlkidPrints) {
  for (const char* options : {"-R", "-R -J", "-J -V 'A LABEL OF MORE THAN SIXTEEN'",
                              "-J -V lower_case --modification-date=2026112204121100"}) {
    SCOPED_TRACE(options);
    Volume volume(make(options));
    EXPECT_EQ(volume.label() + " " + volume.uuid(), blkid(dir_, "image"));
  }
  EXPECT_EQ(Volume(make("--modification-date=2026112204121100")).uuid(), "2026-11-22-04-12-11-00");
}

TEST_F(IsoImage, ListsTheExtentThatXorrisoReports) {
  const auto image = make("-R");
  dir_.run(
      "xorriso -indev image -find /boot/vmlinuz -exec report_lba 2>/dev/null | grep '^File data' | tr -d ' ' > lba");
  // "File data lba: xt , startlba , blocks , filesize , path"
  const std::string report = dir_.load_text("lba");
  const std::size_t at = report.find(',') + 1;
  const std::string lba = report.substr(at, report.find(',', at) - at);
  Volume volume(image);
  EXPECT_EQ(volume.extents("/boot/vmlinuz"), "0+70000@" + std::to_string(std::stoull(lba) * 2048) + " ");
}

/// The record of a file, found by its name.
std::uint8_t* record_of(std::vector<std::uint8_t>& image, const std::string& name) {
  const auto at = std::search(image.begin(), image.end(), name.begin(), name.end());
  EXPECT_NE(at, image.end());
  return &*at - lib32::IsoRecord::kNameAt;
}

TEST_F(IsoImage, FilesInSeveralExtentsAreReadAsOne) {
  dir_.write("tree/big/PART_A.BIN", pattern(4096, 11));
  dir_.write("tree/big/PART_B.BIN", pattern(6144, 12));
  dir_.write("tree/big/PART_C.BIN", pattern(1000, 13));
  auto image = make("--norock");
  constexpr std::size_t kLetter = lib32::IsoRecord::kNameAt + 5;
  for (const char* name : {"PART_A.BIN;1", "PART_B.BIN;1"}) {
    std::uint8_t* record = record_of(image, name);
    record[25] |= lib32::IsoRecord::kMultiExtent;
    record[kLetter] = 'C';
  }
  Volume volume(image);
  const std::string whole = pattern(4096, 11) + pattern(6144, 12) + pattern(1000, 13);
  EXPECT_EQ(volume.names("/big"), std::vector<std::string>{"PART_C.BIN"});
  EXPECT_EQ(volume.content("/big/part_c.bin"), whole);
  const std::string runs = volume.extents("/big/part_c.bin");
  EXPECT_TRUE(runs.starts_with("0+")) << runs;
  lib32::File file;
  ASSERT_TRUE(volume.fs->open_file("/big/part_c.bin", file).ok());
  std::string middle(3000, '\0');
  ASSERT_TRUE(file.read(9000, middle.data(), middle.size() - 760).ok());
  EXPECT_EQ(middle.substr(0, 2240), whole.substr(9000));
}

TEST_F(IsoImage, RefusesWhatItCannotReadInWords) {
  dir_.write("tree/big/PART_A.BIN", "x");
  const auto sound = make("--norock");
  auto image = sound;
  record_of(image, "PART_A.BIN;1")[26] = 1;
  EXPECT_EQ(Volume(image).content("/big/part_a.bin"), "failed: the file is interleaved");
  image = sound;
  record_of(image, "PART_A.BIN;1")[25] |= lib32::IsoRecord::kMultiExtent;
  EXPECT_EQ(Volume(image).content("/big/part_a.bin"), "failed: a file whose last extent is missing");
  image = sound;
  record_of(image, "PART_A.BIN;1")[5] = 0x7F;
  EXPECT_EQ(Volume(image).content("/big/part_a.bin"), "failed: a part of the file lies behind the end of its volume");
  image = sound;
  record_of(image, "PART_A.BIN;1")[0] = 20;
  EXPECT_EQ(Volume(image).content("/big/part_a.bin"), "failed: a malformed directory record");
  image = sound;
  record_of(image, "PART_A.BIN;1")[32] = 200;
  EXPECT_EQ(Volume(image).content("/big/part_a.bin"), "failed: a malformed directory record");
}

TEST_F(IsoImage, ContinuationsThatRunInACircleEnd) {
  auto image = make("-R");
  // The record's CE field leads to the area with the rest of the long name; a CE there leads to itself.
  const std::uint8_t ce[] = {'C', 'E', 28, 1};
  const auto first = std::search(image.begin(), image.end(), std::begin(ce), std::end(ce));
  ASSERT_NE(first, image.end());
  int planted = 0;
  for (auto at = first; at != image.end(); at = std::search(at + 1, image.end(), std::begin(ce), std::end(ce))) {
    const std::uint64_t area = std::uint64_t{lib32::le32(&at[4])} * 2048 + lib32::le32(&at[12]);
    const std::vector<std::uint8_t> field(at, at + 28);
    if (area + 28 > image.size() || image[area] != 'N' || image[area + 1] != 'M') continue;  // not the root's ER
    std::copy(field.begin(), field.end(), image.begin() + static_cast<std::ptrdiff_t>(area));
    ++planted;
  }
  ASSERT_EQ(planted, 1);
  Volume volume(image);
  ASSERT_NE(volume.fs, nullptr);
  EXPECT_EQ(volume.names("/").back(), "failed: Rock Ridge fields that run in a circle");
}

TEST_F(IsoImage, CompressedFilesAreRefused) {
  dir_.write("tree/text", std::string(100'000, 'z'));
  dir_.run("xorriso -outdev image -volid Z -map tree/text /text -set_filter --zisofs /text -- -commit");
  Volume volume(dir_.load("image"));
  EXPECT_EQ(volume.content("/text"), "failed: the file is compressed (zisofs)");
}

TEST_F(IsoImage, AFileOnItIsAVolumeInTurn) {
  dir_.run("mkfs.fat -C tree/floppy.img 1440 && mcopy -i tree/floppy.img 'tree/Read Me.txt' ::/INNER.TXT");
  Volume outer(make("-R"));
  lib32::File floppy;
  ASSERT_TRUE(outer.fs->open_file("/floppy.img", floppy).ok());
  Volume inner(floppy);
  ASSERT_NE(inner.fs, nullptr);
  EXPECT_EQ(inner.content("/inner.txt"), "hello\n");
}

}  // namespace
