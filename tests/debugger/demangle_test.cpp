#include "debugger/demangle.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace debugger {
namespace {

// The plain names are what binutils' c++filt says, without parameters, return type and Rust's hash.
TEST(Demangle, LeavesParametersReturnTypesAndQualifiersAway) {
  EXPECT_EQ(demangled("_ZN6stage29bios_callEhRNS_4RegsE"), "stage2::bios_call");
  EXPECT_EQ(demangled("_ZNK3Foo3getEv"), "Foo::get");
  EXPECT_EQ(demangled("_ZN3FooC2Ei"), "Foo::Foo");
  EXPECT_EQ(demangled("_ZN3FooclEi"), "Foo::operator()");
  EXPECT_EQ(demangled("_Z4makeIiET_S0_"), "make<int>");
  EXPECT_EQ(demangled("_Z5applyPFivE"), "apply");  // apply(int (*)())
  EXPECT_EQ(demangled("_ZN12_GLOBAL__N_16hiddenEv"), "(anonymous namespace)::hidden");
}

TEST(Demangle, KeepsWhatTellsNamesApart) {
  EXPECT_EQ(demangled("_ZN6kernel4tickEv.cold"), "kernel::tick [clone .cold]");
  EXPECT_EQ(demangled("_ZN6kernel5countE"), "kernel::count");
  EXPECT_EQ(demangled("_ZTV6Device"), "vtable for Device");
  EXPECT_EQ(demangled("_Znwm"), "operator new");
}

TEST(Demangle, ReadsRustsLegacyNames) {
  EXPECT_EQ(demangled("_ZN6kernel4main17h0123456789abcdefE"), "kernel::main");
  EXPECT_EQ(demangled("_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE"),
            "core::ptr::drop_in_place<alloc::string::String>");
  EXPECT_EQ(demangled("_ZN48_$LT$vga..Writer$u20$as$u20$core..fmt..Write$GT$9write_str17h0123456789abcdefE"),
            "<vga::Writer as core::fmt::Write>::write_str");
}

// As c++filt has them, but for the numbers of crates and the types of constants, which only it writes.
TEST(Demangle, ReadsRustsOwnNames) {
  EXPECT_EQ(demangled("_RNvCs1234_6kernel4main"), "kernel::main");
  EXPECT_EQ(demangled("_RNvMNtC6kernel3vgaNtB2_6Writer5print"), "<kernel::vga::Writer>::print");
  EXPECT_EQ(demangled("_RNvXs_NtC6kernel3vgaNtB4_6WriterNtNtC4core3fmt5Write9write_str"),
            "<kernel::vga::Writer as core::fmt::Write>::write_str");
  EXPECT_EQ(demangled("_RINvNtC3std3mem8align_ofNtNtC3std3mem12DiscriminantE"),
            "std::mem::align_of::<std::mem::Discriminant>");
  EXPECT_EQ(demangled("_RINvNtC3std3mem8align_ofdEC3foo"), "std::mem::align_of::<f64>");
  EXPECT_EQ(demangled("_RNCNvC6kernel4mains_0B3_"), "kernel::main::{closure#1}");
  EXPECT_EQ(demangled("_RNvC6kernel4main.llvm.1234"), "kernel::main");
  const std::pair<const char*, const char*> kTypes[] = {{"RSh", "&[u8]"},
                                                        {"Qe", "&mut str"},
                                                        {"PhOh", "*const u8, *mut u8"},
                                                        {"Ahj10_", "[u8; 16]"},
                                                        {"TjhE", "(usize, u8)"},
                                                        {"TjE", "(usize,)"},
                                                        {"FUKCjhEm", "unsafe extern \"C\" fn(usize, u8) -> u32"},
                                                        {"FjEu", "fn(usize)"},
                                                        {"FG_RL0_hERL0_t", "for<'a> fn(&'a u8) -> &'a u16"},
                                                        {"DNtC1a5TraitEL_", "dyn a::Trait"},
                                                        {"DINtC1a5TraithEp4ItemjEL_", "dyn a::Trait<u8, Item = usize>"},
                                                        {"Kb1_", "true"},
                                                        {"Kin2_", "-2"}};
  for (const auto& [mangled, written] : kTypes)
    EXPECT_EQ(demangled(std::string("_RINvC1a1f") + mangled + "E"), std::string("a::f::<") + written + ">");
}

TEST(Demangle, DoesNotFollowRustsReferencesForEver) {
  EXPECT_EQ(demangled("_RB_"), "");
  EXPECT_EQ(demangled("_RNvB_4main"), "");
  EXPECT_EQ(demangled("_RNvC99999999999999999999a"), "");
  EXPECT_EQ(demangled("_RINvC1a1f" + std::string(400, 'R')), "");
  EXPECT_EQ(demangled("_RNvC6kernel4mai"), "");
  // A pair of the type before it, twice, and so on: 2^40 of the first.
  const auto reference = [](std::size_t position) {
    constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string digits;
    for (std::size_t n = position - 1;; n /= 62) {
      digits.insert(digits.begin(), kDigits[n % 62]);
      if (n < 62) return fmt::format("B{}_", digits);
    }
  };
  std::string name = "_RINvC1a1fTjjE";
  const auto place = [&] { return name.size() - 2; };  // references count from behind "_R"
  std::size_t last = place() - 4;
  for (int i = 0; i < 3; ++i) {
    const std::string pair = fmt::format("T{0}{0}E", reference(last));
    last = place();
    name += pair;
  }
  EXPECT_TRUE(
      demangled(name + "E").ends_with("(((usize, usize), (usize, usize)), ((usize, usize), (usize, usize))))>"));
  for (int i = 0; i < 37; ++i) {
    const std::string pair = fmt::format("T{0}{0}E", reference(last));
    last = place();
    name += pair;
  }
  EXPECT_EQ(demangled(name + "E"), "");
}

TEST(Demangle, LeavesOthersAsTheyAre) {
  for (const char* name : {"main", "_start", "_Z", "_ZN", "_Zebra", "", "_R", "_Rust", "_RESULT", "_RN"})
    EXPECT_EQ(demangled(name), "") << name;
}

TEST(Demangle, DoesNotWriteOutWhatDoublesAgainAndAgain) {
  std::string type = "1aIiiE";
  for (int i = 0; i < 40; ++i) type = "1aI" + std::string("S_S0_") + type + "E";
  EXPECT_EQ(demangled("_Z1fI" + type + "EvT_"), "");
  EXPECT_EQ(demangled("_ZN" + std::string(5000, '1') + "E"), "");
}

}  // namespace
}  // namespace debugger
