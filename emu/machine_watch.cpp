// Watches on memory: which pages the CPU reports, and whom an access concerns; and on where execution goes.
#include <algorithm>
#include <utility>

#include "emu/machine_core.h"

namespace emu {

namespace {

bool wants(AccessKind kind, bool write) {
  return (static_cast<unsigned>(kind) & static_cast<unsigned>(write ? AccessKind::kWrite : AccessKind::kRead)) != 0;
}

constexpr std::uint64_t kRomBegin = 0xC0000, kRomEnd = 0x100000;
constexpr std::uint64_t kRomAlias = 0xFFFF0000;

bool in_any_rom(std::uint64_t linear) {
  return (linear >= kRomBegin && linear < kRomEnd) || (linear >= kRomAlias && linear <= 0xFFFFFFFF);
}

}  // namespace

WatchId Machine::Core::watch_memory(PhysAddr base, std::uint64_t size, AccessKind kind, WatchAction action) {
  memory_watches_.push_back({next_id_, base.value, size, kind, std::move(action)});
  watch_pages();
  return next_id_++;
}

void Machine::Core::unwatch_memory(WatchId id) {
  if (std::erase_if(memory_watches_, [&](const Watch& w) { return w.id == id; }) > 0) watch_pages();
}

void Machine::Core::watch_pages() {
  std::vector<std::uint64_t> read, write;
  for (const Watch& w : memory_watches_) {
    if (w.size == 0 || w.base >= Memory::kAddressSpace) continue;
    const std::uint64_t last = std::min(w.base + (w.size - 1), Memory::kAddressSpace - 1) / Memory::kPage;
    for (std::uint64_t page = w.base / Memory::kPage; page <= last; ++page) {
      if (wants(w.kind, false)) read.push_back(page);
      if (wants(w.kind, true)) write.push_back(page);
    }
  }
  for (auto* pages : {&read, &write}) {
    std::sort(pages->begin(), pages->end());
    pages->erase(std::unique(pages->begin(), pages->end()), pages->end());
  }
  cpu_.watch_pages(std::move(read), std::move(write));
}

void Machine::Core::watched_access(const MemoryAccess& access) {
  for (std::size_t i = 0; i < memory_watches_.size(); ++i) {
    const Watch& w = memory_watches_[i];
    if (!wants(w.kind, access.write)) continue;
    if (access.address.value >= w.base + w.size || w.base >= access.address.value + access.size) continue;
    if (!w.action(access)) continue;
    if (!std::exchange(watch_hit_, true)) m_.watch_hit_ = access;
    cpu_.stop();
  }
}

WatchId Machine::Core::watch_execution(std::uint64_t first, std::uint64_t last, bool outside) {
  execution_watches_.push_back({next_id_, first, last, outside});
  look_where_execution_is();
  ask_blocks();
  return next_id_++;
}

void Machine::Core::unwatch_execution(WatchId id) {
  std::erase_if(execution_watches_, [&](const ExecutionWatch& w) { return w.id == id; });
  ask_blocks();
}

WatchId Machine::Core::watch_mode(std::function<bool(CpuMode, CpuMode)> wanted) {
  mode_watches_.push_back({next_id_, std::move(wanted), mode()});
  ask_blocks();
  return next_id_++;
}

void Machine::Core::unwatch_mode(WatchId id) {
  std::erase_if(mode_watches_, [&](const ModeWatch& w) { return w.id == id; });
  ask_blocks();
}

void Machine::Core::ask_blocks() {
  cpu_.watch_execution(!execution_watches_.empty());
  cpu_.watch_mode(!mode_watches_.empty());
}

/// Whether an instruction there is what the watch waits for; nothing: it does not count.
std::optional<bool> Machine::Core::ExecutionWatch::concerns(std::uint64_t linear) const {
  const bool inside = first <= linear && linear <= last;
  if (!inside && in_any_rom(linear)) return std::nullopt;
  return inside != outside;
}

/// Standing there, the guest is no longer about to go there. In the ROM it is where the ROM will return to: nearly
/// always its IRET is next, or the trap before it. Before the first boot that is nowhere.
void Machine::Core::look_where_execution_is() {
  for (ModeWatch& w : mode_watches_) w.mode = mode();
  cpu_.note_mode();
  if (execution_watches_.empty()) return;
  const Registers r = cpu_.registers();
  std::uint64_t at = linear_ip();
  if (in_any_rom(at) && mode() == CpuMode::kReal) {
    const FarPtr frame{r.ss(), r.sp()};
    const auto off = m_.memory_.read<std::uint16_t>(frame);
    const auto seg = m_.memory_.read<std::uint16_t>(FarPtr{frame.seg, static_cast<std::uint16_t>(frame.off + 2)});
    if (off != 0 || seg != 0) at = seg * 16u + off;
  }
  for (ExecutionWatch& w : execution_watches_) w.there = w.concerns(at).value_or(false);
}

bool Machine::Core::crosses(std::uint64_t linear) {
  bool stop = false;
  for (ExecutionWatch& w : execution_watches_) {
    const auto now = w.concerns(linear);
    if (!now || w.there == *now) continue;
    w.there = *now;
    if (!*now || ignore_breakpoints_) continue;
    crossed_.push_back(w.id);
    stop = true;
  }
  const CpuMode now = mode_watches_.empty() ? CpuMode::kReal : mode();
  cpu_.note_mode();
  for (ModeWatch& w : mode_watches_) {
    const CpuMode from = std::exchange(w.mode, now);
    if (from == now || ignore_breakpoints_ || !w.wanted(from, now)) continue;
    crossed_.push_back(w.id);
    stop = true;
  }
  if (!stop) return false;
  m_.breakpoint_address_ = linear;
  at_breakpoint_ = true;
  return true;
}

bool Machine::Core::may_cross(std::uint64_t linear, std::uint64_t last) {
  return std::any_of(execution_watches_.begin(), execution_watches_.end(), [&](const ExecutionWatch& w) {
    const auto differs = [&](std::uint64_t at) {
      return at >= linear && at <= last && w.concerns(at).value_or(w.there) != w.there;
    };
    return differs(linear) || differs(w.first) || differs(w.last + 1);
  });
}

}  // namespace emu
