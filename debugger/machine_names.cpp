#include "debugger/machine_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "bios/call_table.h"
#include "debugger/cpu_mode.h"
#include "emu/text.h"

namespace debugger {
namespace {

using emu::lower;
using emu::Registers;
using emu::Seg;

constexpr std::array<std::string_view, 8> kWords = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
constexpr std::array<std::string_view, 8> kBytes = {"al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"};
constexpr std::array<std::string_view, 6> kSegments = {"es", "cs", "ss", "ds", "fs", "gs"};
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 9> kFlags = {{{"cf", emu::flag::kCarry},
                                                                               {"pf", emu::flag::kParity},
                                                                               {"af", emu::flag::kAuxiliary},
                                                                               {"zf", emu::flag::kZero},
                                                                               {"sf", emu::flag::kSign},
                                                                               {"tf", emu::flag::kTrap},
                                                                               {"if", emu::flag::kInterrupt},
                                                                               {"df", emu::flag::kDirection},
                                                                               {"of", emu::flag::kOverflow}}};

/// A part of a 64-bit register: `bits` from `shift` on. A write of 32 bits clears what is above (SDM vol. 1, 3.4.1.1).
struct Part {
  std::uint64_t* whole = nullptr;
  int shift = 0;
  int bits = 64;

  std::uint64_t mask() const { return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1; }
  std::uint64_t get() const { return *whole >> shift & mask(); }
  void set(std::uint64_t value) const {
    *whole = bits >= 32 ? value & mask() : (*whole & ~(mask() << shift)) | (value & mask()) << shift;
  }
};

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names.begin()));
}

std::optional<Part> part_of(Registers& r, std::string_view name) {
  if (const auto i = index_of(kWords, name)) return Part{&r.gpr[*i], 0, 16};
  if (const auto i = index_of(kBytes, name)) return Part{&r.gpr[*i % 4], *i < 4 ? 0 : 8, 8};
  if (name == "ip" || name == "eip" || name == "rip")
    return Part{&r.rip, 0, name == "ip" ? 16 : name == "eip" ? 32 : 64};
  if (name == "flags" || name == "eflags" || name == "rflags")
    return Part{&r.rflags, 0, name == "flags" ? 16 : name == "eflags" ? 32 : 64};
  if (name.size() == 3 && (name[0] == 'e' || name[0] == 'r')) {
    if (const auto i = index_of(kWords, name.substr(1))) return Part{&r.gpr[*i], 0, name[0] == 'e' ? 32 : 64};
  }
  for (std::size_t i = 8; i < 16; ++i) {
    const std::string wide = fmt::format("r{}", i);
    if (name == wide) return Part{&r.gpr[i], 0, 64};
    if (name == wide + "d") return Part{&r.gpr[i], 0, 32};
  }
  return std::nullopt;
}

/// Base of the segment that a descriptor table holds for a selector (SDM vol. 3, 3.4.5).
std::optional<std::uint64_t> descriptor_base(const emu::Machine& machine, std::uint16_t selector) {
  constexpr std::uint16_t kLocalTable = 4;
  const emu::SystemRegisters system = machine.system_registers();
  const std::uint64_t entry = selector & 0xFFF8u;
  if (entry == 0 || (selector & kLocalTable) || entry + 7 > system.gdt_limit) return std::nullopt;
  std::array<std::uint8_t, 8> d{};
  if (!read_linear(machine, system.gdt_base + entry, d)) return std::nullopt;
  return std::uint64_t{d[2]} | std::uint64_t{d[3]} << 8 | std::uint64_t{d[4]} << 16 | std::uint64_t{d[7]} << 24;
}

}  // namespace

std::optional<std::uint64_t> register_value(const Registers& registers, std::string_view any_case) {
  const std::string name = lower(any_case);
  for (const auto& [flag, bit] : kFlags) {
    if (name == flag) return registers.rflags & bit ? 1 : 0;
  }
  if (const auto i = index_of(kSegments, name)) return registers.segment[*i].selector;
  Registers copy = registers;
  const auto part = part_of(copy, name);
  return part ? std::optional(part->get()) : std::nullopt;
}

std::optional<int> register_bits(std::string_view any_case) {
  const std::string name = lower(any_case);
  for (const auto& [flag, bit] : kFlags) {
    if (name == flag) return 1;
  }
  if (index_of(kSegments, name)) return 16;
  Registers none;
  const auto part = part_of(none, name);
  return part ? std::optional(part->bits) : std::nullopt;
}

bool set_register(Registers& registers, std::string_view any_case, std::uint64_t value) {
  const std::string name = lower(any_case);
  for (const auto& [flag, bit] : kFlags) {
    if (name != flag) continue;
    registers.rflags = value ? registers.rflags | bit : registers.rflags & ~std::uint64_t{bit};
    return true;
  }
  if (const auto i = index_of(kSegments, name)) {
    registers.set_real_segment(static_cast<Seg>(*i), static_cast<std::uint16_t>(value));
    return true;
  }
  const auto part = part_of(registers, name);
  if (part) part->set(value);
  return part.has_value();
}

std::optional<std::uint64_t> linear_address(const emu::Machine& machine, std::uint16_t selector, std::uint64_t offset) {
  const emu::CpuMode mode = machine.mode();
  const Registers registers = machine.registers();
  const bool real = is_real(mode);
  for (const emu::Segment& s : registers.segment) {
    if (s.selector == selector) return s.base + offset;
  }
  if (real) return (std::uint64_t{selector} << 4) + (offset & 0xFFFF);
  const auto base = descriptor_base(machine, selector);
  return base ? std::optional(*base + offset) : std::nullopt;
}

bool read_linear(const emu::Machine& machine, std::uint64_t linear, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto physical = machine.translate(linear);
    if (!physical) return false;
    const std::size_t piece = std::min<std::uint64_t>(out.size(), emu::Memory::kPage - linear % emu::Memory::kPage);
    machine.memory().read(*physical, out.first(piece));
    linear += piece;
    out = out.subspan(piece);
  }
  return true;
}

std::optional<Value> MachineNames::lookup(std::string_view name) const {
  if (name.starts_with('$')) {
    const auto found = variables_.find(name.substr(1));
    if (found != variables_.end()) return found->second;
    name.remove_prefix(1);  // gdb's way to write registers
    const Registers registers = machine_.registers();
    if (lower(name) == "pc") return Value::far(registers.cs(), registers.rip);
    const auto value = register_value(registers, name);
    return value ? std::optional(Value::of(*value)) : std::nullopt;
  }
  if (const auto value = register_value(machine_.registers(), name)) return Value::of(*value);
  if (const auto address = symbols_.address(name)) return Value::of(*address);
  const std::string word = lower(name);
  const emu::SystemRegisters system = machine_.system_registers();
  if (word == "cr0") return Value::of(system.cr0);
  if (word == "cr2") return Value::of(system.cr2);
  if (word == "cr3") return Value::of(system.cr3);
  if (word == "cr4") return Value::of(system.cr4);
  if (word == "efer") return Value::of(system.efer);
  if (word == "a20") return Value::of(machine_.a20() ? 1 : 0);
  if (word == "time") return Value::of(static_cast<std::uint64_t>(machine_.clock().now()));
  if (word == "calls" && call_count) return Value::of(call_count());
  return std::nullopt;
}

namespace {

constexpr std::array<std::string_view, 14> kCallFields = {"drive", "lba",    "count", "buffer", "cylinder",
                                                          "head",  "sector", "int",   "call",   "status",
                                                          "depth", "caller", "bytes", "by"};

}  // namespace

bool is_call_field(std::string_view name) { return index_of(kCallFields, lower(name)).has_value(); }

bool asks_for_results(const Expression& condition) {
  return std::any_of(condition.names().begin(), condition.names().end(), [](const Expression::Use& use) {
    const std::string name = lower(use.name);
    return name == "cf" || name == "status" || name == "bytes" || name == "by";
  });
}

std::optional<Value> CallNames::lookup(std::string_view any_case) const {
  const std::string name = lower(any_case);
  const bios::Arguments& a = described_.arguments;
  const auto number = [](const auto& field) { return field ? std::optional(Value::of(*field)) : std::nullopt; };
  if (name == "drive") return number(a.drive);
  if (name == "lba") return number(a.lba);
  if (name == "count") return number(a.count);
  if (name == "buffer") return a.buffer ? std::optional(Value::far(a.buffer->seg, a.buffer->off)) : std::nullopt;
  if (name == "cylinder") return a.chs ? std::optional(Value::of(a.chs->cylinder)) : std::nullopt;
  if (name == "head") return a.chs ? std::optional(Value::of(a.chs->head)) : std::nullopt;
  if (name == "sector") return a.chs ? std::optional(Value::of(a.chs->sector)) : std::nullopt;
  if (name == "int") return Value::of(call_.vector);
  if (name == "call") return Value::of(number_);
  if (name == "depth") return Value::of(static_cast<std::uint64_t>(call_.depth));
  if (name == "caller") return Value::far(call_.caller.seg, call_.caller.off);
  if (name == "cf" && !call_.finished) return std::nullopt;
  if (name == "status" || name == "bytes" || name == "by") return result(name);
  // AH and AX choose the function: they are asked for as they were at the call, all else as it is now.
  const bool function = name == "ah" || name == "ax";
  if (const auto value = register_value(call_.finished && !function ? call_.out : call_.in, name))
    return Value::of(*value);
  return outer_.lookup(any_case);
}

std::optional<Value> CallNames::result(std::string_view name) const {
  if (!call_.finished) return std::nullopt;
  if (name == "by") return call_.hook ? Value::far(call_.hook->seg, call_.hook->off) : Value::of_text("bios");
  if (name == "status") return Value::of(call_.out.rflags & emu::flag::kCarry ? call_.out.ah() : 0);
  if (!described_.function || !described_.function->describe_outcome || !memory_) return std::nullopt;
  bios::Outcome outcome;
  described_.function->describe_outcome({call_.in, &call_.out, *memory_, 0, described_.arguments.count}, outcome);
  return outcome.bytes ? std::optional(Value::of(*outcome.bytes)) : std::nullopt;
}

}  // namespace debugger
