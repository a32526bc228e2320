#include "ui/panes/calls_rows.h"

#include <gmock/gmock.h>

namespace ui {
namespace {

using testing::ElementsAre;

constexpr std::size_t kAll = 1'000'000;

/// Disk calls at 10, 20, 30, ... ns, of the sectors that are given.
struct Calls {
  explicit Calls(const std::vector<std::uint64_t>& lbas) {
    for (const std::uint64_t lba : lbas) add(lba);
  }
  void add(std::uint64_t lba) {
    debugger::LoggedCall logged{
        .number = calls.size() + 1, .call = {}, .described = {}, .file = {}, .ever_returned = true};
    logged.call.vector = 0x13;
    logged.call.begin = static_cast<emu::Nanoseconds>(calls.size() + 1) * 10;
    logged.call.end = logged.call.begin + 5;
    logged.call.finished = true;
    logged.described.vector = 0x13;
    logged.described.arguments.lba = lba;
    calls.push_back(std::move(logged));
    happened = calls.size();
  }
  void add_other(emu::Nanoseconds begin, std::uint8_t vector) {
    OtherCall other;
    other.call.begin = begin;
    other.call.vector = vector;
    other.call.finished = true;
    other.described.vector = vector;
    others.push_back(std::move(other));
  }
  CallSource source() const { return {calls, happened, others}; }

  std::vector<debugger::LoggedCall> calls;
  std::vector<OtherCall> others;
  std::size_t happened = 0;
};

std::vector<std::uint64_t> numbers(const CallRows& rows, const Calls& run) {
  std::vector<std::uint64_t> result;
  for (std::size_t place = 0; place < rows.shown(); ++place)
    result.push_back(rows.call(rows.at(place), run.source()).number);
  return result;
}

CallWish sorted(CallColumn column, bool descending = false) {
  CallWish wish;
  wish.column = column;
  wish.descending = descending;
  return wish;
}

CallWish filtered(const char* text) {
  CallWish wish;
  wish.filter = debugger::views::CallFilter::parse(text);
  return wish;
}

TEST(CallRows, TakesCallsInBitByBit) {
  const Calls run({5, 6, 7});
  CallRows rows;
  EXPECT_FALSE(rows.take(run.source(), 2));
  EXPECT_THAT(numbers(rows, run), ElementsAre(1, 2));
  EXPECT_TRUE(rows.take(run.source(), 2));
  EXPECT_THAT(numbers(rows, run), ElementsAre(1, 2, 3));
}

TEST(CallRows, SortsNewCallsAmongTheOld) {
  Calls run({30, 10});
  CallRows rows;
  rows.set(sorted(CallColumn::kLba));
  rows.take(run.source(), kAll);
  EXPECT_THAT(numbers(rows, run), ElementsAre(2, 1));
  run.add(20);
  rows.take(run.source(), kAll);
  EXPECT_THAT(numbers(rows, run), ElementsAre(2, 3, 1));
  EXPECT_EQ(rows.place_of(*rows.id_of_call(3)), 1u);
}

TEST(CallRows, SortsDownwards) {
  const Calls run({30, 10, 20});
  CallRows rows;
  rows.set(sorted(CallColumn::kLba, true));
  rows.take(run.source(), kAll);
  EXPECT_THAT(numbers(rows, run), ElementsAre(1, 3, 2));
  EXPECT_EQ(rows.place_of(*rows.id_of_call(2)), 2u);
}

TEST(CallRows, ShowsOnlyWhatFits) {
  const Calls run({1, 200, 2, 300});
  CallRows rows;
  rows.set(filtered("lba > 100"));
  rows.take(run.source(), kAll);
  EXPECT_THAT(numbers(rows, run), ElementsAre(2, 4));
  EXPECT_EQ(rows.seen(), 4u);
  EXPECT_FALSE(rows.place_of(*rows.id_of_call(1)));
}

TEST(CallRows, LooksAgainWhenACallHasReturned) {
  Calls run({1});
  run.calls[0].ever_returned = run.calls[0].call.finished = false;
  CallRows rows;
  rows.set(filtered("cf == 1"));
  rows.take(run.source(), kAll);
  EXPECT_EQ(rows.shown(), 0u);
  run.calls[0].ever_returned = run.calls[0].call.finished = true;
  run.calls[0].call.out.rflags = emu::flag::kCarry;
  rows.take(run.source(), kAll);
  EXPECT_THAT(numbers(rows, run), ElementsAre(1));
}

TEST(CallRows, KnowsWhatLiesAhead) {
  Calls run({1, 2, 3});
  CallRows rows;
  rows.take(run.source(), kAll);
  run.happened = 1;
  rows.take(run.source(), kAll);
  EXPECT_EQ(rows.present(run.source(), 15), 0u);
  EXPECT_FALSE(rows.ahead(rows.at(0), run.source(), 15));
  EXPECT_TRUE(rows.ahead(rows.at(1), run.source(), 15));
}

TEST(CallRows, BeginsAgainWhenThePastHasChanged) {
  Calls run({1, 2, 3});
  CallRows rows;
  rows.take(run.source(), kAll);
  run = Calls({1});
  rows.take(run.source(), kAll);
  EXPECT_THAT(numbers(rows, run), ElementsAre(1));
}

TEST(CallRows, PutsOtherCallsWhereTheyHappened) {
  Calls run({1, 2});
  run.add_other(15, 0x10);
  run.add_other(17, 0x16);
  CallRows rows;
  CallWish wish;
  wish.vectors.set(0x10);
  rows.set(wish);
  rows.take(run.source(), kAll);
  EXPECT_THAT(numbers(rows, run), ElementsAre(1, 0, 2));
  EXPECT_EQ(rows.other(rows.at(1), run.source())->call.vector, 0x10);
}

}  // namespace
}  // namespace ui
