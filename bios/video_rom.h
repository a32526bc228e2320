// The video ROM at C0000h: what programs find there, and where.
#pragma once

#include <cstdint>
#include <vector>

#include "emu/types.h"

namespace bios::video_rom {

inline constexpr emu::PhysAddr kBase{0xC0000};
inline constexpr std::uint16_t kSegment = 0xC000;
inline constexpr std::uint16_t kSize = 0x4000;

// Offsets in the ROM. 00h-02h: 55h AAh, length; 03h: the entry point (nothing to do: RETF); 1Eh: "IBM", by
// which old programs recognise an EGA or VGA.
inline constexpr std::uint16_t kEntry = 0x0003;
inline constexpr std::uint16_t kIbm = 0x001E;
inline constexpr std::uint16_t kWindowFunction = 0x0040;  ///< far procedure: VBE 4F05h without an interrupt
inline constexpr std::uint16_t kInt10 = 0x0050;           ///< jumps to our INT 10h, for who wants it to be at C000h
inline constexpr std::uint16_t kSavePointers = 0x0060;    ///< 40:A8 points here
inline constexpr std::uint16_t kSecondarySavePointers = 0x0080;
inline constexpr std::uint16_t kStaticFunctionality = 0x00A0;  ///< INT 10h/1Bh
inline constexpr std::uint16_t kAlternateFont = 0x00B0;        ///< 9-dot replacements: none (a zero byte)
inline constexpr std::uint16_t kOemString = 0x00C0;
inline constexpr std::uint16_t kVendor = 0x00E0;
inline constexpr std::uint16_t kProduct = 0x0100;
inline constexpr std::uint16_t kRevision = 0x0120;
inline constexpr std::uint16_t kVbeModes = 0x0140;         ///< words, ended by FFFFh
inline constexpr std::uint16_t kVideoParameters = 0x0200;  ///< 29 tables of 64 bytes
inline constexpr std::uint16_t kFont8x8 = 0x1000;
inline constexpr std::uint16_t kFont8x14 = 0x1800;
inline constexpr std::uint16_t kFont8x16 = 0x2600;  ///< ends at 3600h

constexpr emu::FarPtr at(std::uint16_t offset) { return {kSegment, offset}; }

/// The ROM's bytes, with a checksum of zero.
std::vector<std::uint8_t> image();

}  // namespace bios::video_rom
