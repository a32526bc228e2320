// Several devices on one interrupt line.
#pragma once

#include <array>
#include <cstddef>

#include "emu/interrupt_controller.h"

namespace devices {

/// The line is up while any of its inputs is: a wired OR, as the boards of PCs with four serial ports have it. Without
/// it, on the ISA bus, the two would drive the line against each other.
class SharedIrq {
 public:
  static constexpr std::size_t kInputs = 2;

  explicit SharedIrq(emu::IrqLine& line) : line_(line) {
    for (Input& input : inputs_) input.shared = this;
  }
  SharedIrq(const SharedIrq&) = delete;
  SharedIrq& operator=(const SharedIrq&) = delete;

  /// n is 0 or 1. Lives as long as this does.
  emu::IrqLine& input(std::size_t n) { return inputs_[n]; }

 private:
  struct Input : emu::IrqLine {
    void set(bool new_level) override {
      level = new_level;
      shared->line_.set(shared->inputs_[0].level || shared->inputs_[1].level);
    }
    SharedIrq* shared = nullptr;
    bool level = false;
  };

  emu::IrqLine& line_;
  std::array<Input, kInputs> inputs_;
};

}  // namespace devices
