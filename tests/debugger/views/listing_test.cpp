#include "debugger/views/listing.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "debugger/views/low_memory.h"

namespace debugger::views {
namespace {

class Listing : public testing::Test {
 protected:
  Listing() {
    machine_.reset();
    // 7C00: jmp 7C05; dw 0; 7C04: nop; 7C05: int 13h; hlt
    put(0x7C00, {0xEB, 0x03, 0x00, 0x00, 0x90, 0xCD, 0x13, 0xF4});
    stand_at(0, 0x7C00);
  }
  void put(std::uint64_t at, std::initializer_list<std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) machine_.memory().write(emu::PhysAddr(at++), byte);
  }
  void stand_at(std::uint16_t cs, std::uint16_t ip) {
    emu::Registers r = machine_.registers();
    r.set_real_segment(emu::Seg::kCs, cs);
    r.rip = ip;
    machine_.set_registers(r);
  }
  std::vector<CodeLine> lines(std::uint64_t offset, int count) {
    return code_lines({machine_, machine_.ports(), symbols_, nullptr}, disassembler_, code_space(machine_), offset,
                      count);
  }

  emu::Machine machine_{emu::Machine::Options{.ram_size = 1u << 20}};
  Symbols symbols_;
  Disassembler disassembler_;
};

TEST_F(Listing, NamesSymbolsAndTheNextInstruction) {
  symbols_.add({{.name = "start", .linear = 0x7C00}, {.name = "read", .linear = 0x7C05}});
  const auto code = lines(0x7C00, 1);
  ASSERT_EQ(code.size(), 1u);
  EXPECT_EQ(code[0].label, "start");
  EXPECT_EQ(code[0].note, "read");
  EXPECT_TRUE(code[0].next);
}

TEST_F(Listing, TheNextInstructionHasItsLineWhateverIsBefore) {
  put(0x7C04, {0xB8});  // as code, mov ax, ... would swallow the INT
  stand_at(0, 0x7C05);
  const auto code = lines(0x7C04, 2);
  ASSERT_EQ(code.size(), 2u);
  EXPECT_EQ(code[0].instruction.text, "db 0xb8");
  EXPECT_EQ(code[1].instruction.text, "int 0x13");
  EXPECT_TRUE(code[1].next);
}

TEST_F(Listing, ASourceLineStandsAboveTheFirstOfItsInstructions) {
  constexpr std::string_view kSource =
      "     1                                  org 0x7c00\n"
      "     2 00000000 EB03                    \tjmp  read    ; over two bytes\n"
      "     4 00000005 CD13F4                  read: ends\n"
      "     5 00000008 90                      nop\n";
  symbols_.load(std::span(reinterpret_cast<const std::uint8_t*>(kSource.data()), kSource.size()), "boot.lst");
  const auto code = lines(0x7C00, 1);
  ASSERT_TRUE(code[0].source);
  EXPECT_EQ(code[0].source->place, "boot.asm:2");
  EXPECT_EQ(code[0].source->text, "jmp read ; over two bytes");
  // INT 13h and HLT are of one line; whichever is the first in the list says so.
  const auto two = lines(0x7C05, 2);
  ASSERT_TRUE(two[0].source);
  EXPECT_EQ(two[0].source->place, "boot.asm:4");
  EXPECT_FALSE(two[1].source);
  EXPECT_TRUE(lines(0x7C07, 1)[0].source);
  stand_at(0, 0x600);
  EXPECT_FALSE(lines(0x600, 1)[0].source);
}

TEST_F(Listing, EndsWithItsSegment) {
  put(0xFFFE, {0x90, 0x90});
  EXPECT_EQ(lines(0xFFFE, 10).size(), 2u);
}

TEST_F(Listing, ScrollsUpByInstructionsAndNotBelowTheBeginning) {
  const CodeSpace space = code_space(machine_);
  EXPECT_EQ(code_before(machine_, disassembler_, space, 0x7C07, 1), 0x7C05u);
  EXPECT_EQ(code_before(machine_, disassembler_, space, 2, 40), 0u);
  EXPECT_EQ(code_before(machine_, disassembler_, space, 0, 1), 0u);
}

TEST_F(Listing, AddressesElsewhereHaveARealModeSegment) {
  EXPECT_EQ(code_space_at(machine_, 0x8000).base, 0u);  // CS reaches it
  EXPECT_EQ(code_space_at(machine_, 0x9FC00).selector, 0x9000);
  EXPECT_EQ(code_space_at(machine_, 0x100010).selector, 0xFFFF);
  const CodeSpace high = code_space_at(machine_, 0x200000);  // out of real mode's reach
  EXPECT_EQ(high.base, 0u);
  EXPECT_TRUE(high.contains(0x200000));
}

TEST(LowMemory, ShowsWhatAHookHasTaken) {
  emu::Memory memory(1 << 20);
  memory.write(emu::PhysAddr(0x40E), std::uint16_t{0x9FC0});
  memory.write(emu::PhysAddr(0x413), std::uint16_t{600});
  memory.write(emu::PhysAddr(0x13 * 4), std::uint32_t{0x9600'0010});
  const auto ranges = low_memory_view(memory, Symbols());
  const auto find = [&](LowKind kind) {
    return *std::find_if(ranges.begin(), ranges.end(), [&](const LowRange& r) { return r.kind == kind; });
  };
  EXPECT_EQ(find(LowKind::kTaken).first, 600u * 1024);
  EXPECT_EQ(find(LowKind::kTaken).last, 0x9FBFFu);
  EXPECT_EQ(find(LowKind::kEbda).first, 0x9FC00u);
  EXPECT_EQ(find(LowKind::kHook).first, 0x96010u);
  EXPECT_EQ(find(LowKind::kHook).words.substr(0, 8), "INT 13h:");
}

}  // namespace
}  // namespace debugger::views
