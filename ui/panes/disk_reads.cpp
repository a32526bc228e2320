#include "ui/panes/disk_reads.h"

#include <algorithm>

namespace ui {

namespace views = debugger::views;

// --- ByteSet

void ByteSet::add(std::uint64_t begin, std::uint64_t end, const Part& fresh) {
  if (begin >= end) return;
  auto next = ranges_.upper_bound(begin);
  std::uint64_t from = begin, to = end, at = begin;
  if (next != ranges_.begin() && std::prev(next)->second >= begin) {
    const auto before = std::prev(next);
    from = before->first;
    to = std::max(to, before->second);
    at = before->second;
    next = ranges_.erase(before);
  }
  for (; next != ranges_.end() && next->first <= end; next = ranges_.erase(next)) {
    if (at < next->first) fresh(at, next->first);
    at = std::max(at, next->second);
    to = std::max(to, next->second);
  }
  if (at < end) fresh(at, end);
  ranges_.emplace(from, to);
}

void ByteSet::visit(std::uint64_t begin, std::uint64_t end, const Part& part) const {
  auto next = ranges_.upper_bound(begin);
  if (next != ranges_.begin() && std::prev(next)->second > begin) --next;
  for (; next != ranges_.end() && next->first < end; ++next)
    part(std::max(begin, next->first), std::min(end, next->second));
}

// --- DiskReads

void DiskReads::forget() {
  transfers_.clear();
  next_ = 0;
  ++generation_;
}

bool DiskReads::take(std::span<const debugger::LoggedCall> known, std::size_t happened,
                     const std::vector<views::MediumRow>& media, std::size_t budget) {
  const bool other_past = next_ > 0 && next_ <= happened && known[next_ - 1].call.begin != last_begin_;
  if (next_ > happened || other_past) forget();
  // A call counts when it has returned. Those that never do hold up nobody who called after them.
  constexpr std::size_t kMostUnderWay = 8;
  for (; budget > 0 && next_ < happened; --budget, ++next_) {
    const debugger::LoggedCall& logged = known[next_];
    if (!logged.call.finished && !logged.call.hook && happened - next_ <= kMostUnderWay) return true;
    last_begin_ = logged.call.begin;
    if (const auto transfer = transfer_of(logged, media)) transfers_.push_back(*transfer);
  }
  return budget > 0;
}

std::vector<std::uint64_t> DiskReads::calls_at(std::size_t medium, std::uint64_t byte, std::size_t most) const {
  std::vector<std::uint64_t> calls;
  for (const views::Transfer& t : transfers_) {
    if (t.medium != medium || byte < t.begin || byte >= t.end) continue;
    if (calls.size() == most) break;
    calls.push_back(t.call);
  }
  return calls;
}

const views::Transfer* DiskReads::of_call(std::uint64_t number) const {
  const auto found = std::lower_bound(transfers_.begin(), transfers_.end(), number,
                                      [](const views::Transfer& t, std::uint64_t n) { return t.call < n; });
  return found != transfers_.end() && found->call == number ? &*found : nullptr;
}

// --- DiskPicture

void DiskPicture::set_medium(std::size_t medium, const views::MediumMap& map) {
  medium_ = medium;
  map_ = &map;
  begin_again();
  begin_ = end_ = 0;
  most_ = 0;
  cells_.clear();
}

void DiskPicture::begin_again() {
  moved_.clear();
  owners_.assign(map_->owners.size(), {});
  read_owners_.clear();
  mine_.clear();
  followed_ = 0;
  last_call_ = 0;
  clear_cells();
}

void DiskPicture::clear_cells() {
  cells_.assign(cells_.size(), {});
  find_owners();
}

void DiskPicture::lay_out(std::uint64_t begin, std::uint64_t end, std::size_t most) {
  if (!map_ || most == 0) return;
  end = std::min(end, map_->size);
  if (begin == begin_ && end == end_ && most == most_) return;
  const std::uint64_t sector = map_->sector_size, sectors = (end - begin + sector - 1) / sector;
  begin_ = begin;
  end_ = end;
  most_ = most;
  unit_ = std::max<std::uint64_t>(1, (sectors + most - 1) / most) * sector;
  cells_.assign(static_cast<std::size_t>((end - begin + unit_ - 1) / unit_), {});
  find_owners();
  for (const views::Transfer& transfer : mine_) add_to_cells(transfer);
  moved_.visit(begin_, end_, [this](std::uint64_t from, std::uint64_t to) { add_bytes(from, to); });
}

void DiskPicture::find_owners() {
  auto run = std::partition_point(map_->runs.begin(), map_->runs.end(),
                                  [this](const views::OwnedRun& r) { return r.end <= begin_; });
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::uint64_t from = begin_ + i * unit_, to = std::min(from + unit_, end_);
    std::uint64_t most = 0;
    while (run != map_->runs.end() && run->begin < to) {
      const std::uint64_t here = std::min(run->end, to) - std::max(run->begin, from);
      if (here > most) {
        most = here;
        cells_[i].owner = run->owner;
      }
      if (run->end > to) break;
      ++run;
    }
  }
}

void DiskPicture::follow(const DiskReads& reads) {
  if (!map_) return;
  if (generation_ != reads.generation()) {
    generation_ = reads.generation();
    begin_again();
  }
  for (; followed_ < reads.transfers().size(); ++followed_) {
    const views::Transfer& transfer = reads.transfers()[followed_];
    if (transfer.medium == medium_) add(transfer);
  }
}

void DiskPicture::add(const views::Transfer& transfer) {
  mine_.push_back(transfer);
  last_call_ = transfer.call;
  moved_.add(transfer.begin, transfer.end, [&](std::uint64_t from, std::uint64_t to) {
    add_bytes(from, to);
    const auto& runs = map_->runs;
    auto run =
        std::partition_point(runs.begin(), runs.end(), [from](const views::OwnedRun& r) { return r.end <= from; });
    for (; run != runs.end() && run->begin < to; ++run) {
      OwnerReads& owner = owners_[run->owner];
      if (owner.first_call == 0) {
        owner.first_call = transfer.call;
        read_owners_.push_back(run->owner);
      }
      owner.bytes += std::min(run->end, to) - std::max(run->begin, from);
    }
  });
  add_to_cells(transfer);
}

void DiskPicture::add_to_cells(const views::Transfer& transfer) {
  const std::uint64_t from = std::max(transfer.begin, begin_), to = std::min(transfer.end, end_);
  if (from >= to || cells_.empty()) return;
  for (std::size_t i = cell_of(from); i <= cell_of(to - 1); ++i) {
    DiskCell& cell = cells_[i];
    if (cell.first_call == 0) {
      cell.first_call = transfer.call;
      // What was read of a cell says more than what there is most of.
      if (const views::OwnedRun* run = map_->run_at(std::max(from, begin_ + i * unit_))) cell.owner = run->owner;
    }
    ++cell.calls;
    cell.written |= transfer.writes;
  }
}

void DiskPicture::add_bytes(std::uint64_t begin, std::uint64_t end) {
  begin = std::max(begin, begin_);
  end = std::min(end, end_);
  while (begin < end && !cells_.empty()) {
    const std::uint64_t next = std::min(end, begin_ + (cell_of(begin) + 1) * unit_);
    cells_[cell_of(begin)].moved += next - begin;
    begin = next;
  }
}

}  // namespace ui
