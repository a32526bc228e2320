// The wires by which chips and the BIOS control the whole machine: the A20 gate, the reset line, the power switch,
// idleness.
#pragma once

#include <string_view>

namespace emu {

class SystemControl {
 public:
  virtual ~SystemControl() = default;
  virtual void set_a20(bool enabled) = 0;
  virtual bool a20() const = 0;
  /// Asks for a CPU reset, soon: the CPU may do a few instructions more, to its next jump. `cause` names the chip:
  /// "8042 command FEh", "port 92h".
  virtual void request_reset(std::string_view cause) = 0;
  /// Switches the power off, soon, as a reset comes. `how`: "ACPI", "APM".
  virtual void power_off(std::string_view /*how*/) {}
  /// The BIOS tells that the guest asked for input that is not there (INT 16h/01h, INT 1Ah/00h, ...). Enough of these
  /// in a row, with next to nothing done in between, and the machine may move time on to the next event.
  virtual void note_idle_poll() {}
};

}  // namespace emu
