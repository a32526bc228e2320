#include "ui/panes/calls_rows.h"

#include <algorithm>
#include <utility>

namespace ui {
namespace {

/// Calls that never return are looked at again until so many others have not returned either.
constexpr std::size_t kMostUnderWay = 32;
constexpr std::uint64_t kNoNumber = ~std::uint64_t{0};

}  // namespace

void CallRows::set(CallWish wish) {
  wish_ = std::move(wish);
  forget();
}

void CallRows::forget() {
  rows_.clear();
  keys_.clear();
  order_.clear();
  disk_ids_.clear();
  under_way_.clear();
  next_disk_ = next_other_ = settled_ = 0;
}

/// What was taken in last must be what it was: after a change to the past, other calls come.
bool CallRows::still_there(const CallSource& source) const {
  if (next_disk_ > source.disk.size() || next_other_ > source.others.size()) return false;
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    const emu::Nanoseconds begin =
        row->disk ? source.disk[row->index].call.begin : source.others[row->index].call.begin;
    if (begin != row->begin) return false;
    if (row->disk) break;
  }
  return true;
}

/// The earlier of the next disk call and the next other call.
bool CallRows::next(const CallSource& source, Row& row) {
  while (next_other_ < source.others.size() && !wish_.vectors[source.others[next_other_].call.vector]) ++next_other_;
  const bool others = next_other_ < source.others.size();
  const bool disk = wish_.vectors[0x13] && next_disk_ < source.disk.size();
  if (!disk && !others) return false;
  const bool take_disk =
      disk && (!others || source.disk[next_disk_].call.begin <= source.others[next_other_].call.begin);
  row.disk = take_disk;
  row.index = static_cast<std::uint32_t>(take_disk ? next_disk_++ : next_other_++);
  row.begin = take_disk ? source.disk[row.index].call.begin : source.others[row.index].call.begin;
  return true;
}

bool CallRows::take(const CallSource& source, std::size_t budget) {
  if (!still_there(source)) forget();
  settled_ = std::min(settled_, source.happened);
  std::vector<Id> fresh;
  Row row;
  for (; budget > 0 && next(source, row); --budget) add(source, row, fresh);
  const auto less = [this](Id a, Id b) { return before(a, b); };
  if (keyed()) std::sort(fresh.begin(), fresh.end(), less);
  const auto middle = static_cast<std::ptrdiff_t>(order_.size());
  order_.insert(order_.end(), fresh.begin(), fresh.end());
  if (keyed()) std::inplace_merge(order_.begin(), order_.begin() + middle, order_.end(), less);

  for (; budget > 0 && settled_ < std::min(source.happened, disk_ids_.size()); --budget)
    look_again(disk_ids_[settled_++], source);
  const auto waiting = std::exchange(under_way_, {});
  for (const Id id : waiting) {
    if (answered(rows_[id], source)) {
      look_again(id, source);
    } else {
      under_way_.push_back(id);
    }
  }
  return budget > 0;
}

void CallRows::add(const CallSource& source, Row row, std::vector<Id>& fresh) {
  const Id id = static_cast<Id>(rows_.size());
  if (row.disk) {
    disk_ids_.push_back(id);
    if (row.index == settled_ && row.index < source.happened) ++settled_;
  }
  row.answered = answered(row, source);
  rows_.push_back(row);
  if (!row.answered) under_way_.push_back(id);
  if (under_way_.size() > kMostUnderWay) under_way_.erase(under_way_.begin());
  if (keyed()) keys_.push_back(key_of(id, source));
  if (!wish_.filter.empty() && !wish_.filter.holds(call(id, source))) return;
  rows_[id].shown = true;
  fresh.push_back(id);
}

void CallRows::look_again(Id id, const CallSource& source) {
  Row& row = rows_[id];
  row.answered = answered(row, source);
  if (!row.answered && std::find(under_way_.begin(), under_way_.end(), id) == under_way_.end())
    under_way_.push_back(id);
  const bool show = wish_.filter.empty() || wish_.filter.holds(call(id, source));
  Key key = keyed() ? key_of(id, source) : Key{};
  const bool moves = keyed() && (key.number != keys_[id].number || key.text != keys_[id].text);
  if (show == row.shown && !moves) return;
  const auto less = [this](Id a, Id b) { return before(a, b); };
  if (row.shown) order_.erase(std::lower_bound(order_.begin(), order_.end(), id, less));
  if (keyed()) keys_[id] = std::move(key);
  row.shown = show;
  if (show) order_.insert(std::lower_bound(order_.begin(), order_.end(), id, less), id);
}

bool CallRows::answered(const Row& row, const CallSource& source) const {
  return row.disk ? source.disk[row.index].ever_returned : source.others[row.index].call.finished;
}

CallRows::Key CallRows::key_of(Id id, const CallSource& source) const {
  const debugger::views::CallRef ref = call(id, source);
  const bios::Arguments& a = ref.described.arguments;
  const auto far = [](const std::optional<emu::FarPtr>& p) { return p ? std::uint64_t{p->linear()} + 1 : 0; };
  const auto number = [](const auto& value) { return value ? std::uint64_t{*value} : kNoNumber; };
  switch (wish_.column) {
    case CallColumn::kCaller: return {far(ref.call.caller), {}};
    case CallColumn::kDrive: return {number(a.drive), {}};
    case CallColumn::kFunction: return {std::uint64_t{ref.call.vector} << 16 | ref.described.ax, {}};
    case CallColumn::kLba: return {number(a.lba), {}};
    case CallColumn::kCount: return {number(a.count), {}};
    case CallColumn::kBuffer: return {far(a.buffer), {}};
    case CallColumn::kResult: return {0, debugger::result_words(ref.call)};
    case CallColumn::kBy: return {far(ref.call.hook), {}};
    case CallColumn::kFile: return {0, std::string(ref.file)};
    case CallColumn::kNumber:
    case CallColumn::kTime: break;
  }
  return {};
}

bool CallRows::before(Id a, Id b) const {
  if (keyed()) {
    const Key &x = keys_[a], &y = keys_[b];
    if (x.number != y.number) return x.number < y.number;
    if (const int order = x.text.compare(y.text)) return order < 0;
  }
  return a < b;
}

std::optional<std::size_t> CallRows::place_of(Id id) const {
  if (!known(id) || !rows_[id].shown) return std::nullopt;
  const auto found = std::lower_bound(order_.begin(), order_.end(), id, [this](Id a, Id b) { return before(a, b); });
  const auto place = static_cast<std::size_t>(found - order_.begin());
  return wish_.descending ? order_.size() - 1 - place : place;
}

std::optional<CallRows::Id> CallRows::id_of_call(std::uint64_t number) const {
  return number >= 1 && number <= disk_ids_.size() ? std::optional(disk_ids_[number - 1]) : std::nullopt;
}

bool CallRows::ahead(Id id, const CallSource& source, emu::Nanoseconds now) const {
  return rows_[id].disk ? rows_[id].index >= source.happened : rows_[id].begin > now;
}

std::optional<std::size_t> CallRows::present(const CallSource& source, emu::Nanoseconds now) const {
  if (keyed()) return std::nullopt;
  const auto after = std::partition_point(order_.begin(), order_.end(), [&](Id id) { return !ahead(id, source, now); });
  if (after == order_.begin()) return std::nullopt;
  return place_of(*std::prev(after));
}

debugger::views::CallRef CallRows::call(Id id, const CallSource& source) const {
  const Row& row = rows_[id];
  if (row.disk) {
    const debugger::LoggedCall& logged = source.disk[row.index];
    return {logged.call, logged.described, logged.number, logged.file};
  }
  return {source.others[row.index].call, source.others[row.index].described, 0, {}};
}

}  // namespace ui
