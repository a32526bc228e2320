#include "emu/call_tracker.h"

#include <gtest/gtest.h>

#include "tests/emu/guest.h"

namespace emu {
namespace {

/// Remembers what it sees of INT 13h.
class Recorder : public CallObserver {
 public:
  explicit Recorder(Machine& machine) {
    std::bitset<256> vectors;
    vectors.set(0x13);
    machine.observe_calls(*this, vectors);
  }
  void call_begins(const InterruptCall& call) override { begins.push_back(call); }
  void call_ends(const InterruptCall& call) override { ends.push_back(call); }
  std::vector<InterruptCall> begins, ends;
};

using Bytes = std::vector<std::uint8_t>;

/// Programs at 7C00h, hooks at 0600h and 0700h, the BIOS at F000:E000.
struct CallTrackerTest : testing::Test {
  void program(std::initializer_list<Bytes> parts) {
    Bytes code = {0xBC, 0x00, 0x7C};  // mov sp,7C00h
    for (const Bytes& part : parts) code.insert(code.end(), part.begin(), part.end());
    code.insert(code.end(), {0xFA, 0xF4});  // cli; hlt
    guest.code(0x7C00, code);
    ASSERT_EQ(guest.run(), StopReason::kDeadHalt);
  }
  static Bytes set_vector(std::uint16_t offset) {  // mov word [4Ch],offset; mov word [4Eh],0
    return {
        0xC7, 0x06, 0x4C, 0x00, static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(offset >> 8), 0xC7, 0x06,
        0x4E, 0x00, 0x00, 0x00};
  }
  const Bytes other_call = {0xCD, 0x08};                  // int 8
  const Bytes far_call = {0x9C, 0xFF, 0x1E, 0x4C, 0x00};  // pushf; call far [4Ch]
  static constexpr FarPtr kFirst{0, 0x600}, kSecond{0, 0x700};

  Guest guest;
  Recorder seen{guest.machine};
};

TEST_F(CallTrackerTest, AHookThatChainsWithAFarCallMakesTwoNestedCalls) {
  guest.code(0x600, {0x9C, 0x9A, 0x00, 0xE0, 0x00, 0xF0, 0xCF});  // pushf; call F000:E000; iret
  guest.vector(0x13, kFirst);
  program({{0xB4, 0x42, 0xCD, 0x13}});  // mov ah,42h; int 13h
  ASSERT_EQ(seen.ends.size(), 2u);
  const InterruptCall &inner = seen.ends[0], &outer = seen.ends[1];
  EXPECT_EQ(outer.sequence, 1u);
  EXPECT_EQ(outer.depth, 0);
  EXPECT_EQ(outer.caller, (FarPtr{0, 0x7C05}));
  EXPECT_EQ(outer.hook, kFirst);
  EXPECT_EQ(outer.function_ah(), 0x42);
  EXPECT_EQ(inner.sequence, 2u);
  EXPECT_EQ(inner.depth, 1);
  EXPECT_EQ(inner.caller, (FarPtr{0, 0x601}));
  EXPECT_FALSE(inner.hook.has_value());
  EXPECT_EQ(inner.out.ax(), 0x1234);
}

TEST_F(CallTrackerTest, AnObserverOfTwoVectorsHearsOfEachCallOnce) {
  guest.machine.observe_calls(seen, std::bitset<256>().set(0x08));
  program({other_call, {0xB4, 0x42, 0xCD, 0x13}});
  ASSERT_EQ(seen.begins.size(), 2u);
  EXPECT_EQ(seen.begins[0].vector, 0x08);
  EXPECT_EQ(seen.begins[1].vector, 0x13);
  EXPECT_EQ(seen.ends.size(), 2u);
}

TEST_F(CallTrackerTest, AHooksFarJumpToTheOldVectorIsTheSameCallAnsweredByTheBios) {
  guest.code(0x600, {0xEA, 0x00, 0xE0, 0x00, 0xF0});  // jmp F000:E000
  guest.vector(0x13, kFirst);
  program({{0xCD, 0x13}});
  ASSERT_EQ(seen.ends.size(), 1u);
  EXPECT_FALSE(seen.ends[0].hook.has_value());
  EXPECT_TRUE(seen.ends[0].out.rflags & flag::kCarry);
}

TEST_F(CallTrackerTest, AFarCallToAHookedVectorIsACallThatTheHookAnswers) {
  guest.code(0x600, {0xB8, 0x34, 0x12, 0xCF});  // mov ax,1234h; iret
  program({set_vector(0x600), other_call, {0xB4, 0x41}, far_call});
  ASSERT_EQ(seen.ends.size(), 1u);
  const InterruptCall& call = seen.ends[0];
  EXPECT_EQ(call.depth, 0);
  EXPECT_EQ(call.hook, kFirst);
  EXPECT_EQ(call.function_ah(), 0x41);
  EXPECT_EQ(call.caller, (FarPtr{0, 0x7C14}));  // of the FF 1E
  EXPECT_EQ(call.in.sp(), 0x7C00);
  EXPECT_EQ(call.out.ax(), 0x1234);
  EXPECT_EQ(call.out.sp(), 0x7C00);
}

// As the thunk does by which SYSLINUX calls the BIOS from protected mode: a frame by hand, and a far return to the
// vector.
TEST_F(CallTrackerTest, AFarReturnToAHookedVectorIsACallThatTheHookAnswers) {
  guest.code(0x600, {0xB8, 0x34, 0x12, 0xCF});
  // 7C11h: pushf; push cs; push 7C1Fh; push word [4Eh]; push word [4Ch]; retf
  program({set_vector(0x600),
           other_call,
           {0x9C, 0x0E, 0x68, 0x1F, 0x7C, 0xFF, 0x36, 0x4E, 0x00, 0xFF, 0x36, 0x4C, 0x00, 0xCB}});
  ASSERT_EQ(seen.ends.size(), 1u);
  EXPECT_EQ(seen.ends[0].hook, kFirst);
  EXPECT_EQ(seen.ends[0].out.cs_ip(), (FarPtr{0, 0x7C1F}));
}

TEST_F(CallTrackerTest, AHookThatCallsTheHookBeforeItMakesANestedCall) {
  guest.code(0x600, {0xB8, 0x34, 0x12, 0xCF});
  guest.code(0x700, {0x9C, 0x9A, 0x00, 0x06, 0x00, 0x00, 0xCF});  // pushf; call 0000:0600; iret
  program({set_vector(0x600), other_call, set_vector(0x700), {0xCD, 0x13}});
  ASSERT_EQ(seen.ends.size(), 2u);
  EXPECT_EQ(seen.ends[0].depth, 1);
  EXPECT_EQ(seen.ends[0].hook, kFirst);
  EXPECT_EQ(seen.ends[0].out.ax(), 0x1234);
  EXPECT_EQ(seen.ends[1].depth, 0);
  EXPECT_EQ(seen.ends[1].hook, kSecond);
}

TEST_F(CallTrackerTest, AHooksFarJumpToTheHookBeforeItIsTheSameCallAnsweredByThatOne) {
  guest.code(0x600, {0xB8, 0x34, 0x12, 0xCF});
  guest.code(0x700, {0xEA, 0x00, 0x06, 0x00, 0x00});  // jmp 0000:0600
  program({set_vector(0x600), other_call, set_vector(0x700), {0xCD, 0x13}});
  ASSERT_EQ(seen.ends.size(), 1u);
  EXPECT_EQ(seen.ends[0].hook, kFirst);
}

TEST_F(CallTrackerTest, CodeWhereAHookWasIsNoHook) {
  guest.code(0x600, {0xC3});                                                        // ret
  program({set_vector(0x600), other_call, set_vector(0x700), {0xE8, 0xE0, 0x89}});  // call 0600h
  EXPECT_TRUE(seen.begins.empty());
}

}  // namespace
}  // namespace emu
