// Where things are in the BIOS ROM (rom/): offsets in segment F000h, and the trap numbers that are not
// vectors.
#pragma once

#include <cstdint>
#include <span>

#include "bios/rom_symbols.h"  // generated: bios::rom::kBootStep and so on, one constant per label
#include "emu/types.h"

namespace bios::rom {

inline constexpr std::uint16_t kSegment = 0xF000;
inline constexpr emu::PhysAddr kBase{0xF0000};
/// The ROM's alias below 4 GB, where the CPU starts after a reset.
inline constexpr emu::PhysAddr kAlias{0xFFFF0000};

/// Far address of a label.
constexpr emu::FarPtr far(std::uint16_t offset) { return {kSegment, offset}; }
/// Bus address of a label.
constexpr emu::PhysAddr phys(std::uint16_t offset) { return kBase + offset; }

/// Trap numbers of ROM code that is not an interrupt vector's stub.
inline constexpr std::uint8_t kTrapPost = 0xF0;
inline constexpr std::uint8_t kTrapBootStep = 0xF1;
inline constexpr std::uint8_t kTrapWaitPoll = 0xF2;
inline constexpr std::uint8_t kTrapPci32 = 0xF3;
inline constexpr std::uint8_t kTrapOptionRom = 0xF4;
inline constexpr std::uint8_t kTrapApm = 0xF5;

/// The 64 KiB as assembled; checksums, fonts and tables are filled in by Bios::install().
std::span<const std::uint8_t> image();

}  // namespace bios::rom
