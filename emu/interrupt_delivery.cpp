#include "emu/interrupt_delivery.h"

#include <cstring>

#include "emu/registers.h"

namespace emu {

namespace {

/// A descriptor as the CPU caches it.
EngineSegment load_descriptor(Memory& memory, const EngineSegment& gdt, const EngineSegment& ldt,
                              std::uint16_t selector) {
  const EngineSegment& table = selector & 4 ? ldt : gdt;
  const PhysAddr at(table.base + (selector & ~7u));
  const auto low = memory.read<std::uint32_t>(at), high = memory.read<std::uint32_t>(at + 4);
  std::uint32_t limit = (low & 0xFFFF) | (high & 0xF0000);
  if (high & 0x800000) limit = limit << 12 | 0xFFF;
  return {selector, (low >> 16) | (high & 0xFF) << 16 | (high & 0xFF000000), limit, high & 0x00F0FF00};
}

class Frame {
 public:
  Frame(std::uint8_t* state, const CpuLayout& layout, Memory& memory)
      : state_(state), layout_(layout), memory_(memory) {}

  template <class T>
  T& at(std::size_t offset) {
    return *reinterpret_cast<T*>(state_ + offset);
  }
  EngineSegment& segment(Seg s) {
    return at<EngineSegment>(layout_.segments + sizeof(EngineSegment) * static_cast<int>(s));
  }
  std::uint64_t& sp() { return at<std::uint64_t>(8 * static_cast<int>(Gpr::kSp)); }

  void push(std::uint32_t value, bool wide) {
    const bool big = segment(Seg::kSs).flags & 0x00400000;
    const std::uint64_t size = wide ? 4 : 2;
    const std::uint64_t next = big ? (sp() - size) & 0xFFFFFFFF : (sp() & ~0xFFFFull) | ((sp() - size) & 0xFFFF);
    sp() = next;
    const PhysAddr where((segment(Seg::kSs).base + (big ? next : next & 0xFFFF)) & memory_.a20_mask());
    if (wide) {
      memory_.write<std::uint32_t>(where, value);
    } else {
      memory_.write<std::uint16_t>(where, static_cast<std::uint16_t>(value));
    }
  }

  void enter(const EngineSegment& cs, std::uint64_t ip, std::uint64_t clear) {
    segment(Seg::kCs) = cs;
    at<std::uint64_t>(layout_.rip) = ip;
    at<std::uint64_t>(layout_.eflags) &= ~clear;
    auto& hf = at<std::uint32_t>(layout_.hflags);
    hf &= ~(hflag::kCs32 | hflag::kInhibitIrq);
    if (cs.flags & 0x00400000) hf |= hflag::kCs32;
  }

  Delivery real_mode(const PendingInterrupt& i) {
    const auto& idt = at<EngineSegment>(layout_.idt);
    if (i.vector * 4u + 3 > idt.limit) return Delivery::kShutdown;
    const PhysAddr entry(idt.base + i.vector * 4u);
    push(static_cast<std::uint32_t>(i.flags), false);
    push(segment(Seg::kCs).selector, false);
    push(static_cast<std::uint32_t>(at<std::uint64_t>(layout_.rip)), false);
    const auto ip = memory_.read<std::uint16_t>(entry), cs = memory_.read<std::uint16_t>(entry + 2);
    EngineSegment target = segment(Seg::kCs);
    target.selector = cs;
    target.base = std::uint64_t{cs} << 4;
    enter(target, ip, flag::kInterrupt | flag::kTrap | flag::kAlignmentCheck);
    return Delivery::kDone;
  }

  Delivery protected_mode(const PendingInterrupt& i) {
    const auto& idt = at<EngineSegment>(layout_.idt);
    if (i.vector * 8u + 7 > idt.limit) return Delivery::kShutdown;
    const auto low = memory_.read<std::uint32_t>(PhysAddr(idt.base + i.vector * 8u));
    const auto high = memory_.read<std::uint32_t>(PhysAddr(idt.base + i.vector * 8u + 4));
    const unsigned type = high >> 8 & 0x1F;
    if (!(high & 0x8000)) return Delivery::kShutdown;
    if (type != 6 && type != 7 && type != 14 && type != 15) return Delivery::kUnsupported;
    const bool wide = type >= 14, trap_gate = type & 1;
    const auto& gdt = at<EngineSegment>(layout_.gdt);
    const auto& ldt = at<EngineSegment>(layout_.ldt);
    EngineSegment target = load_descriptor(memory_, gdt, ldt, static_cast<std::uint16_t>(low >> 16));
    auto& hf = at<std::uint32_t>(layout_.hflags);
    const unsigned cpl = hf & hflag::kCplMask, dpl = target.flags >> 13 & 3;
    const bool inner = !(target.flags & 0x400) && dpl < cpl;
    if (inner) {
      const std::uint32_t old_ss = segment(Seg::kSs).selector, old_sp = static_cast<std::uint32_t>(sp());
      const auto& tr = at<EngineSegment>(layout_.tr);
      const PhysAddr stack(tr.base + 4 + 8 * dpl);  // 32-bit TSS: ESPn, SSn
      const auto ss = memory_.read<std::uint16_t>(stack + 4);
      sp() = memory_.read<std::uint32_t>(stack);
      segment(Seg::kSs) = load_descriptor(memory_, gdt, ldt, ss);
      push(old_ss, wide);
      push(old_sp, wide);
      hf = (hf & ~(hflag::kCplMask | hflag::kSs32)) | dpl;
      if (segment(Seg::kSs).flags & 0x00400000) hf |= hflag::kSs32;
    }
    push(static_cast<std::uint32_t>(i.flags), wide);
    push(segment(Seg::kCs).selector, wide);
    push(static_cast<std::uint32_t>(at<std::uint64_t>(layout_.rip)), wide);
    const bool has_error = i.vector == 8 || (i.vector >= 10 && i.vector <= 14) || i.vector == 17;
    if (!i.external && has_error) push(i.error_code, wide);
    target.selector = (target.selector & ~3u) | (inner ? dpl : cpl);
    enter(target, wide ? (low & 0xFFFF) | (high & 0xFFFF0000) : low & 0xFFFF,
          flag::kTrap | flag::kNestedTask | flag::kVm86 | (trap_gate ? 0 : flag::kInterrupt));
    return Delivery::kDone;
  }

 private:
  std::uint8_t* state_;
  const CpuLayout& layout_;
  Memory& memory_;
};

}  // namespace

Delivery deliver_interrupt(std::uint8_t* state, const CpuLayout& layout, Memory& memory,
                           const PendingInterrupt& interrupt) {
  Frame frame(state, layout, memory);
  if (!(frame.at<std::uint64_t>(layout.cr) & 1)) return frame.real_mode(interrupt);
  if (frame.at<std::uint32_t>(layout.hflags) & hflag::kLongMode) return Delivery::kUnsupported;
  return frame.protected_mode(interrupt);
}

}  // namespace emu
