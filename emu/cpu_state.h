// How the rooms of Cpu reach the engine's registers.
#pragma once

#include <unicorn/unicorn.h>

#include <cstring>

#include "emu/cpu.h"

namespace emu {

inline constexpr std::uint8_t kInvalidOpcode = 6;  ///< the exception that the engine reports by a hook of its own

template <class T>
T get_field(const std::uint8_t* state, std::size_t offset) {
  T value;
  std::memcpy(&value, state + offset, sizeof value);
  return value;
}

template <class T>
void put_field(std::uint8_t* state, std::size_t offset, T value) {
  std::memcpy(state + offset, &value, sizeof value);
}

/// The engine's registers as bytes, for the length of a scope. Without the kit they are a copy, which save() gives
/// back.
class Cpu::State {
 public:
  explicit State(Cpu& cpu) : cpu_(cpu) {
    if (cpu.kit_) {
      bytes_ = cpu.kit_->state();
    } else {
      uc_context_save(cpu.engine_, cpu.context_);
      bytes_ = reinterpret_cast<std::uint8_t*>(cpu.context_) + cpu.layout_.header;
    }
  }
  void save() {
    if (!cpu_.kit_) uc_context_restore(cpu_.engine_, cpu_.context_);
  }
  std::uint8_t* bytes() { return bytes_; }
  template <class T>
  T get(std::size_t offset) const {
    return get_field<T>(bytes_, offset);
  }
  template <class T>
  void put(std::size_t offset, T value) {
    put_field(bytes_, offset, value);
  }

 private:
  Cpu& cpu_;
  std::uint8_t* bytes_;
};

}  // namespace emu
