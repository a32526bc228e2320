// Who reads and writes a piece of memory.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "emu/position.h"
#include "emu/types.h"

namespace emu {

enum class AccessKind : std::uint8_t { kRead = 1, kWrite = 2, kReadWrite = 3 };

/// One access to watched memory.
struct MemoryAccess {
  PhysAddr address;        ///< of the access's first byte
  std::uint32_t size = 0;  ///< bytes; an access that crosses a page comes in two parts; host copies: any size
  bool write = false;
  std::uint64_t old_value = 0;  ///< the first (up to) 8 bytes at `address` before, little-endian
  std::uint64_t new_value = 0;  ///< and after; the same for reads
  bool by_host = false;         ///< BIOS or device: `position` is of the instruction that asked for it
  /// The delivery of an interrupt: `instruction` is where the handler returns to, `position` is the handler's first.
  bool delivery = false;
  Position position;              ///< of the instruction
  std::uint64_t instruction = 0;  ///< its linear address
};

/// Names a watch; 0 is none.
using WatchId = std::uint64_t;

/// Told after the access; true = stop the machine (StopReason::kWatch) before the next block of code.
using WatchAction = std::function<bool(const MemoryAccess&)>;

}  // namespace emu
