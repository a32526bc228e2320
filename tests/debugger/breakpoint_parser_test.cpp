#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "debugger/breakpoints.h"
#include "emu/error.h"

namespace debugger {
namespace {

using testing::HasSubstr;

/// A machine at its reset vector: CS is F000h.
class BreakpointText : public testing::Test {
 protected:
  BreakpointText() {
    machine_.reset();
    symbols_.add({{"main", 0x8400, 0}, {"int_handler", 0x9000, 0}});
  }
  Breakpoint parse(std::string_view text) { return parse_breakpoint(text, names_); }
  std::string complaint(std::string_view text) {
    try {
      parse(text);
    } catch (const emu::Error& error) {
      return error.what();
    }
    return "no complaint";
  }

  emu::Machine machine_{{.ram_size = 1u << 20}};
  Symbols symbols_;
  MachineNames names_{machine_, symbols_};
};

TEST_F(BreakpointText, AnAddressIsFarLinearOrASymbol) {
  EXPECT_EQ(parse("07C0:0010").first, 0x7C10u);
  EXPECT_EQ(parse("7C00h").first, 0x7C00u);
  EXPECT_EQ(parse("main + 3").first, 0x8403u);
  EXPECT_EQ(parse("int_handler").kind, BreakKind::kAddress);
  EXPECT_TRUE(parse("phys 7C00h").physical);
}

TEST_F(BreakpointText, AnInterruptNamesItsFunctionByAhOrAx) {
  const Breakpoint all = parse("int13");
  EXPECT_EQ(all.kind, BreakKind::kCall);
  EXPECT_EQ(all.vector, 0x13);
  EXPECT_EQ(all.function, std::nullopt);
  EXPECT_EQ(parse("int 13h/42h").function, 0x42);
  EXPECT_FALSE(parse("int13/42").function_is_ax);
  EXPECT_TRUE(parse("int15/E820").function_is_ax);
  EXPECT_EQ(parse("call 17").number, 17u);
}

TEST_F(BreakpointText, AConditionOnResultsWaitsForTheReturn) {
  EXPECT_FALSE(parse("int13/42 if drive==E0h && lba>1000").at_return);
  EXPECT_TRUE(parse("int13 if cf").at_return);
  EXPECT_TRUE(parse("int13 if status == 4").at_return);
}

TEST_F(BreakpointText, AnotherConditionIsCheckedAndSaysWhenItIsLookedAt) {
  Breakpoint b = parse("int13/42 if drive == 80h");
  set_condition(b, "cf && if", names_);
  EXPECT_TRUE(b.at_return);
  EXPECT_EQ(b.text, "int13/42 if cf && if");
  set_condition(b, "file matches \"/boot/*\"", names_);
  EXPECT_TRUE(b.asks_file);
  EXPECT_FALSE(b.at_return);
  set_condition(b, "", names_);
  EXPECT_EQ(b.text, "int13/42");
  EXPECT_FALSE(b.condition.has_value());
  EXPECT_FALSE(b.asks_file);
}

TEST_F(BreakpointText, AConditionThatIsNoneLeavesTheOldOne) {
  Breakpoint b = parse("7C00h if ax == 1");
  EXPECT_THROW(set_condition(b, "lba == 1", names_), emu::Error);  // code has no LBA
  EXPECT_THROW(set_condition(b, "ax ==", names_), ExpressionError);
  EXPECT_EQ(b.text, "7C00h if ax == 1");
  EXPECT_TRUE(b.condition.has_value());
}

TEST_F(BreakpointText, ADiskCallHasAFile) {
  const Breakpoint named = parse("int13/42 if file matches \"/boot/*\"");
  EXPECT_TRUE(named.asks_file);
  EXPECT_FALSE(named.at_return);
  EXPECT_TRUE(parse("sector 5 if File == 3 && cf").at_return);
  EXPECT_THAT(complaint("int10 if file == 3"), HasSubstr("no register, symbol or field \"file\""));
}

TEST_F(BreakpointText, MemoryIsARangeALengthOrAnOperand) {
  const Breakpoint range = parse("write 7C00h..7DFFh");
  EXPECT_EQ(range.first, 0x7C00u);
  EXPECT_EQ(range.last, 0x7DFFu);
  EXPECT_FALSE(range.on_read);
  EXPECT_EQ(parse("read 0000:7DFE len 2").last, 0x7DFFu);
  EXPECT_EQ(parse("access dword [0x46C]").last, 0x46Fu);
  EXPECT_EQ(parse("ivt 13").first, 0x4Cu);
}

TEST_F(BreakpointText, PortsAndSectorsHaveADirectionAndDrives) {
  const Breakpoint port = parse("port 3F8h..3FFh write if value == 0Ah");
  EXPECT_EQ(port.first, 0x3F8u);
  EXPECT_EQ(port.last, 0x3FFu);
  EXPECT_FALSE(port.on_read);
  const Breakpoint sector = parse("sector 63..70 drive 80h write");
  EXPECT_EQ(sector.drive, 0x80);
  EXPECT_EQ(sector.last, 70u);
  EXPECT_FALSE(sector.on_read);
}

TEST_F(BreakpointText, PrefixesSayOnceAndLog) {
  EXPECT_TRUE(parse("once mode protected").once);
  EXPECT_TRUE(parse("log int10/0e").logs);
  EXPECT_EQ(parse("mode unreal").mode, BreakMode::kUnreal);
  EXPECT_EQ(parse("a20 off").gate, false);
}

TEST_F(BreakpointText, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(complaint(""), HasSubstr("what to stop at?"));
  EXPECT_EQ(complaint("port"), "something must follow port; for example: break port 60h, break port 3F8h..3FFh write");
  EXPECT_EQ(
      complaint("sector foo"),
      "foo has no value now; it is no register, symbol or variable; for example: break sector 63, break sector 63..70 drive 80h write");
  EXPECT_THAT(complaint("port 60h tuesday"), HasSubstr("; for example: break port 60h"));
  EXPECT_THAT(
      complaint("mode real fast"),
      HasSubstr("\"fast\" means nothing behind the breakpoint; conditions begin with if; for example: break mode, "));
  EXPECT_THAT(complaint("ivt 113"), HasSubstr("for example: break ivt 13"));
  EXPECT_THAT(complaint("int13 if lbq > 3"), HasSubstr("no register, symbol or field \"lbq\""));
  EXPECT_THAT(complaint("0000:7C00 if lba > 3"), HasSubstr("calls alone have fields"));
  EXPECT_THAT(complaint("int13 if lba >"), HasSubstr("column 15"));
  EXPECT_THAT(complaint("write 5..4"), HasSubstr("ends before it begins"));
  EXPECT_THAT(complaint("port 10000h"), HasSubstr("does not exist"));
  EXPECT_THAT(complaint("call 0"), HasSubstr("count from 1"));
  EXPECT_THAT(complaint("nowhere"), HasSubstr("nowhere has no value"));
  EXPECT_THAT(complaint("mode sleepy"), HasSubstr("means nothing"));
}

}  // namespace
}  // namespace debugger
