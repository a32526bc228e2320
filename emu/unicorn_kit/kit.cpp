#include "emu/unicorn_kit/kit.h"

#include <sys/mman.h>
#include <unicorn/unicorn.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "emu/page_walk.h"
#include "emu/unicorn_kit/upstream.h"

namespace emu::kit {

#ifdef BOOTSIM_KIT

namespace {

constexpr std::uint64_t kNotPresent = ~std::uint64_t{0};
/// The engine numbers the bytes of its RAM blocks in one address space; ours add up to less than this.
constexpr std::uint64_t kEngineRamSpace = 64ull << 30;

}  // namespace

Kit::Kit(uc_struct* engine, const CpuLayout& layout, Memory& memory, Host& host)
    : engine_(engine), layout_(layout), memory_(memory), host_(host) {
  void* p =
      mmap(nullptr, kEngineRamSpace / 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p != MAP_FAILED) code_bytes_ = static_cast<std::uint8_t*>(p);
}

Kit::~Kit() {
  if (code_bytes_) munmap(code_bytes_, kEngineRamSpace / 8);
}

bool Kit::attach() {
  if (!code_bytes_) return false;
  // One HLT in RAM: x86_cpu_exec_enter then shows the CPU. Four registers hold a pattern to find its state by.
  constexpr std::uint64_t kScratch = 0x600;
  static constexpr std::array<int, 4> kIds = {UC_X86_REG_RAX, UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RBX};
  static constexpr std::array<std::uint64_t, 4> kMarks = {0x1111222233334444, 0x5555666677778888, 0x9999AAAABBBBCCCC,
                                                          0xDDDDEEEEFFFF0001};
  const std::uint8_t saved = memory_.ram()[kScratch];
  memory_.ram()[kScratch] = 0xF4;
  {
    Running running(this);
    uc_emu_start(engine_, kScratch, 0, 0, 0);
  }
  memory_.ram()[kScratch] = saved;
  uc_ctl_remove_cache(engine_, kScratch, kScratch + 1);

  for (int i = 0; i < 4; ++i) uc_reg_write(engine_, kIds[i], &kMarks[i]);
  auto* bytes = static_cast<std::uint8_t*>(cpu_);
  for (std::size_t offset = 0; bytes && offset < (1u << 20) && !state_; offset += 8)
    if (std::memcmp(bytes + offset, kMarks.data(), sizeof kMarks) == 0) state_ = bytes + offset;
  if (!state_) return false;
  for (int i = 0; i < 4; ++i) field<std::uint64_t>(8 * i) = 0;

  // cpu_reset_interrupt clears one word of the structure that it is given: that word is interrupt_request.
  std::vector<std::uint8_t> fake(1 << 17, 0xFF);
  cpu_reset_interrupt(fake.data() + (1 << 16), -1);
  const auto it = std::find(fake.begin(), fake.end(), 0);
  if (it == fake.end()) return false;
  interrupt_request_ = static_cast<std::size_t>(it - fake.begin()) - (1 << 16);

  ram_region_ = __real_memory_mapping(engine_, 0);
  if (!ram_region_) return false;

  // The state ends with a pointer to the engine.
  constexpr std::size_t kMost = 64 << 10;
  for (std::size_t i = (layout_.context_size - layout_.header) & ~std::size_t{7}; i < kMost && !whole_state_; i += 8)
    if (field<uc_struct*>(i) == engine_) whole_state_ = i;
  if (!whole_state_) return false;
  enable_features();
  return true;
}

/// Some instructions and EFER bits work only when the engine believes in the CPUID bits, and UC_MODE_64 forces a poor
/// set. The words follow the saved state: leaf 1 EDX, ECX, leaf 7 EBX, ECX, EDX, leaf 7.1 EAX, leaf 80000001h EDX, ECX.
void Kit::enable_features() {
  constexpr std::uint64_t kForced1Edx = 0x07088100, kForcedExtendedEdx = 0xA8000000;
  constexpr std::uint64_t kTcg1Edx = 0x078BF9FF, kSyscall = 1u << 11, kNx = 1u << 20, kLongMode = 1u << 29;
  constexpr std::uint64_t kSse3 = 1, kSsse3 = 1u << 9, kCx16 = 1u << 13, kPopcnt = 1u << 23;
  for (std::size_t i = layout_.context_size - layout_.header; i < layout_.context_size + 4096; i += 8) {
    if ((field<std::uint64_t>(i) & 0xFFFFFFFF) != kForced1Edx || field<std::uint64_t>(i + 6 * 8) != kForcedExtendedEdx)
      continue;
    field<std::uint64_t>(i) = kTcg1Edx;
    field<std::uint64_t>(i + 8) |= kSse3 | kSsse3 | kCx16 | kPopcnt;
    field<std::uint64_t>(i + 6 * 8) = kSyscall | kNx | kLongMode;
    return;
  }
}

void Kit::mapped(const Region& region) {
  if (!region.host) return;
  const std::uint64_t at = qemu_ram_addr_from_host_x86_64(engine_, region.host);
  const Block block{region.host, region.size, at};
  blocks_.insert(std::upper_bound(blocks_.begin(), blocks_.end(), block,
                                  [](const Block& a, const Block& b) { return a.host < b.host; }),
                 block);
  const std::uint64_t pages = (at + region.size) >> 12;
  if (code_pages_.size() < pages) {
    code_pages_.resize(pages);
    pages_.resize(pages);
  }
  for (std::uint64_t offset = 0; offset < region.size; offset += Memory::kPage)
    pages_[(at + offset) >> 12] = {region.host + offset, {kNowhere, kNowhere}};
}

void Kit::unmapping(const Region& region) {
  if (!region.host) return;
  invalidate(region, region.base, region.size);
  std::erase_if(blocks_, [&](const Block& b) { return b.host == region.host && b.size == region.size; });
}

std::uint64_t Kit::engine_address(const std::uint8_t* host) const {
  auto it = std::upper_bound(blocks_.begin(), blocks_.end(), host,
                             [](const std::uint8_t* h, const Block& b) { return h < b.host; });
  if (it == blocks_.begin()) return kNotPresent;
  --it;
  const auto offset = static_cast<std::uint64_t>(host - it->host);
  return offset < it->size ? it->engine_address + offset : kNotPresent;
}

std::uint64_t Kit::ram_address(std::uint64_t physical) const {
  if (physical >= Memory::kAddressSpace) return kNotPresent;
  const Region& r = memory_.region_at(PhysAddr(physical));
  return r.host ? engine_address(r.host + (physical - r.base.value)) : kNotPresent;
}

void Kit::flush_translations() {
  if (cpu_) tlb_flush_x86_64(cpu_);
}

void Kit::invalidate(const Region& region, PhysAddr address, std::uint64_t size) {
  const std::uint64_t at = engine_address(region.host + (address.value - region.base.value));
  if (at == kNotPresent) return;
  Running running(this);
  // Page by page: the common case is a disk read into pages that never held code.
  for (std::uint64_t from = at, end = at + size; from < end;) {
    const std::uint64_t to = std::min(end, (from | 0xFFF) + 1);
    if (has_code(from >> 12) && code_in(from, to - from)) tb_invalidate_phys_range_x86_64(engine_, from, to);
    from = to;
  }
}

void Kit::invalidate_linear(std::uint64_t linear, std::uint64_t size) {
  Running running(this);
  while (size > 0) {
    const std::uint64_t n = std::min(size, Memory::kPage - (linear & (Memory::kPage - 1)));
    const std::uint64_t physical = translate(linear);
    const std::uint64_t at = physical == kNotPresent ? kNotPresent : ram_address(physical);
    if (at != kNotPresent && has_code(at >> 12)) tb_invalidate_phys_range_x86_64(engine_, at, at + n);
    linear += n;
    size -= n;
  }
}

void Kit::page_replaced(const std::uint8_t* page, const std::uint8_t* contents) {
  const std::uint64_t at = engine_address(page);
  if (at == kNotPresent || !has_code(at >> 12)) return;
  Running running(this);
  for (std::uint64_t i = 0; i < Memory::kPage; i += 8) {
    if (!code_bytes_[(at + i) >> 3] || std::memcmp(page + i, contents + i, 8) == 0) continue;
    tb_invalidate_phys_range_x86_64(engine_, at + i, at + i + 8);
  }
}

void Kit::pages_are_clean() { tlb_reset_dirty_x86_64(cpu_, 0, ~std::uint64_t{0}); }

void Kit::filled(std::uint64_t page, std::uint64_t linear) {
  latest_fill(linear) = {linear, page};
  auto& known = pages_[page].linear;
  if (known[0] == linear) return;
  known = {linear, known[0]};
}

bool Kit::may_be_fast(std::uint64_t page) const {
  return page < pages_.size() && !code_pages_[page] && !memory_.journal().clean(pages_[page].host);
}

void Kit::let_stores_be_fast(std::uint64_t page) {
  for (const std::uint64_t linear : pages_[page].linear) {
    const Fill& fill = latest_fill(linear);  // else another page may be there by now
    if (linear != kNowhere && fill.linear == linear && fill.page == page) tlb_set_dirty_x86_64(cpu_, linear);
  }
}

void Kit::watch_pages(WatchedPages pages) {
  watched_ = std::move(pages);
  flush_translations();
}

std::vector<std::uint8_t> Kit::save_state() { return std::vector<std::uint8_t>(state_, state_ + whole_state_); }

/// The state holds pointers to what the debug registers have set up, so those go through the library.
void Kit::restore_state(const std::vector<std::uint8_t>& saved) {
  const std::size_t dr7 = layout_.next_eip + 8 + 7 * 8, pointers = dr7 + 8, pointers_size = 4 * 8;
  Running running(this);
  cpu_x86_update_dr7_x86_64(state_, 0);
  std::memcpy(state_, saved.data(), pointers);
  std::memcpy(state_ + pointers + pointers_size, saved.data() + pointers + pointers_size,
              saved.size() - pointers - pointers_size);
  const auto enabled = static_cast<std::uint32_t>(field<std::uint64_t>(dr7));
  std::memset(state_ + dr7, 0, 8);
  cpu_x86_update_dr7_x86_64(state_, enabled);
  flush_translations();
}

bool Kit::code_in(std::uint64_t at, std::uint64_t size) const {
  const std::uint64_t end = at + size;
  while (at < end) {
    if ((at & 7) == 0 && end - at >= 8) {
      if (code_bytes_[at >> 3]) return true;
      at += 8;
    } else {
      if (code_bytes_[at >> 3] >> (at & 7) & 1) return true;
      ++at;
    }
  }
  return false;
}

void Kit::mark_code(std::uint64_t at, std::uint64_t size) {
  for (std::uint64_t a = at; a < at + size; ++a) code_bytes_[a >> 3] |= static_cast<std::uint8_t>(1u << (a & 7));
}

void Kit::clear_code(std::uint64_t at, std::uint64_t size) {
  for (std::uint64_t a = at; a < at + size; ++a) code_bytes_[a >> 3] &= static_cast<std::uint8_t>(~(1u << (a & 7)));
}

/// Permissions were checked by the engine; this only finds the frame.
std::uint64_t Kit::translate(std::uint64_t linear) const {
  const bool long_mode = field<std::uint32_t>(layout_.hflags) & hflag::kLongMode;
  const SystemRegisters registers{.cr0 = field<std::uint64_t>(layout_.cr),
                                  .cr3 = field<std::uint64_t>(layout_.cr + 24),
                                  .cr4 = field<std::uint64_t>(layout_.cr + 32),
                                  .efer = long_mode ? efer::kLongModeActive : 0};
  if (!(registers.cr0 & cr0::kPaging)) return (long_mode ? linear : linear & 0xFFFFFFFF) & memory_.a20_mask();
  return walk_pages(memory_, PageTables(registers), linear).physical.value_or(kNotPresent);
}

void Kit::deliver_exception() { x86_cpu_do_interrupt_x86_64(cpu_); }

void Kit::request_interrupt() {
  *reinterpret_cast<std::uint32_t*>(static_cast<std::uint8_t*>(cpu_) + interrupt_request_) |= kInterruptHard;
}

#else  // built without the overrides: nothing attaches

Kit::Kit(uc_struct* engine, const CpuLayout& layout, Memory& memory, Host& host)
    : engine_(engine), layout_(layout), memory_(memory), host_(host) {}
Kit::~Kit() = default;
bool Kit::attach() { return false; }
void Kit::mapped(const Region&) {}
void Kit::unmapping(const Region&) {}
void Kit::flush_translations() {}
void Kit::invalidate(const Region&, PhysAddr, std::uint64_t) {}
std::uint64_t Kit::translate(std::uint64_t linear) const { return linear; }
void Kit::deliver_exception() {}
void Kit::request_interrupt() {}
void Kit::invalidate_linear(std::uint64_t, std::uint64_t) {}
void Kit::page_replaced(const std::uint8_t*, const std::uint8_t*) {}
void Kit::pages_are_clean() {}
void Kit::watch_pages(WatchedPages) {}
std::vector<std::uint8_t> Kit::save_state() { return {}; }
void Kit::restore_state(const std::vector<std::uint8_t>&) {}
Kit::Running::Running(Kit*, TranslatedCode*) : previous_(nullptr), previous_code_(nullptr) {}
Kit::Running::~Running() = default;

#endif

}  // namespace emu::kit
