#include "debugger/statistics.h"

#include <gtest/gtest.h>

namespace debugger {
namespace {

emu::InterruptCall read_call(std::uint64_t sequence) {
  emu::InterruptCall call;
  call.sequence = sequence;
  call.vector = 0x13;
  call.caller = {0x0000, 0x7C40};
  call.in.set_ax(0x0202);  // read two sectors
  call.in.set_cx(0x0105);  // cylinder 1, sector 5
  call.in.set_dx(0x0180);  // head 1, drive 80h
  return call;
}

TEST(DiskStatistics, CountsSectorsOfReadsThatSucceeded) {
  emu::Memory memory(1 << 20);
  DiskStatistics statistics(memory);
  for (const bool fails : {false, true}) {
    emu::InterruptCall call = read_call(fails ? 2 : 1);
    statistics.call_begins(call);
    call.finished = true;
    call.out = call.in;
    call.out.set_ax(fails ? 0x0400 : 0x0002);
    call.out.rflags = fails ? emu::flag::kCarry : 0;
    statistics.call_ends(call);
  }
  EXPECT_EQ(statistics.calls(), 2u);
  EXPECT_EQ(statistics.sectors(), 2u);
  EXPECT_EQ(statistics.by_function().at(0x02), 2u);
}

TEST(DiskStatistics, TellsTheLastCallInTheFieldsWords) {
  emu::Memory memory(1 << 20);
  DiskStatistics statistics(memory);
  EXPECT_EQ(statistics.last_call(), "");
  emu::InterruptCall call = read_call(1);
  statistics.call_begins(call);
  const std::string what = "INT 13h/02h read, drive 80h, CHS 1/1/5 +2, called at 0000:7C40: ";
  EXPECT_EQ(statistics.last_call(), what + "it has not returned");
  call.finished = true;
  call.out = call.in;
  call.out.set_ax(0x0400);
  call.out.rflags = emu::flag::kCarry;
  statistics.call_ends(call);
  EXPECT_EQ(statistics.last_call(), what + "status 04h sector not found");
}

TEST(DiskStatistics, ForgetWhatHasNotHappenedYet) {
  emu::Memory memory(1 << 20);
  DiskStatistics statistics(memory);
  emu::SnapshotParts parts;
  parts.add("statistics", statistics);
  statistics.call_begins(read_call(1));
  const auto saved = parts.save();
  statistics.call_begins(read_call(2));
  EXPECT_EQ(statistics.calls(), 2u);
  parts.restore(saved);
  EXPECT_EQ(statistics.calls(), 1u);
}

}  // namespace
}  // namespace debugger
