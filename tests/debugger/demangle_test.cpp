#include "debugger/demangle.h"

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

TEST(Demangle, LeavesOthersAsTheyAre) {
  for (const char* name : {"main", "_start", "_Z", "_ZN", "_Zebra", "", "_RNvC6kernel4main"})
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
