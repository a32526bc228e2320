#include "devices/media/identify.h"

#include <gmock/gmock.h>

#include "media_test_support.h"

namespace devices::media {
namespace {

using test::Image;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Identification id_of(const Image& image) { return identify(MemoryMedium(image)); }

TEST(Identify, AnIsoIsACd) {
  const Identification id = id_of(test::make_cd());
  EXPECT_EQ(id.attach, Attach::kCd);
  EXPECT_EQ(id.reason, "ISO 9660 with El Torito; attached as a CD");
  EXPECT_THAT(id.warnings, IsEmpty());
}

TEST(Identify, AnIsohybridIsACdAndSaysSo) {
  Image cd = test::make_cd();
  test::put_entry(cd, 0, 0, {0x80, 0, 1, 0, 0x17, 63, 32, 0, 0, 96});
  EXPECT_EQ(id_of(cd).attach, Attach::kCd);
  EXPECT_EQ(id_of(cd).reason,
            "ISO 9660 with El Torito, isohybrid MBR too; attached as a CD (--as hd boots it as a disk)");
}

TEST(Identify, ATruncatedIsoIsStillACd) {
  Image cd = test::make_cd(40);
  cd.resize(30 * 2048 + 7);
  EXPECT_EQ(id_of(cd).attach, Attach::kCd);
  EXPECT_THAT(id_of(cd).warnings, Contains(HasSubstr("truncated: the volume has 81920 bytes, the medium 61447")));
}

TEST(Identify, TellsABrokenCatalogFromNone) {
  Image cd = test::make_cd();
  test::put16(cd, 20 * 2048 + 30, 0);
  EXPECT_THAT(id_of(cd).reason, HasSubstr("with a bad El Torito (catalog-invalid)"));
  test::put8(cd, 17 * 2048, 255);
  EXPECT_THAT(id_of(cd).reason, HasSubstr("without El Torito"));
}

TEST(Identify, AFloppySizeIsAFloppy) {
  EXPECT_EQ(id_of(Image(1474560)).attach, Attach::kFloppy);
  EXPECT_THAT(id_of(Image(1474560)).reason, HasSubstr("1.44 MB floppy (80/2/18)"));
  EXPECT_THAT(id_of(Image(1474560)).warnings, IsEmpty());
}

TEST(Identify, AnOddFloppyWarnsAndRuns) {
  EXPECT_EQ(id_of(Image(1234567)).attach, Attach::kFloppy);
  EXPECT_THAT(id_of(Image(1234567)).warnings, Contains(HasSubstr("not a multiple of 512")));
  EXPECT_THAT(id_of(Image(1296384)).warnings, Contains(HasSubstr("no floppy's size")));
}

TEST(Identify, APartitionTableMakesADiskOfAFloppySize) {
  Image disk(1228800);
  test::put_entry(disk, 0, 0, {0x80, 0x20, 0x21, 0, 0x0E, 0x0F, 0x0C, 3, 2048, 47104});
  EXPECT_EQ(id_of(disk).attach, Attach::kHardDisk);
  EXPECT_THAT(id_of(disk).warnings, Contains(HasSubstr("the medium ends at LBA 2400")));
}

TEST(Identify, ABigImageIsADisk) { EXPECT_EQ(id_of(Image(4 << 20)).attach, Attach::kHardDisk); }

TEST(Identify, ASingleSectorIsAFloppy) { EXPECT_EQ(id_of(Image(512)).attach, Attach::kFloppy); }

}  // namespace
}  // namespace devices::media
