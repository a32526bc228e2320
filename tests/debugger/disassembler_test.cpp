#include "debugger/disassembler.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace debugger {
namespace {

using Bytes = std::vector<std::uint8_t>;

Instruction decode(const Bytes& bytes, CodeSize size = CodeSize::k16, std::uint64_t offset = 0x7C00) {
  Disassembler disassembler;
  return disassembler.decode(bytes, offset, size);
}
std::string text(const Bytes& bytes, CodeSize size = CodeSize::k16) { return decode(bytes, size).text; }

// The bytes of these are what NASM 2.16 makes of the text on the right.
TEST(Disassembler, WritesWhatNasmReads) {
  EXPECT_EQ(text({0x26, 0x8B, 0x47, 0x02}), "mov ax, [es:bx+2]");
  EXPECT_EQ(text({0xC6, 0x06, 0x13, 0x04, 0x01}), "mov byte [0x413], 1");
  EXPECT_EQ(text({0xEA, 0x05, 0x00, 0xC0, 0x07}), "jmp 0x7c0:5");
  EXPECT_EQ(text({0xFF, 0x2F}), "jmp far [bx]");
  EXPECT_EQ(text({0x26, 0xFF, 0x5D, 0x04}), "call far [es:di+4]");
  EXPECT_EQ(text({0xFF, 0x26, 0x70, 0x00}), "jmp word [0x70]");
  EXPECT_EQ(text({0xF3, 0xA5}), "rep movsw");
  EXPECT_EQ(text({0x26, 0xAC}), "es lodsb");
  EXPECT_EQ(text({0xCD, 0x13}), "int 0x13");
  EXPECT_EQ(text({0x66, 0x2E, 0x0F, 0x01, 0x16, 0x00, 0x05}), "o32 lgdt [cs:0x500]");
  EXPECT_EQ(text({0x89, 0x46, 0xFC}), "mov [bp-4], ax");
  EXPECT_EQ(text({0xC5, 0x36, 0x78, 0x00}), "lds si, [0x78]");
  EXPECT_EQ(text({0x60}), "pusha");
  EXPECT_EQ(text({0x66, 0x61}), "popad");
}

TEST(Disassembler, FollowsTheSizeOfTheCode) {
  const Bytes push_and_more = {0xB8, 0x34, 0x12, 0x78, 0x56};
  EXPECT_EQ(decode(push_and_more, CodeSize::k16).size, 3);
  EXPECT_EQ(text(push_and_more, CodeSize::k32), "mov eax, 0x56781234");
  EXPECT_EQ(text({0x48, 0x89, 0xD8}, CodeSize::k64), "mov rax, rbx");
  EXPECT_EQ(text({0x48}, CodeSize::k32), "dec eax");
}

TEST(Disassembler, AlwaysHasAnAnswer) {
  EXPECT_EQ(text({0xFF, 0xFF}), "db 0xff");
  EXPECT_EQ(text({0xB8}), "db 0xb8");  // cut off
  EXPECT_EQ(decode({}).size, 1);
}

TEST(Disassembler, KnowsWhereControlGoes) {
  EXPECT_EQ(decode({0xEB, 0xFE}).flow, Flow::kJump);
  EXPECT_EQ(decode({0xEB, 0xFE}).target, 0x7C00u);
  EXPECT_EQ(decode({0x74, 0x10}).flow, Flow::kBranch);
  EXPECT_EQ(decode({0x74, 0x10}).target, 0x7C12u);
  EXPECT_EQ(decode({0xE8, 0x00, 0x90}).target, 0x0C03u);  // wraps in its segment
  EXPECT_EQ(decode({0x9A, 0x20, 0x00, 0x00, 0x10}).target_cs, 0x1000u);
  EXPECT_EQ(decode({0xE2, 0xFE}).flow, Flow::kLoop);
  EXPECT_EQ(decode({0xF3, 0xAA}).flow, Flow::kRepeat);
  EXPECT_EQ(decode({0xAA}).flow, Flow::kNext);
  EXPECT_EQ(decode({0xCB}).flow, Flow::kReturn);
  EXPECT_EQ(decode({0xCF}).flow, Flow::kReturn);
  EXPECT_EQ(decode({0xF4}).flow, Flow::kHalt);
  EXPECT_EQ(decode({0xCD, 0x13}).interrupt, 0x13);
  EXPECT_EQ(decode({0xCC}).interrupt, 3);
}

TEST(Disassembler, NamesPorts) {
  EXPECT_EQ(decode({0xE4, 0x60}).port, 0x60);
  EXPECT_TRUE(decode({0xE4, 0x60}).in);
  EXPECT_EQ(decode({0xEE}).port, std::nullopt);
  EXPECT_TRUE(decode({0xEE}).out);
}

TEST(Disassembler, FindsOperandsInMemory) {
  emu::Registers r;
  r.set_bx(0xFFFF);
  r.set_si(0x0003);
  r.set_bp(0x0010);
  r.set_real_segment(emu::Seg::kDs, 0x1000);
  r.set_real_segment(emu::Seg::kSs, 0x2000);
  const Instruction wraps = decode({0x8A, 0x00});  // mov al, [bx+si]
  ASSERT_EQ(wraps.memory.size(), 1u);
  EXPECT_EQ(effective_address(wraps.memory[0], r, 0).linear, 0x10002u);
  EXPECT_TRUE(wraps.memory[0].reads);
  EXPECT_FALSE(wraps.memory[0].writes);
  const Instruction stack = decode({0x89, 0x46, 0xFC});  // mov [bp-4], ax
  EXPECT_EQ(effective_address(stack.memory[0], r, 0).linear, 0x2000Cu);
  EXPECT_TRUE(stack.memory[0].writes);
}

// xor ax,ax / mov ss,ax / mov sp,7C00h / sti / cld / mov ds,ax / int 13h
const Bytes kBootCode = {0x31, 0xC0, 0x8E, 0xD0, 0xBC, 0x00, 0x7C, 0xFB, 0xFC, 0x8E, 0xD8, 0xCD, 0x13};

Disassembler::ReadCode reader(const Bytes& code, std::uint64_t base) {
  return [&code, base](std::uint64_t offset, std::span<std::uint8_t> out) -> std::size_t {
    std::size_t n = 0;
    for (; n < out.size(); ++n) {
      const std::uint64_t at = offset + n;
      out[n] = at >= base && at - base < code.size() ? code[at - base] : 0x90;
    }
    return n;
  };
}

TEST(Disassembler, WalksForward) {
  Disassembler disassembler;
  const auto code = disassembler.forward(reader(kBootCode, 0x7C00), 0x7C00, CodeSize::k16, 3);
  ASSERT_EQ(code.size(), 3u);
  EXPECT_EQ(code[2].text, "mov sp, 0x7c00");
  EXPECT_EQ(code[2].offset, 0x7C04u);
}

TEST(Disassembler, WalksBackwardAlongInstructions) {
  Disassembler disassembler;
  const auto code = disassembler.backward(reader(kBootCode, 0x7C00), 0x7C0D, CodeSize::k16, 7);
  ASSERT_EQ(code.size(), 7u);
  EXPECT_EQ(code[0].text, "xor ax, ax");
  EXPECT_EQ(code[2].text, "mov sp, 0x7c00");
  EXPECT_EQ(code[6].text, "int 0x13");
}

TEST(Disassembler, GoesBackNoFurtherThanItsSegmentBegins) {
  Disassembler disassembler;
  const auto code = disassembler.backward(reader(kBootCode, 0), 4, CodeSize::k16, 9);
  ASSERT_EQ(code.size(), 2u);
  EXPECT_EQ(code[0].text, "xor ax, ax");
}

TEST(CodeSize, FollowsModeAndCodeSegment) {
  emu::Registers r;
  EXPECT_EQ(code_size(r, emu::CpuMode::kReal), CodeSize::k16);
  EXPECT_EQ(code_size(r, emu::CpuMode::kProtected32), CodeSize::k32);
  r[emu::Seg::kCs].attributes = 1u << 21;
  EXPECT_EQ(code_size(r, emu::CpuMode::kLong), CodeSize::k64);
  r[emu::Seg::kCs].attributes = 1u << 22;
  EXPECT_EQ(code_size(r, emu::CpuMode::kLong), CodeSize::k32);
}

}  // namespace
}  // namespace debugger
