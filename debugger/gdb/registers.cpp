#include "debugger/gdb/registers.h"

#include <array>

#include <fmt/core.h>

#include "debugger/gdb/packet.h"
#include "debugger/machine_names.h"

namespace debugger::gdb {
namespace {

using emu::Seg;

constexpr std::string_view kCore = "org.gnu.gdb.i386.core";
constexpr std::string_view kSystem = "org.bootsim.system";
/// Descriptor bits 8-23 in place: L and D/B.
constexpr std::uint32_t kLongSegment = 1u << 21, kBigSegment = 1u << 22;

constexpr std::array<std::string_view, 8> kGeneral16{"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
// gdb's orders: GDB's features/i386/32bit-core.xml and 64bit-core.xml.
constexpr std::array<std::string_view, 8> kOrder64{"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp"};
constexpr std::array<std::string_view, 6> kSegments{"cs", "ss", "ds", "es", "fs", "gs"};
constexpr std::array<std::string_view, 8> kX87{"fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"};
constexpr std::array<std::string_view, 5> kControl{"cr0", "cr2", "cr3", "cr4", "efer"};

struct FlagBit {
  std::string_view name;
  int bit;
};
constexpr FlagBit kFlags[] = {{"CF", 0},  {"PF", 2},  {"AF", 4},  {"ZF", 6},  {"SF", 7},  {"TF", 8}, {"IF", 9},
                              {"DF", 10}, {"OF", 11}, {"NT", 14}, {"RF", 16}, {"VM", 17}, {"AC", 18}};

std::optional<Seg> segment_named(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"es", "cs", "ss", "ds", "fs", "gs"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name == names[i]) return static_cast<Seg>(i);
  }
  return std::nullopt;
}

bool is_program_counter(std::string_view name) { return name == "eip" || name == "rip"; }

std::string hex_digits(std::uint64_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += fmt::format("{:02x}", i < 8 ? (value >> (8 * i)) & 0xFF : 0);
  return out;
}

}  // namespace

Architecture architecture_of(const emu::Machine& machine) {
  const std::uint32_t code = machine.registers()[Seg::kCs].attributes;
  switch (machine.mode()) {
    case emu::CpuMode::kLong: return (code & kLongSegment) ? Architecture::kX86_64 : Architecture::kI386;
    case emu::CpuMode::kProtected16:
    case emu::CpuMode::kProtected32: return (code & kBigSegment) ? Architecture::kI386 : Architecture::kI8086;
    default: return Architecture::kI8086;
  }
}

std::string_view to_string(Architecture architecture) {
  switch (architecture) {
    case Architecture::kI8086: return "i8086";
    case Architecture::kI386: return "i386";
    case Architecture::kX86_64: return "i386:x86-64";
  }
  return {};
}

RegisterLayout::RegisterLayout(Architecture architecture) : architecture_(architecture) {
  const bool wide = architecture == Architecture::kX86_64;
  const std::size_t word = wide ? 8 : 4;
  const auto add = [this](std::string name, std::size_t bytes, std::string_view type = {},
                          std::string_view feature = kCore, bool known = true) {
    registers_.push_back({std::move(name), bytes, type, known, feature});
  };
  if (wide) {
    for (const std::string_view name : kOrder64)
      add(std::string(name), 8, name == "rbp" || name == "rsp" ? "data_ptr" : "int64");
    for (int i = 8; i < 16; ++i) add(fmt::format("r{}", i), 8, "int64");
  } else {
    for (const std::string_view name : kGeneral16)
      add(fmt::format("e{}", name), 4, name == "sp" || name == "bp" ? "data_ptr" : "int32");
  }
  add(wide ? "rip" : "eip", word, "code_ptr");
  add("eflags", 4, "i386_eflags");
  for (const std::string_view name : kSegments) add(std::string(name), 4, "int32");
  for (int i = 0; i < 8; ++i) add(fmt::format("st{}", i), 10, "i387_ext", kCore, false);
  for (const std::string_view name : kX87) add(std::string(name), 4, "int", kCore, false);
  add("ip", word, wide ? "int64" : "int32", kSystem);
  for (const std::string_view name : kSegments) add(std::string(name) + "_base", word, "data_ptr", kSystem);
  for (const std::string_view name : kControl) add(std::string(name), word, wide ? "int64" : "int32", kSystem);
}

std::string RegisterLayout::description() const {
  std::string xml = "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target>\n";
  xml += fmt::format("<architecture>{}</architecture>\n<osabi>none</osabi>\n", to_string(architecture_));
  std::string_view feature;
  for (const Register& r : registers_) {
    if (r.feature != feature) {
      if (!feature.empty()) xml += "</feature>\n";
      feature = r.feature;
      xml += fmt::format("<feature name=\"{}\">\n", feature);
      if (feature == kCore) {
        xml += "<flags id=\"i386_eflags\" size=\"4\">\n";
        for (const FlagBit& f : kFlags)
          xml += fmt::format("<field name=\"{}\" start=\"{}\" end=\"{}\"/>\n", f.name, f.bit, f.bit);
        xml += "</flags>\n";
      }
    }
    const std::string_view group = r.known ? (feature == kSystem ? "system" : "") : "float";
    xml += fmt::format("<reg name=\"{}\" bitsize=\"{}\" type=\"{}\"", r.name, 8 * r.bytes, r.type);
    if (!group.empty()) xml += fmt::format(" group=\"{}\"", group);
    xml += "/>\n";
  }
  return xml + "</feature>\n</target>\n";
}

std::optional<std::uint64_t> RegisterLayout::value(const emu::Machine& machine, const Register& what) const {
  if (!what.known) return std::nullopt;
  const emu::Registers registers = machine.registers();
  if (is_program_counter(what.name)) return registers[Seg::kCs].base + registers.rip;
  if (what.name == "ip") return registers.rip;
  if (what.name.size() == 7 && what.name.ends_with("_base"))
    return registers[*segment_named(what.name.substr(0, 2))].base;
  const emu::SystemRegisters system = machine.system_registers();
  const std::uint64_t control[] = {system.cr0, system.cr2, system.cr3, system.cr4, system.efer};
  for (std::size_t i = 0; i < kControl.size(); ++i) {
    if (what.name == kControl[i]) return control[i];
  }
  return register_value(registers, what.name);
}

std::string RegisterLayout::read(const emu::Machine& machine, std::size_t number) const {
  if (number >= registers_.size()) return {};
  const Register& r = registers_[number];
  const auto value = this->value(machine, r);
  return value ? hex_digits(*value, r.bytes) : std::string(2 * r.bytes, 'x');
}

std::string RegisterLayout::read_all(const emu::Machine& machine) const {
  std::string out;
  for (std::size_t i = 0; i < registers_.size(); ++i) out += read(machine, i);
  return out;
}

bool RegisterLayout::write(emu::Registers& registers, std::size_t number, std::uint64_t value) const {
  if (number >= registers_.size() || !registers_[number].known) return false;
  const std::string& name = registers_[number].name;
  if (is_program_counter(name)) {
    registers.rip = value - registers[Seg::kCs].base;
    return true;
  }
  if (name == "ip") {
    registers.rip = value;
    return true;
  }
  return set_register(registers, name, value);
}

}  // namespace debugger::gdb
