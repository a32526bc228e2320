#include <gtest/gtest.h>

#include "bios/hardware_interrupts.h"
#include "devices/calendar.h"
#include "tests/bios/core_pc.h"

namespace bios {
namespace {

TEST(Int1a, TicksAreReadAndTheMidnightCountCleared) {
  CorePc pc;
  pc.memory.write<std::uint32_t>(bda::kTicks, 0x1800AF);  // one before midnight
  on_timer_tick(pc.bios);
  pc.regs.set_ax(0x0000);
  pc.interrupt(0x1A);
  EXPECT_EQ(pc.regs.cx(), 0);
  EXPECT_EQ(pc.regs.dx(), 0);
  EXPECT_EQ(pc.regs.al(), 1);
  pc.regs.set_ax(0x0000);
  pc.interrupt(0x1A);
  EXPECT_EQ(pc.regs.al(), 0);
}

TEST(Int1a, TimeAndDateAreBcd) {
  // 2024-02-29 13:45:50.
  CorePc pc(16u << 20, {}, {}, devices::parse_date("2024-02-29T13:45:50"));
  pc.post();
  pc.regs.set_ax(0x0200);
  pc.interrupt(0x1A);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.cx(), 0x1345);
  EXPECT_EQ(pc.regs.dx(), 0x5000);
  pc.regs.set_ax(0x0400);
  pc.interrupt(0x1A);
  EXPECT_EQ(pc.regs.cx(), 0x2024);
  EXPECT_EQ(pc.regs.dx(), 0x0229);
}

TEST(Int1a, AlarmIsReportedByInt70) {
  CorePc pc;
  pc.post();
  pc.regs.set_ax(0x0600);
  pc.regs.set_cx(0x0000);
  pc.regs.set_dx(0x0200);  // 00:00:02
  pc.interrupt(0x1A);
  EXPECT_FALSE(pc.cf());
  pc.regs.set_ax(0x0600);
  pc.interrupt(0x1A);
  EXPECT_TRUE(pc.cf());  // one is set already
  while (pc.clock.now() < 3 * emu::kSecond) {
    pc.clock.advance(100 * emu::kMillisecond);
    pc.clock.run_due_events();
  }
  pc.bios.on_trap(0x70, pc.regs);
  EXPECT_EQ(pc.regs.al(), 1);
}

TEST(PciBios, IsPresentWithMechanism1) {
  CorePc pc;
  pc.regs.set_ax(0xB101);
  pc.regs.set_edi(0);
  pc.interrupt(0x1A);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.edx(), 0x20494350u);
  EXPECT_EQ(pc.regs.ax(), 0x0001);
  EXPECT_EQ(pc.regs.bx(), 0x0210);
  EXPECT_EQ(pc.regs.cl(), 0);
}

TEST(PciBios, FindsTheHostBridgeByIdAndClass) {
  CorePc pc;
  pc.regs.set_ax(0xB102);
  pc.regs.set_cx(0x1237);
  pc.regs.set_dx(0x8086);
  pc.regs.set_si(0);
  pc.interrupt(0x1A);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.bx(), 0);
  pc.regs.set_ax(0xB103);
  pc.regs.set_ecx(0x060100);  // ISA bridge
  pc.interrupt(0x1A);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.regs.bx(), 0x0008);
  pc.regs.set_ax(0xB103);
  pc.regs.set_si(1);
  pc.interrupt(0x1A);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x86);
}

TEST(PciBios, ReadsRegistersAndRefusesCrookedOnes) {
  CorePc pc;
  pc.regs.set_ax(0xB10A);
  pc.regs.set_bx(0);
  pc.regs.set_di(0);
  pc.interrupt(0x1A);
  EXPECT_EQ(pc.regs.ecx(), 0x12378086u);
  pc.regs.set_ax(0xB109);
  pc.regs.set_di(1);
  pc.interrupt(0x1A);
  EXPECT_TRUE(pc.cf());
  EXPECT_EQ(pc.regs.ah(), 0x87);
}

TEST(PciBios, ThroughBios32ReturnsCarryInBitZeroOfEbp) {
  CorePc pc;
  pc.regs.set_ax(0xB101);
  pc.regs.set_ebp(0x1235);
  pc.bios.on_trap(rom::kTrapPci32, pc.regs);
  EXPECT_EQ(pc.regs.ebp(), 0x1234u);
  pc.regs.set_ax(0x0000);  // not a PCI function
  pc.bios.on_trap(rom::kTrapPci32, pc.regs);
  EXPECT_EQ(pc.regs.ebp(), 0x1235u);
  EXPECT_EQ(pc.regs.ah(), 0x81);
}

TEST(Int14, InitializesCom1) {
  CorePc pc;
  pc.post();
  pc.regs.set_ax(0x00E3);  // 9600 8N1
  pc.regs.set_dx(0);
  pc.interrupt(0x14);
  EXPECT_FALSE(pc.cf());
  EXPECT_EQ(pc.com1.state().divisor, 12);
  EXPECT_EQ(pc.com1.state().lcr, 0x03);
  EXPECT_EQ(pc.regs.ah() & 0x60, 0x60);
}

TEST(Int14, SendsEachCharacterAndSaysWhenThereIsNoPort) {
  CorePc pc;
  pc.post();
  std::string sent;
  pc.com1.on_transmit = [&](std::uint8_t byte) { sent += static_cast<char>(byte); };
  for (const char c : std::string("boot")) {
    pc.regs.set_ax(static_cast<std::uint16_t>(0x0100 | c));
    pc.regs.set_dx(0);
    pc.interrupt(0x14);
    EXPECT_EQ(pc.regs.ah() & 0x80, 0);
  }
  EXPECT_EQ(sent, "boot");
  pc.regs.set_ax(0x0300);
  pc.regs.set_dx(3);
  pc.interrupt(0x14);
  EXPECT_TRUE(pc.cf());
}

TEST(Int14, ReadTimesOut) {
  CorePc pc;
  pc.post();
  pc.regs.set_ax(0x0200);
  pc.regs.set_dx(0);
  pc.interrupt(0x14);
  EXPECT_EQ(pc.regs.ah() & 0x80, 0x80);
}

TEST(Int11And12, ComeFromTheDataArea) {
  CorePc pc;
  pc.post();
  pc.memory.write<std::uint16_t>(bda::kMemoryKiB, 600);  // as a memory disk does
  pc.interrupt(0x12);
  EXPECT_EQ(pc.regs.ax(), 600);
  pc.memory.write<std::uint16_t>(bda::kEquipment, 0x4227);
  pc.interrupt(0x11);
  EXPECT_EQ(pc.regs.ax(), 0x4227);
}

}  // namespace
}  // namespace bios
