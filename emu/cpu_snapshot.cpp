// The CPU's part of a snapshot, and the accesses to watched memory.
#include <unicorn/unicorn.h>

#include <algorithm>
#include <cstring>

#include "emu/cpu.h"
#include "emu/cpu_state.h"

namespace emu {

namespace {

constexpr std::uint64_t kPageSize = 4096;

std::uint64_t first_bytes(const Memory& memory, PhysAddr address, std::uint64_t size) {
  std::array<std::uint8_t, 8> bytes{};
  memory.read(address, std::span(bytes).first(std::min<std::uint64_t>(size, bytes.size())));
  std::uint64_t value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// The library tells of a store that is not aligned as a whole, or by page, or not, and then of each of its bytes.
/// True: this one is a part of what is known.
bool joins(MemoryAccess& access, const Memory& memory, PhysAddr address, std::uint32_t size) {
  const std::uint64_t begin = access.address.value, end = begin + access.size;
  if (!access.write) return false;
  if (address.value >= begin && address.value + size <= end) return true;
  const bool second_page = end % kPageSize == 0 && size == access.size;
  if (address.value != end || (size != 1 && !second_page) || access.size + size > 8) return false;
  access.old_value |= first_bytes(memory, address, size) << (8 * access.size);
  access.size += size;
  return true;
}

}  // namespace

Cpu::Saved Cpu::save() {
  if (kit_) return {progress_, kit_->save_state()};
  State state(*this);
  return {progress_, std::vector<std::uint8_t>(state.bytes(), state.bytes() + layout_.context_size - layout_.header)};
}

void Cpu::restore(const Saved& saved) {
  progress_ = saved.progress;
  aim_ = {};
  resuming_ = false;
  split_at_ = rewritten_end_ = 0;
  prepared_ = {};
  pending_.clear();
  put_registers_back(saved);
}

void Cpu::put_registers_back(const Saved& saved) {
  if (kit_) return kit_->restore_state(saved.registers);
  // The debug registers' last one and the pointers behind it belong to what the library has set up for it.
  const std::size_t dr7 = layout_.next_eip + 8 + 7 * 8, behind = dr7 + 8 + 4 * 8;
  State state(*this);
  std::memcpy(state.bytes(), saved.registers.data(), dr7);
  std::memcpy(state.bytes() + behind, saved.registers.data() + behind, saved.registers.size() - behind);
  state.save();
}

void Cpu::pages_are_clean() {
  if (kit_) kit_->pages_are_clean();
}

void Cpu::page_replaced(const std::uint8_t* page, const std::uint8_t* contents) {
  if (kit_) return kit_->page_replaced(page, contents);
  for (const Region& r : memory_.regions())
    if (r.host && page >= r.host && page < r.host + r.size) {
      const std::uint64_t at = r.base.value + static_cast<std::uint64_t>(page - r.host);
      uc_ctl_remove_cache(engine_, at, at + Memory::kPage);
    }
}

void Cpu::watch_pages(std::vector<std::uint64_t> read, std::vector<std::uint64_t> write) {
  watched_for_reads_ = read;
  watched_for_writes_ = write;
  if (kit_) kit_->watch_pages({std::move(read), std::move(write)});
}

/// The access is about to happen; it is reported when it has.
void Cpu::watched_access(std::uint64_t instruction, PhysAddr address, std::uint32_t size, bool write) {
  const std::uint64_t end = progress_.block_address + progress_.block_size;
  const bool inside = instruction >= progress_.block_address && instruction < end;
  const Position position{exact_time(inside ? end - instruction : 0)};
  if (!pending_.empty() && (pending_.back().instruction != instruction || pending_.back().position != position))
    report_accesses();
  if (write &&
      std::any_of(pending_.begin(), pending_.end(), [&](MemoryAccess& a) { return joins(a, memory_, address, size); }))
    return;
  pending_.push_back({.address = address,
                      .size = size,
                      .write = write,
                      .old_value = first_bytes(memory_, address, size),
                      .delivery = !inside,  // no instruction of this block
                      .position = position,
                      .instruction = instruction});
  hold();
}

void Cpu::report_accesses() {
  const std::vector<MemoryAccess> done = std::exchange(pending_, {});
  for (MemoryAccess access : done) {
    access.new_value = access.write ? first_bytes(memory_, access.address, access.size) : access.old_value;
    bus_.watched_access(access);
  }
}

bool Cpu::watched_for_writes(PhysAddr address, std::uint64_t size) const {
  const auto page =
      std::lower_bound(watched_for_writes_.begin(), watched_for_writes_.end(), address.value / Memory::kPage);
  return page != watched_for_writes_.end() && *page <= (address.value + (size - 1)) / Memory::kPage;
}

void Cpu::memory_changing(PhysAddr address, std::uint64_t size) {
  if (watched_for_writes_.empty() || size == 0 || !watched_for_writes(address, size)) return;
  host_write_ = {.address = address,
                 .size = static_cast<std::uint32_t>(size),
                 .write = true,
                 .old_value = first_bytes(memory_, address, size),
                 .by_host = true,
                 .position = {running_ ? host_since_ : clock_.now()},
                 .instruction = progress_.block_address};
}

void Cpu::host_wrote() {
  if (!host_write_.write) return;
  MemoryAccess access = std::exchange(host_write_, {});
  access.new_value = first_bytes(memory_, access.address, access.size);
  bus_.watched_access(access);
}

}  // namespace emu
