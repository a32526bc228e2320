#pragma once

#include "lib32/source.h"
#include "stage2/base/format.h"

/// Bitmap files, decoded row by row. Compiles for the host too.
namespace stage2 {

struct PictureSize {
  u32 width = 0, height = 0;  ///< pixels, 1 to kMostPictureSide
};
constexpr u32 kMostPictureSide = 4096;

class PictureSink {
 public:
  /// Each row once, in the file's order; `y` counts from the top, `rgb` holds three bytes a pixel: red,
  /// green, blue.
  virtual void row(u32 y, const u8* rgb) = 0;

 protected:
  ~PictureSink() = default;
};

/// A Windows bitmap (BITMAPINFOHEADER or later) of 8, 24 or 32 bits a pixel, not compressed. Fails with words
/// that begin with `name`: no such file, or truncated.
Result bmp_size(Text name, lib32::Source& file, PictureSize& size);
Result decode_bmp(Text name, lib32::Source& file, PictureSink& sink);

}  // namespace stage2
