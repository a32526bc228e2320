// What lies where in a PC's first megabyte, by the names that the field uses (RBIL's MEMORY.LST; IBM PC AT BIOS
// listing).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emu/memory.h"
#include "emu/types.h"

namespace debugger {

/// A field of the BIOS data area.
struct BdaField {
  std::uint16_t offset;   ///< in segment 40h
  std::uint8_t size;      ///< bytes of one element
  std::uint8_t count;     ///< elements
  std::string_view name;  ///< "keyboard buffer head"
};
/// Ascending by offset.
std::span<const BdaField> bda_fields();

/// What an address below 1 MiB is: "IVT entry 13h (segment)", "BDA 40:13 memory size in KiB", "boot sector
/// 0000:7C00+1B8h", "VGA text, row 3 column 10", "EBDA+60h", "video ROM", "BIOS ROM". Empty for plain memory and above
/// 1 MiB. The EBDA is where 40:0E says.
std::string place_name(emu::PhysAddr address, const emu::Memory& memory);

/// "timer tick", "disk": what an interrupt vector is for, or empty.
std::string_view vector_name(std::uint8_t vector);

}  // namespace debugger
