#include "bios/call_table.h"

#include <array>
#include <bitset>
#include <vector>

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

namespace {

/// The rows by vector and AH: every BIOS call, and every line of a trace, asks.
class Index {
 public:
  Index() {
    for (const std::uint8_t vector : vectors_with_functions()) {
      slot_of_[vector] = static_cast<std::uint8_t>(slots_.size());
      Slot& slot = slots_.emplace_back();
      for (const Function& f : functions_of(vector)) {
        if (f.selector == Selector::kAh) slot.by_ah[f.number] = &f;
        if (f.selector == Selector::kNone) slot.by_ah.fill(&f);
        if (f.selector == Selector::kAx) {
          slot.by_ax.push_back(&f);
          slot.has_ax.set(f.number >> 8);
        }
      }
    }
  }
  const Function* find(std::uint8_t vector, std::uint16_t ax) const {
    const Slot& slot = slots_[slot_of_[vector]];
    if (slot.has_ax[ax >> 8])
      for (const Function* f : slot.by_ax)
        if (f->number == ax) return f;
    return slot.by_ah[ax >> 8];
  }

 private:
  struct Slot {
    std::array<const Function*, 256> by_ah{};
    std::bitset<256> has_ax;
    std::vector<const Function*> by_ax;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(1);  // 0: the vectors without functions
  std::array<std::uint8_t, 256> slot_of_{};
};

}  // namespace

const Function* find_function(std::uint8_t vector, std::uint16_t ax) {
  static const Index index;
  return index.find(vector, ax);
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
