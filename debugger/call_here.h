// The BIOS call at hand: the INT that is next, or the disk call that is under way; and its fields as names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "debugger/call_words.h"
#include "debugger/debugger.h"
#include "debugger/machine_names.h"
#include "emu/call_tracker.h"

namespace debugger {

struct CallHere {
  emu::InterruptCall call;  ///< unfinished
  DescribedCall described;
  std::uint64_t number = 0;  ///< of INT 13h, from 1, as it will be counted; 0: another interrupt
  bool begun = false;        ///< it is under way; else its INT is the next instruction
};

/// Of a debugger that stands still, in real mode. An INT that is next goes before the call in which it is made.
std::optional<CallHere> call_here(const Debugger& debugger);

/// What the machine knows, and behind that the fields of the call at hand: a symbol may have the name of a field, and
/// registers are as they are now. As the machine stands when this is made.
class NamesHere : public Names {
 public:
  explicit NamesHere(const Debugger& debugger);
  NamesHere(const NamesHere&) = delete;
  NamesHere& operator=(const NamesHere&) = delete;

  std::optional<Value> lookup(std::string_view name) const override;
  std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const override {
    return names_.linear(selector, offset);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override { return names_.read(linear, out); }

 private:
  const MachineNames& names_;
  std::optional<CallHere> here_;
  std::optional<CallNames> fields_;  // of here_
  DriveFacts* drives_ = nullptr;     // of a disk call that the BIOS will answer
};

/// "lba has no value now", and why not for the fields of calls.
std::string no_value_words(std::string_view name);

}  // namespace debugger
