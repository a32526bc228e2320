#include "bootsim/png.h"

#include <png.h>

#include <string>

#include "emu/error.h"

namespace bootsim {

std::vector<std::uint8_t> encode_png(const devices::Image& image) {
  const auto failed = [](const std::string& why) {
    return emu::Error(emu::ErrorKind::kInternal, "cannot write the screen as a PNG picture: " + why);
  };
  if (image.width <= 0 || image.height <= 0) throw failed("no video mode is set, so there is no picture");

  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_RGB;
  png.flags = PNG_IMAGE_FLAG_FAST;

  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
  std::vector<std::uint8_t> file(size);
  if (!png_image_write_to_memory(&png, file.data(), &size, 0, image.rgb.data(), 0, nullptr))
    throw failed(static_cast<const char*>(png.message));
  file.resize(size);
  return file;
}

}  // namespace bootsim
