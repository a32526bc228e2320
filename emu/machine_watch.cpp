// Watches on memory: which pages the CPU reports, and whom an access concerns.
#include <algorithm>
#include <utility>

#include "emu/machine_core.h"

namespace emu {

namespace {

bool wants(AccessKind kind, bool write) {
  return (static_cast<unsigned>(kind) & static_cast<unsigned>(write ? AccessKind::kWrite : AccessKind::kRead)) != 0;
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

}  // namespace emu
