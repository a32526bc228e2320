#include <gtest/gtest.h>

#include "tests/bios/disk_pc.h"

namespace bios {
namespace {

std::uint8_t sum(DiskPc& pc, std::uint32_t from, int size) {
  std::uint8_t result = 0;
  for (int i = 0; i < size; ++i) result = static_cast<std::uint8_t>(result + pc.byte(from + i));
  return result;
}

constexpr std::uint32_t kBuffer = 0x600;  // DiskPc::kPacket

TEST(Int13Extensions, CheckAnswersEdd30) {
  DiskPc pc({small_disk()});
  emu::Registers in;
  in.set_ax(0x4100);
  in.set_bx(0x55AA);
  in.set_dl(0x80);
  const auto r = pc.call(in);
  EXPECT_FALSE(r.cf());
  EXPECT_EQ(r.ah(), 0x30);
  EXPECT_EQ(r.regs.bx(), 0xAA55);
  EXPECT_EQ(r.regs.cx(), 7);
}

TEST(Int13Extensions, CheckAnswersWhateverIsInBx) {
  DiskPc pc({small_disk()});
  emu::Registers in;
  in.set_ax(0x4100);
  in.set_bx(0x1234);
  in.set_dl(0x80);
  const auto r = pc.call(in);
  EXPECT_FALSE(r.cf());
  EXPECT_EQ(r.regs.bx(), 0xAA55);
}

// SeaBIOS checks a disk's size itself; of a CD the drive complains.
TEST(Int13ExtendedRead, PastTheEndIsInvalidOnADiskAndNoSuchTrackOnACd) {
  DiskPc pc({small_disk(), medium_of(Attach::kCd, numbered_sectors(400))});
  EXPECT_EQ(pc.call(pc.edd(0x42, 0x80, 33 * 16 * 63, 1, {0x1000, 0})).ah(), 0x01);
  EXPECT_EQ(pc.call(pc.edd(0x42, 0xE0, 100, 1, {0x1000, 0})).ah(), 0x0C);
}

// A loader that tries for ever must come to the virtual time limit.
TEST(Int13ExtendedRead, ThatFailsTakesTime) {
  DiskPc pc({small_disk(), medium_of(Attach::kCd, numbered_sectors(400))});
  EXPECT_GE(pc.call(pc.edd(0x42, 0x80, 33 * 16 * 63, 1, {0x1000, 0})).time, 100 * emu::kMicrosecond);
  EXPECT_GE(pc.call(pc.edd(0x42, 0xE0, 100, 1, {0x1000, 0})).time, 400 * emu::kMicrosecond);
}

TEST(Int13Extensions, NoEddQuirkHidesThemOnDisksOnly) {
  Options options;
  options.quirks.no_edd = true;
  DiskPc pc({small_disk(), medium_of(Attach::kCd, numbered_sectors(400))}, options);
  EXPECT_EQ(pc.call(pc.edd(0x42, 0x80, 0, 1, {0x1000, 0})).ah(), 0x01);
  EXPECT_FALSE(pc.call(pc.edd(0x42, 0xE0, 0, 1, {0x1000, 0})).cf());
}

TEST(Int13ExtendedRead, CopiesSectorsAndKeepsTheCount) {
  DiskPc pc({small_disk()});
  const auto r = pc.call(pc.edd(0x42, 0x80, 1203, 4, {0x1000, 0x0000}));
  EXPECT_FALSE(r.cf());
  EXPECT_EQ(r.ah(), 0);
  EXPECT_EQ(pc.packet_count(), 4);
  EXPECT_EQ(pc.dword(0x10000), 1203u);
  EXPECT_EQ(pc.dword(0x10600), 1206u);
}

TEST(Int13ExtendedRead, ReportsPartialCountPastEnd) {
  DiskPc pc({small_disk()});
  const auto r = pc.call(pc.edd(0x42, 0x80, 33 * 16 * 63 - 3, 8, {0x1000, 0}));
  EXPECT_TRUE(r.cf());
  EXPECT_EQ(r.ah(), 0x04);
  EXPECT_EQ(pc.packet_count(), 3);
  EXPECT_EQ(pc.dword(0x10400), 33u * 16 * 63 - 1);
}

TEST(Int13ExtendedRead, StartingPastTheEndIsAnInvalidParameter) {
  DiskPc pc({small_disk()});
  EXPECT_EQ(pc.call(pc.edd(0x42, 0x80, 33 * 16 * 63, 1, {0x1000, 0})).ah(), 0x01);
  EXPECT_EQ(pc.packet_count(), 0);
  EXPECT_EQ(pc.call(pc.edd(0x42, 0x80, ~0ull, 1, {0x1000, 0})).ah(), 0x01);
}

TEST(Int13ExtendedRead, NothingToDoSucceeds) {
  DiskPc pc({small_disk()});
  EXPECT_FALSE(pc.call(pc.edd(0x42, 0x80, 5, 0, {0x1000, 0})).cf());
}

TEST(Int13ExtendedRead, IsLimitedTo64KiB) {
  DiskPc pc({small_disk(), medium_of(Attach::kCd, numbered_sectors(4 * 64))});
  EXPECT_FALSE(pc.call(pc.edd(0x42, 0x80, 0, 128, {0x1000, 0})).cf());
  EXPECT_EQ(pc.call(pc.edd(0x42, 0x80, 0, 129, {0x1000, 0})).ah(), 0x09);
  EXPECT_FALSE(pc.call(pc.edd(0x42, 0xE0, 0, 32, {0x1000, 0})).cf());
  EXPECT_EQ(pc.call(pc.edd(0x42, 0xE0, 0, 33, {0x1000, 0})).ah(), 0x09);
}

TEST(Int13ExtendedRead, RejectsAPacketThatIsTooSmall) {
  DiskPc pc({small_disk()});
  const auto in = pc.edd(0x42, 0x80, 0, 1, {0x1000, 0});
  pc.memory.write<std::uint8_t>(DiskPc::kPacket, 0x0F);
  EXPECT_EQ(pc.call(in).ah(), 0x01);
}

TEST(Int13ExtendedRead, A64BitAddressBehindAllMemoryDoesNotComeRoundToItsStart) {
  DiskPc pc({small_disk()});
  auto in = pc.edd(0x42, 0x80, 1000, 0xFFFF, {0xFFFF, 0xFFFF});
  pc.memory.write<std::uint8_t>(DiskPc::kPacket, 0x1C);
  pc.memory.write<std::uint64_t>(DiskPc::kPacket.plus(0x10), 0 - std::uint64_t{0x10000});  // 128 sectors below 2^64
  pc.memory.write<std::uint32_t>(DiskPc::kPacket.plus(0x18), 256);
  pc.memory.write<std::uint32_t>(emu::PhysAddr(0x8000), 0x55555555);
  EXPECT_FALSE(pc.call(in).cf());
  EXPECT_EQ(pc.memory.read<std::uint32_t>(emu::PhysAddr(0x8000)), 0x55555555u);
}

TEST(Int13ExtendedRead, TakesA64BitAddressInTheLongPacket) {
  DiskPc pc({small_disk()});
  const auto in = pc.edd(0x42, 0x80, 7, 1, {0xFFFF, 0xFFFF});
  pc.memory.write<std::uint8_t>(DiskPc::kPacket, 0x18);
  pc.memory.write<std::uint64_t>(DiskPc::kPacket.plus(0x10), 0x200000);
  EXPECT_FALSE(pc.call(in).cf());
  EXPECT_EQ(pc.dword(0x200000), 7u);
}

TEST(Int13ExtendedRead, OfACdCountsSectorsOf2048Bytes) {
  DiskPc pc({medium_of(Attach::kCd, numbered_sectors(400))});
  EXPECT_FALSE(pc.call(pc.edd(0x42, 0xE0, 16, 2, {0x1000, 0})).cf());
  EXPECT_EQ(pc.dword(0x10000), 64u);
  EXPECT_EQ(pc.dword(0x10800), 68u);
}

TEST(Int13ExtendedWrite, ToACdIsWriteProtected) {
  DiskPc pc({medium_of(Attach::kCd, numbered_sectors(400))});
  EXPECT_EQ(pc.call(pc.edd(0x43, 0xE0, 16, 1, {0x1000, 0})).ah(), 0x03);
}

TEST(Int13ExtendedParameters, FillAsMuchAsTheBufferHolds) {
  DiskPc pc({small_disk()});
  const auto ask = [&](std::uint16_t size) {
    pc.memory.fill(emu::PhysAddr(kBuffer), 0x60, 0xEE);
    pc.memory.write(DiskPc::kPacket, size);
    return pc.call(DiskPc::with_packet(0x48, 0x80)).ah();
  };
  const auto size = [&] { return pc.dword(kBuffer) & 0xFFFF; };
  EXPECT_EQ(ask(0x19), 0x01);
  EXPECT_EQ(ask(0x1A), 0x00);
  EXPECT_EQ(size(), 0x1Au);
  EXPECT_EQ(pc.byte(kBuffer + 0x1A), 0xEE) << "untouched";
  EXPECT_EQ(pc.dword(kBuffer + 4), 33u);
  EXPECT_EQ(pc.dword(kBuffer + 8), 16u);
  EXPECT_EQ(pc.dword(kBuffer + 12), 63u);
  EXPECT_EQ(pc.dword(kBuffer + 16), 33u * 16 * 63);
  EXPECT_EQ(pc.dword(kBuffer + 24) & 0xFFFF, 512u);
  EXPECT_EQ(ask(0x41), 0x00);
  EXPECT_EQ(size(), 0x1Eu);
  EXPECT_EQ(ask(0x49), 0x00);
  EXPECT_EQ(size(), 0x42u);
  EXPECT_EQ(sum(pc, kBuffer + 0x1E, 0x24), 0);
  EXPECT_EQ(ask(0x60), 0x00);
  EXPECT_EQ(size(), 0x4Au);
  EXPECT_EQ(pc.dword(kBuffer + 0x1E) & 0xFFFFFF, 0x2CBEDDu);
  EXPECT_EQ(sum(pc, kBuffer + 0x1E, 0x2C), 0);
}

TEST(Int13ExtendedParameters, PointToTheDeviceTable) {
  DiskPc pc({small_disk(), medium_of(Attach::kCd, numbered_sectors(400))});
  pc.memory.write<std::uint16_t>(DiskPc::kPacket, 0x1E);
  pc.call(DiskPc::with_packet(0x48, 0xE0));
  const auto at = pc.memory.read<std::uint32_t>(DiskPc::kPacket.plus(26));
  const std::uint32_t table = (at >> 16) * 16 + (at & 0xFFFF);
  EXPECT_EQ(pc.dword(table), 0x03760170u) << "secondary channel";
  EXPECT_EQ(pc.byte(table + 6), 15) << "IRQ";
  EXPECT_EQ(pc.byte(table + 10) & 0x70, 0x70) << "LBA, removable, ATAPI";
  EXPECT_EQ(sum(pc, table, 16), 0);
  EXPECT_EQ(pc.dword(kBuffer + 24) & 0xFFFF, 2048u);
  EXPECT_EQ(pc.dword(kBuffer) >> 16, 0x34u) << "removable, change line, lockable";
}

TEST(Int13ExtendedParameters, OfAnEmptyCdSayThatThereIsNoMedium) {
  DiskPc pc({{Attach::kCd, nullptr}});
  pc.memory.write<std::uint16_t>(DiskPc::kPacket, 0x1A);
  EXPECT_FALSE(pc.call(DiskPc::with_packet(0x48, 0xE0)).cf());
  EXPECT_EQ(pc.dword(kBuffer) >> 16, 0x74u);
  EXPECT_EQ(pc.call(pc.edd(0x42, 0xE0, 0, 1, {0x1000, 0})).ah(), 0x31);
}

TEST(Int13Lock, CountsAndGuardsTheEject) {
  DiskPc pc({small_disk(), medium_of(Attach::kCd, numbered_sectors(400))});
  const auto lock = [&](std::uint8_t al) {
    emu::Registers in;
    in.set_ax(static_cast<std::uint16_t>(0x4500 | al));
    in.set_dl(0xE0);
    return pc.call(in).regs.ax();
  };
  EXPECT_EQ(lock(1), 0xB000) << "not locked";
  EXPECT_EQ(lock(0), 0x0001);
  EXPECT_EQ(lock(0), 0x0001);
  EXPECT_EQ(lock(1), 0x0001) << "one lock is left";
  EXPECT_EQ(pc.call(0x46, 0xE0).ah(), 0xB1);
  EXPECT_EQ(lock(1), 0x0000);
  EXPECT_EQ(pc.call(0x46, 0xE0).ah(), 0x00);
  EXPECT_EQ(pc.call(0x46, 0xE0).ah(), 0x31) << "gone";
  EXPECT_EQ(pc.call(0x46, 0x80).ah(), 0xB2) << "a disk is not removable";
}

TEST(Faults, HitTheCallTheSectorAndEveryNth) {
  Options options;
  options.faults.push_back(fault_at_lba(10, 12, 0x10));
  DiskPc by_lba({small_disk()}, options);
  EXPECT_EQ(by_lba.call(by_lba.edd(0x42, 0x80, 8, 4, {0x1000, 0})).ah(), 0x10);
  EXPECT_EQ(by_lba.packet_count(), 2) << "the sectors in front of the bad one";
  EXPECT_FALSE(by_lba.call(by_lba.edd(0x42, 0x80, 13, 4, {0x1000, 0})).cf());

  Options nth;
  nth.faults.push_back(fault_at_call(2));
  DiskPc by_call({small_disk()}, nth);
  EXPECT_FALSE(by_call.call(by_call.edd(0x42, 0x80, 0, 1, {0x1000, 0})).cf());
  EXPECT_EQ(by_call.call(by_call.edd(0x42, 0x80, 0, 1, {0x1000, 0})).ah(), 0x04);
  EXPECT_FALSE(by_call.call(by_call.edd(0x42, 0x80, 0, 1, {0x1000, 0})).cf());

  Options half;
  half.faults.push_back(fault_every(1, true));
  DiskPc shortened({small_disk()}, half);
  EXPECT_TRUE(shortened.call(shortened.edd(0x42, 0x80, 0, 8, {0x1000, 0})).cf());
  EXPECT_EQ(shortened.packet_count(), 4);
}

TEST(Faults, AChangedMediumIsReportedOnce) {
  Options options;
  options.faults.push_back(fault_at_call(2, Fault::On::kMediaChange));
  DiskPc pc({floppy_1440()}, options);
  EXPECT_FALSE(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 1, {0x1000, 0})).cf());
  EXPECT_EQ(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 1, {0x1000, 0})).ah(), 0x06);
  EXPECT_FALSE(pc.call(DiskPc::chs(0x02, 0x00, 0, 0, 1, 1, {0x1000, 0})).cf());
}

TEST(Describe, ExtendedReadNamesSectorsAndBuffer) {
  DiskPc pc({small_disk()});
  const auto in = pc.edd(0x42, 0x80, 1203, 4, {0x1000, 0x0000});
  const Function* f = find_function(0x13, in.ax());
  Arguments a;
  f->describe_arguments({in, nullptr, pc.memory}, a);
  EXPECT_EQ(a.lba, 1203u);
  EXPECT_EQ(a.count, 4u);
  EXPECT_EQ(a.buffer, (emu::FarPtr{0x1000, 0}));
  const auto r = pc.call(in);
  Outcome o;
  f->describe_outcome({in, &r.regs, pc.memory}, o);
  EXPECT_EQ(o.bytes, 2048u);
}

TEST(Describe, WhatIsRefusedAtOnceMovesNothing) {
  DiskPc pc({small_disk()});
  const auto in = pc.edd(0x42, 0x9F, 1203, 4, {0x1000, 0x0000});  // there is no such drive
  auto r = pc.call(in);
  ASSERT_TRUE(r.cf());
  r.regs.rflags |= emu::flag::kCarry;  // they are on the caller's stack
  Outcome o;
  find_function(0x13, in.ax())->describe_outcome({in, &r.regs, pc.memory, 512, 4}, o);
  EXPECT_EQ(o.bytes, 0u);
}

TEST(Describe, DriveParametersInWords) {
  DiskPc pc({small_disk()});
  emu::Registers in;
  in.set_ah(8);
  in.set_dl(0x80);
  const auto r = pc.call(in);
  Outcome o;
  find_function(0x13, in.ax())->describe_outcome({in, &r.regs, pc.memory}, o);
  EXPECT_EQ(o.text, "32 cyl 16 heads 63 sect, 1 drive");
}

}  // namespace
}  // namespace bios
