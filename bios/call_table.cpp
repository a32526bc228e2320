#include "bios/call_table.h"

#include <array>

#include <fmt/core.h>

namespace bios {

namespace {

constexpr std::array<std::uint8_t, 12> kVectors = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                                                   0x16, 0x17, 0x18, 0x19, 0x1A, 0x40};

}  // namespace

std::span<const std::uint8_t> vectors_with_functions() { return kVectors; }

std::span<const Function> functions_of(std::uint8_t vector) {
  switch (vector) {
    case 0x10: return int10_functions();
    case 0x11: return int11_functions();
    case 0x12: return int12_functions();
    case 0x13: return int13_functions();
    case 0x14: return int14_functions();
    case 0x15: return int15_functions();
    case 0x16: return int16_functions();
    case 0x17: return int17_functions();
    case 0x18: return int18_functions();
    case 0x19: return int19_functions();
    case 0x1A: return int1a_functions();
    case 0x40: return int40_functions();
    default: return {};
  }
}

const Function* find_function(std::uint8_t vector, std::uint16_t ax) {
  const Function* by_ah = nullptr;
  for (const Function& f : functions_of(vector)) {
    if (f.selector == Selector::kNone) return &f;
    if (f.selector == Selector::kAx && f.number == ax) return &f;
    if (f.selector == Selector::kAh && f.number == ax >> 8) by_ah = &f;
  }
  return by_ah;
}

std::string function_label(const Function& function) {
  switch (function.selector) {
    case Selector::kAh: return fmt::format("{:02X}/{:02X}", function.vector, function.number);
    case Selector::kAx: return fmt::format("{:02X}/{:04X}", function.vector, function.number);
    case Selector::kNone: break;
  }
  return fmt::format("{:02X}", function.vector);
}

}  // namespace bios
