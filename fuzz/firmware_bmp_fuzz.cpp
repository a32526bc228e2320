// Bitmaps for stage2's menu: refused with words, or every row comes once, inside of the picture, as wide as it says.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stage2/picture/picture.h"

namespace {

void require(bool condition) {
  if (!condition) __builtin_trap();
}

class Rows final : public stage2::PictureSink {
 public:
  explicit Rows(stage2::PictureSize size) : width_(size.width), seen_(size.height) {}
  void row(lib32::u32 y, const lib32::u8* rgb) override {
    require(y < seen_.size() && !seen_[y]);
    seen_[y] = true;
    pixels_.assign(rgb, rgb + width_ * 3);
    ++count_;
  }
  bool complete() const { return count_ == seen_.size(); }

 private:
  std::size_t width_;
  std::vector<bool> seen_;
  std::vector<std::uint8_t> pixels_;
  std::size_t count_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lib32::MemorySource file(data, size);
  stage2::PictureSize picture;
  if (!stage2::bmp_size("x", file, picture).ok()) {
    Rows none({});
    require(!stage2::decode_bmp("x", file, none).ok());
    return 0;
  }
  require(picture.width - 1 < stage2::kMostPictureSide && picture.height - 1 < stage2::kMostPictureSide);
  Rows rows(picture);
  require(stage2::decode_bmp("x", file, rows).ok() == rows.complete());
  return 0;
}
