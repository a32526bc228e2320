// GoogleTest matchers for boots:
//
//   const bootsim::testing::Boot boot({"rescue.iso"});
//   EXPECT_THAT(boot.int13(), InOrder(ExtendedRead(Drive(0xE0), LbaAt(16)),
//   ExtendedRead(FileIs(StartsWith("/boot/"))))); EXPECT_THAT(boot.int13(), Never(ExtendedWrite()));
//
// A call's matcher takes any number of matchers of its fields; each of those takes a value or a matcher of GoogleTest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "bootsim/suite/call_record.h"
#include "bootsim/testing/boot.h"

namespace bootsim {

/// How GoogleTest shows a call: as a line of the trace.
inline void PrintTo(const CallRecord& call, std::ostream* out) { *out << call_line(call); }

}  // namespace bootsim

namespace bootsim::testing {

using CallMatcher = ::testing::Matcher<const CallRecord&>;

// --- Fields

// A field that is null matches nothing.
template <class M>
CallMatcher Drive(M number) {
  return ::testing::Field("drive", &CallRecord::drive, ::testing::Optional(number));
}
template <class M>
CallMatcher LbaAt(M lba) {
  return ::testing::Field("lba", &CallRecord::lba, ::testing::Optional(lba));
}
template <class M>
CallMatcher Sectors(M count) {
  return ::testing::Field("count", &CallRecord::count, ::testing::Optional(count));
}
template <class M>
CallMatcher Bytes(M bytes) {
  return ::testing::Field("bytes", &CallRecord::bytes, ::testing::Optional(bytes));
}
template <class M>
CallMatcher FileIs(M file) {
  return ::testing::Field("file", &CallRecord::file, file);
}
/// The buffer as the trace writes it: "1000:0000".
template <class M>
CallMatcher Buffer(M buffer) {
  return ::testing::Field("buffer", &CallRecord::buffer, buffer);
}
inline CallMatcher Succeeds() { return ::testing::Field("cf", &CallRecord::cf, ::testing::Optional(false)); }
inline CallMatcher Fails() { return ::testing::Field("cf", &CallRecord::cf, ::testing::Optional(true)); }
/// It fails with this status in AH.
template <class M>
CallMatcher Fails(M status) {
  return ::testing::AllOf(Fails(), ::testing::Field("status", &CallRecord::status, ::testing::Optional(status)));
}
inline CallMatcher AnsweredByBios() { return ::testing::Field("by", &CallRecord::by, "bios"); }
inline CallMatcher AnsweredByHook() { return ::testing::Field("by", &CallRecord::by, ::testing::Ne("bios")); }

// --- Calls

/// INT `vector` with this AH.
template <class... Fields>
CallMatcher Call(int vector, int ah, const Fields&... fields) {
  return ::testing::AllOf(::testing::Field("int", &CallRecord::vector, static_cast<std::uint8_t>(vector)),
                          ::testing::Field("ah", &CallRecord::ah, static_cast<std::uint8_t>(ah)),
                          CallMatcher(fields)...);
}
template <class... Fields>
CallMatcher Reset(const Fields&... fields) {
  return Call(0x13, 0x00, fields...);
}
template <class... Fields>
CallMatcher Read(const Fields&... fields) {
  return Call(0x13, 0x02, fields...);
}
template <class... Fields>
CallMatcher Write(const Fields&... fields) {
  return Call(0x13, 0x03, fields...);
}
template <class... Fields>
CallMatcher GetGeometry(const Fields&... fields) {
  return Call(0x13, 0x08, fields...);
}
template <class... Fields>
CallMatcher CheckExtensions(const Fields&... fields) {
  return Call(0x13, 0x41, fields...);
}
template <class... Fields>
CallMatcher ExtendedRead(const Fields&... fields) {
  return Call(0x13, 0x42, fields...);
}
template <class... Fields>
CallMatcher ExtendedWrite(const Fields&... fields) {
  return Call(0x13, 0x43, fields...);
}
template <class... Fields>
CallMatcher GetParameters(const Fields&... fields) {
  return Call(0x13, 0x48, fields...);
}
template <class... Fields>
CallMatcher EmulationStatus(const Fields&... fields) {
  return Call(0x13, 0x4B, fields...);
}

// --- Sequences

using Calls = std::vector<CallRecord>;

/// A list of calls against a boot's: the first ones are these, or these in this order and others in between.
class SequenceMatcher : public ::testing::MatcherInterface<const Calls&> {
 public:
  enum class How { kInOrder, kPrefix, kExactly };
  SequenceMatcher(How how, std::vector<CallMatcher> wanted) : how_(how), wanted_(std::move(wanted)) {}

  bool MatchAndExplain(const Calls& calls, ::testing::MatchResultListener* listener) const override {
    std::size_t next = 0;
    for (std::size_t i = 0; i < wanted_.size(); ++i, ++next) {
      const std::size_t from = next;
      while (how_ == How::kInOrder && next < calls.size() && !wanted_[i].Matches(calls[next])) ++next;
      if (next < calls.size() && wanted_[i].Matches(calls[next])) continue;
      explain(calls, i, from, listener);
      return false;
    }
    if (how_ != How::kExactly || next == calls.size()) return true;
    *listener << "there is a call more: " << call_line(calls[next]);
    return false;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << (how_ == How::kInOrder ? "has in this order" : how_ == How::kPrefix ? "begins with" : "is exactly");
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      *out << "\n  " << i + 1 << ": ";
      wanted_[i].DescribeTo(out);
    }
  }

 private:
  static constexpr std::size_t kShown = 6;
  void explain(const Calls& calls, std::size_t missing, std::size_t from,
               ::testing::MatchResultListener* listener) const {
    *listener << "number " << missing + 1 << " of " << wanted_.size() << " is missing. The calls from there on:";
    if (from == calls.size()) *listener << " none";
    for (std::size_t i = from; i < calls.size() && i < from + kShown; ++i) {
      *listener << "\n  " << call_line(calls[i]);
    }
  }

  How how_;
  std::vector<CallMatcher> wanted_;
};

/// These calls in this order, others in between.
template <class... M>
::testing::Matcher<const Calls&> InOrder(const M&... calls) {
  return ::testing::MakeMatcher(new SequenceMatcher(SequenceMatcher::How::kInOrder, {CallMatcher(calls)...}));
}
/// The first calls are these.
template <class... M>
::testing::Matcher<const Calls&> Prefix(const M&... calls) {
  return ::testing::MakeMatcher(new SequenceMatcher(SequenceMatcher::How::kPrefix, {CallMatcher(calls)...}));
}
/// These calls and no others.
template <class... M>
::testing::Matcher<const Calls&> Exactly(const M&... calls) {
  return ::testing::MakeMatcher(new SequenceMatcher(SequenceMatcher::How::kExactly, {CallMatcher(calls)...}));
}
/// No call is this one.
inline ::testing::Matcher<const Calls&> Never(const CallMatcher& call) { return ::testing::Each(::testing::Not(call)); }
/// At most `times` calls are this one.
inline ::testing::Matcher<const Calls&> AtMost(std::size_t times, const CallMatcher& call) {
  return ::testing::ResultOf(
      "how many calls match",
      [call](const Calls& calls) {
        std::size_t count = 0;
        for (const CallRecord& made : calls) count += call.Matches(made) ? 1 : 0;
        return count;
      },
      ::testing::Le(times));
}

}  // namespace bootsim::testing
