#include "devices/media/el_torito.h"

#include <gmock/gmock.h>

#include "media_test_support.h"

namespace devices::media {
namespace {

using test::Image;
using test::make_cd;
using test::put16;
using test::put32;
using test::put8;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kCatalog = 20 * 2048;

ElTorito catalog_of(const Image& cd) { return read_el_torito(MemoryMedium(cd)); }
BootChoice choice_of(const Image& cd, std::optional<int> entry = {}) {
  const MemoryMedium medium(cd);
  return choose_boot_entry(medium, read_el_torito(medium), entry);
}

TEST(ElTorito, ReadsTheInitialEntry) {
  const ElTorito c = catalog_of(make_cd());
  EXPECT_TRUE(c.found());
  EXPECT_EQ(c.catalog_lba, 20U);
  EXPECT_EQ(c.manufacturer, "TEST MAKER");
  EXPECT_TRUE(c.checksum_ok);
  ASSERT_EQ(c.entries.size(), 1U);
  EXPECT_EQ(c.entries[0].lba, 21U);
  EXPECT_EQ(c.entries[0].sector_count, 4);
  EXPECT_EQ(c.entries[0].effective_segment(), 0x07C0);
  EXPECT_THAT(c.problems, IsEmpty());
  EXPECT_EQ(choice_of(make_cd()).failure, CdFailure::kNone);
}

TEST(ElTorito, AWrongChecksumIsAProblemNotAFailure) {
  Image cd = make_cd();
  put16(cd, kCatalog + 28, 0x3412);
  EXPECT_FALSE(catalog_of(cd).checksum_ok);
  EXPECT_THAT(catalog_of(cd).problems, Contains(HasSubstr("validation entry sums to")));
  EXPECT_EQ(choice_of(cd).failure, CdFailure::kNone);
}

TEST(ElTorito, NamesWhereACatalogPointerGoes) {
  Image cd = make_cd(452);
  put32(cd, 17 * 2048 + 0x47, 1048575);
  const ElTorito c = catalog_of(cd);
  EXPECT_EQ(c.failure, CdFailure::kCatalogUnreadable);
  EXPECT_EQ(c.message, "El Torito: the boot catalog pointer at LBA 17 says LBA 1048575; the medium ends at LBA 452");
  EXPECT_EQ(to_string(choice_of(cd).failure), "catalog-unreadable");
}

TEST(ElTorito, EveryFailureHasItsReason) {
  EXPECT_EQ(to_string(catalog_of({}).failure), "no-medium");
  EXPECT_EQ(to_string(catalog_of(Image(17 * 2048)).failure), "unreadable");

  Image cd = make_cd();
  put8(cd, 17 * 2048, 1);
  EXPECT_EQ(to_string(catalog_of(cd).failure), "no-eltorito");
  EXPECT_THAT(catalog_of(cd).message, HasSubstr("a primary volume descriptor"));

  cd = make_cd();
  put8(cd, kCatalog, 0x02);
  EXPECT_EQ(to_string(catalog_of(cd).failure), "catalog-invalid");

  cd = make_cd();
  put16(cd, kCatalog + 30, 0);
  EXPECT_EQ(to_string(catalog_of(cd).failure), "catalog-invalid");

  cd = make_cd();
  put8(cd, kCatalog + 32, 0);
  EXPECT_EQ(to_string(choice_of(cd).failure), "entry-not-bootable");
  EXPECT_EQ(to_string(choice_of(make_cd(), 7).failure), "entry-not-bootable");
  EXPECT_EQ(to_string(choice_of(make_cd(), -1).failure), "entry-not-bootable");

  cd = make_cd();
  put32(cd, kCatalog + 32 + 8, 0xFFFFFFFF);
  EXPECT_EQ(to_string(choice_of(cd).failure), "boot-image-unreadable");

  cd = make_cd();
  put8(cd, kCatalog + 1, 0xEF);
  EXPECT_EQ(to_string(choice_of(cd).failure), "uefi-only");
}

TEST(ElTorito, FindsARecordThatNoBiosLooksFor) {
  Image cd = make_cd();
  std::copy_n(cd.begin() + 17 * 2048, 2048, cd.begin() + 19 * 2048);
  std::fill_n(cd.begin() + 17 * 2048, 2048, std::uint8_t{0});
  EXPECT_THAT(catalog_of(cd).message, HasSubstr("there is one at LBA 19"));
}

/// A last UEFI section with two entries, the first with a selection criterion that an extension continues.
Image with_sections() {
  Image cd = make_cd();
  const std::size_t header = kCatalog + 64;
  put8(cd, header, 0x91);
  put8(cd, header + 1, 0xEF);
  put16(cd, header + 2, 2);
  test::put_text(cd, header + 4, "UEFI");
  put8(cd, header + 32, 0x88);
  put16(cd, header + 32 + 6, 1);
  put32(cd, header + 32 + 8, 22);
  put8(cd, header + 32 + 12, 1);
  put8(cd, header + 32 + 13, 0xC1);
  put8(cd, header + 64, 0x44);
  put8(cd, header + 64 + 2, 0xC2);
  put8(cd, header + 96, 0x88);
  put32(cd, header + 96 + 8, 23);
  return cd;
}

TEST(ElTorito, ReadsSectionsAndExtensions) {
  const ElTorito c = catalog_of(with_sections());
  ASSERT_EQ(c.entries.size(), 3U);
  EXPECT_EQ(c.entries[1].platform, kPlatformEfi);
  EXPECT_EQ(c.entries[1].section_id, "UEFI");
  ASSERT_EQ(c.entries[1].criteria.size(), 19U + 30U);
  EXPECT_EQ(c.entries[1].criteria[0], 0xC1);
  EXPECT_EQ(c.entries[1].criteria[19], 0xC2);
  EXPECT_EQ(c.entries[2].lba, 23U);
  EXPECT_THAT(c.problems, IsEmpty());
}

TEST(ElTorito, AUefiEntryIsNotForABios) {
  EXPECT_EQ(choice_of(with_sections(), 0).failure, CdFailure::kNone);
  EXPECT_EQ(choice_of(with_sections(), 1).failure, CdFailure::kUefiOnly);
}

/// The default entry is for UEFI, a section behind it for x86.
Image with_x86_section() {
  Image cd = with_sections();
  put8(cd, kCatalog + 1, 0xEF);
  put8(cd, kCatalog + 64 + 1, 0);
  put16(cd, kCatalog + 64 + 32 + 6, 4);
  return cd;
}

TEST(ElTorito, TakesTheFirstX86EntryWhereTheDefaultIsForAnotherPlatform) {
  const BootChoice choice = choice_of(with_x86_section());
  EXPECT_EQ(choice.failure, CdFailure::kNone) << choice.message;
  ASSERT_TRUE(choice.entry);
  EXPECT_EQ(choice.entry->number, 1);
  EXPECT_TRUE(choice.passed_default);
  EXPECT_FALSE(choice_of(with_x86_section(), 1).passed_default);  // asked for by number
  EXPECT_FALSE(choice_of(make_cd()).passed_default);
  EXPECT_EQ(choice_of(with_x86_section(), 0).failure, CdFailure::kUefiOnly);
}

TEST(ElTorito, AMediaTypeThatDoesNotExistIsRefused) {
  Image cd = make_cd();
  put8(cd, kCatalog + 32 + 1, 4);
  EXPECT_EQ(choice_of(cd).failure, CdFailure::kNone);
  put8(cd, kCatalog + 32 + 1, 7);
  EXPECT_EQ(choice_of(cd).failure, CdFailure::kEntryNotBootable);
  EXPECT_THAT(choice_of(cd).message, HasSubstr("media type 7"));
}

TEST(ElTorito, ASectionThatAnnouncesTooMuchIsReported) {
  Image cd = with_sections();
  put16(cd, kCatalog + 64 + 2, 0xFFFF);
  cd.resize(21 * 2048);
  const ElTorito c = catalog_of(cd);
  EXPECT_LE(c.entries.size(), 64U);
  EXPECT_THAT(c.problems, Contains(HasSubstr("announces 65535 entries")));
}

/// A boot information table as mkisofs writes it: 100 bytes of image, whose words from 64 on are 1, 2, …, 9.
Image with_info_table() {
  Image cd = make_cd();
  const std::size_t image = 21 * 2048;
  put32(cd, image + 8, 16);
  put32(cd, image + 12, 21);
  put32(cd, image + 16, 100);
  put32(cd, image + 20, 45);
  for (std::uint32_t i = 0; i < 9; ++i) put32(cd, image + 64 + 4 * i, i + 1);
  return cd;
}

std::optional<BootInfoTable> info_of(const Image& cd) {
  const MemoryMedium medium(cd);
  return read_boot_info_table(medium, read_el_torito(medium).entries.at(0));
}

TEST(BootInfoTable, IsVerified) {
  const auto t = info_of(with_info_table());
  ASSERT_TRUE(t);
  EXPECT_TRUE(t->matches);
  EXPECT_EQ(t->computed, 45U);
}

TEST(BootInfoTable, AChangedImageFailsTheChecksum) {
  Image cd = with_info_table();
  put8(cd, 21 * 2048 + 70, 1);
  EXPECT_FALSE(info_of(cd)->matches);
  EXPECT_THAT(info_of(cd)->problems, Contains(HasSubstr("checksum")));
}

TEST(BootInfoTable, AMovedImageIsNoticed) {
  Image cd = with_info_table();
  put32(cd, 21 * 2048 + 12, 99);
  EXPECT_FALSE(info_of(cd)->matches);
}

TEST(BootInfoTable, CodeIsNoTable) {
  Image cd = make_cd();
  std::fill_n(cd.begin() + 21 * 2048, 2048, std::uint8_t{0x90});
  EXPECT_FALSE(info_of(cd));
}

}  // namespace
}  // namespace devices::media
