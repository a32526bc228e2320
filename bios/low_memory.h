// The map of the first megabyte, as every PC has had it since the IBM PC and AT (Technical Reference): linear
// addresses.
#pragma once

#include <cstdint>

namespace bios::low_memory {

inline constexpr std::uint32_t kVectorsEnd = 0x400;            ///< interrupt vectors lie below it
inline constexpr std::uint32_t kBda = 0x400, kBdaEnd = 0x500;  ///< BIOS data area
inline constexpr std::uint32_t kBootSector = 0x7C00, kBootSectorEnd = 0x7E00;
inline constexpr std::uint32_t kVideo = 0xA0000;  ///< conventional memory ends, display memory begins
inline constexpr std::uint32_t kAdapterRoms = 0xC0000;
inline constexpr std::uint32_t kMegabyte = 0x100000;

}  // namespace bios::low_memory
