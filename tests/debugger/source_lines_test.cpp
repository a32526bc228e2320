// Source lines: NASM's listings, and what users write.
#include "debugger/source_lines.h"

#include <gtest/gtest.h>

#include "debugger/symbols.h"
#include "emu/error.h"

namespace debugger {
namespace {

/// As NASM 2.16 wrote it: an include, macros in both files, bytes of several rows.
constexpr std::string_view kListing =
    "     1                                  kHome equ 600h\n"
    "     2                                  org kHome\n"
    "     3                                  %macro two 1\n"
    "     4                                    mov ax, %1\n"
    "     5                                    mov bx, ax\n"
    "     6                                  %endmacro\n"
    "     7                                  start:\n"
    "     8 00000000 31C0                      xor ax, ax\n"
    "     9                                  %include \"inc.asm\"\n"
    "     1                              <1>   ; in include\n"
    "     2 00000002 40                  <1>   inc ax\n"
    "     3                              <1>   two 6\n"
    "     4 00000003 B80600              <2>  mov ax, %1\n"
    "     5 00000006 89C3                <2>  mov bx, ax\n"
    "    10                                    two 5\n"
    "     4 00000008 B80500              <1>  mov ax, %1\n"
    "     5 0000000B 89C3                <1>  mov bx, ax\n"
    "    11 0000000D 90<rep 3h>                times 3 nop\n"
    "    12 00000010 BE[1500]                  mov si, msg\n"
    "    13 00000013 EBEB                      jmp start\n"
    "    14 00000015 68656C6C6F20776F72-     msg: db \"hello world, this is long text\", 0\n"
    "    14 0000001E 6C642C207468697320-\n"
    "    14 00000027 6973206C6F6E672074-\n"
    "    14 00000030 65787400           \n";

SourceLines listing() {
  SourceLines lines;
  SourceLines::Table table = read_nasm_listing(kListing, "build/boot.lst");
  const std::uint64_t origin = table.origin.value_or(0);
  lines.add(std::move(table), origin);
  return lines;
}

TEST(SourceLines, AListingSaysWhereItsCodeBelongs) {
  EXPECT_EQ(read_nasm_listing(kListing, "boot.lst").origin, 0x600u);
  EXPECT_EQ(read_nasm_listing("     1 00000000 90                      nop\n", "a.lst").origin, std::nullopt);
}

TEST(SourceLines, IncludedFilesAreFilesOfTheirOwn) {
  const SourceLines lines = listing();
  EXPECT_EQ(lines.at(0x600), (SourcePlace{"boot.asm", 8}));
  EXPECT_EQ(lines.at(0x602), (SourcePlace{"inc.asm", 2}));
  EXPECT_EQ(lines.at(0x60D), (SourcePlace{"boot.asm", 11}));
  EXPECT_EQ(lines.at(0x60F), (SourcePlace{"boot.asm", 11}));
  EXPECT_EQ(lines.at(0x5FF), std::nullopt);
  EXPECT_EQ(lines.at(0x10000), std::nullopt);
}

TEST(SourceLines, CodeOfAMacroIsTheLineThatUsesIt) {
  const SourceLines lines = listing();
  EXPECT_EQ(lines.at(0x606), (SourcePlace{"inc.asm", 3}));
  EXPECT_EQ(lines.at(0x608), (SourcePlace{"boot.asm", 10}));
  EXPECT_EQ(lines.at(0x60B), (SourcePlace{"boot.asm", 10}));
}

TEST(SourceLines, FindsTheCodeOfALineOrOfTheNextWithCode) {
  const SourceLines lines = listing();
  EXPECT_EQ(lines.addresses({"boot.asm", 10}), std::vector<std::uint64_t>{0x608});
  EXPECT_EQ(lines.addresses({"boot.asm", 1}), std::vector<std::uint64_t>{0x600});
  EXPECT_EQ(lines.addresses({"inc.asm", 1}), std::vector<std::uint64_t>{0x602});
  EXPECT_TRUE(lines.addresses({"boot.asm", 15}).empty());
  EXPECT_TRUE(lines.addresses({"oot.asm", 10}).empty());
}

TEST(SourceLines, AListingCarriesItsSource) {
  const SourceLines lines = listing();
  EXPECT_EQ(lines.text({"boot.asm", 8}), "  xor ax, ax");
  EXPECT_EQ(lines.text({"boot.asm", 4}), "  mov ax, %1");
  EXPECT_EQ(lines.text({"inc.asm", 1}), "  ; in include");
  EXPECT_EQ(lines.text({"boot.asm", 14}), "msg: db \"hello world, this is long text\", 0");
  EXPECT_EQ(lines.text({"boot.asm", 99}), std::nullopt);
}

TEST(SourceLines, SymbolsReadListingsAndTheBaseIsTheOrigin) {
  Symbols symbols;
  const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(kListing.data()), kListing.size());
  const LoadedSymbols loaded = symbols.load(bytes, "boot.lst", 0x7C00);
  EXPECT_EQ(loaded.format, "NASM listing");
  EXPECT_EQ(loaded.lines, 8u);
  EXPECT_EQ(symbols.line_address({"boot.asm", 8}), 0x7C00u);
  EXPECT_THROW(symbols.line_address({"other.asm", 1}), emu::Error);
  EXPECT_THROW(symbols.line_address({"boot.asm", 1000}), emu::Error);
}

TEST(SourceLines, WhatIsReadTwiceIsThereOnce) {
  SourceLines lines = listing();
  const std::size_t before = lines.size();
  SourceLines::Table again = read_nasm_listing(kListing, "build/boot.lst");
  EXPECT_EQ(lines.add(std::move(again), 0x600), 8u);
  EXPECT_EQ(lines.size(), before);
  EXPECT_EQ(lines.addresses({"boot.asm", 10}), std::vector<std::uint64_t>{0x608});
  EXPECT_EQ(lines.text({"boot.asm", 8}), "  xor ax, ax");
  // Elsewhere it is other code.
  SourceLines::Table elsewhere = read_nasm_listing(kListing, "build/boot.lst");
  lines.add(std::move(elsewhere), 0x7C00);
  EXPECT_EQ(lines.size(), 2 * before);
  EXPECT_EQ(lines.at(0x7C00), (SourcePlace{"boot.asm", 8}));
}

/// Labels of a listing of NASM 2.16: what has the address of the code behind it, and what is no place.
constexpr std::string_view kLabels =
    "     1                                  struc point\n"
    "     2 00000000 ????                    .x: resw 1\n"
    "     3                                  endstruc\n"
    "     4                                  five equ 5\n"
    "     5                                  org 7C00h\n"
    "     6                                  start:\n"
    "     7 00000000 31C0                        xor ax, ax ; es: or not\n"
    "     8                                  %if 0\n"
    "     9                                  dead:\n"
    "    10                                      nop\n"
    "    11                                  %else\n"
    "    12                                  live:\n"
    "    13 00000002 90                          nop\n"
    "    14                                  %endif\n"
    "    15                                  .loop:\n"
    "    16 00000003 E2FE                        loop .loop\n"
    "    17                                  %macro put 1\n"
    "    18                                  again:\n"
    "    19                                      mov al, %1\n"
    "    20                                  %endmacro\n"
    "    21                                  two: put 3\n"
    "    21                              <1> two: \n"
    "    18                              <1> again:\n"
    "    19 00000005 B003                <1>  mov al, %1\n"
    "    22 00000007 010203                  data db 1,2,3\n"
    "    23 0000000A 2E8A07                  cs: mov al, [bx]\n"
    "    24 0000000D 0100                    tbl: dw 1\n"
    "    25                                  section .bss\n"
    "    26 00000000 <res 10h>               buffer: resb 16\n";

TEST(SourceLines, AListingHasItsLabelsForSymbols) {
  std::vector<std::pair<std::string, std::uint64_t>> found;
  for (const auto& label : read_nasm_listing(kLabels, "boot.lst").labels) found.emplace_back(label.name, label.linear);
  const std::vector<std::pair<std::string, std::uint64_t>> wanted = {{"start", 0}, {"live", 2}, {"live.loop", 3},
                                                                     {"two", 5},   {"data", 7}, {"tbl", 0xD}};
  EXPECT_EQ(found, wanted);
  Symbols symbols;
  const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(kLabels.data()), kLabels.size());
  EXPECT_EQ(symbols.load(bytes, "boot.lst").symbols, 6u);
  EXPECT_EQ(symbols.address("live.loop"), 0x7C03u);
  EXPECT_EQ(symbols.describe(0x7C04), "live.loop+1h");
}

TEST(SourceLines, OtherSectionsOfAListingLieElsewhere) {
  SourceLines lines;
  lines.add(read_nasm_listing(kLabels, "boot.lst"), 0x7C00);
  EXPECT_EQ(lines.at(0x7C00), (SourcePlace{"boot.asm", 7}));  // neither the structure's nor the buffer's
  EXPECT_TRUE(lines.addresses({"boot.asm", 26}).empty());
}

TEST(SourceLines, WhatIsNoListingIsEmpty) {
  EXPECT_TRUE(read_nasm_listing("ffffffff81000000 T _stext\n", "System.map").rows.empty());
  EXPECT_TRUE(read_nasm_listing("", "a").rows.empty());
  EXPECT_TRUE(read_nasm_listing("     1                                  bits 16\n", "a.lst").rows.empty());
}

TEST(SourcePlace, IsWrittenAsFileColonLine) {
  EXPECT_EQ(parse_source_place("main.cpp:12"), (SourcePlace{"main.cpp", 12}));
  EXPECT_EQ(parse_source_place("stage2/main.cpp:1"), (SourcePlace{"stage2/main.cpp", 1}));
  for (const char* text :
       {"0000:7C00", "cs:ip", "main.cpp", "main.cpp:", "main.cpp:0", "main.cpp:x", "main.cpp:12 if cf", "start.moved"})
    EXPECT_EQ(parse_source_place(text), std::nullopt) << text;
}

}  // namespace
}  // namespace debugger
