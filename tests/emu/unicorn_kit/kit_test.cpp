// What only the repaired engine does.
#include "emu/unicorn_kit/kit.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/emu/guest.h"

namespace emu {
namespace {

class KitTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!kit::linked_in()) GTEST_SKIP() << "needs the kit";
  }
};

TEST_F(KitTest, IsInUseWithDebiansUnicorn) {
  std::string why;
  EXPECT_EQ(probe_engine(&why), EnginePath::kKit) << why;
}

TEST_F(KitTest, PagingMapsPagesWhereTheTablesSay) {
  Guest guest;
  // Real mode: lgdt [7D00h]; cr0 |= 1; jmp 8:7C20h. Then 32-bit: cr3 = 10000h; cr0 |= 80000000h; mov eax,[400000h]; hlt
  guest.code(0x7C00, {0x0F, 0x01, 0x16, 0x00, 0x7D, 0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0, 0xEA, 0x20, 0x7C,
                      0x08, 0x00});
  guest.code(0x7C20, {0xB8, 0x10, 0x00, 0x00, 0x00, 0x8E, 0xD8, 0xB8, 0x00, 0x00, 0x01, 0x00, 0x0F, 0x22, 0xD8, 0x0F,
                      0x20, 0xC0, 0x0D, 0x00, 0x00, 0x00, 0x80, 0x0F, 0x22, 0xC0, 0xA1, 0x00, 0x00, 0x40, 0x00, 0xF4});
  guest.code(0x7D00, {0x17, 0x00, 0x08, 0x7D, 0x00, 0x00});
  guest.code(0x7D08, {0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0x9A, 0xCF, 0, 0xFF, 0xFF, 0, 0, 0, 0x92, 0xCF, 0});
  Memory& memory = guest.machine.memory();
  memory.write<std::uint32_t>(PhysAddr(0x10000), 0x11003);
  memory.write<std::uint32_t>(PhysAddr(0x10004), 0x12003);
  for (std::uint32_t i = 0; i < 16; ++i) memory.write<std::uint32_t>(PhysAddr(0x11000 + 4 * i), i << 12 | 3);
  memory.write<std::uint32_t>(PhysAddr(0x12000), 0x20003);
  memory.write<std::uint32_t>(PhysAddr(0x20000), 0xCAFE1234);
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.machine.registers().eax(), 0xCAFE1234u);
  EXPECT_EQ(guest.machine.translate(0x400000), PhysAddr(0x20000));
  EXPECT_EQ(guest.machine.mode(), CpuMode::kProtected32);
}

TEST_F(KitTest, TimeStampCounterIsVirtualTime) {
  Guest guest;
  guest.code(0x7C00, {0x0F, 0x31, 0xFA, 0xF4});
  guest.run();
  EXPECT_LE(guest.machine.registers().eax(), static_cast<std::uint32_t>(guest.machine.clock().now()));
  EXPECT_GT(guest.machine.registers().eax(), 0u);
}

/// Says 0 for the first millisecond, then 1.
struct SlowDevice : PortDevice {
  explicit SlowDevice(Machine& m) : machine(m) { m.ports().claim(0x300, 0x300, *this, "slow device"); }
  std::uint8_t in8(std::uint16_t port) override {
    ++questions;
    return peek8(port);
  }
  void out8(std::uint16_t, std::uint8_t) override {}
  std::uint8_t peek8(std::uint16_t) const override { return machine.clock().now() < kMillisecond ? 0 : 1; }
  Machine& machine;
  std::uint64_t questions = 0;
};

/// How often a guest asks the device, which does the two-byte instruction `wait` between two questions.
std::uint64_t questions(std::uint8_t wait1, std::uint8_t wait2) {
  Guest guest;
  SlowDevice device(guest.machine);
  // l: wait; mov dx,300h; in al,dx; test al,al; jz l; cli; hlt
  guest.code(0x7C00, {wait1, wait2, 0xBA, 0x00, 0x03, 0xEC, 0x84, 0xC0, 0x74, 0xF6, 0xFA, 0xF4});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_GE(guest.machine.clock().now(), kMillisecond);
  EXPECT_LT(guest.machine.clock().now(), kMillisecond + 60 * kMicrosecond);
  return device.questions;
}

// A question takes 500 ns (emu/timing.h), so that 2,000 fill the millisecond. From the 64th on each PAUSE adds a
// sixteenth of what has passed: a millisecond is reached from 32 us in ln(1000 / 32) / ln(17 / 16) = 57 more.
TEST_F(KitTest, WaitingForADeviceWithPauseIsHurriedAlong) { EXPECT_LT(questions(0xF3, 0x90), 64u + 57 + 20); }

TEST_F(KitTest, MeasuringTheTimeStampCounterAgainstADeviceIsNot) {
  EXPECT_GT(questions(0x0F, 0x31), 1900u);  // rdtsc
}

}  // namespace
}  // namespace emu
