// What the monitor says of itself: the EDID that VBE/DDC hands out.
#pragma once

#include <array>
#include <cstdint>

namespace bios {

/// One block of EDID 1.3 (VESA E-EDID A1, 2000): a 4:3 monitor whose preferred mode is 1024x768 at 60 Hz and
/// that also shows 640x480, 800x600 and 720x400 text: the modes that the adapter has. Sums to 0.
std::array<std::uint8_t, 128> edid_block();

}  // namespace bios
