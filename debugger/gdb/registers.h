// The registers as gdb is told of them: their order, their widths, and what it is to make of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emu/machine.h"

namespace debugger::gdb {

/// How gdb is to read code and registers. It can be told only once in a connection.
enum class Architecture : std::uint8_t { kI8086, kI386, kX86_64 };

/// What suits the mode that the CPU is in: i8086 for 16-bit code, i386 for 32-bit code, x86-64 for long mode.
Architecture architecture_of(const emu::Machine& machine);
/// As `set architecture` takes it: "i8086", "i386", "i386:x86-64".
std::string_view to_string(Architecture architecture);

/// One register of a layout.
struct Register {
  std::string name;
  std::size_t bytes = 4;
  std::string_view type;  ///< of gdb's types; empty: int
  bool known = true;      ///< false: gdb insists on it, and the machine does not show it (x87)
  std::string_view feature;
};

/// The registers of one architecture in gdb's order. eip (rip) is the *linear* address of the next instruction, so that
/// `x/i $pc`, breakpoints and stepping work in real mode; `ip` is the offset in CS.
class RegisterLayout {
 public:
  explicit RegisterLayout(Architecture architecture);

  Architecture architecture() const { return architecture_; }
  const std::vector<Register>& registers() const { return registers_; }
  /// target.xml (GDB manual, "Target Descriptions").
  std::string description() const;

  /// Little-endian hexadecimal digits, or x's for what is not known.
  std::string read(const emu::Machine& machine, std::size_t number) const;
  std::string read_all(const emu::Machine& machine) const;
  /// Changes `registers` as gdb asks: general registers, segments, flags, eip and ip. False when the register cannot be
  /// written from outside (control registers, bases), or there is no such register.
  bool write(emu::Registers& registers, std::size_t number, std::uint64_t value) const;

 private:
  std::optional<std::uint64_t> value(const emu::Machine& machine, const Register& what) const;

  Architecture architecture_;
  std::vector<Register> registers_;
};

}  // namespace debugger::gdb
