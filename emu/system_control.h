// The two wires by which chips control the whole machine: the A20 gate and the reset line.
#pragma once

#include <string_view>

namespace emu {

class SystemControl {
 public:
  virtual ~SystemControl() = default;
  virtual void set_a20(bool enabled) = 0;
  virtual bool a20() const = 0;
  /// Asks for a CPU reset after the current instruction. `cause` names the chip: "8042 command FEh", "port 92h".
  virtual void request_reset(std::string_view cause) = 0;
};

}  // namespace emu
