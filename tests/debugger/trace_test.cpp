#include "debugger/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "debugger/statistics.h"
#include "tests/debugger/trace_support.h"

namespace debugger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// AH=02h: read sector CHS 0/1/1 of drive 80h, `count` sectors, to 0000:7C00.
emu::InterruptCall chs_read(std::uint64_t sequence, std::uint8_t count = 1) {
  emu::InterruptCall call = extended_read_call();
  call.sequence = sequence;
  call.in.set_ax(static_cast<std::uint16_t>(0x0200 | count));
  call.in.set_cx(0x0001);
  call.in.set_dx(0x0180);
  call.in.set_bx(0x7C00);
  call.out = call.in;
  call.out.set_ax(count);
  return call;
}

class TraceTest : public testing::Test {
 protected:
  TraceTest() { drives_.geometries[0x80] = {.cylinders = 100, .heads = 16, .sectors = 63}; }
  Trace make(bool line_by_line, std::initializer_list<int> vectors = {0x13}) {
    Trace::Options options{.format = TraceFormat::kJsonLines, .line_by_line = line_by_line};
    for (const int vector : vectors) options.vectors.set(static_cast<std::size_t>(vector));
    return Trace(options, {}, memory_, drives_, [this](std::string_view piece) { pieces_.emplace_back(piece); });
  }
  emu::Memory memory_{1 << 20};
  FakeDrives drives_;
  std::vector<std::string> pieces_;
};

TEST_F(TraceTest, ChsCallGetsItsLbaThroughTheDrivesGeometry) {
  bios::Arguments arguments;
  arguments.drive = 0x80;
  arguments.chs = bios::Chs{1, 2, 3};
  complete_arguments(arguments, drives_);
  EXPECT_EQ(arguments.lba, (1u * 16 + 2) * 63 + 2);
}

TEST_F(TraceTest, ChsOutsideOfTheGeometryHasNoLba) {
  bios::Arguments arguments;
  arguments.drive = 0x80;
  for (const bios::Chs chs : {bios::Chs{0, 16, 1}, bios::Chs{0, 0, 64}, bios::Chs{0, 0, 0}}) {
    arguments.chs = chs;
    complete_arguments(arguments, drives_);
    EXPECT_FALSE(arguments.lba) << chs.head << '/' << chs.sector;
  }
}

TEST_F(TraceTest, LinesAreInOrderOfEndsAndNumberedByBegins) {
  Trace trace = make(true);
  const auto outer = chs_read(5);
  const auto inner = chs_read(6);
  trace.call_begins(outer);
  trace.call_begins(inner);
  trace.call_ends(inner);
  trace.call_ends(outer);
  ASSERT_EQ(pieces_.size(), 3u);  // header and two lines
  EXPECT_THAT(pieces_[1], HasSubstr("\"seq\":2,"));
  EXPECT_THAT(pieces_[2], HasSubstr("\"seq\":1,"));
}

TEST_F(TraceTest, OtherVectorsAreNotWrittenAndNotCounted) {
  Trace trace = make(true, {0x13});
  emu::InterruptCall other = chs_read(1);
  other.vector = 0x10;
  trace.call_begins(other);
  trace.call_ends(other);
  const auto read = chs_read(2);
  trace.call_begins(read);
  trace.call_ends(read);
  ASSERT_EQ(pieces_.size(), 2u);
  EXPECT_THAT(pieces_[1], HasSubstr("\"seq\":1,"));
}

TEST_F(TraceTest, BuffersUntilTheEndUnlessAskedForLines) {
  Trace trace = make(false);
  const auto read = chs_read(1);
  trace.call_begins(read);
  trace.call_ends(read);
  EXPECT_TRUE(pieces_.empty());
  trace.finish();
  EXPECT_EQ(pieces_.size(), 1u);
}

TEST_F(TraceTest, FileIsNamedForTheBiosAndNotForHooks) {
  Trace trace = make(true);
  auto read = chs_read(1);
  trace.call_begins(read);
  trace.call_ends(read);
  EXPECT_THAT(pieces_.back(), HasSubstr("\"lba\":63,"));
  EXPECT_THAT(pieces_.back(), HasSubstr("\"file\":\"MBR@63\""));
  read.sequence = 2;
  read.hook = emu::FarPtr{0x9F80, 0};
  trace.call_begins(read);
  trace.call_ends(read);
  EXPECT_THAT(pieces_.back(), HasSubstr("\"file\":null"));
}

// A CD that a loader mapped to A0h: EDD 3.0, 48h's result has the bytes per sector at 24.
TEST_F(TraceTest, HookedDrivesHaveTheSectorsThatTheySaid) {
  Trace trace = make(true);
  emu::InterruptCall call = extended_read_call();
  call.in.set_dx(0x00A0);
  call.in.set_si(0x0500);
  call.hook = emu::FarPtr{0x9EC0, 8};
  call.out = call.in;
  call.out.set_ax(0);
  const auto traced = [&](std::uint16_t ax) {
    ++call.sequence;
    call.in.set_ax(ax);
    trace.call_begins(call);
    trace.call_ends(call);
    return pieces_.back();
  };
  memory_.write<std::uint16_t>(emu::PhysAddr(0x502), 4);  // blocks
  EXPECT_THAT(traced(0x4200), HasSubstr("\"bytes\":2048,")) << "nobody has asked";
  memory_.write<std::uint16_t>(emu::PhysAddr(0x500), 26);
  memory_.write<std::uint16_t>(emu::PhysAddr(0x518), 2048);
  traced(0x4800);
  EXPECT_THAT(traced(0x4200), HasSubstr("\"bytes\":8192,"));
}

TEST_F(TraceTest, FileNamesCannotBreakTheTrace) {
  drives_.file = "a\x1b[2J\xff\"b";
  Trace trace = make(true);
  const auto read = chs_read(1);
  trace.call_begins(read);
  trace.call_ends(read);
  EXPECT_THAT(pieces_.back(), HasSubstr(R"("file":"a?[2J?\"b@63")"));
}

TEST(DiskStatisticsTest, CountsCallsByFunctionAndSuccessfulSectors) {
  emu::Memory memory(1 << 20);
  DiskStatistics statistics(memory);
  const auto good = chs_read(1, 7);
  statistics.call_begins(good);
  statistics.call_ends(good);
  auto bad = chs_read(2, 9);
  bad.out.rflags |= emu::flag::kCarry;
  statistics.call_begins(bad);
  statistics.call_ends(bad);
  auto reset = chs_read(3);
  reset.in.set_ax(0x0000);
  statistics.call_begins(reset);
  statistics.call_ends(reset);
  EXPECT_EQ(statistics.calls(), 3u);
  EXPECT_EQ(statistics.sectors(), 7u);
  EXPECT_THAT(statistics.by_function(), ElementsAre(Pair(0x00, 1), Pair(0x02, 2)));
}

TEST_F(TraceTest, WhatHappensAgainIsWrittenOnceAndAnotherPastIsWrittenToo) {
  Trace trace = make(true);
  emu::SnapshotParts parts;
  parts.add("trace", trace);
  const auto happens = [&](std::uint64_t sequence, std::uint8_t count) {
    trace.call_begins(chs_read(sequence, count));
    trace.call_ends(chs_read(sequence, count));
  };
  happens(1, 1);
  trace.call_begins(chs_read(2, 5));
  const auto in_call_2 = parts.save();
  trace.call_ends(chs_read(2, 5));
  happens(3, 1);
  const std::size_t before = pieces_.size();
  parts.restore(in_call_2);
  trace.call_ends(chs_read(2, 5));
  happens(3, 1);
  EXPECT_EQ(pieces_.size(), before);
  happens(4, 1);
  EXPECT_EQ(pieces_.size(), before + 1);
  EXPECT_THAT(pieces_.back(), HasSubstr("\"seq\":4"));
  parts.restore(in_call_2);
  emu::InterruptCall later = chs_read(2, 5);
  later.end += 1;
  trace.call_ends(later);
  EXPECT_EQ(pieces_.size(), before + 2);
}

}  // namespace
}  // namespace debugger
