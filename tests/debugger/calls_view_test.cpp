#include "debugger/views/calls.h"

#include <gmock/gmock.h>

namespace debugger::views {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// INT 13h/02h from 0000:7C40: two sectors from CHS 1/1/5 of drive 80h to 1000:0200, which is LBA 1075 of a drive with
/// 16 heads and 63 sectors in a track: (1 * 16 + 1) * 63 + 4.
struct ReadCall {
  ReadCall() {
    call.sequence = 3;
    call.vector = 0x13;
    call.begin = 12'300'000;
    call.caller = {0x0000, 0x7C40};
    call.in.set_ax(0x0202);
    call.in.set_cx(0x0105);
    call.in.set_dx(0x0180);
    call.in.set_real_segment(emu::Seg::kEs, 0x1000);
    call.in.set_bx(0x0200);
    const emu::Memory memory(1 << 20);
    described = describe_call(0x13, call.in, memory, nullptr);
    described.arguments.lba = 1075;
    answer(0);
  }
  void answer(std::uint8_t status) {
    call.finished = true;
    call.out = call.in;
    call.out.set_ax(static_cast<std::uint16_t>(status << 8));
    call.out.rflags = status ? emu::flag::kCarry : 0;
  }
  CallRef ref() const { return {call, described, 7, file}; }
  bool fits(const char* filter) const { return CallFilter::parse(filter).holds(ref()); }

  emu::InterruptCall call;
  DescribedCall described;
  std::string file = "/boot/grub/core.img+2048";
};

TEST(CallsView, SaysWhatEachColumnHolds) {
  const ReadCall read;
  const CallRow row = call_row(read.ref());
  EXPECT_EQ(row.time, "12.3 ms");
  EXPECT_EQ(row.caller, "0000:7C40");
  EXPECT_EQ(row.drive, "80h");
  EXPECT_EQ(row.label, "13h/02h");
  EXPECT_EQ(row.lba, "1075");
  EXPECT_EQ(row.count, "2");
  EXPECT_EQ(row.buffer, "→ 1000:0200");
  EXPECT_EQ(row.result, "ok");
  EXPECT_EQ(row.by, "BIOS");
  EXPECT_FALSE(row.failed);
}

TEST(CallsView, TellsFailureAndHook) {
  ReadCall read;
  read.answer(0x04);
  read.call.hook = emu::FarPtr{0x9F00, 0x0010};
  const CallRow row = call_row(read.ref());
  EXPECT_TRUE(row.failed);
  EXPECT_EQ(row.result, "error 04h sector not found");
  EXPECT_EQ(row.by, "9F00:0010");
  EXPECT_FALSE(bytes_moved(read.ref()));
}

TEST(CallsView, CountsBytesByTheDrivesSectors) {
  ReadCall read;
  EXPECT_EQ(bytes_moved(read.ref()), 1024u);
  read.described.arguments.drive = 0xE0;
  EXPECT_EQ(bytes_moved(read.ref()), 4096u);
}

TEST(CallFilter, KnowsTheKeysOfTheTrace) {
  const ReadCall read;
  EXPECT_TRUE(read.fits("drive == 80h && lba > 100"));
  EXPECT_FALSE(read.fits("drive==E0h && lba>100"));
  EXPECT_TRUE(read.fits("file matches \"/boot/*\""));
  EXPECT_TRUE(read.fits("caller == 07C0:0040"));
  EXPECT_TRUE(read.fits("bytes == 1024 && count in {1, 2}"));
  EXPECT_TRUE(read.fits("by == \"bios\" && ah == 2 && call == 7"));
  EXPECT_TRUE(read.fits("LBA + count > 1076"));
}

TEST(CallFilter, TakesAKeyAloneForACondition) {
  ReadCall read;
  EXPECT_FALSE(read.fits("cf"));
  read.answer(0x20);
  EXPECT_TRUE(read.fits("cf"));
}

TEST(CallFilter, LooksForEachWordInAnyCase) {
  const ReadCall read;
  EXPECT_TRUE(read.fits("core.img"));
  EXPECT_TRUE(read.fits("GRUB 80h"));
  EXPECT_TRUE(read.fits("  7c40 "));
  EXPECT_FALSE(read.fits("grub floppy"));
  EXPECT_TRUE(read.fits(""));
}

TEST(CallFilter, RefusesWhatNoCallHas) {
  try {
    CallFilter::parse("drive == 80h && lab > 3");
    FAIL() << "lab is no key";
  } catch (const ExpressionError& error) {
    EXPECT_EQ(error.column(), 17u);
    EXPECT_THAT(error.problem(), HasSubstr("lab"));
  }
  EXPECT_THROW(CallFilter::parse("lba >"), ExpressionError);
}

TEST(CallsView, ComposesBreakpoints) {
  const ReadCall read;
  EXPECT_EQ(break_on_function(read.ref()), "int13/02");
  EXPECT_EQ(break_on_alike(read.ref()), "int13/02 if drive == 080h && lba == 1075");
  EXPECT_EQ(break_on_sectors(read.ref()), "sector 1075..1076 drive 080h");
}

TEST(CallsView, WritesTheTracesLines) {
  const ReadCall read;
  EXPECT_THAT(trace_line(read.ref()), HasSubstr("1024 B"));
  EXPECT_THAT(json_line(read.ref()), StartsWith("{\"seq\":7,"));
}

}  // namespace
}  // namespace debugger::views
