#include "ui/panes/breakpoint_rows.h"

#include <gtest/gtest.h>

#include "emu/machine.h"

namespace ui {
namespace {

class BreakpointRows : public testing::Test {
 protected:
  BreakpointRows() { machine_.reset(); }
  debugger::Breakpoint parse(std::string_view text) { return debugger::parse_breakpoint(text, names_); }

  emu::Machine machine_{emu::Machine::Options{.ram_size = 1u << 20}};
  debugger::Symbols symbols_;
  debugger::MachineNames names_{machine_, symbols_};
};

TEST_F(BreakpointRows, EveryExampleIsABreakpoint) {
  for (const BreakpointExample& example : breakpoint_examples()) EXPECT_NO_THROW(parse(example.text)) << example.text;
}

TEST_F(BreakpointRows, ConditionsStandApartFromPlaces) {
  const BreakpointRow row = breakpoint_row(parse("int13/42 if lba == 63"));
  EXPECT_EQ(row.place, "int13/42");
  EXPECT_EQ(row.condition, "lba == 63");
  EXPECT_EQ(row.text, "int13/42 if lba == 63");
  EXPECT_EQ(row.kind, "call");
}

TEST_F(BreakpointRows, PrefixesSurviveAnEdit) {
  for (const std::string text :
       {"once int13", "log int13 if drive == 80h", "once log mode", "0000:7C00", "range 100h..200h"}) {
    const debugger::Breakpoint first = parse(text);
    const debugger::Breakpoint again = parse(breakpoint_row(first).text);
    EXPECT_EQ(again.once, first.once) << text;
    EXPECT_EQ(again.logs, first.logs) << text;
    EXPECT_EQ(again.kind, first.kind) << text;
  }
}

TEST_F(BreakpointRows, PlacesCanBeGoneTo) {
  EXPECT_EQ(breakpoint_row(parse("0000:7C00")).code, 0x7C00u);
  const BreakpointRow vector = breakpoint_row(parse("ivt 13"));
  EXPECT_EQ(vector.memory, 0x4Cu);
  EXPECT_EQ(vector.size, 4u);
  EXPECT_FALSE(breakpoint_row(parse("int13")).code);
}

}  // namespace
}  // namespace ui
