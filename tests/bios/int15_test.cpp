#include <gtest/gtest.h>

#include "bios/memory_map.h"
#include "tests/bios/core_pc.h"

namespace bios {
namespace {

struct Entry {
  std::uint64_t base, size;
  std::uint32_t type;
  bool operator==(const Entry&) const = default;
};

std::vector<Entry> e820(CorePc& pc, std::uint32_t size) {
  std::vector<Entry> entries;
  pc.regs.set_ebx(0);
  do {
    pc.regs.set_eax(0xE820);
    pc.regs.set_edx(0x534D4150);
    pc.regs.set_ecx(size);
    pc.regs.set_real_segment(emu::Seg::kEs, 0x2000);
    pc.regs.set_di(0x10);
    pc.interrupt(0x15);
    EXPECT_FALSE(pc.cf());
    EXPECT_EQ(pc.regs.eax(), 0x534D4150u);
    EXPECT_EQ(pc.regs.ecx(), size);
    entries.push_back({pc.at<std::uint64_t>(0x20010), pc.at<std::uint64_t>(0x20018), pc.at<std::uint32_t>(0x20020)});
  } while (pc.regs.ebx() != 0 && entries.size() < 50);
  return entries;
}

TEST(Int15E820, ListsRamAndReservedRangesInOrder) {
  CorePc pc(128u << 20);
  pc.post();
  const std::vector<Entry> expected = {{0, 0x9FC00, 1},         {0x9FC00, 0x400, 2},
                                       {0xF0000, 0x10000, 2},   {0x100000, (127u << 20) - 0x10000, 1},
                                       {0x7FF0000, 0x10000, 2}, {0xFFFF0000, 0x10000, 2}};
  EXPECT_EQ(e820(pc, 20), expected);
  pc.memory.write<std::uint32_t>(emu::PhysAddr(0x20024), 0);
  EXPECT_EQ(e820(pc, 24), expected);
  EXPECT_EQ(pc.at<std::uint32_t>(0x20024), 1u);  // ACPI 3.0: the entry is enabled
}

TEST(Int15E820, SplitsRamAroundTheHoleBelow4GiB) {
  CorePc pc(4ull << 30);
  const std::vector<MemoryRange> map = memory_map(pc.memory);
  EXPECT_EQ(map.back().base, 1ull << 32);
  EXPECT_EQ(map.back().size, 1ull << 30);
}

TEST(Int15E820, RefusesBadSignatureSizeAndContinuation) {
  CorePc pc;
  const auto refused = [&](std::uint32_t edx, std::uint32_t ecx, std::uint32_t ebx) {
    pc.regs.set_eax(0xE820);
    pc.regs.set_edx(edx);
    pc.regs.set_ecx(ecx);
    pc.regs.set_ebx(ebx);
    pc.interrupt(0x15);
    return pc.cf() && pc.regs.ah() == 0x86;
  };
  EXPECT_TRUE(refused(0x12345678, 20, 0));
  EXPECT_TRUE(refused(0x534D4150, 19, 0));
  EXPECT_TRUE(refused(0x534D4150, 20, 6));
  EXPECT_TRUE(refused(0x534D4150, 20, 0x10000));
}

TEST(Int15E820, IsAbsentWithTheQuirk) {
  Options options;
  options.quirks.no_e820 = true;
  CorePc pc(16u << 20, options);
  pc.regs.set_eax(0xE820);
  pc.regs.set_edx(0x534D4150);
  pc.regs.set_ecx(20);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x86);
}

TEST(Int15MemorySize, AgreesInAllForms) {
  CorePc pc(32u << 20);
  pc.regs.set_ax(0x8800);
  pc.interrupt(0x15);
  EXPECT_EQ(pc.regs.ax(), 31 * 1024 - 64);  // the last 64 KiB hold the ACPI tables
  pc.regs.set_ax(0xE801);
  pc.interrupt(0x15);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.cx(), 15 * 1024);
  EXPECT_EQ(pc.regs.dx(), 255);  // 15 MiB + 960 KiB in 64 KiB blocks
  EXPECT_EQ(pc.regs.ax(), pc.regs.cx());
  EXPECT_EQ(pc.regs.bx(), pc.regs.dx());
}

TEST(Int15MemorySize, NeverSaysMoreThan63MiBIn88) {
  CorePc pc(512u << 20);
  pc.regs.set_ax(0x8800);
  pc.interrupt(0x15);
  EXPECT_EQ(pc.regs.ax(), 63 * 1024);
}

TEST(Int15A20, GateIsSwitchedAndReported) {
  CorePc pc;
  pc.regs.set_ax(0x2400);
  pc.interrupt(0x15);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0);
  EXPECT_FALSE(pc.system.a20());
  pc.regs.set_ax(0x2402);
  pc.interrupt(0x15);
  EXPECT_EQ(pc.regs.ax(), 0x0000);
  pc.regs.set_ax(0x2401);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.system.a20());
  pc.regs.set_ax(0x2402);
  pc.interrupt(0x15);
  EXPECT_EQ(pc.regs.ax(), 0x0001);
}

TEST(Int15A20, IsAbsentWithTheQuirk) {
  Options options;
  options.quirks.no_a20_bios = true;
  CorePc pc(16u << 20, options);
  for (std::uint16_t ax = 0x2400; ax <= 0x2403; ++ax) {
    pc.regs.set_ax(ax);
    pc.interrupt(0x15);
    EXPECT_TRUE(pc.cf());
    EXPECT_EQ(pc.regs.ah(), 0x86);
  }
}

void set_base(CorePc& pc, std::uint64_t descriptor, std::uint32_t base) {
  pc.memory.write(emu::PhysAddr(descriptor + 2), base & 0xFFFFFF);
  pc.memory.write(emu::PhysAddr(descriptor + 7), static_cast<std::uint8_t>(base >> 24));
}

TEST(Int15BlockMove, CopiesBeyond1MiBEvenWithA20Off) {
  CorePc pc;
  pc.system.set_a20(false);
  for (std::uint32_t i = 0; i < 0x10000; i += 4) pc.memory.write(emu::PhysAddr(0x30000 + i), i);
  set_base(pc, 0x20010, 0x30000);
  set_base(pc, 0x20018, 0x00300000);
  pc.regs.set_ax(0x8700);
  pc.regs.set_cx(0x8000);
  pc.regs.set_real_segment(emu::Seg::kEs, 0x2000);
  pc.regs.set_si(0);
  pc.interrupt(0x15);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0);
  EXPECT_EQ(pc.at<std::uint32_t>(0x300000 + 0xFFFC), 0xFFFCu);
  EXPECT_EQ(pc.at<std::uint32_t>(0x310000), 0u);
  EXPECT_FALSE(pc.system.a20());
}

TEST(Int15BlockMove, SurvivesAnyTable) {
  CorePc pc;
  pc.memory.fill(emu::PhysAddr(0x20000), 0x30, 0xFF);
  pc.regs.set_ax(0x8700);
  pc.regs.set_cx(0xFFFF);
  pc.regs.set_real_segment(emu::Seg::kEs, 0x2000);
  pc.regs.set_si(0);
  pc.interrupt(0x15);
  EXPECT_FALSE(pc.cf());
}

TEST(Int15Wait, TakesItsTimeWhenNothingElseHappens) {
  CorePc pc;
  const emu::Nanoseconds begin = pc.clock.now();
  pc.regs.set_ax(0x8600);
  pc.regs.set_cx(0x0001);
  pc.regs.set_dx(0x86A0);  // 100000 us
  EXPECT_EQ(pc.interrupt(0x15), emu::TrapResult::kAnswered);
  EXPECT_EQ(pc.clock.now() - begin, 100 * emu::kMillisecond);
  EXPECT_FALSE(pc.cf());
}

TEST(Int15Configuration, TableSaysAtModel) {
  CorePc pc;
  pc.regs.set_ax(0xC000);
  pc.interrupt(0x15);
  EXPECT_EQ(pc.regs.es(), 0xF000);
  EXPECT_EQ(pc.regs.bx(), 0xE6F5);
  EXPECT_EQ(pc.at<std::uint16_t>(0xFE6F5), 8);
  EXPECT_EQ(pc.at<std::uint8_t>(0xFE6F7), 0xFC);
}

TEST(Int15Mouse, InitializeFindsAMouseAndEnableNeedsADriver) {
  CorePc pc;
  pc.post();
  pc.regs.set_ax(0xC205);
  pc.regs.set_bx(0x0300);
  pc.interrupt(0x15);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.bx(), 0x00AA);
  pc.regs.set_ax(0xC200);
  pc.regs.set_bx(0x0100);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x05);
  pc.regs.set_ax(0xC207);
  pc.regs.set_real_segment(emu::Seg::kEs, 0x1234);
  pc.regs.set_bx(0x5678);
  pc.interrupt(0x15);
  pc.regs.set_ax(0xC200);
  pc.regs.set_bx(0x0100);
  pc.interrupt(0x15);
  EXPECT_FALSE(pc.cf());

  // Right and up by 3 and 5 with the left button: the driver gets the packet after its third byte.
  pc.keyboard.move_mouse(3, -5, 1);
  int calls = 0;
  for (int i = 0; i < 200 && calls == 0; ++i) {
    pc.clock.advance(100 * emu::kMicrosecond);
    pc.clock.run_due_events();
    if (!(pc.ports.peek(0x64, 1) & 1)) continue;
    pc.bios.on_trap(0x74, pc.regs);
    calls += pc.regs.al();
  }
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(pc.regs.es_di(), (emu::FarPtr{0x1234, 0x5678}));
  EXPECT_EQ(pc.regs.bx() & 0x39, 0x09);  // left button, always-one bit, both signs positive
  EXPECT_EQ(pc.regs.cx(), 3);
  EXPECT_EQ(pc.regs.dx(), 5);
}

TEST(Int15Apm, OffForAllDevicesSwitchesThePowerOff) {
  CorePc pc;
  pc.regs.set_ax(0x5307);
  pc.regs.set_bx(0x0001);
  pc.regs.set_cx(0x0001);  // stand by
  pc.interrupt(0x15);
  EXPECT_EQ(pc.system.off_by, "");
  pc.regs.set_ax(0x5307);
  pc.regs.set_cx(0x0003);
  pc.interrupt(0x15);
  EXPECT_EQ(pc.system.off_by, "APM");
}

TEST(Int15Unknown, FailsWith86) {
  CorePc pc;
  pc.regs.set_ax(0x7700);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x86);
}

// RBIL table 00473 (APM 1.2) and 15-C200: interfaces with status codes of their own.
TEST(Int15Unknown, SubfunctionsFailWithTheirInterfacesStatus) {
  CorePc pc;
  pc.regs.set_ax(0x53FF);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x0C);
  pc.regs.set_ax(0xC20A);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x01);
}

TEST(Int15KeyboardIntercept, LeavesTheKeyAndAx) {
  CorePc pc;
  pc.regs.set_ax(0x4F1E);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.cf()) << "the key is to be processed";
  EXPECT_EQ(pc.regs.ax(), 0x4F1E);
}

TEST(Int15EventWait, ASecondOneIsRefused) {
  CorePc pc;
  pc.regs.set_ax(0x8300);
  pc.regs.set_cx(1);
  pc.interrupt(0x15);
  EXPECT_FALSE(pc.cf());
  pc.regs.set_ax(0x8300);
  pc.interrupt(0x15);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x86);
}

TEST(Int10Unknown, VesaFunctionsSayThatTheyAreNotThere) {
  CorePc pc;
  pc.regs.set_ax(0x4F99);
  pc.interrupt(0x10);
  EXPECT_EQ(pc.regs.ax(), 0x0100);
}

}  // namespace
}  // namespace bios
