#include <gtest/gtest.h>

#include "tests/bios/disk_pc.h"

namespace bios {
namespace {

TEST(Int13Read, CopiesSectorsByChs) {
  DiskPc pc({small_disk()});
  // 16 heads, 63 sectors: C 1 H 2 S 3 is (1*16 + 2) * 63 + 2 = 1136.
  const auto r = pc.call(DiskPc::chs(0x02, 0x80, 1, 2, 3, 2, {0x1000, 0x0010}));
  EXPECT_FALSE(r.cf());
  EXPECT_EQ(r.regs.ax(), 0x0002);
  EXPECT_EQ(pc.dword(0x10010), 1136u);
  EXPECT_EQ(pc.dword(0x10210), 1137u);
}

TEST(Int13Read, LeavesOtherRegistersAlone) {
  DiskPc pc({small_disk()});
  auto in = DiskPc::chs(0x02, 0x80, 0, 0, 1, 1, {0x0000, 0x7C00});
  in.set_esi(0x12345678);
  in.set_ebp(0x9ABCDEF0);
  const auto r = pc.call(in);
  in.set_ax(r.regs.ax());
  EXPECT_EQ(r.regs.gpr, in.gpr);
  EXPECT_TRUE(r.flags & emu::flag::kInterrupt);
}

TEST(Int13Read, RejectsCountZeroAndMoreThan64KiB) {
  DiskPc pc({small_disk()});
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 1, 0, {0x1000, 0})).ah(), 0x01);
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 1, 129, {0x1000, 0})).ah(), 0x01);
  EXPECT_FALSE(pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 1, 128, {0x1000, 0})).cf());
}

TEST(Int13Read, RejectsSectorZeroAndAddressesOutsideTheGeometry) {
  DiskPc pc({small_disk()});
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 0, 1, {0x1000, 0})).ah(), 0x01);
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x80, 0, 16, 1, 1, {0x1000, 0})).ah(), 0x01);
  const auto r = pc.call(DiskPc::chs(0x02, 0x80, 33, 0, 1, 1, {0x1000, 0}));
  EXPECT_TRUE(r.cf());
  EXPECT_EQ(r.regs.ax(), 0x0101) << "a call that is refused for its parameters keeps AL, as in SeaBIOS";
}

TEST(Int13Read, TransfersWhatLiesBeforeTheEndOfTheDisk) {
  DiskPc pc({small_disk()});
  const auto r = pc.call(DiskPc::chs(0x02, 0x80, 32, 15, 62, 4, {0x1000, 0}));
  EXPECT_TRUE(r.cf());
  EXPECT_EQ(r.regs.ax(), 0x0402) << "sector not found after two sectors";
  EXPECT_EQ(pc.dword(0x10200), 33u * 16 * 63 - 1);
  EXPECT_EQ(pc.byte(0x474), 0x04);
}

TEST(Int13Read, GoesOnLinearlyPastTheSegmentEnd) {
  DiskPc pc({small_disk()});
  pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 1, 2, {0x1000, 0xFE00}));
  EXPECT_EQ(pc.dword(0x1FE00), 0u);
  EXPECT_EQ(pc.dword(0x20000), 1u);
}

TEST(Int13Read, AddressesAbove1MiBFollowTheA20Gate) {
  DiskPc pc({small_disk()});
  pc.memory.set_a20(true);
  pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 6, 1, {0xFFFF, 0x0010}));
  EXPECT_EQ(pc.dword(0x100000), 5u);
  pc.memory.set_a20(false);
  pc.memory.write<std::uint32_t>(emu::PhysAddr(0x100000), 0);
  pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 8, 1, {0xFFFF, 0x0610}));
  EXPECT_EQ(pc.dword(0x600), 7u) << "folded back to the first megabyte";
}

TEST(Int13Write, ReadsBackAndRespectsWriteProtection) {
  DiskPc pc({small_disk()});
  pc.memory.write<std::uint32_t>(emu::PhysAddr(0x10000), 0xCAFEBABE);
  EXPECT_EQ(pc.call(DiskPc::chs(0x03, 0x80, 0, 1, 1, 1, {0x1000, 0})).regs.ax(), 0x0001);
  pc.call(DiskPc::chs(0x02, 0x80, 0, 1, 1, 1, {0x2000, 0}));
  EXPECT_EQ(pc.dword(0x20000), 0xCAFEBABEu);

  DiskPc locked({medium_of(Attach::kFloppy, numbered_sectors(2880), true)});
  EXPECT_EQ(locked.call(DiskPc::chs(0x03, 0x00, 0, 0, 1, 1, {0x1000, 0})).ah(), 0x03);
  EXPECT_EQ(locked.byte(0x441), 0x03);
}

TEST(Int13Status, IsKeptForFloppiesAndDisksApart) {
  DiskPc pc({floppy_1440(), small_disk()});
  pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 0, 1, {0x1000, 0}));
  EXPECT_EQ(pc.call(0x01, 0x00).ah(), 0x00);
  const auto r = pc.call(0x01, 0x80);
  EXPECT_EQ(r.ah(), 0x01);
  EXPECT_TRUE(r.cf());
}

TEST(Int13Parameters, OfAHardDiskKeepTheLastCylinderBack) {
  DiskPc pc({small_disk(), small_disk()});
  const auto r = pc.call(0x08, 0x80);
  EXPECT_FALSE(r.cf());
  EXPECT_EQ(r.regs.ch(), 31) << "33 cylinders: 32 is the highest, and is kept back";
  EXPECT_EQ(r.regs.cl(), 63);
  EXPECT_EQ(r.regs.dh(), 15);
  EXPECT_EQ(r.regs.dl(), 2);
}

TEST(Int13Parameters, OfA1440KFloppy) {
  DiskPc pc({floppy_1440()});
  const auto r = pc.call(0x08, 0x00);
  EXPECT_EQ(r.regs.ax(), 0);
  EXPECT_EQ(r.regs.bx(), 4);
  EXPECT_EQ(r.regs.cx(), 0x4F12) << "track 79, 18 sectors";
  EXPECT_EQ(r.regs.dx(), 0x0101) << "head 1, one drive";
  EXPECT_EQ(r.regs.es_di(), (emu::FarPtr{0xF000, 0xEFC7}));
}

TEST(Int13Parameters, OfADriveThatDoesNotExistFail) {
  DiskPc pc({small_disk()});
  EXPECT_TRUE(pc.call(0x08, 0x81).cf());
  EXPECT_TRUE(pc.call(0x08, 0x00).cf());
}

TEST(Int13DriveType, NamesEachKind) {
  DiskPc pc({floppy_1440(), small_disk(), medium_of(Attach::kCd, numbered_sectors(400))});
  EXPECT_EQ(pc.call(0x15, 0x00).ah(), 2) << "change line";
  const auto disk = pc.call(0x15, 0x80);
  EXPECT_EQ(disk.ah(), 3);
  EXPECT_EQ(disk.regs.cx() << 16 | disk.regs.dx(), 32 * 16 * 63);
  EXPECT_EQ(pc.call(0x15, 0xE0).ah(), 1);
  const auto none = pc.call(0x15, 0x81);
  EXPECT_EQ(none.ah(), 0);
  EXPECT_FALSE(none.cf());
}

TEST(Int13Floppy, RunsOnToHeadOneButNotToTheNextCylinder) {
  DiskPc pc({floppy_1440()});
  const auto both_heads = pc.call(DiskPc::chs(0x02, 0x00, 3, 0, 18, 2, {0x1000, 0}));
  EXPECT_EQ(both_heads.regs.ax(), 0x0002);
  EXPECT_EQ(pc.dword(0x10200), 3u * 36 + 18);
  const auto past_cylinder = pc.call(DiskPc::chs(0x02, 0x00, 3, 1, 18, 2, {0x1000, 0}));
  EXPECT_TRUE(past_cylinder.cf());
  EXPECT_EQ(past_cylinder.regs.ax(), 0x0401);
}

TEST(Int13Floppy, CannotCrossA64KiBBoundaryByDma) {
  DiskPc pc({floppy_1440()});
  const auto r = pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 2, {0x1000, 0xFE00}));
  EXPECT_EQ(r.regs.ax(), 0x0900);
  EXPECT_FALSE(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 1, {0x1000, 0xFE00})).cf());
}

TEST(Int13Floppy, AUsbFloppyHasNoDmaBoundary) {
  DiskPc pc({medium_of(Attach::kUsbFloppy, numbered_sectors(2880))});
  EXPECT_FALSE(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 2, {0x1000, 0xFE00})).cf());
}

TEST(Int13Floppy, ReadsOfACutImageEndWithIt) {
  DiskPc pc({medium_of(Attach::kFloppy, numbered_sectors(2411))});
  // A size of no disk: 36 sectors per track. 2411 = 33 cylinders of 72 sectors + 35: C 33 H 0 S 35 is the last one.
  const auto r = pc.call(DiskPc::chs(0x02, 0x00, 33, 0, 34, 3, {0x1000, 0}));
  EXPECT_EQ(r.regs.ax(), 0x0402);
}

TEST(Int13Floppy, LooksForASectorPastTheTrackButNotForACylinderOrHead) {
  DiskPc pc({floppy_1440()});
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 19, 1, {0x1000, 0})).regs.ax(), 0x0400) << "sector not found";
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x00, 80, 0, 1, 1, {0x1000, 0})).regs.ax(), 0x0101) << "invalid parameter";
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x00, 0, 2, 1, 1, {0x1000, 0})).regs.ax(), 0x0101);
}

TEST(Int13Seek, SucceedsOnACdWhichHasNoCylinders) {
  DiskPc pc({medium_of(Attach::kCd, numbered_sectors(400))});
  EXPECT_FALSE(pc.call(0x0C, 0xE0).cf());
}

TEST(Int13Floppy, AnEmptyDriveTimesOut) {
  DiskPc pc({{Attach::kFloppy, nullptr}});
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 1, {0x1000, 0})).ah(), 0x80);
  EXPECT_FALSE(pc.call(0x08, 0x00).cf()) << "the drive itself exists";
}

TEST(Int13Floppy, FormatsATrack) {
  DiskPc pc({floppy_1440()});
  for (int i = 0; i < 18; ++i)
    pc.memory.write<std::uint32_t>(emu::PhysAddr(0x20000 + 4 * i),
                                   static_cast<std::uint32_t>(0x02'00'01'05 + (i << 16)) & 0xFF'FF'FF'FF);
  // Address fields C 5, H 1, R 0.. : R 0 does not exist.
  auto in = DiskPc::chs(0x05, 0x00, 5, 1, 1, 18, {0x2000, 0});
  EXPECT_EQ(pc.call(in).ah(), 0x0C);
  for (std::uint32_t i = 0; i < 18; ++i)
    pc.memory.write<std::uint32_t>(emu::PhysAddr(0x20000 + 4 * i), 0x02'01'01'05u + (i << 16));
  EXPECT_FALSE(pc.call(in).cf());
  pc.call(DiskPc::chs(0x02, 0x00, 5, 1, 18, 1, {0x1000, 0}));
  EXPECT_EQ(pc.dword(0x10000), 0xF6F6F6F6u);
}

TEST(Int13Floppy, HasNoExtensionsUnlessTheQuirkAsks) {
  auto check = [](DiskPc& pc) {
    emu::Registers in;
    in.set_ax(0x4100);
    in.set_bx(0x55AA);
    return pc.call(in);
  };
  DiskPc plain({floppy_1440()});
  EXPECT_EQ(check(plain).ah(), 0x01);
  Options options;
  options.quirks.floppy_edd = true;
  DiskPc quirky({floppy_1440()}, options);
  EXPECT_EQ(check(quirky).regs.bx(), 0xAA55);
}

Options clobbering() {
  Options options;
  options.quirks.clobber = true;
  return options;
}

// IBM AT Technical Reference: read, write and verify keep BX, CX, DX and DS; a register that returns nothing is kept.
TEST(Int13Quirks, ClobberKeepsWhatIsPromised) {
  DiskPc pc({small_disk()}, clobbering());
  auto in = DiskPc::chs(0x02, 0x80, 3, 2, 1, 1, {0x1000, 0x0200});
  in.set_si(0x1234);
  in.set_di(0x2345);
  in.set_bp(0x3456);
  in.set_real_segment(emu::Seg::kDs, 0x4567);
  const auto r = pc.call(in).regs;
  EXPECT_EQ(r.ax(), 0x0001);
  EXPECT_EQ(r.bx(), in.bx());
  EXPECT_EQ(r.cx(), in.cx());
  EXPECT_EQ(r.dx(), in.dx());
  EXPECT_EQ(r.si(), 0x1234);
  EXPECT_EQ(r.di(), 0x2345);
  EXPECT_EQ(r.bp(), 0x3456);
  EXPECT_EQ(r.ds(), 0x4567);
  EXPECT_EQ(r.es(), 0x1000);
}

TEST(Int13Quirks, ClobberTrashesUpperHalvesFsAndGs) {
  DiskPc pc({small_disk()}, clobbering());
  emu::Registers in;
  in.set_eax(0);
  in.set_edx(0x80);
  in.set_edi(0x0012'0034);
  const auto r = pc.call(in).regs;
  EXPECT_EQ(r.di(), 0x0034);
  EXPECT_NE(r.edi(), 0x0012'0034u);
  EXPECT_NE(r.fs(), 0);
  EXPECT_NE(r.gs(), 0);
}

TEST(Int13Quirks, ClobberTrashesOutputsThatTheCallDoesNotUse) {
  DiskPc pc({floppy_1440(), small_disk()}, clobbering());
  emu::Registers in;
  in.set_bx(0x7777);
  in.set_di(0x7777);
  in.set_real_segment(emu::Seg::kEs, 0x7777);
  in.set_ax(0x0800);
  in.set_dx(0x80);
  const auto disk = pc.call(in).regs;
  EXPECT_EQ(disk.cl() & 0x3F, 63);
  EXPECT_EQ(disk.dl(), 1) << "drives";
  EXPECT_NE(disk.es(), 0x7777) << "ES:DI and BL are results of floppies only (RBIL 13-08)";
  EXPECT_NE(disk.di(), 0x7777);
  EXPECT_NE(disk.bx(), 0x7777);
  in.set_dx(0x00);
  EXPECT_EQ(pc.call(in).regs.es(), 0xF000) << "the diskette parameter table";

  in.set_ax(0x4100);
  in.set_bx(0x55AA);
  in.set_dx(0x80);
  const auto check = pc.call(in).regs;
  EXPECT_EQ(check.bx(), 0xAA55);
  EXPECT_EQ(check.cx(), 7);
  EXPECT_NE(check.dl(), 0x80) << "as AST BIOS 1.04 lost it (GRUB's boot.S)";
}

TEST(Int13Quirks, ClobberTrashesTheOutputsOfFailedCalls) {
  DiskPc pc({small_disk()}, clobbering());
  emu::Registers in;
  in.set_ax(0x0800);
  in.set_cx(0x7777);
  in.set_dx(0x81);
  const auto r = pc.call(in);
  EXPECT_TRUE(r.cf());
  EXPECT_EQ(r.ah(), 0x01);
  EXPECT_NE(r.regs.cx(), 0x7777);
  EXPECT_NE(r.regs.dl(), 0x81);
}

TEST(Int13Quirks, IfLostReturnsWithInterruptsDisabled) {
  Options options;
  options.quirks.if_lost = true;
  DiskPc pc({small_disk()}, options);
  EXPECT_FALSE(pc.call(0x00, 0x80).flags & emu::flag::kInterrupt);
}

// A disk of `gib` GiB that reads as zeros.
class Huge : public MemoryMedium {
 public:
  explicit Huge(std::uint64_t gib) : MemoryMedium({}), gib_(gib) {}
  std::uint64_t size() const override { return gib_ << 30; }
  std::size_t read(std::uint64_t, std::span<std::uint8_t> out) const override {
    std::fill(out.begin(), out.end(), 0);
    return out.size();
  }

 private:
  std::uint64_t gib_;
};

/// Status of an extended read of the one sector `lba` of a disk of 20 GiB.
std::uint8_t read_20g(bool Quirks::*quirk, std::uint64_t lba) {
  Options options;
  if (quirk) options.quirks.*quirk = true;
  DiskPc pc({{Attach::kHardDisk, std::make_shared<Huge>(20)}}, options);
  return pc.call(pc.edd(0x42, 0x80, lba, 1, {0x1000, 0})).ah();
}

TEST(Int13Quirks, Limit504mHidesWhatLiesAbove) {
  Options options;
  options.quirks.limit_504m = true;
  DiskPc pc({{Attach::kHardDisk, std::make_shared<Huge>(2)}}, options);
  const auto r = pc.call(0x08, 0x80);
  EXPECT_EQ(r.regs.dh(), 15);
  EXPECT_EQ(r.regs.cl(), 0xC0 | 63);
  EXPECT_EQ(r.regs.ch(), 0xFE) << "1022";
  EXPECT_EQ(pc.call(pc.edd(0x42, 0x80, 1024 * 16 * 63, 1, {0x1000, 0})).ah(), 0x01);
}

TEST(Int13Quirks, Limit2gAndLimit8gFailAboveTheirLastSector) {
  EXPECT_EQ(read_20g(&Quirks::limit_2g, 4096 * 16 * 63 - 1), 0x00);
  EXPECT_EQ(read_20g(&Quirks::limit_2g, 4096 * 16 * 63), 0x01);
  EXPECT_EQ(read_20g(&Quirks::limit_8g, 1024 * 255 * 63 - 1), 0x00);
  EXPECT_EQ(read_20g(&Quirks::limit_8g, 1024 * 255 * 63), 0x01);
  EXPECT_EQ(read_20g(nullptr, 1024 * 255 * 63), 0x00);
}

/// 24 MiB with 255 heads and 63 sectors by its partition table; the fourth cylinder is not whole.
std::vector<std::uint8_t> disk_with_255_heads() {
  auto image = numbered_sectors(49152);
  const std::uint8_t partition[] = {0x80, 1, 1, 0, 6, 254, 63, 2, 63, 0, 0, 0, 0x04, 0xBC, 0, 0};  // 63 + 48132
  std::copy(std::begin(partition), std::end(partition), image.begin() + 446);
  image[510] = 0x55;
  image[511] = 0xAA;
  return image;
}

TEST(Int13Quirks, Limit2gAndLimit8gLeaveSmallDisksAlone) {
  for (bool Quirks::*quirk : {&Quirks::limit_2g, &Quirks::limit_8g}) {
    Options options;
    options.quirks.*quirk = true;
    DiskPc pc({medium_of(Attach::kHardDisk, disk_with_255_heads())}, options);
    const auto r = pc.call(0x08, 0x80);
    EXPECT_EQ(r.regs.dh(), 254);
    EXPECT_EQ(r.regs.cl(), 63);
    EXPECT_EQ(r.regs.ch(), 2) << "4 cylinders, the last for diagnostics";
  }
}

TEST(Int40, ReachesFloppiesOnly) {
  DiskPc pc({floppy_1440(), small_disk()});
  EXPECT_FALSE(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 1, {0x1000, 0}), 0x40).cf());
  EXPECT_TRUE(pc.call(DiskPc::chs(0x02, 0x80, 0, 0, 1, 1, {0x1000, 0}), 0x40).cf());
}

TEST(DriveNumbers, UsbQuirksMoveTheStick) {
  auto disks = [] {
    return std::vector<AttachedMedium>{small_disk(), medium_of(Attach::kUsbHardDisk, numbered_sectors(20 * 16 * 63))};
  };
  DiskPc plain(disks());
  EXPECT_EQ(plain.bios.drives().find(0x81)->kind, Attach::kUsbHardDisk);
  Options first;
  first.quirks.usb_as_80h = true;
  DiskPc as_80h(disks(), first);
  EXPECT_EQ(as_80h.bios.drives().find(0x80)->kind, Attach::kUsbHardDisk);
  Options floppy;
  floppy.quirks.usb_as_fd0 = true;
  DiskPc as_fd0(disks(), floppy);
  EXPECT_EQ(as_fd0.bios.drives().find(0x00)->kind, Attach::kUsbHardDisk);
  EXPECT_EQ(as_fd0.bios.drives().find(0x81), nullptr);
}

TEST(DrivesPost, FillsTheBiosDataAreaAndTheDiskTable) {
  DiskPc pc({floppy_1440(), floppy_1440(), small_disk()});
  EXPECT_EQ(pc.byte(0x475), 1);
  EXPECT_EQ(pc.byte(0x410) & 0xC1, 0x41) << "two floppies";
  EXPECT_EQ(pc.dword(0x41 * 4), 0x9FC0003Du);
  EXPECT_EQ(pc.dword(0x9FC00 + 0x3D) & 0xFFFFFF, 0x100021u) << "33 cylinders, 16 heads";
  EXPECT_EQ(pc.byte(0x9FC00 + 0x3D + 14), 63);
}

}  // namespace
}  // namespace bios
