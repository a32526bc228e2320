#include "debugger/symbols.h"

#include <cstring>

#include <gtest/gtest.h>

#include "emu/error.h"

namespace debugger {
namespace {

constexpr std::string_view kMap =
    "\n- NASM Map file ----\n\nSource file:  mbr.asm\n\n---- No Section ----\n\nValue     Name\n00007C00  kEntry\n\n"
    "---- Section .text ----\n\nReal              Virtual           Name\n"
    "             600               7C00  start\n             61E               7C1E  start.moved\n";

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A 32-bit file of two sections, symbols and their names, laid out by the ABI's tables.
std::vector<std::uint8_t> tiny_elf() {
  std::vector<std::uint8_t> f(0x200);
  const auto put = [&](std::size_t at, std::uint32_t value, std::size_t size) { std::memcpy(&f[at], &value, size); };
  std::memcpy(f.data(), "\177ELF\x01\x01\x01", 7);
  put(0x20, 0x100, 4);       // e_shoff
  put(0x2E, 40, 2);          // e_shentsize
  put(0x30, 2, 2);           // e_shnum
  put(0x100 + 4, 2, 4);      // section 0: SHT_SYMTAB
  put(0x100 + 16, 0x40, 4);  // its place,
  put(0x100 + 20, 48, 4);    // size: three symbols,
  put(0x100 + 24, 1, 4);     // and strings
  put(0x128 + 4, 3, 4);      // section 1: SHT_STRTAB
  put(0x128 + 16, 0x80, 4);
  put(0x128 + 20, 16, 4);
  std::memcpy(&f[0x80], "\0main\0gone\0", 11);
  put(0x50, 1, 4), put(0x54, 0x8400, 4), put(0x58, 0x20, 4), put(0x5C, 2, 1), put(0x5E, 1, 2);  // main, a function
  put(0x60, 6, 4), put(0x64, 0x9000, 4), put(0x6C, 2, 1);                                       // gone: undefined
  return f;
}

TEST(Symbols, ReadsPlacesFromNasmMapsAndLeavesConstants) {
  Symbols symbols;
  const LoadedSymbols loaded = symbols.load(bytes(kMap), "mbr.map");
  EXPECT_EQ(loaded.format, "NASM map");
  EXPECT_EQ(loaded.symbols, 2u);
  EXPECT_EQ(symbols.address("start"), 0x7C00u);
  EXPECT_EQ(symbols.address("kEntry"), std::nullopt);
}

TEST(Symbols, MovesThemByTheBase) {
  Symbols symbols;
  symbols.load(bytes(kMap), "mbr.map", 0x1000);
  EXPECT_EQ(symbols.address("start.moved"), 0x8C1Eu);
}

TEST(Symbols, ReadsElfSymbolTables) {
  Symbols symbols;
  EXPECT_EQ(symbols.load(tiny_elf(), "stage2").format, "ELF");
  ASSERT_EQ(symbols.all().size(), 1u);
  EXPECT_EQ(symbols.address("main"), 0x8400u);
  EXPECT_EQ(symbols.all()[0].size, 0x20u);
}

TEST(Symbols, SurvivesElfFilesCutAnywhere) {
  const std::vector<std::uint8_t> whole = tiny_elf();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    for (const Symbol& symbol : read_elf(std::span(whole).first(size))) EXPECT_EQ(symbol.name, "main");
  }
}

TEST(Symbols, ReadsSystemMaps) {
  Symbols symbols;
  symbols.load(bytes("0000000000000000 A VDSO32\nffffffff81000000 T startup_64\nffffffff81000110 t verify_cpu\n"),
               "System.map");
  EXPECT_EQ(symbols.address("verify_cpu"), 0xffffffff81000110u);
  EXPECT_EQ(symbols.address("VDSO32"), std::nullopt);
}

TEST(Symbols, AreShownAsWrittenInCppAndFoundByBothNames) {
  Symbols symbols;
  symbols.add({{"_ZN6kernel4tickEv", 0x1000, 0},
               {"_ZN6kernel3putEc", 0x2000, 0},
               {"_ZN6kernel3putEi", 0x3000, 0},
               {"start", 0x4000, 0}});
  EXPECT_EQ(symbols.describe(0x1004), "kernel::tick+4h");
  EXPECT_EQ(symbols.address("kernel::tick"), 0x1000u);
  EXPECT_EQ(symbols.address("_ZN6kernel4tickEv"), 0x1000u);
  EXPECT_EQ(symbols.address("_ZN6kernel3putEi"), 0x3000u);
  EXPECT_EQ(symbols.address("start"), 0x4000u);
  EXPECT_EQ(symbols.address("kernel"), std::nullopt);
}

TEST(Symbols, ANameOfSeveralFunctionsSaysWhichThereAre) {
  Symbols symbols;
  symbols.add({{"_ZN6kernel3putEc", 0x2000, 0}, {"_ZN6kernel3putEi", 0x3000, 0}});
  try {
    symbols.address("kernel::put");
    FAIL() << "one of two was taken";
  } catch (const emu::Error& error) {
    EXPECT_STREQ(error.what(),
                 "there are 2 of the name kernel::put: _ZN6kernel3putEc (2000h), _ZN6kernel3putEi (3000h)");
  }
}

TEST(Symbols, RefusesWhatHasNone) {
  Symbols symbols;
  EXPECT_THROW(symbols.load(bytes("hello\n"), "x"), emu::Error);
  EXPECT_THROW(symbols.load("/nowhere/at/all"), emu::Error);
  EXPECT_TRUE(symbols.all().empty());
}

TEST(Symbols, DescribesPlacesByTheNearestNameBefore) {
  Symbols symbols;
  symbols.add({{"a", 0x100, 0}, {"b", 0x200, 0x10}, {"also_b", 0x200, 0x10}});
  EXPECT_EQ(symbols.describe(0xFF), "");
  EXPECT_EQ(symbols.describe(0x100), "a");
  EXPECT_EQ(symbols.describe(0x1FF), "a+FFh");
  EXPECT_EQ(symbols.describe(0x20F), "also_b+Fh");
  EXPECT_EQ(symbols.describe(0x210), "");  // past the size
  EXPECT_EQ(symbols.describe(0x100 + Symbols::kReach), "");
}

}  // namespace
}  // namespace debugger
