#include "debugger/call_here.h"

#include <array>

#include <fmt/core.h>

#include "debugger/cpu_mode.h"
#include "emu/text.h"

namespace debugger {
namespace {

constexpr std::uint8_t kInt = 0xCD, kDisk = 0x13;

/// The INT that CS:IP is at, as if it had begun.
std::optional<CallHere> next_call(const Debugger& debugger) {
  const emu::Machine& machine = debugger.machine();
  if (!is_real(machine.mode())) return std::nullopt;
  CallHere next{.call = {.in = machine.registers()}, .described = {}};
  std::array<std::uint8_t, 2> code{};
  if (debugger.read_code(next.call.in.rip, code) != code.size() || code[0] != kInt) return std::nullopt;
  next.call.vector = code[1];
  next.call.caller = next.call.in.cs_ip();
  next.described = describe_call(next.call.vector, next.call.in, machine.memory(), &debugger.target().drives);
  if (next.call.vector == kDisk) next.number = debugger.calls().count() + 1;
  return next;
}

/// A call without an INT (`pushf; call far`) shows in the ROM only; a visit to its time has told that it begins here.
std::optional<CallHere> known_call(const Debugger& debugger) {
  const auto known = debugger.calls().known();
  const std::uint64_t happened = debugger.calls().count();
  if (happened >= known.size() || known[happened].call.position != debugger.machine().position()) return std::nullopt;
  CallHere next{.call = known[happened].call, .described = known[happened].described, .number = happened + 1};
  next.call.finished = false;
  next.call.hook.reset();
  return next;
}

}  // namespace

std::optional<CallHere> call_here(const Debugger& debugger) {
  if (auto next = next_call(debugger)) return next;
  if (auto known = known_call(debugger)) return known;
  const LoggedCall* under_way = debugger.calls().under_way();
  if (!under_way) return std::nullopt;
  return CallHere{
      .call = under_way->call, .described = under_way->described, .number = under_way->number, .begun = true};
}

NamesHere::NamesHere(const Debugger& debugger) : names_(debugger.names()), here_(call_here(debugger)) {
  if (!here_) return;
  const emu::Memory& memory = debugger.machine().memory();
  fields_.emplace(here_->call, here_->described, here_->number, &memory, names_);
  if (here_->number != 0 && !is_hooked(here_->call.vector, memory)) drives_ = &debugger.target().drives;
}

std::optional<Value> NamesHere::lookup(std::string_view name) const {
  if (auto value = names_.lookup(name)) return value;
  if (drives_ && emu::same_words(name, kFileField)) return file_value(here_->described, *drives_);
  return fields_ ? fields_->lookup(name) : std::nullopt;
}

std::string no_value_words(std::string_view name) {
  return fmt::format("{} has no value now{}", name,
                     is_call_field(name) ? ": no call that has one is next or under way" : "");
}

}  // namespace debugger
