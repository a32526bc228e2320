#pragma once

#include "stage2/picture/picture.h"

/// Graphics modes of the VESA BIOS Extension 2.0 and later, with a linear frame buffer.
namespace stage2 {

/// A colour's bits in a pixel.
struct VbeField {
  u8 size = 0, position = 0;
};

struct VbeMode {
  u16 number = 0;
  u32 width = 0, height = 0;
  u32 frame_buffer = 0;  ///< physical address
  u32 line_bytes = 0;
  u32 pixel_bytes = 0;  ///< 2, 3 or 4
  VbeField red, green, blue;

  /// A colour of eight bits each as the frame buffer wants it.
  u32 pixel(u8 r, u8 g, u8 b) const {
    return u32{r} >> (8 - red.size) << red.position | u32{g} >> (8 - green.size) << green.position |
           u32{b} >> (8 - blue.size) << blue.position;
  }
};

/// The smallest of 640x480, 800x600 and 1024x768 that a picture fits into, or else the largest that there is,
/// with the most colours.
Result find_vbe_mode(const PictureSize& picture, VbeMode& mode);
bool set_vbe_mode(const VbeMode& mode);

}  // namespace stage2
