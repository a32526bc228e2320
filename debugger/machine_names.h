// What names mean in a running PC: registers, flags, what the machine knows, a call's arguments, symbols.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "debugger/call_words.h"
#include "debugger/expression.h"
#include "debugger/symbols.h"
#include "emu/machine.h"

namespace debugger {

/// A register or flag by its name, in any case: al ah ax eax rax .. r15, ip eip rip, flags eflags, cs .. gs, the flag
/// bits cf pf af zf sf tf if df of. Nothing for other names.
std::optional<std::uint64_t> register_value(const emu::Registers& registers, std::string_view name);
/// How wide it is, flag bits included.
std::optional<int> register_bits(std::string_view name);
/// Changes a register or a flag bit; as 16-bit code writes it: a segment's base follows in real mode. False: no such
/// name.
bool set_register(emu::Registers& registers, std::string_view name, std::uint64_t value);

/// Linear address of selector:offset as the CPU would form it now: by the hidden part of a segment register that holds
/// the selector, else as in real mode, else by the descriptor tables. Nothing when there is no such descriptor.
std::optional<std::uint64_t> linear_address(const emu::Machine& machine, std::uint16_t selector, std::uint64_t offset);
/// Reads what the CPU would see at a linear address, without side effects. False when a page is not there.
bool read_linear(const emu::Machine& machine, std::uint64_t linear, std::span<std::uint8_t> out);

/// The machine as it stands. Besides registers: cr0 cr2 cr3 cr4 efer, a20, time (ns), calls (INT 13h so far), and what
/// the user has set as $NAME.
class MachineNames : public Names {
 public:
  MachineNames(const emu::Machine& machine, const Symbols& symbols) : machine_(machine), symbols_(symbols) {}

  std::optional<Value> lookup(std::string_view name) const override;
  std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const override {
    return linear_address(machine_, selector, offset);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override {
    return read_linear(machine_, linear, out);
  }

  const Symbols& symbols() const { return symbols_; }
  void set_variable(std::string name, Value value) { variables_[std::move(name)] = std::move(value); }
  const std::map<std::string, Value, std::less<>>& variables() const { return variables_; }
  /// How many disk calls there were, for `calls`.
  std::function<std::uint64_t()> call_count;

 private:
  const emu::Machine& machine_;
  const Symbols& symbols_;
  std::map<std::string, Value, std::less<>> variables_;
};

/// A call's fields in front of everything else: drive lba count buffer cylinder head sector, int, call (its number),
/// depth, caller; once it has finished cf status bytes by; and registers as they were at the call (AH and AX), or are
/// now.
class CallNames : public Names {
 public:
  CallNames(const emu::InterruptCall& call, const DescribedCall& described, std::uint64_t number,
            const emu::Memory* memory, const Names& outer)
      : call_(call), described_(described), number_(number), memory_(memory), outer_(outer) {}

  std::optional<Value> lookup(std::string_view name) const override;
  std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const override {
    return outer_.linear(selector, offset);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override { return outer_.read(linear, out); }

 private:
  std::optional<Value> result(std::string_view name) const;

  const emu::InterruptCall& call_;
  const DescribedCall& described_;
  std::uint64_t number_;
  const emu::Memory* memory_;
  const Names& outer_;
};

/// Does a condition ask for what only a finished call has (cf, status, bytes, by)?
bool asks_for_results(const Expression& condition);
/// Is this a name of a call's field, whether or not the call at hand has it?
bool is_call_field(std::string_view name);

}  // namespace debugger
