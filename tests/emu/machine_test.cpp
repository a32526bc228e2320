// Guests of a few instructions, run on the real engine: what loaders rely on, on both engine paths.
#include "emu/machine.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

#include "tests/emu/guest.h"

namespace emu {
namespace {

class MachineTest : public testing::TestWithParam<bool> {
 protected:
  Guest guest{GetParam()};
};

TEST_P(MachineTest, StartsAtTheResetVectorInRealMode) {
  guest.code(0x7C00, {0xB8, 0x55, 0xAA, 0xFA, 0xF4});  // mov ax,AA55h; cli; hlt
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 0xAA55);
  EXPECT_EQ(guest.machine.mode(), CpuMode::kReal);
}

TEST_P(MachineTest, SoftwareInterruptGoesThroughTheVectorToTheRomAndComesBackWithTheAnswersFlags) {
  // mov sp,7C00h; int 13h; sbb bx,bx; cli; hlt
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xCD, 0x13, 0x19, 0xDB, 0xFA, 0xF4});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 0x1234);
  EXPECT_EQ(guest.machine.registers().bx(), 0xFFFF);  // CF was set
  EXPECT_EQ(guest.machine.registers().sp(), 0x7C00);
}

TEST_P(MachineTest, ABiosCallTakesAMicrosecondAndTheTimeOfItsPortAndDeviceMemoryAccesses) {
  std::vector<std::uint8_t> device(Memory::kPage);
  guest.machine.memory().map_device_ram(PhysAddr(0xB8000), device.size(), device.data(), "a display");
  guest.on_call = [this] {
    guest.machine.ports().out(0x3D4, 0x0F, 1);
    guest.machine.ports().in(0x3D5, 1);
    guest.machine.memory().fill(PhysAddr(0xB8000), 40, 0);             // ten accesses of four bytes
    guest.machine.memory().write<std::uint8_t>(PhysAddr(0xB8001), 7);  // and one
    guest.machine.memory().fill(PhysAddr(0x8000), 4000, 0);            // RAM takes none
  };
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xCD, 0x13, 0xFA, 0xF4});  // mov sp,7C00h; int 13h; cli; hlt
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  // 7 bytes at 7C00, 5 at the reset vector, 5 of the stub; INT; the call; two ports of 500 ns; 11 accesses of 150 ns.
  EXPECT_EQ(guest.machine.clock().now(), 17 + 100 + 1000 + 2 * 500 + 11 * 150);
}

TEST_P(MachineTest, ANewEngineTakesOverUnseenWhenTheOldOnesCodeIsFull) {
  // A loop of 4,896 turns that writes its own `add bx,imm` anew each time, with a number in ST(0) all the while:
  const std::vector<std::uint8_t> code = {0xBC, 0x00, 0x7C, 0xD9,
                                          0xEB, 0xB9, 0x20, 0x13,  // 7C00 mov sp,7C00h; fldpi; mov cx,4896
                                          0x88, 0x0E, 0x10, 0x7C,  // 7C08 l: mov [7C10h],cl
                                          0xEB, 0x00,              // 7C0C jmp $+2
                                          0x83, 0xC3, 0x00,        // 7C0E add bx,imm8
                                          0xE2, 0xF5,              // 7C11 loop 7C08h
                                          0xDF, 0x1E, 0x00, 0x06,  // 7C13 fistp word [600h]
                                          0xFA, 0xF4};             // 7C17 cli; hlt
  Machine::Options options{1u << 20 << 4, GetParam()};
  options.most_translated_code = 64 << 10;
  Guest small(options);
  for (Guest* g : {&guest, &small}) {
    g->code(0x7C00, code);
    EXPECT_EQ(g->run(kSecond), StopReason::kDeadHalt);
  }
  EXPECT_EQ(guest.machine.engine_replacements(), 0u);
  EXPECT_GT(small.machine.engine_replacements(), 10u);
  EXPECT_EQ(small.machine.memory().read<std::uint16_t>(PhysAddr(0x600)), 3);  // pi
  // The sum of the sign-extended low bytes of 4896..1: 19 times all 256 values (-128 each time), then of 32..1.
  const auto sum = static_cast<std::uint16_t>(19 * -128 + 32 * 33 / 2);
  EXPECT_EQ(guest.machine.registers().bx(), sum);
  EXPECT_EQ(small.machine.registers().bx(), sum);
  EXPECT_EQ(small.machine.clock().now(), guest.machine.clock().now());
}

TEST_P(MachineTest, OutOfTheSameWidthElsewhereIsNoTrap) {
  guest.code(0x7C00, {0x66, 0xE7, 0x13, 0xFA, 0xF4});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_TRUE(guest.traps.empty());
}

TEST_P(MachineTest, HostWriteOverCodeThatRanIsSeen) {
  guest.code(0x7C00, {0xB8, 0x01, 0x00, 0xFA, 0xF4});
  guest.run();
  EXPECT_EQ(guest.ax(), 1);
  guest.code(0x7C00, {0xB8, 0x02, 0x00, 0xFA, 0xF4});
  guest.machine.reset();
  guest.run();
  EXPECT_EQ(guest.ax(), 2);
}

TEST_P(MachineTest, APowerOffStopsAtTheEndOfTheBlockUntilAReset) {
  struct Switch : PortDevice {
    explicit Switch(Machine& m) : machine(m) { m.ports().claim(0x60, 0x60, *this, "switch"); }
    std::uint8_t in8(std::uint16_t) override { return 0; }
    void out8(std::uint16_t, std::uint8_t) override { machine.power_off("test"); }
    std::uint8_t peek8(std::uint16_t) const override { return 0; }
    Machine& machine;
  } power(guest.machine);
  guest.code(0x7C00, {0xB8, 0x01, 0x00, 0xE6, 0x60, 0xEB, 0x00, 0xB8, 0x02, 0x00, 0xFA,
                      0xF4});  // mov ax,1; out 60h,al; jmp $+2; mov ax,2; cli; hlt
  EXPECT_EQ(guest.run(), StopReason::kPowerOff);
  EXPECT_EQ(guest.machine.stop_detail(), "test");
  EXPECT_EQ(guest.ax(), 1);
  EXPECT_EQ(guest.run(), StopReason::kPowerOff);
  EXPECT_EQ(guest.ax(), 1);
  guest.machine.reset();
  EXPECT_EQ(guest.run(), StopReason::kPowerOff);
}

TEST_P(MachineTest, GuestStoreOverTheNextInstructionIsSeen) {
  // mov byte [7C07h],42h; mov ax,0 (its operand byte is 7C07h after the patch); cli; hlt
  guest.code(0x7C00, {0xC6, 0x06, 0x06, 0x7C, 0x42, 0xB8, 0x00, 0x00, 0xFA, 0xF4});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 0x42);
}

TEST_P(MachineTest, RomIgnoresWrites) {
  // mov ax,F000h; mov ds,ax; mov byte [0],11h; mov al,[0]; cli; hlt
  guest.code(0x7C00, {0xB8, 0x00, 0xF0, 0x8E, 0xD8, 0xC6, 0x06, 0x00, 0x00, 0x11, 0xA0, 0x00, 0x00, 0xFA, 0xF4});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax() & 0xFF, 0xF4);
}

TEST_P(MachineTest, HolesReadOnes) {
  // mov ax,C000h; mov ds,ax; mov ax,[0]; cli; hlt
  guest.code(0x7C00, {0xB8, 0x00, 0xC0, 0x8E, 0xD8, 0xA1, 0x00, 0x00, 0xFA, 0xF4});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 0xFFFF);
}

TEST_P(MachineTest, A20GateFoldsTheMegabyteBackOnlyWhileShut) {
  // mov ax,FFFFh; mov ds,ax; mov ax,[0510h]; cli; hlt — reads 100500h or, folded, 500h
  const std::vector<std::uint8_t> program = {0xB8, 0xFF, 0xFF, 0x8E, 0xD8, 0xA1, 0x10, 0x05, 0xFA, 0xF4};
  guest.code(0x7C00, program);
  guest.machine.memory().write<std::uint16_t>(PhysAddr(0x500), 0x1111);
  guest.machine.memory().write<std::uint16_t>(PhysAddr(0x100500), 0x2222);
  guest.run();
  EXPECT_EQ(guest.ax(), 0x2222);
  guest.machine.reset();
  guest.machine.set_a20(false);
  guest.run();
  EXPECT_EQ(guest.ax(), 0x1111);
}

TEST_P(MachineTest, DivideErrorGoesThroughVector0WithTheFaultingAddress) {
  // mov sp,7C00h; xor cx,cx; div cx — handler at 0600h: pop ax (IP); cli; hlt
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0x31, 0xC9, 0xF7, 0xF1});
  guest.code(0x600, {0x58, 0xFA, 0xF4});
  guest.vector(0, {0, 0x600});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 0x7C05);
}

TEST_P(MachineTest, InvalidOpcodeGoesThroughVector6) {
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0x0F, 0x0B});  // mov sp,7C00h; ud2
  guest.code(0x600, {0x58, 0xFA, 0xF4});
  guest.vector(6, {0, 0x600});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 0x7C03);
}

// Intel SDM vol. 2, CALL and JMP: FF /3 and /5 with a register operand are #UD.
TEST_P(MachineTest, FarJumpsAndCallsThroughARegisterAreInvalid) {
  const std::vector<std::vector<std::uint8_t>> instructions = {
      {0xFF, 0xE8}, {0xFF, 0xDF}, {0x66, 0xFF, 0xEB}, {0x2E, 0x67, 0xFF, 0xD8}};
  for (const auto& instruction : instructions) {
    std::vector<std::uint8_t> code = {0xBC, 0x00, 0x7C, 0x83, 0xF8, 0xFF};  // mov sp,7C00h; cmp ax,-1
    code.insert(code.end(), instruction.begin(), instruction.end());
    guest.machine.reset();
    guest.code(0x7C00, code);
    guest.code(0x600, {0x58, 0xFA, 0xF4});  // pop ax (IP); cli; hlt
    guest.vector(6, {0, 0x600});
    EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
    EXPECT_EQ(guest.ax(), 0x7C06) << std::hex << int{instruction[0]} << ' ' << int{instruction[1]};
  }
}

TEST_P(MachineTest, SettingABreakpointRegisterDisturbsNothing) {
  guest.code(0x7C00, {0x66, 0xB8, 0x00, 0x10, 0x00, 0x00,  // mov eax,1000h
                      0x0F, 0x23, 0xC0,                    // mov dr0,eax
                      0x66, 0xB8, 0x02, 0x04, 0x00, 0x00,  // mov eax,402h: G0, for execution
                      0x0F, 0x23, 0xF8,                    // mov dr7,eax
                      0xB8, 0x34, 0x12, 0xFA, 0xF4});      // mov ax,1234h; cli; hlt
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 0x1234);
}

// Intel SDM vol. 2, LOCK: #UD with an instruction that is not in its list; CMP is not.
TEST_P(MachineTest, LockedComparisonsAreInvalid) {
  const std::vector<std::vector<std::uint8_t>> instructions = {
      {0xF0, 0x80, 0x38, 0x11},       {0xF0, 0x81, 0x3E, 0x00, 0x05, 0x11, 0x11},
      {0xF0, 0x82, 0x7F, 0x01, 0x11}, {0xF0, 0x66, 0x83, 0xBF, 0x11, 0x11, 0x11},
      {0x2E, 0xF0, 0x38, 0x07},       {0xF0, 0x39, 0x0E, 0x00, 0x05}};
  for (const auto& instruction : instructions) {
    std::vector<std::uint8_t> code = {0xBC, 0x00, 0x7C, 0xE9, 0x00, 0x00};  // mov sp,7C00h; jmp to the next one
    code.insert(code.end(), instruction.begin(), instruction.end());
    guest.machine.reset();
    guest.code(0x7C00, code);
    guest.code(0x600, {0x58, 0xFA, 0xF4});  // pop ax (IP); cli; hlt
    guest.vector(6, {0, 0x600});
    EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
    EXPECT_EQ(guest.ax(), 0x7C06) << std::hex << int{instruction[1]} << ' ' << int{instruction[2]};
  }
  // lock or byte [500h],11h is as it was, and so is a plain comparison: mov sp,7C00h; jmp on; ...; cmp byte [500h],11h;
  // je; hlt
  guest.machine.reset();
  guest.code(0x500, {0});
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xE9, 0x00, 0x00, 0xF0, 0x80, 0x0E, 0x00, 0x05, 0x11, 0x80, 0x3E,
                      0x00, 0x05, 0x11, 0xB8, 0x00, 0x00, 0x75, 0x03, 0xB8, 0x07, 0x00, 0xFA, 0xF4});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 7);
}

TEST_P(MachineTest, TheByteAfterAnFfOperandIsItsOwnInstruction) {
  // mov sp,7C00h; mov ax,1; cmp ax,-1; call +2; cli; hlt; (called:) mov ax,2; ret
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xB8, 0x01, 0x00, 0x83, 0xF8, 0xFF, 0xE8, 0x02, 0x00, 0xFA, 0xF4, 0xB8, 0x02,
                      0x00, 0xC3});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 2);
  // mov bx,7D00h; call far [bx], which leads to 0:600h: its ModRM byte has the same operation and a memory operand
  guest.machine.reset();
  guest.code(0x600, {0xB8, 0x03, 0x00, 0xFA, 0xF4});
  guest.code(0x7D00, {0x00, 0x06, 0x00, 0x00});
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xBB, 0x00, 0x7D, 0xFF, 0x1F});
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 3);
}

TEST_P(MachineTest, HardwareInterruptWakesAHaltAndReturnsBehindIt) {
  // mov sp,7C00h; sti; hlt; mov ax,7; cli; hlt
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xFB, 0xF4, 0xB8, 0x07, 0x00, 0xFA, 0xF4});
  guest.machine.clock().schedule_at(kMillisecond, [this] { guest.raise(); });
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.ax(), 7);
  EXPECT_EQ(guest.traps, std::vector<int>{8});
  EXPECT_GE(guest.machine.clock().now(), kMillisecond);
  EXPECT_LT(guest.machine.clock().now(), kMillisecond + 10 * kMicrosecond);
}

TEST_P(MachineTest, InterruptsWaitUntilTheGuestAllowsThem) {
  // mov sp,7C00h; mov cx,60000; l: loop l; sti; nop; cli; hlt — the request comes while the loop runs with IF = 0
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xB9, 0x60, 0xEA, 0xE2, 0xFE, 0xFB, 0x90, 0x90, 0xFA, 0xF4});
  guest.machine.clock().schedule_at(10 * kMicrosecond, [this] { guest.raise(); });
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  EXPECT_EQ(guest.traps, std::vector<int>{8});
  EXPECT_GT(guest.machine.clock().now(), 60000 * 2);  // 60,000 times a two-byte instruction
}

TEST_P(MachineTest, EndlessLoopWithoutHandlersIsRest) {
  guest.code(0x7C00, {0xEB, 0xFE});
  for (const std::uint8_t n : {0x08, 0x09, 0x1C, 0x70, 0x4A, 0x74}) guest.vector(n, {0xF000, 0xE010});
  guest.machine.clock().schedule_at(kMillisecond, [] {});  // any event: rest is looked for when time passes
  EXPECT_EQ(guest.run(kSecond), StopReason::kDeadLoop);
}

TEST_P(MachineTest, LoopThatPollsTheTickCounterSkipsToTheInterruptThatMovesIt) {
  // mov sp,7C00h; sti; mov ax,[46Ch]; l: cmp ax,[46Ch]; je l; cli; hlt — vector 8 at 0600h: inc word [46Ch]; iret
  guest.code(0x7C00, {0xBC, 0x00, 0x7C, 0xFB, 0xA1, 0x6C, 0x04, 0x3B, 0x06, 0x6C, 0x04, 0x74, 0xFA, 0xFA, 0xF4});
  guest.code(0x600, {0xFF, 0x06, 0x6C, 0x04, 0xCF});
  guest.vector(8, {0, 0x600});
  guest.machine.clock().schedule_at(2 * kSecond, [this] { guest.raise(); });
  EXPECT_EQ(guest.run(3 * kSecond), StopReason::kDeadHalt);
  EXPECT_GE(guest.machine.clock().now(), 2 * kSecond);
  EXPECT_GT(guest.machine.idle_time(), 1900 * kMillisecond);
}

TEST_P(MachineTest, LoopThatCountsIsNotSkipped) {
  // xor ecx,ecx; l: inc ecx; cmp ecx,[500h]; jne l; cli; hlt
  guest.code(0x7C00, {0x66, 0x31, 0xC9, 0x66, 0x41, 0x66, 0x3B, 0x0E, 0x00, 0x05, 0x75, 0xF7, 0xFA, 0xF4});
  guest.machine.memory().write<std::uint32_t>(PhysAddr(0x500), 1'000'000);
  guest.machine.clock().schedule_at(2 * kSecond, [] {});
  EXPECT_EQ(guest.run(3 * kSecond), StopReason::kDeadHalt);
  EXPECT_EQ(guest.machine.registers().ecx(), 1'000'000u);
  EXPECT_EQ(guest.machine.idle_time(), 0);
}

TEST_P(MachineTest, RunningIntoZerosIsACrash) {
  guest.code(0x7C00, {0xEA, 0x00, 0x00, 0x00, 0x30});  // jmp 3000:0000
  EXPECT_EQ(guest.run(), StopReason::kUnwrittenCode);
}

TEST_P(MachineTest, FaultWithoutAUsableTableIsATripleFault) {
  // lidt [7C10h] (limit 0, base 0); int 3
  guest.code(0x7C00, {0x0F, 0x01, 0x1E, 0x10, 0x7C, 0xCC});
  guest.code(0x7C10, {0, 0, 0, 0, 0, 0});
  EXPECT_EQ(guest.run(), StopReason::kTripleFault);
}

TEST_P(MachineTest, BreakpointStopsBeforeItsInstructionEachTimeAndChangesNeitherFlagsNorTime) {
  // mov cx,3; l: sub ax,ax; adc bx,1; loop l; cli; hlt
  const std::vector<std::uint8_t> program = {0xB9, 0x03, 0x00, 0x29, 0xC0, 0x83, 0xD3, 0x01, 0xE2, 0xF9, 0xFA, 0xF4};
  guest.code(0x7C00, program);
  EXPECT_EQ(guest.run(), StopReason::kDeadHalt);
  const Nanoseconds undisturbed = guest.machine.clock().now();
  const std::uint16_t bx = guest.machine.registers().bx();
  EXPECT_EQ(bx, 3);

  Guest other(GetParam());
  other.code(0x7C00, program);
  other.machine.add_breakpoint(0x7C05);  // adc: in the middle of the block
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(other.run(), StopReason::kBreakpoint);
    EXPECT_EQ(other.machine.registers().rip, 0x7C05u);
  }
  EXPECT_EQ(other.run(), StopReason::kDeadHalt);
  EXPECT_EQ(other.machine.registers().bx(), bx);
  EXPECT_EQ(other.machine.clock().now(), undisturbed);
}

TEST_P(MachineTest, WatchedCodeBehindAPortAccessDoesNotLetAnInterruptInEarlier) {
  /// Raises the interrupt when its port is written, as a PIC does when a request is unmasked.
  class Raiser : public PortDevice {
   public:
    explicit Raiser(Guest& guest) : guest_(guest) {}
    std::uint8_t in8(std::uint16_t) override { return 0; }
    void out8(std::uint16_t, std::uint8_t) override { guest_.raise(); }
    std::uint8_t peek8(std::uint16_t) const override { return 0; }

   private:
    Guest& guest_;
  };
  // mov sp,7C00h; sti; nop; jmp n; n: out 21h,al; inc bx; inc bx; inc bx; jmp m; m: cli; hlt — handler: mov cx,bx; iret
  const std::vector<std::uint8_t> program = {0xBC, 0x00, 0x7C, 0xFB, 0x90, 0xEB, 0x00, 0xE6,
                                             0x21, 0x43, 0x43, 0x43, 0xEB, 0x00, 0xFA, 0xF4};
  const auto bx_at_interrupt = [&](Guest& g, bool watched) {
    Raiser raiser(g);
    g.machine.ports().claim(0x21, 0x21, raiser, "test");
    g.code(0x7C00, program);
    g.code(0x600, {0x89, 0xD9, 0xCF});
    g.vector(8, {0, 0x600});
    if (watched) g.machine.add_breakpoint(0x7C0A);  // the second INC, in the middle of the block
    StopReason reason;
    while ((reason = g.run()) == StopReason::kBreakpoint) {
    }
    EXPECT_EQ(reason, StopReason::kDeadHalt);
    return g.machine.registers().cx();
  };
  Guest other(GetParam());
  EXPECT_EQ(bx_at_interrupt(guest, false), bx_at_interrupt(other, true));
}

TEST_P(MachineTest, WatcherIsCalledAtItsIntervalAndDoesNotMoveTime) {
  const std::vector<std::uint8_t> program = {0xBC, 0x00, 0x7C, 0x66, 0xB9, 0x40, 0x42, 0x0F, 0x00,  // mov ecx,1000000
                                             0x66, 0x49, 0x75, 0xFC, 0xFA, 0xF4};                   // l: dec ecx; jnz l
  guest.code(0x7C00, program);
  EXPECT_EQ(guest.run(kSecond), StopReason::kDeadHalt);
  Guest other(GetParam());
  other.code(0x7C00, program);
  int calls = 0;
  other.machine.watch(kMillisecond, [&] { ++calls; });
  EXPECT_EQ(other.run(kSecond), StopReason::kDeadHalt);
  EXPECT_EQ(other.machine.clock().now(), guest.machine.clock().now());
  EXPECT_EQ(calls, other.machine.clock().now() / kMillisecond);
}

INSTANTIATE_TEST_SUITE_P(Engine, MachineTest, testing::Bool(),
                         [](const auto& engine) { return engine.param ? "Public" : "Kit"; });

TEST(Machines, OnSeveralThreadsDoNotMeet) {
  const auto work = [](std::uint16_t seed, std::uint16_t& result) {
    Guest guest;
    // mov ax,seed; mov cx,50000; l: imul ax,ax,5; add ax,3; loop l; cli; hlt
    guest.code(0x7C00, {0xB8, static_cast<std::uint8_t>(seed), static_cast<std::uint8_t>(seed >> 8), 0xB9, 0x50, 0xC3,
                        0x6B, 0xC0, 0x05, 0x05, 0x03, 0x00, 0xE2, 0xF8, 0xFA, 0xF4});
    guest.run(kSecond);
    result = guest.ax();
  };
  const auto expected = [](std::uint16_t seed) {
    std::uint16_t ax = seed;
    for (int i = 0; i < 50000; ++i) ax = static_cast<std::uint16_t>(ax * 5 + 3);
    return ax;
  };
  std::array<std::uint16_t, 4> results{};
  {
    std::vector<std::jthread> threads;
    for (std::uint16_t i = 0; i < 4; ++i)
      threads.emplace_back([&, i] { work(static_cast<std::uint16_t>(i + 1), results[i]); });
  }
  for (std::uint16_t i = 0; i < 4; ++i) EXPECT_EQ(results[i], expected(static_cast<std::uint16_t>(i + 1)));
}

}  // namespace
}  // namespace emu
