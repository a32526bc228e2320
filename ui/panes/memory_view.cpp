#include "ui/panes/memory_view.h"

#include <algorithm>
#include <array>

#include "debugger/annotate.h"
#include "debugger/machine_names.h"

namespace ui {
namespace {

/// Calls taken in for each picture: some 2 ms.
constexpr std::size_t kMostCalls = 10'000;
/// The map of the first megabyte follows a running guest so often, in pictures.
constexpr int kCalmFrames = 15;

}  // namespace

void MemoryView::forget() {
  const std::uint64_t first = first_, size = size_;
  *this = {};
  set_window(first, size);
}

void MemoryView::update(Boot& boot, const Moment& moment) {
  debugger::Debugger& d = boot.debugger();
  if (moment.now < now_) writers_.clear();  // what was known of the time since then may come out differently
  now_ = moment.now;
  writers_.update(d.calls(), d.target().drives, kMostCalls);
  if (moment.stopped() && moment.stops != stops_) {
    stops_ = moment.stops;
    const bool moved = moment.now != stopped_at_;  // who asks about the past comes back to where the guest was
    stopped_at_ = moment.now;
    if (moved)
      history_.stop([&](std::uint64_t at, std::span<std::uint8_t> out) {
        return debugger::read_linear(boot.machine(), at, out);
      });
    frames_ = kCalmFrames;
  }
  paging_ = (boot.machine().system_registers().cr0 & emu::cr0::kPaging) != 0;
  read_cells(boot, moment);
  name_writers(boot);
  if (++frames_ >= kCalmFrames || low_.empty()) {
    frames_ = 0;
    low_ = debugger::views::low_memory_view(boot.machine().memory(), d.symbols());
  }
  name_.clear();
  if (asked_name_)
    name_ = debugger::name_of_linear(*asked_name_, {boot.machine(), boot.machine().ports(), d.symbols(), nullptr});
}

void MemoryView::read_cells(Boot& boot, const Moment& moment) {
  const emu::Machine& machine = boot.machine();
  cells_first_ = first_;
  cells_.assign(static_cast<std::size_t>(std::min(size_, kEnd - first_ % kEnd)), ByteCell());
  history_.looked_at(first_, cells_.size());
  for (std::size_t i = 0; i < cells_.size();) {
    const std::uint64_t linear = first_ + i;
    const std::size_t piece =
        std::min<std::size_t>(cells_.size() - i, emu::Memory::kPage - linear % emu::Memory::kPage);
    const auto physical = machine.translate(linear);
    std::array<std::uint8_t, emu::Memory::kPage> bytes{};
    if (physical) machine.memory().read(*physical, std::span(bytes).first(piece));
    for (std::size_t n = 0; n < piece && physical; ++n) {
      ByteCell& cell = cells_[i + n];
      const auto before = moment.stopped() ? history_.before(linear + n) : history_.last(linear + n);
      cell = {.value = bytes[n],
              .present = true,
              .changed = before && *before != bytes[n],
              .call = writers_.call_at(physical->value + n).value_or(0)};
    }
    i += piece;
  }
}

void MemoryView::name_writers(Boot& boot) {
  std::map<std::uint64_t, Writer> named;
  std::uint64_t last = 0;
  for (const ByteCell& cell : cells_) {
    if (cell.call == 0 || cell.call == last) continue;
    last = cell.call;
    if (named.contains(last)) continue;
    if (const auto known = named_.find(last); known != named_.end()) {
      named.insert(*known);
    } else if (const debugger::LoggedCall* logged = boot.debugger().calls().find(last)) {
      named[last] = {.words = debugger::views::writer_words(*logged),
                     .file = logged->file.substr(0, logged->file.find('+'))};
    }
  }
  named_ = std::move(named);
}

void MemoryView::update_tables(Boot& boot) {
  e820_ = debugger::views::e820_view(boot.pc().bios());
  regions_ = debugger::views::regions_view(boot.machine().memory());
}

const ByteCell* MemoryView::cell(std::uint64_t linear) const {
  if (linear < cells_first_ || linear - cells_first_ >= cells_.size()) return nullptr;
  const ByteCell& cell = cells_[static_cast<std::size_t>(linear - cells_first_)];
  return cell.present ? &cell : nullptr;
}

std::optional<std::uint64_t> MemoryView::number(std::uint64_t linear, std::uint64_t size) const {
  std::uint64_t value = 0;
  for (std::uint64_t i = size; i-- > 0;) {
    const ByteCell* byte = cell(linear + i);
    if (!byte) return std::nullopt;
    value = value << 8 | byte->value;
  }
  return value;
}

const Writer* MemoryView::writer(std::uint64_t call) const {
  const auto found = named_.find(call);
  return found == named_.end() ? nullptr : &found->second;
}

}  // namespace ui
