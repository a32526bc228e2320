#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/debugger/trace_support.h"

namespace debugger {
namespace {

using testing::HasSubstr;
using testing::Not;

class TextTrace : public testing::Test {
 protected:
  std::unique_ptr<TraceWriter> writer_ = make_text_writer();
  emu::InterruptCall call_ = extended_read_call();
  bios::Function function_ = extended_read_function();
  bios::Arguments arguments_ = extended_read_arguments();
  bios::Outcome outcome_ = bytes_outcome(8192);
  std::string line(std::string_view file = "") {
    return written(*writer_, call_, &function_, arguments_, outcome_, file);
  }
};

TEST_F(TextTrace, LineIsTheOneThatTheFormatPromises) {
  EXPECT_EQ(line("/boot/grub/core.img+2048"),
            "   17   12.3 ms  0000:7C9E   E0  13/42 extended read       LBA 1203 +4 → 1000:0000        ok 8192 B      "
            "bios  /boot/grub/core.img+2048\n");
}

TEST_F(TextTrace, HeadingNamesEveryColumnAboveIt) {
  std::string header;
  writer_->begin(header, {.version = "1.2.3", .engine = "kit", .media = {"cd a.iso"}});
  EXPECT_EQ(header,
            "# bootsim 1.2.3, engine kit, cd a.iso\n"
            "    #      time  caller     drv  call                      arguments                      result         "
            "by    file\n");
}

TEST_F(TextTrace, ChsCallShowsItsChs) {
  arguments_.chs = bios::Chs{2, 1, 18};
  EXPECT_THAT(line(), HasSubstr("  CHS 2/1/18 +4 → 1000:0000  "));
}

TEST_F(TextTrace, WritePointsFromTheBufferToTheMedium) {
  arguments_.writes_medium = true;
  EXPECT_THAT(line(), HasSubstr("LBA 1203 +4 ← 1000:0000"));
}

TEST_F(TextTrace, DescriptionReplacesTheFields) {
  arguments_.text = "all drives";
  EXPECT_THAT(line(), HasSubstr("  all drives  "));
  EXPECT_THAT(line(), Not(HasSubstr("LBA")));
}

TEST_F(TextTrace, UnfinishedCallSaysSo) {
  call_.finished = false;
  EXPECT_THAT(line(), HasSubstr("  no return  "));
}

TEST_F(TextTrace, CarryOfATeletypeCallIsNoError) {
  call_.vector = 0x10;
  call_.out.rflags |= emu::flag::kCarry;
  outcome_ = {};
  EXPECT_THAT(line(), HasSubstr("  ok  "));
}

TEST_F(TextTrace, HookIsNamedByItsAddress) {
  call_.hook = emu::FarPtr{0x9F80, 0x000A};
  EXPECT_THAT(line(), HasSubstr("  9F80:000A\n"));
}

TEST_F(TextTrace, MissingDriveIsADash) {
  arguments_.drive.reset();
  EXPECT_THAT(line(), HasSubstr("7C9E    -  13/42"));
}

TEST_F(TextTrace, UnknownFunctionIsNamedByItsNumber) {
  call_.in.set_ax(0x7F00);
  EXPECT_THAT(written(*writer_, call_, nullptr, {}, {}), HasSubstr("  13/7F (no such function)  "));
}

TEST_F(TextTrace, WideValuesPushTheRestOfTheLine) {
  arguments_.text = std::string(40, 'x');
  EXPECT_THAT(line(), HasSubstr(std::string(40, 'x') + "  ok 8192 B"));
}

TEST_F(TextTrace, NestedCallStandsTwoCharactersIn) {
  call_.depth = 1;
  EXPECT_THAT(line(), HasSubstr("E0    13/42 extended read     LBA"));
}

TEST(TraceTime, HasTheUnitThatReadsBest) {
  EXPECT_EQ(format_trace_time(0), "0 µs");
  EXPECT_EQ(format_trace_time(417'999), "417 µs");
  EXPECT_EQ(format_trace_time(12'399'999), "12.3 ms");
  EXPECT_EQ(format_trace_time(999'999'999), "999.9 ms");
  EXPECT_EQ(format_trace_time(1'204'000'000), "1.204 s");
  EXPECT_EQ(format_trace_time(120'000'000'000), "120.000 s");
}

}  // namespace
}  // namespace debugger
