// What the CPU needs of an interrupt controller.
#pragma once

#include <cstdint>

namespace emu {

/// The INTR side of the 8259A pair.
class InterruptController {
 public:
  virtual ~InterruptController() = default;
  /// Is an unmasked request waiting (the INTR line)?
  virtual bool pending() const = 0;
  /// The INTA cycle: gives the vector and marks the request in service. Spurious requests give IRQ 7's vector.
  virtual std::uint8_t acknowledge() = 0;
};

/// An input of an interrupt controller that a device drives.
class IrqLine {
 public:
  virtual ~IrqLine() = default;
  virtual void set(bool level) = 0;
  void pulse() {
    set(true);
    set(false);
  }
};

}  // namespace emu
