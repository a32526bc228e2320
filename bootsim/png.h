// Pictures as PNG files.
#pragma once

#include <cstdint>
#include <vector>

#include "devices/image.h"

namespace bootsim {

/// The image as a complete PNG file, 24-bit RGB; the same image gives the same bytes. Throws emu::Error for
/// an image without pixels or when libpng fails.
std::vector<std::uint8_t> encode_png(const devices::Image& image);

}  // namespace bootsim
