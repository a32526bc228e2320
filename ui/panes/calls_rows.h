// The rows of the table of calls: which calls are shown, and in which order. Takes new calls in bit by bit.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "debugger/call_log.h"
#include "debugger/views/calls.h"
#include "ui/recorder.h"

namespace ui {

/// In the order of the table.
enum class CallColumn { kNumber, kTime, kCaller, kDrive, kFunction, kLba, kCount, kBuffer, kResult, kBy, kFile };
inline constexpr int kCallColumns = 11;

/// Where the calls are. Good while the guest stands still.
struct CallSource {
  std::span<const debugger::LoggedCall> disk;  ///< with those ahead
  std::size_t happened = 0;                    ///< so many of them are not ahead
  std::span<const OtherCall> others;           ///< with those ahead
};

/// What a person wants to see.
struct CallWish {
  debugger::views::CallFilter filter;
  std::bitset<256> vectors = std::bitset<256>().set(0x13);
  CallColumn column = CallColumn::kTime;
  bool descending = false;
};

class CallRows {
 public:
  /// A row's id is its place in time among all rows, shown or not; it stays as long as the rows are not forgotten.
  using Id = std::uint32_t;

  /// From now on other rows are shown; all are looked through again.
  void set(CallWish wish);
  const CallWish& wish() const { return wish_; }
  void forget();
  /// Looks at no more than `budget` calls that are new or have changed. True: at all of them.
  bool take(const CallSource& source, std::size_t budget);
  /// Calls looked at so far, of the interrupts wished for.
  std::size_t seen() const { return rows_.size(); }

  std::size_t shown() const { return order_.size(); }
  /// The id of the row at a place of the table.
  Id at(std::size_t place) const { return order_[wish_.descending ? order_.size() - 1 - place : place]; }
  /// The place of a row; nothing when it is not shown.
  std::optional<std::size_t> place_of(Id id) const;
  /// Nothing: it has not been taken in yet.
  std::optional<Id> id_of_call(std::uint64_t number) const;
  bool known(Id id) const { return id < rows_.size(); }
  bool is_disk(Id id) const { return rows_[id].disk; }
  emu::Nanoseconds begin(Id id) const { return rows_[id].begin; }
  bool ahead(Id id, const CallSource& source, emu::Nanoseconds now) const;
  /// The place of the last shown row that has happened, when the rows are in the order of time.
  std::optional<std::size_t> present(const CallSource& source, emu::Nanoseconds now) const;

  debugger::views::CallRef call(Id id, const CallSource& source) const;
  const OtherCall* other(Id id, const CallSource& source) const {
    return rows_[id].disk ? nullptr : &source.others[rows_[id].index];
  }

 private:
  struct Row {
    emu::Nanoseconds begin = 0;
    std::uint32_t index = 0;  // in its source
    bool disk = true;
    bool shown = false;
    bool answered = false;  // when it was looked at
  };
  struct Key {
    std::uint64_t number = 0;
    std::string text;
  };
  bool still_there(const CallSource& source) const;
  bool next(const CallSource& source, Row& row);
  void add(const CallSource& source, Row row, std::vector<Id>& fresh);
  void look_again(Id id, const CallSource& source);
  Key key_of(Id id, const CallSource& source) const;
  bool keyed() const { return wish_.column != CallColumn::kTime && wish_.column != CallColumn::kNumber; }
  bool before(Id a, Id b) const;
  bool answered(const Row& row, const CallSource& source) const;

  CallWish wish_;
  std::vector<Row> rows_;
  std::vector<Key> keys_;      // of each row, when something but time orders them
  std::vector<Id> order_;      // of those shown, ascending
  std::vector<Id> disk_ids_;   // by number - 1
  std::vector<Id> under_way_;  // looked at before they had returned, the last ones
  std::size_t next_disk_ = 0, next_other_ = 0;
  std::size_t settled_ = 0;  // so many disk calls were looked at when they had happened
};

}  // namespace ui
