// The parts of the memory disk that touch no machine: options, geometry, memory map, El Torito.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "memdisk/el_torito.h"
#include "memdisk/geometry.h"
#include "memdisk/memory_map.h"
#include "memdisk/options.h"

namespace {

using namespace memdisk;
using Bytes = std::vector<std::uint8_t>;

// ---- options

TEST(MemdiskOptions, AreThoseOfTheDocument) {
  const Options o = parse_options(
      "BOOT_IMAGE=memdisk c=80 h=2 s=18 floppy=1 ro raw noedd pause stack=0x400 nopass nopassany mem=64M offset=1K");
  EXPECT_EQ(o.problem, nullptr);
  EXPECT_EQ(o.cylinders, 80U);
  EXPECT_EQ(o.heads, 2U);
  EXPECT_EQ(o.sectors, 18U);
  EXPECT_EQ(o.kind, Kind::kFloppy);
  EXPECT_EQ(o.index, 1);
  EXPECT_TRUE(o.read_only && o.pause && o.hide_class && o.hide_all);
  EXPECT_EQ(o.mover, Mover::kRaw);
  EXPECT_EQ(o.edd, Edd::kOff);
  EXPECT_EQ(o.stack, 1024U);
  EXPECT_EQ(o.memory, 64U << 20);
  EXPECT_EQ(o.offset, 1024U);
}

// As Syslinux's MEMDISK 6.04: its getcmditem finds the first, and the order of its questions decides the rest.
TEST(MemdiskOptions, OfARivalryTheOneWinsThatMemdiskTakes) {
  EXPECT_EQ(parse_options("c=80 c=40").cylinders, 80U);
  EXPECT_EQ(parse_options("h=2 h=junk").problem, nullptr);
  for (const char* line : {"floppy=1 harddisk=3", "harddisk=3 floppy=1", "floppy=1 floppy=2 harddisk floppy"}) {
    const Options o = parse_options(line);
    EXPECT_EQ(o.kind, Kind::kFloppy) << line;
    EXPECT_EQ(o.index, 1) << line;
  }
  EXPECT_EQ(parse_options("harddisk=2 harddisk=3").index, 2);
  for (const char* line : {"edd noedd", "noedd ebios", "cbios edd noebios"})
    EXPECT_EQ(parse_options(line).edd, Edd::kOn) << line;
  for (const char* line : {"noedd", "noebios", "cbios"}) EXPECT_EQ(parse_options(line).edd, Edd::kOff) << line;
  EXPECT_EQ(parse_options("int raw safeint bigraw").mover, Mover::kSafeInt);
  EXPECT_EQ(parse_options("int bigraw raw").mover, Mover::kInt);
  EXPECT_EQ(parse_options("bigraw raw").mover, Mover::kBigRaw);
}

TEST(MemdiskOptions, AnIsoIsNoDriveOfAnotherKind) {
  EXPECT_EQ(parse_options("floppy harddisk=3 iso").kind, Kind::kIso);
  EXPECT_EQ(parse_options("iso harddisk").kind, Kind::kIso);
}

TEST(MemdiskOptions, AStackTooSmallIsRaised) {
  EXPECT_EQ(parse_options("stack=10").stack, 256U);
  EXPECT_EQ(parse_options("stack=256").stack, 256U);
  EXPECT_EQ(parse_options("stack=257").stack, 257U);
}

TEST(MemdiskOptions, WordsOfOthersAreNobodysBusiness) {
  const Options o = parse_options("initrd=floppy.img rox raw=1 c h=  ");
  EXPECT_EQ(o.kind, Kind::kBySize);
  EXPECT_FALSE(o.read_only);
  EXPECT_EQ(o.mover, Mover::kSafeInt);
}

TEST(MemdiskOptions, NumbersOutOfRangeAreNamed) {
  for (const char* line :
       {"ro c=0", "ro c=1025", "ro h=257", "ro s=64", "ro s=1x", "ro s=", "ro floppy=16",
        "ro floppy=", "ro harddisk=200", "ro c=80,h=2", "ro stack=1M", "ro stack=0", "ro mem=99999999999999G"}) {
    const Options o = parse_options(line);
    ASSERT_NE(o.problem, nullptr) << line;
    EXPECT_EQ(std::string(o.culprit, o.culprit_length), line + 3);
  }
}

// ---- geometry

Geometry of_size(std::uint32_t bytes, const char* options = "") {
  const Bytes image(bytes);
  return find_geometry(image.data(), bytes, parse_options(options));
}

struct Floppy {
  std::uint32_t bytes, cylinders, heads, sectors;
};

// The table of memdisk.txt. (Its 1200K line has a slip of the pen: 1,222,800 for 1,228,800.)
TEST(MemdiskGeometry, OfTheTwentyFloppiesIsThatOfTheDocument) {
  constexpr Floppy kFloppies[] = {
      {163840, 40, 1, 8},   {184320, 40, 1, 9},   {327680, 40, 2, 8},   {368640, 40, 2, 9},   {655360, 80, 2, 8},
      {737280, 80, 2, 9},   {1228800, 80, 2, 15}, {1474560, 80, 2, 18}, {1638400, 80, 2, 20}, {1720320, 80, 2, 21},
      {1763328, 82, 2, 21}, {1784832, 83, 2, 21}, {1802240, 80, 2, 22}, {1884160, 80, 2, 23}, {1966080, 80, 2, 24},
      {2949120, 80, 2, 36}, {3194880, 80, 2, 39}, {3276800, 80, 2, 40}, {3604480, 80, 2, 44}, {3932160, 80, 2, 48}};
  for (const Floppy& f : kFloppies) {
    const Geometry g = of_size(f.bytes);
    EXPECT_EQ(g.cylinders, f.cylinders) << f.bytes;
    EXPECT_EQ(g.heads, f.heads) << f.bytes;
    EXPECT_EQ(g.sectors, f.sectors) << f.bytes;
  }
}

// What Syslinux's MEMDISK 6.04 says to INT 13h/08h of these sizes (asked with tests/firmware/memdisk_probe).
TEST(MemdiskGeometry, OfOddFloppiesIsThatOfMemdisk) {
  constexpr Floppy kFloppies[] = {{2532 * 512, 211, 2, 6},  {100 * 512, 50, 1, 2},    {2879 * 512, 79, 2, 18},
                                  {2881 * 512, 130, 2, 11}, {2900 * 512, 145, 2, 10}, {4000 * 512, 80, 2, 25},
                                  {5000 * 512, 100, 2, 25}, {8000 * 512, 80, 2, 50},  {8191 * 512, 127, 2, 32},
                                  {3000 * 512, 100, 2, 15}};
  for (const Floppy& f : kFloppies) {
    const Geometry g = of_size(f.bytes);
    EXPECT_EQ(g.cylinders, f.cylinders) << f.bytes;
    EXPECT_EQ(g.heads, f.heads) << f.bytes;
    EXPECT_EQ(g.sectors, f.sectors) << f.bytes;
  }
}

TEST(MemdiskGeometry, TheDriveOfAFloppyWithItsEndMissingIsThatOfTheWholeOne) {
  EXPECT_EQ(of_size(2879 * 512).floppy_type, 4);  // 1440K; MEMDISK 6.04 says so
  EXPECT_EQ(of_size(2400 * 512).floppy_type, 2);
  EXPECT_EQ(of_size(8191 * 512).floppy_type, 6);
}

TEST(MemdiskGeometry, EverySizeOfFloppyHasOne) {
  const Bytes image(kFloppySectors * 512);
  for (std::uint32_t sectors = 1; sectors < kFloppySectors; ++sectors) {
    const Geometry g = find_geometry(image.data(), sectors * 512, Options());
    ASSERT_TRUE(g.cylinders >= 1 && g.cylinders <= 256 && g.sectors >= 1 && g.sectors <= 63) << sectors;
    ASSERT_LE(g.cylinders > 1 ? g.cylinders * g.heads * g.sectors : 0, sectors);
  }
}

TEST(MemdiskGeometry, OfADiskComesFromItsPartitionTable) {
  Bytes image(16 << 20);
  image[510] = 0x55;
  image[511] = 0xaa;
  const std::uint8_t entry[16] = {0x80, 1, 1, 0, 6, 15, 63, 31};
  std::memcpy(&image[446 + 16], entry, 16);
  const Geometry g = find_geometry(image.data(), 16 << 20, Options());
  EXPECT_EQ(g.heads, 16U);
  EXPECT_EQ(g.sectors, 63U);
  EXPECT_EQ(g.cylinders, 32U);  // 32768 sectors / 1008
}

TEST(MemdiskGeometry, OfADiskWithoutATableIs64HeadsOf32Sectors) {
  const Geometry g = of_size(20000 * 512);
  EXPECT_EQ(g.heads, 64U);
  EXPECT_EQ(g.sectors, 32U);
  EXPECT_EQ(g.cylinders, 9U);
}

// The first sector of a FAT volume (fatgen103), with the fields that tell the disk.
struct Fat {
  std::uint16_t heads = 2;
  std::uint16_t sectors = 18;
  std::uint16_t total = 2880;
  std::uint8_t drive = 0;
  bool is_fat32 = false;

  Bytes in(std::uint32_t bytes) const {
    Bytes image(bytes);
    image[0] = 0xeb;
    image[12] = 2;  // 512 bytes per sector
    image[19] = static_cast<std::uint8_t>(total);
    image[20] = static_cast<std::uint8_t>(total >> 8);
    image[21] = 0xf0;
    image[22] = is_fat32 ? 0 : 9;
    image[24] = static_cast<std::uint8_t>(sectors);
    image[26] = static_cast<std::uint8_t>(heads);
    image[27] = static_cast<std::uint8_t>(heads >> 8);
    const unsigned extended = is_fat32 ? 64 : 36;
    image[extended] = drive;
    image[extended + 2] = 0x29;
    std::memcpy(&image[extended + 18], is_fat32 ? "FAT32   " : "FAT12   ", 8);
    return image;
  }
};

void expect_geometry(const Bytes& image, const char* options, std::uint32_t cylinders, std::uint32_t heads,
                     std::uint32_t sectors) {
  const Geometry g = find_geometry(image.data(), static_cast<std::uint32_t>(image.size()), parse_options(options));
  EXPECT_EQ(g.cylinders, cylinders);
  EXPECT_EQ(g.heads, heads);
  EXPECT_EQ(g.sectors, sectors);
}

// Cylinders by hand: sectors of the image / (heads * sectors per track). MEMDISK 6.04 says the same of all of them.
TEST(MemdiskGeometry, OfAFatIsWhatItsBootSectorReadsBy) {
  expect_geometry(Fat().in(1000000), "", 54, 2, 18);  // cut
  expect_geometry(Fat().in(1600000), "", 86, 2, 18);  // padded
  expect_geometry(Fat{.sectors = 9}.in(1474560), "", 160, 2, 9);
  expect_geometry(Fat{.heads = 16, .sectors = 63, .drive = 0x80}.in(8 << 20), "", 16, 16, 63);
  expect_geometry(Fat{.heads = 8, .sectors = 32, .drive = 0x80, .is_fat32 = true}.in(40000 << 10), "", 312, 8, 32);
  expect_geometry(Fat{.heads = 256, .sectors = 63, .drive = 0x80}.in(70000 * 512), "", 4, 256, 63);
}

TEST(MemdiskGeometry, OfAFatHasACylinderAtLeast) {
  expect_geometry(Fat{.heads = 255, .sectors = 63}.in(1474560), "", 1, 255, 63);
}

TEST(MemdiskGeometry, OptionsWinOverAFat) {
  expect_geometry(Fat().in(1600000), "c=40", 40, 2, 18);
  expect_geometry(Fat().in(1600000), "h=3", 32, 3, 32);  // 3125 / (3 * 32)
  expect_geometry(Fat().in(1600000), "floppy=1", 86, 2, 18);
}

TEST(MemdiskGeometry, OfTheBootImageOfACdIsThatOfItsKindWhateverItsFatSays) {
  expect_geometry(Fat{.sectors = 9}.in(1474560), "iso", 80, 2, 18);
}

TEST(MemdiskGeometry, WhatIsNoFatSaysNothing) {
  const auto expect_by_size = [](Bytes image, unsigned at, std::uint8_t value) {
    image[at] = value;
    expect_geometry(image, "", 91, 2, 17);  // 1,600,000 bytes: MEMDISK's answer
  };
  const Bytes image = Fat().in(1600000);
  expect_by_size(image, 0, 0x33);   // no jump
  expect_by_size(image, 12, 4);     // 1024 bytes per sector
  expect_by_size(image, 21, 0xf1);  // no media descriptor
  expect_by_size(image, 24, 0);     // sectors per track
  expect_by_size(image, 24, 64);
  expect_by_size(image, 26, 0);     // heads
  expect_by_size(image, 27, 2);     // 514
  expect_by_size(image, 38, 0x28);  // not the extended boot record of DOS 4
  expect_by_size(image, 54, 'N');
}

TEST(MemdiskGeometry, TheDriveOfAFatIsThatForItsSectors) {
  const auto type = [](const Fat& fat) {
    const Bytes image = fat.in(1600000);
    return find_geometry(image.data(), 1600000, Options()).floppy_type;
  };
  EXPECT_EQ(type({.total = 720}), 1);
  EXPECT_EQ(type({.total = 1440}), 3);
  EXPECT_EQ(type({.total = 2400}), 2);
  EXPECT_EQ(type({.total = 2880}), 4);
  EXPECT_EQ(type({.total = 5760}), 6);
  EXPECT_EQ(type({.total = 20000}), 0x10);
}

TEST(MemdiskKind, ComesFromTheOptionsThenFromTheImageThenFromItsSize) {
  const auto floppy = [](const Bytes& image, const char* options) {
    return is_floppy(image.data(), static_cast<std::uint32_t>(image.size()), parse_options(options));
  };
  const Bytes small(4194304 - 512), large(4194304);
  EXPECT_TRUE(floppy(small, ""));
  EXPECT_FALSE(floppy(large, ""));
  EXPECT_FALSE(floppy(small, "harddisk"));
  EXPECT_TRUE(floppy(large, "floppy"));
  const Bytes small_disk = Fat{.heads = 2, .sectors = 32, .drive = 0x81}.in(3000 << 10);
  EXPECT_FALSE(floppy(small_disk, ""));
  EXPECT_TRUE(floppy(small_disk, "floppy"));
  EXPECT_TRUE(floppy(small_disk, "s=32")) << "as if it had no FAT";
  EXPECT_TRUE(floppy(Fat().in(8 << 20), "")) << "a floppy of 8 MB";
  Bytes dosemu(1 << 20);
  const std::uint8_t header[] = {'D', 'O', 'S', 'E', 'M', 'U', 0, 4, 0, 0, 0, 17, 0, 0, 0, 30, 0, 0, 0, 128, 0, 0, 0};
  std::memcpy(dosemu.data(), header, sizeof header);
  EXPECT_FALSE(floppy(dosemu, ""));
}

TEST(MemdiskGeometry, OfADosemuImageIsInItsHeader) {
  Bytes image(8 << 20);
  const std::uint8_t header[] = {'D', 'O', 'S', 'E', 'M', 'U', 0, 4, 0, 0, 0, 17, 0, 0, 0, 0x31, 1, 0, 0, 128, 0, 0, 0};
  std::memcpy(image.data(), header, sizeof header);
  const Geometry g = find_geometry(image.data(), 8 << 20, Options());
  EXPECT_EQ(g.heads, 4U);
  EXPECT_EQ(g.sectors, 17U);
  EXPECT_EQ(g.cylinders, 0x131U);
  EXPECT_EQ(g.header, 128U);
}

TEST(MemdiskGeometry, OptionsWin) {
  const Geometry g = of_size(1474560, "c=10 h=4 s=20");
  EXPECT_EQ(g.cylinders, 10U);
  EXPECT_EQ(g.heads, 4U);
  EXPECT_EQ(g.sectors, 20U);
  EXPECT_EQ(of_size(1474560, "c=40").sectors, 18U);
  EXPECT_EQ(of_size(1474560, "h=3").cylinders, 30U);  // 2880 / (3 * 32), as MEMDISK has it
}

// ---- memory map

std::string text(const MemoryMap& map) {
  std::string result;
  for (unsigned i = 0; i < map.count(); ++i) {
    char line[80];
    std::snprintf(line, sizeof line, "%llx-%llx:%u ", static_cast<unsigned long long>(map[i].base),
                  static_cast<unsigned long long>(map[i].end()), static_cast<unsigned>(map[i].type));
    result += line;
  }
  return result;
}

MemoryMap pc() {
  MemoryMap map;
  map.add(0, 0x9fc00, kRam);
  map.add(0x9fc00, 0x400, kReserved);
  map.add(0xf0000, 0x10000, kReserved);
  map.add(0x100000, 0x7f00000, kRam);
  return map;
}

TEST(MemdiskMemoryMap, ReservingJoinsWhatIsReservedNextToIt) {
  MemoryMap map = pc();
  map.reserve(0x9f400, 0x800);
  EXPECT_EQ(text(map), "0-9f400:1 9f400-a0000:2 f0000-100000:2 100000-8000000:1 ");
}

TEST(MemdiskMemoryMap, ReservingInTheMiddleSplits) {
  MemoryMap map = pc();
  map.reserve(0x4000000, 0x1000);
  EXPECT_EQ(text(map), "0-9fc00:1 9fc00-a0000:2 f0000-100000:2 100000-4000000:1 4000000-4001000:2 4001000-8000000:1 ");
}

TEST(MemdiskMemoryMap, ReservingTakesRamAlone) {
  MemoryMap map = pc();
  map.add(0x8000000, 0x1000, 3);  // ACPI tables stay what they are
  map.reserve(0x7000000, ~std::uint64_t{0} - 0x7000000);
  EXPECT_EQ(text(map), "0-9fc00:1 9fc00-a0000:2 f0000-100000:2 100000-7000000:1 7000000-8000000:2 8000000-8001000:3 ");
}

TEST(MemdiskMemoryMap, RoomIsAsHighAsItCanBeAndOnAPage) {
  const MemoryMap map = pc();
  const Range program = {0x100000, 0x10000, kRam};
  EXPECT_EQ(map.find_room(0x2001, uint64_t{1} << 32, program, {0, 0, 0}), 0x7ffd000U);
  EXPECT_EQ(map.find_room(0x2000, uint64_t{1} << 32, program, {0x7fff000, 0x1000, kRam}), 0x7ffd000U);
  EXPECT_EQ(map.find_room(0x2000, 0x4000000, program, {0, 0, 0}), 0x3ffe000U);
  EXPECT_EQ(map.find_room(0x7ef1000, uint64_t{1} << 32, program, {0, 0, 0}),
            0U);  // the program is in the way
  EXPECT_EQ(map.find_room(0x7ef0000, uint64_t{1} << 32, program, {0, 0, 0}), 0x110000U);
}

TEST(MemdiskMemoryMap, RamFromAnAddressEndsAtTheNextHole) {
  MemoryMap map = pc();
  map.reserve(0x1800000, 0x1000);
  EXPECT_EQ(map.ram_from(0x1000000), 0x800000U);
  EXPECT_EQ(map.ram_from(0xf8000), 0U);
}

TEST(MemdiskMemoryMap, LaterRangesWinWhereTheyOverlap) {
  MemoryMap map;
  map.add(0, 0x1000, kRam);
  map.add(0x800, 0x1000, kReserved);
  EXPECT_EQ(text(map), "0-800:1 800-1800:2 ");
}

// ---- El Torito

// A CD whose catalog, at sector 18, has one entry of `media` type at sector 20.
Bytes cd(std::uint8_t media, std::uint16_t load_sectors) {
  Bytes iso(40 * 2048);
  std::memcpy(&iso[17 * 2048], "\0CD001\1EL TORITO SPECIFICATION", 30);
  iso[17 * 2048 + 71] = 18;
  std::uint8_t* entry = &iso[18 * 2048];
  entry[0] = 1;
  entry[28] = 0xaa;  // makes the sum of the words 0: 0001h + 55AAh + AA55h
  entry[29] = 0x55;
  entry[30] = 0x55;
  entry[31] = 0xaa;
  entry[32] = 0x88;
  entry[33] = media;
  entry[38] = static_cast<std::uint8_t>(load_sectors);
  entry[40] = 20;
  return iso;
}

TEST(MemdiskElTorito, NoEmulationLoadsWhatTheCatalogSays) {
  const Bytes iso = cd(0, 4);
  const BootImage image = find_boot_image(iso.data(), static_cast<std::uint32_t>(iso.size()));
  ASSERT_EQ(image.problem, nullptr);
  EXPECT_EQ(image.emulation, Emulation::kNone);
  EXPECT_EQ(image.lba, 20U);
  EXPECT_EQ(image.bytes, 2048U);
}

TEST(MemdiskElTorito, AHardDiskEndsWithItsLastPartition) {
  Bytes iso = cd(4, 1);
  std::uint8_t* partition = &iso[20 * 2048 + 446];
  partition[4] = 6;
  partition[8] = 8;    // from sector 8
  partition[12] = 24;  // 24 sectors
  const BootImage image = find_boot_image(iso.data(), static_cast<std::uint32_t>(iso.size()));
  ASSERT_EQ(image.problem, nullptr);
  EXPECT_EQ(image.bytes, 32U * 512);
}

TEST(MemdiskElTorito, SaysWhyACdDoesNotBoot) {
  const auto problem = [](const Bytes& iso) {
    return find_boot_image(iso.data(), static_cast<std::uint32_t>(iso.size())).problem;
  };
  EXPECT_NE(problem(Bytes(17 * 2048)), nullptr);
  EXPECT_NE(problem(Bytes(40 * 2048)), nullptr);
  EXPECT_NE(problem(cd(2, 1)), nullptr);  // a floppy of 1.44 MB in 40 KB
  EXPECT_NE(problem(cd(7, 1)), nullptr);
  Bytes iso = cd(0, 4);
  iso[18 * 2048 + 4] = 1;
  EXPECT_NE(problem(iso), nullptr);  // the checksum
  iso = cd(0, 4);
  iso[18 * 2048 + 32] = 0;
  EXPECT_NE(problem(iso), nullptr);  // not bootable
}

}  // namespace
