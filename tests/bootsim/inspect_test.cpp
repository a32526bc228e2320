#include "bootsim/inspect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bootsim/inspect/loaders.h"
#include "devices/media/memory_medium.h"
#include "tests/debugger/files/media_tools.h"

using bootsim::inspect;
using bootsim::InspectReport;
using bootsim::Severity;
using devices::media::MemoryMedium;

namespace {

const bootsim::Finding* finding(const InspectReport& report, const std::string& id) {
  const auto it = std::find_if(report.findings.begin(), report.findings.end(),
                               [&](const bootsim::Finding& f) { return f.id == id; });
  return it == report.findings.end() ? nullptr : &*it;
}

void put_text(std::vector<std::uint8_t>& image, std::size_t at, const std::string& text) {
  std::copy(text.begin(), text.end(), image.begin() + static_cast<std::ptrdiff_t>(at));
}

/// A disk of 8 MB whose one partition begins at LBA 63; the words of SYSLINUX's mbr.bin stand for its code.
std::vector<std::uint8_t> disk(std::uint8_t flag) {
  std::vector<std::uint8_t> image(16065 * 512);
  image[0] = 0xFA;
  put_text(image, 100, "Missing operating system.\r\n");
  put_text(image, 160, "Operating system load error.\r\n");
  const std::uint8_t entry[] = {flag, 1, 1, 0, 6, 254, 63, 0, 63, 0, 0, 0, 0x82, 0x3E, 0, 0};  // 16002 sectors
  std::copy(std::begin(entry), std::end(entry), image.begin() + 446);
  image[510] = 0x55;
  image[511] = 0xAA;
  return image;
}

/// A CD with one El Torito entry of `platform`, whose image is 4 sectors at LBA 21.
std::vector<std::uint8_t> cd(std::uint8_t platform) {
  std::vector<std::uint8_t> image(24 * 2048);
  const std::size_t pvd = 16 * 2048, record = 17 * 2048, catalog = 20 * 2048;
  image[pvd] = 1;
  put_text(image, pvd + 1, "CD001\x01");
  image[pvd + 80] = 24;
  image[pvd + 129] = 8;
  const std::uint8_t root[] = {34, 0, 19, 0, 0, 0, 0, 0, 0, 0, 0, 8};
  std::copy(std::begin(root), std::end(root), image.begin() + pvd + 156);
  image[pvd + 156 + 25] = 2;
  image[pvd + 156 + 32] = 1;
  put_text(image, record, std::string("\0CD001\x01", 7) + "EL TORITO SPECIFICATION");
  image[record + 71] = 20;
  image[18 * 2048] = 255;
  put_text(image, 18 * 2048 + 1, "CD001\x01");
  image[catalog] = 1;
  image[catalog + 1] = platform;
  image[catalog + 30] = 0x55;
  image[catalog + 31] = 0xAA;
  // The 16 words sum to 0: 0001 or EF01, AA55 and the checksum.
  const auto sum = static_cast<std::uint16_t>(-(0xAA55 + (platform << 8) + 1));
  image[catalog + 28] = static_cast<std::uint8_t>(sum);
  image[catalog + 29] = static_cast<std::uint8_t>(sum >> 8);
  image[catalog + 32] = 0x88;
  image[catalog + 38] = 4;
  image[catalog + 40] = 21;
  return image;
}

InspectReport look(const std::vector<std::uint8_t>& image) { return inspect(MemoryMedium(image), "test"); }

}  // namespace

TEST(Inspect, FindsNothingWrongWithAGoodDisk) {
  auto image = disk(0x80);
  image[63 * 512] = 0xFA;
  image[63 * 512 + 510] = 0x55;
  image[63 * 512 + 511] = 0xAA;
  const auto report = look(image);
  EXPECT_TRUE(report.bios_boots);
  EXPECT_EQ(report.verdict, "a BIOS starts the MBR: SYSLINUX mbr.bin");
  EXPECT_TRUE(report.findings.empty()) << to_text(report);
}

TEST(Inspect, SaysThatMbrCodeNeedsAnActivePartition) {
  const auto report = look(disk(0));
  ASSERT_NE(finding(report, "no-active"), nullptr);
  EXPECT_EQ(finding(report, "no-active")->severity, Severity::kError);
}

/// The words of GRUB's boot sectors: boot.img of GRUB 2 ends its last one with CR LF, stage1 of GRUB Legacy does not.
void put_grub(std::vector<std::uint8_t>& image, const std::string& error) {
  std::fill(image.begin(), image.begin() + 440, std::uint8_t{0});
  put_text(image, 0, "\xEB\x63\x90");
  put_text(image, 0x180, std::string("GRUB \0Geom\0Hard Disk\0Read\0", 26) + error);
}

TEST(Inspect, TellsGrubLegacyFromGrub2) {
  auto image = disk(0x80);
  put_grub(image, " Error\r\n");
  EXPECT_EQ(look(image).first_sector->loader, "GRUB boot.img");
  put_grub(image, " Error");
  EXPECT_EQ(look(image).first_sector->loader, "GRUB Legacy stage1");
}

TEST(Inspect, ExpectsNoBootSectorInTheActivePartitionOfADiskThatGrubBoots) {
  auto image = disk(0x80);
  EXPECT_TRUE(finding(look(image), "partition-no-signature"));
  put_grub(image, " Error");
  EXPECT_FALSE(finding(look(image), "partition-no-signature"));
}

TEST(Inspect, ExpectsNoPartitionTableOnAFloppy) {
  auto image = disk(0x80);
  image.resize(1440 * 1024);
  put_text(image, 446, "\x24\x12\x0F\x09");  // stage1's list of sectors per track to try: 36, 18, 15, 9
  EXPECT_FALSE(finding(look(image), "partition-table"));
}

TEST(Inspect, SaysThatTheSignatureIsMissing) {
  auto image = disk(0x80);
  image[510] = 0;
  const auto report = look(image);
  EXPECT_FALSE(report.bios_boots);
  EXPECT_NE(finding(report, "no-signature"), nullptr);
}

TEST(Inspect, SaysThatAPartitionEndsPastTheMedium) {
  auto image = disk(0x80);
  image.resize(4000 * 512);
  EXPECT_NE(finding(look(image), "past-end"), nullptr);
}

TEST(Inspect, ComparesChsWithLba) {
  auto image = disk(0x80);
  image[446 + 2] = 5;  // sector 5 instead of 1
  EXPECT_NE(finding(look(image), "chs-mismatch"), nullptr);
}

// As Debian's and other live ISOs are made: the volume is as long as the medium, its GPT partition ends before the
// backup GPT.
TEST(Inspect, FindsNothingWrongWithAnIsohybridThatHasAGpt) {
  media_tools::TempDir dir;
  dir.write("tree/isolinux/isolinux.cfg", "default linux");
  dir.run(
      "cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux && truncate -s 1M tree/efi.img && mkfs.fat -F 12 tree/efi.img "
      "&& xorriso -as mkisofs -quiet -o a.iso -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin -c isolinux/boot.cat -b "
      "isolinux/isolinux.bin -no-emul-boot -boot-load-size 4 -boot-info-table -eltorito-alt-boot -e efi.img "
      "-no-emul-boot -isohybrid-gpt-basdat -r -J tree");
  const InspectReport whole = look(dir.load("a.iso"));
  EXPECT_TRUE(whole.isohybrid);
  for (const bootsim::Finding& f : whole.findings) EXPECT_EQ(f.severity, Severity::kNote) << f.text;
  auto cut = dir.load("a.iso");
  cut.resize(cut.size() / 2 / 2048 * 2048);
  EXPECT_NE(finding(look(cut), "truncated"), nullptr);
}

TEST(Inspect, BootsACdWithAWrongCatalogChecksumButWarns) {
  EXPECT_EQ(finding(look(cd(0)), "catalog-checksum"), nullptr);
  auto image = cd(0);
  image[20 * 2048 + 28] ^= 1;
  const auto report = look(image);
  EXPECT_TRUE(report.bios_boots);
  ASSERT_NE(finding(report, "catalog-checksum"), nullptr);
  EXPECT_EQ(finding(report, "catalog-checksum")->severity, Severity::kWarning);
}

TEST(Inspect, SaysThatOnlyUefiCanBootACd) {
  const auto report = look(cd(0xEF));
  EXPECT_FALSE(report.bios_boots);
  EXPECT_TRUE(report.uefi_boots);
  EXPECT_TRUE(report.verdict.starts_with("only UEFI can boot this")) << report.verdict;
  EXPECT_NE(finding(report, "uefi-only"), nullptr);
}

/// The default entry is for UEFI; entry 1, of a last section, is for x86.
std::vector<std::uint8_t> cd_with_bios_behind_uefi() {
  auto image = cd(0xEF);
  const std::size_t header = 20 * 2048 + 64;
  image[header] = 0x91;
  image[header + 2] = 1;
  image[header + 32] = 0x88;
  image[header + 38] = 4;
  image[header + 40] = 22;
  return image;
}

TEST(Inspect, SaysThatSomeBiosesDoNotLookBehindAnEntryForUefi) {
  const auto report = look(cd_with_bios_behind_uefi());
  EXPECT_TRUE(report.bios_boots);
  EXPECT_TRUE(report.uefi_boots);
  EXPECT_TRUE(report.verdict.starts_with("a BIOS starts")) << report.verdict;
  EXPECT_EQ(finding(report, "uefi-only"), nullptr);
  ASSERT_NE(finding(report, "default-entry"), nullptr);
  EXPECT_EQ(finding(report, "default-entry")->severity, Severity::kWarning);
  EXPECT_EQ(finding(look(cd(0)), "default-entry"), nullptr);
}

TEST(Inspect, ABiosDoesNotStartAMediaTypeThatDoesNotExist) {
  auto image = cd(0);
  image[20 * 2048 + 33] = 7;
  const auto report = look(image);
  EXPECT_FALSE(report.bios_boots);
  EXPECT_TRUE(report.verdict.starts_with("a BIOS finds nothing to start")) << report.verdict;
  ASSERT_NE(finding(report, "entry-not-bootable"), nullptr);
}

TEST(Inspect, ABiosThatLoadsNothingDoesNotStartTheBootImage) {
  auto image = cd(0);
  image[20 * 2048 + 38] = 0;
  const auto report = look(image);
  EXPECT_FALSE(report.bios_boots);
  ASSERT_NE(finding(report, "load-size"), nullptr);
  EXPECT_EQ(finding(report, "load-size")->severity, Severity::kError);
}

TEST(Inspect, WarnsOfLoadsOverTheBiosDataArea) {
  auto image = cd(0);
  image[20 * 2048 + 34] = 0x40;  // segment 0040h: the BIOS data area itself
  ASSERT_NE(finding(look(image), "load-segment"), nullptr);
  EXPECT_EQ(finding(look(image), "load-segment")->severity, Severity::kError);
}

TEST(Inspect, SeesThatAVolumeIsCut) {
  auto image = cd(0);
  image[16 * 2048 + 80] = 100;
  EXPECT_NE(finding(look(image), "truncated"), nullptr);
}

TEST(Inspect, NamesTheToolWhoseMessageStandsForALoader) {
  std::vector<std::uint8_t> sector(512);
  put_text(sector, 100, "This is not a bootable disk. Please insert ... and\r\npress any key to try again");
  put_text(sector, 3, "mkfs.fat");
  EXPECT_EQ(bootsim::inspecting::recognise_loader(sector), "mkfs.fat's message, not a loader");
  put_text(sector, 3, "NTFS    ");
  EXPECT_EQ(bootsim::inspecting::recognise_loader(sector), "mkntfs's message, not a loader");
}

TEST(Inspect, KnowsBootsimsOwnBootImageByItsWords) {
  std::vector<std::uint8_t> image(2048);  // firmware/bootsector/cdboot.asm
  put_text(image, 1500, "bootsim: ");
  put_text(image, 1520, "no boot information table (make the CD with -boot-info-table)");
  put_text(image, 1600, "stage2 damaged");
  EXPECT_EQ(bootsim::inspecting::recognise_loader(image), "bootsim isoboot.bin");
}

TEST(Inspect, SpeaksOfAnEmptyMedium) {
  const auto report = look({});
  EXPECT_NE(finding(report, "no-medium"), nullptr);
  EXPECT_FALSE(to_text(report).empty());
}

TEST(Inspect, JsonHasItsDocumentedKeys) {
  const auto json = to_json(look(cd(0)));
  for (const char* key :
       {"name", "size", "attach", "attach_reason", "iso9660", "isohybrid", "el_torito", "partition_table", "disk_id",
        "first_sector", "file_system", "partitions", "bios_boots", "uefi_boots", "verdict", "findings"})
    EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_EQ(json["el_torito"]["entries"][0]["lba"], 21);
  EXPECT_EQ(json["el_torito"]["entries"][0]["platform"], "00");
}
