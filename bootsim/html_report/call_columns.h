// The disk calls of a boot as columns of numbers: what the page's table is made of.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "debugger/trace.h"
#include "emu/types.h"

namespace bootsim::html_report {

/// Numbers for texts that come again and again: names of functions, files and results.
class Texts {
 public:
  static constexpr std::size_t kMost = 300'000;  ///< the others are "..."
  std::int64_t number_of(std::string_view text);
  const std::string& at(std::int64_t number) const { return *in_order_[static_cast<std::size_t>(number)]; }
  nlohmann::ordered_json json() const;

 private:
  std::map<std::string, std::int64_t, std::less<>> numbers_;
  std::vector<const std::string*> in_order_;
};

/// One call; texts by their number. kNone: there is none.
struct CallRow {
  static constexpr std::int64_t kNone = -1;
  std::int64_t number = 0;                   ///< in the trace of INT 13h, from 1
  std::int64_t begin = 0, duration = kNone;  ///< virtual nanoseconds
  std::int64_t caller = 0;                   ///< far pointers: segment * 65536 + offset
  std::int64_t drive = kNone;
  std::int64_t ah = 0;
  std::int64_t function = 0;  ///< "13/42 extended read"
  std::int64_t lba = kNone;   ///< kHugeLba - n: the text n, because JSON's numbers have 53 bits
  std::int64_t chs = kNone;   ///< cylinder * 65536 + head * 256 + sector
  std::int64_t count = kNone, buffer = kNone;
  std::int64_t writes = 0;         ///< the buffer goes to the medium
  std::int64_t arguments = kNone;  ///< in words, when the fields do not say it
  std::int64_t carry = kNone, status = kNone, bytes = kNone;
  std::int64_t result = 0;  ///< in words
  std::int64_t by = kNone;  ///< the hook that answered; none: the BIOS
  std::int64_t depth = 0;
  std::int64_t file = kNone, file_offset = kNone;

  bool failed() const { return carry == 1; }
};
inline constexpr std::int64_t kHugeLba = -2;

/// Collects them from a debugger::Trace. Of very long boots the middle is left out.
class CallColumns : public debugger::TraceWriter {
 public:
  static constexpr std::size_t kFirst = 200'000, kLast = 50'000;

  void begin(std::string&, const debugger::TraceHeader&) override {}
  void call(std::string&, const debugger::TracedCall& traced) override;
  void end(std::string&) override {}

  /// In the order in which they began.
  std::vector<CallRow> rows() const;
  std::uint64_t left_out() const { return count_ - first_.size() - last_.size(); }
  const Texts& texts() const { return texts_; }

 private:
  Texts texts_;
  std::vector<CallRow> first_;
  std::deque<CallRow> last_;
  std::uint64_t count_ = 0;
};

/// {"number": column, ...}. A column is an array, or {"d": [difference, times, ...]} where that is shorter.
nlohmann::ordered_json columns_json(const std::vector<CallRow>& rows);

}  // namespace bootsim::html_report
