#include "bootsim/html_report/call_columns.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "debugger/trace_append.h"

namespace bootsim::html_report {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kNone = CallRow::kNone;

std::int64_t packed(emu::FarPtr p) { return std::int64_t{p.seg} << 16 | p.off; }

template <class T>
std::int64_t or_none(const std::optional<T>& value) {
  return value ? static_cast<std::int64_t>(*value) : kNone;
}

/// "/boot/core.img+512" as name and offset: the name comes again with every piece that is read.
std::pair<std::string_view, std::int64_t> cut_offset(std::string_view file) {
  const std::size_t plus = file.rfind('+');
  if (plus == file.npos || plus + 1 == file.size() || file.size() - plus > 16) return {file, kNone};
  std::int64_t offset = 0;
  for (const char c : file.substr(plus + 1)) {
    if (c < '0' || c > '9') return {file, kNone};
    offset = offset * 10 + (c - '0');
  }
  // An offset with a zero in front would not read the same when it is put together again.
  const bool same = file[plus + 1] != '0' || file.size() == plus + 2;
  return same ? std::pair(file.substr(0, plus), offset) : std::pair(file, kNone);
}

std::string function_words(const debugger::TracedCall& traced) {
  std::string words;
  words.reserve(48);
  debugger::append::label(words, traced.call.vector, traced.call.in.ax(), traced.function);
  words += ' ';
  return words += traced.function ? traced.function->name : "(no such function)";
}

struct Column {
  std::string_view name;
  std::int64_t CallRow::*field;
};
constexpr std::array<Column, 21> kColumns = {
    {{"number", &CallRow::number},       {"begin", &CallRow::begin},   {"duration", &CallRow::duration},
     {"caller", &CallRow::caller},       {"drive", &CallRow::drive},   {"ah", &CallRow::ah},
     {"function", &CallRow::function},   {"lba", &CallRow::lba},       {"chs", &CallRow::chs},
     {"count", &CallRow::count},         {"buffer", &CallRow::buffer}, {"writes", &CallRow::writes},
     {"arguments", &CallRow::arguments}, {"carry", &CallRow::carry},   {"status", &CallRow::status},
     {"bytes", &CallRow::bytes},         {"result", &CallRow::result}, {"by", &CallRow::by},
     {"depth", &CallRow::depth},         {"file", &CallRow::file},     {"file_offset", &CallRow::file_offset}}};

ordered_json column_json(const std::vector<CallRow>& rows, std::int64_t CallRow::*field) {
  ordered_json plain = ordered_json::array(), runs = ordered_json::array();
  std::int64_t before = 0, difference = 0, times = 0;
  const auto end_run = [&] {
    if (times > 0) runs.insert(runs.end(), {difference, times});
  };
  for (const CallRow& row : rows) {
    const std::int64_t value = row.*field, step = value - before;
    plain.push_back(value);
    if (times > 0 && step == difference) {
      ++times;
    } else {
      end_run();
      difference = step;
      times = 1;
    }
    before = value;
  }
  end_run();
  if (plain.dump().size() <= runs.dump().size() + 6) return plain;  // {"d":}
  return {{"d", std::move(runs)}};
}

}  // namespace

std::int64_t Texts::number_of(std::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) return found->second;
  constexpr std::string_view kTooMany = "...";
  if (in_order_.size() >= kMost && text != kTooMany) return number_of(kTooMany);
  const auto number = static_cast<std::int64_t>(in_order_.size());
  in_order_.push_back(&numbers_.emplace(text, number).first->first);
  return number;
}

ordered_json Texts::json() const {
  ordered_json all = ordered_json::array();
  for (const std::string* text : in_order_) all.push_back(*text);
  return all;
}

void CallColumns::call(std::string&, const debugger::TracedCall& traced) {
  const emu::InterruptCall& call = traced.call;
  const bios::Arguments& a = traced.arguments;
  CallRow row;
  row.number = static_cast<std::int64_t>(traced.sequence);
  row.begin = call.begin;
  if (call.finished) row.duration = call.end - call.begin;
  row.caller = packed(call.caller);
  row.drive = or_none(a.drive);
  row.ah = call.in.ah();
  row.function = texts_.number_of(function_words(traced));
  constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
  if (a.lba)
    row.lba =
        *a.lba < kExact ? static_cast<std::int64_t>(*a.lba) : kHugeLba - texts_.number_of(fmt::format("{}", *a.lba));
  if (a.chs) row.chs = std::int64_t{a.chs->cylinder} << 16 | a.chs->head << 8 | a.chs->sector;
  row.count = or_none(a.count);
  if (a.buffer) row.buffer = packed(*a.buffer);
  row.writes = a.writes_medium;
  if (!a.text.empty()) row.arguments = texts_.number_of(a.text);
  if (call.finished) {
    row.carry = traced.carry();
    row.status = traced.status();
    row.bytes = or_none(traced.outcome.bytes);
  }
  row.result = texts_.number_of(debugger::outcome_words(traced));
  if (call.hook) row.by = packed(*call.hook);
  row.depth = call.depth;
  if (!traced.file.empty()) {
    const auto [name, offset] = cut_offset(traced.file);
    row.file = texts_.number_of(name);
    row.file_offset = offset;
  }
  ++count_;
  if (first_.size() < kFirst) {
    first_.push_back(row);
    return;
  }
  last_.push_back(row);
  if (last_.size() > kLast) last_.pop_front();
}

std::vector<CallRow> CallColumns::rows() const {
  std::vector<CallRow> rows = first_;
  rows.insert(rows.end(), last_.begin(), last_.end());
  std::sort(rows.begin(), rows.end(), [](const CallRow& a, const CallRow& b) { return a.number < b.number; });
  return rows;
}

ordered_json columns_json(const std::vector<CallRow>& rows) {
  ordered_json columns = ordered_json::object();
  for (const Column& column : kColumns) columns[std::string(column.name)] = column_json(rows, column.field);
  return columns;
}

}  // namespace bootsim::html_report
