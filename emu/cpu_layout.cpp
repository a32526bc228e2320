#include "emu/cpu_layout.h"

#include <unicorn/unicorn.h>

#include <cstring>
#include <memory>

#include "emu/error.h"

namespace emu {

namespace {

[[noreturn]] void unknown(const char* what) {
  throw Error(ErrorKind::kInternal,
              std::string("this build of the Unicorn library keeps its CPU state in an unknown way (") + what +
                  "); bootsim is made for Unicorn 2.0.1 as in Debian 12");
}

/// A UC_MODE_64 engine and a way to photograph its state.
class Probe {
 public:
  Probe() {
    if (uc_open(UC_ARCH_X86, UC_MODE_64, &engine_) != UC_ERR_OK) unknown("it does not open");
    uc_context_alloc(engine_, &context_);
    size_ = uc_context_size(engine_);
  }
  ~Probe() {
    uc_context_free(context_);
    uc_close(engine_);
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  void set(int reg, std::uint64_t value) { uc_reg_write(engine_, reg, &value); }
  void set_table(int reg, std::uint16_t selector, std::uint64_t base, std::uint32_t limit) {
    uc_x86_mmr mmr{selector, base, limit, 0};
    uc_reg_write(engine_, reg, &mmr);
  }
  void set_msr(std::uint32_t number, std::uint64_t value) {
    uc_x86_msr msr{number, value};
    uc_reg_write(engine_, UC_X86_REG_MSR, &msr);
  }
  std::size_t size() const { return size_; }
  const std::uint8_t* photograph() {
    uc_context_save(engine_, context_);
    return reinterpret_cast<const std::uint8_t*>(context_);
  }
  /// The first place of a value that was just written.
  std::size_t locate(std::uint64_t value, const char* what) {
    const std::uint8_t* bytes = photograph();
    for (std::size_t i = 0; i + 8 <= size_; ++i)
      if (std::memcmp(bytes + i, &value, 8) == 0) return i;
    unknown(what);
  }

 private:
  uc_engine* engine_ = nullptr;
  uc_context* context_ = nullptr;
  std::size_t size_ = 0;
};

constexpr std::uint64_t kMark = 0x5E1F'0C0D'E000'0000;  // + a number: unlikely to occur by chance

}  // namespace

CpuLayout CpuLayout::find() {
  Probe probe;
  CpuLayout at;
  at.context_size = probe.size();

  probe.set(UC_X86_REG_RAX, kMark + 1);
  at.header = probe.locate(kMark + 1, "general registers");
  const auto offset_of = [&](std::uint64_t value, const char* what) { return probe.locate(value, what) - at.header; };

  probe.set(UC_X86_REG_R15, kMark + 2);
  probe.set(UC_X86_REG_RIP, kMark + 3);
  if (offset_of(kMark + 2, "R15") != 15 * 8) unknown("order of the general registers");
  at.rip = offset_of(kMark + 3, "RIP");
  at.eflags = at.rip + 8;
  // After EFLAGS: cc_dst, cc_src, cc_src2 (8 bytes each), cc_op, DF as +1/-1, hflags, hflags2 (4 bytes each), segments.
  at.cc_src = at.eflags + 16;
  at.cc_op = at.eflags + 32;
  at.direction = at.cc_op + 4;
  at.hflags = at.direction + 4;

  probe.set_table(UC_X86_REG_LDTR, 0x4321, kMark + 4, 0x98765);
  probe.set_table(UC_X86_REG_TR, 0x4322, kMark + 5, 0x98766);
  probe.set_table(UC_X86_REG_GDTR, 0, kMark + 6, 0x1234);
  probe.set_table(UC_X86_REG_IDTR, 0, kMark + 7, 0x1235);
  probe.set(UC_X86_REG_CR2, kMark + 8);
  at.ldt = offset_of(kMark + 4, "LDTR") - 8;
  at.tr = offset_of(kMark + 5, "TR") - 8;
  at.gdt = offset_of(kMark + 6, "GDTR") - 8;
  at.idt = offset_of(kMark + 7, "IDTR") - 8;
  at.cr = offset_of(kMark + 8, "CR2") - 16;
  at.segments = at.ldt - 6 * sizeof(EngineSegment);
  if (at.segments != at.hflags + 8 || at.tr != at.ldt + 24 || at.gdt != at.tr + 24 || at.idt != at.gdt + 24 ||
      at.cr != at.idt + 24)
    unknown("order of the segment registers");

  probe.set_msr(0xC0000081, kMark + 9);
  probe.set_msr(0xC0000082, kMark + 10);
  probe.set_msr(0xC0000083, kMark + 11);
  probe.set_msr(0xC0000084, kMark + 12);
  at.star = offset_of(kMark + 9, "STAR");
  at.lstar = offset_of(kMark + 10, "LSTAR");
  at.cstar = offset_of(kMark + 11, "CSTAR");
  at.fmask = offset_of(kMark + 12, "FMASK");

  // The SYSENTER registers lie before STAR: CS (4 bytes, padded), ESP, EIP.
  at.sysenter_eip = at.star - 8;
  at.sysenter_esp = at.star - 16;
  at.sysenter_cs = at.star - 24;

  // EFER follows the bounds registers after CR0-CR4 and the A20 mask: in a fresh 64-bit engine it reads LMA alone.
  for (std::size_t i = at.cr + 40; i < at.star && !at.efer; i += 8) {
    std::uint64_t v;
    std::memcpy(&v, probe.photograph() + at.header + i, 8);
    if (v == 0x400 || v == 0x500) at.efer = i;
  }
  if (!at.efer) unknown("EFER");

  // The exception fields lie before the eight debug registers.
  probe.set(UC_X86_REG_DR0, kMark + 13);
  probe.set(UC_X86_REG_DR1, kMark + 14);
  const std::size_t dr0 = offset_of(kMark + 13, "DR0");
  if (offset_of(kMark + 14, "DR1") != dr0 + 8) unknown("debug registers");
  at.next_eip = dr0 - 8;
  at.exception_is_int = dr0 - 12;
  at.error_code = dr0 - 16;
  at.old_exception = dr0 + 8 * 8 + 4 * 8;
  std::int32_t old_exception;
  std::memcpy(&old_exception, probe.photograph() + at.header + at.old_exception, 4);
  if (old_exception != -1) unknown("exception in flight");
  return at;
}

}  // namespace emu
