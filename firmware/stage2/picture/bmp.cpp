#include "lib32/memory.h"
#include "stage2/picture/picture.h"

namespace stage2 {
namespace {

using lib32::le16;
using lib32::le32;

// BITMAPFILEHEADER and BITMAPINFOHEADER ("Bitmap Storage", Windows GDI): offsets in the file
constexpr u32 kPixelsAt = 10, kInfoAt = 14, kWidthAt = 18, kHeightAt = 22, kBitsAt = 28, kCompressionAt = 30,
              kColoursUsedAt = 46, kMasksAt = 54;
constexpr u32 kHeaderBytes = 66;  // with the masks
constexpr u32 kInfoBytes = 40;
constexpr u32 kNotCompressed = 0, kBitFields = 3;
constexpr u32 kUsualMasks[3] = {0xff0000, 0xff00, 0xff};

struct Bitmap {
  PictureSize size;
  bool top_down = false;
  u32 bits = 0;
  u32 pixels_at = 0;
  u32 palette_at = 0, colours = 0;

  u32 row_bytes() const { return (size.width * bits + 31) / 32 * 4; }
};

bool has_usual_masks(const u8* header) {
  for (u32 i = 0; i < 3; ++i)
    if (le32(header + kMasksAt + i * 4) != kUsualMasks[i]) return false;
  return true;
}

Result read_header(Text name, lib32::Source& file, Bitmap& bitmap) {
  u8 header[kHeaderBytes] = {};
  if (const lib32::Status status = file.read(0, header, lib32::min<u64>(file.size(), sizeof header)); !status.ok())
    return fail("{}: {}", name, status.words());
  if (header[0] != 'B' || header[1] != 'M' || le32(header + kInfoAt) < kInfoBytes)
    return fail("{} is no bitmap (BMP)", name);
  bitmap.bits = le16(header + kBitsAt);
  const u32 compression = le32(header + kCompressionAt);
  const bool plain =
      compression == kNotCompressed || (compression == kBitFields && bitmap.bits == 32 && has_usual_masks(header));
  if (!plain || (bitmap.bits != 8 && bitmap.bits != 24 && bitmap.bits != 32))
    return fail("{}: bitmaps of 8, 24 or 32 bits that are not compressed are understood, not this one", name);
  bitmap.top_down = header[kHeightAt + 3] & 0x80;
  const u32 height = le32(header + kHeightAt);
  bitmap.size = {le32(header + kWidthAt), bitmap.top_down ? u32(0) - height : height};
  if (bitmap.size.width - 1 >= kMostPictureSide || bitmap.size.height - 1 >= kMostPictureSide)
    return fail("{}: a picture has 1 to {} pixels each way", name, kMostPictureSide);
  bitmap.pixels_at = le32(header + kPixelsAt);
  bitmap.palette_at = kInfoAt + le32(header + kInfoAt);
  bitmap.colours = le32(header + kColoursUsedAt);
  if (bitmap.bits == 8 && bitmap.colours - 1 >= 256) bitmap.colours = 256;
  const u64 end = bitmap.pixels_at + u64{bitmap.row_bytes()} * bitmap.size.height;
  if (end > file.size()) return fail("{} is truncated: it should have {} bytes", name, end);
  return {};
}

// Blue, green, red and often a fourth byte, or an index into such a table.
void to_rgb(const Bitmap& bitmap, const u8* palette, const u8* from, u8* rgb) {
  for (u32 x = 0; x < bitmap.size.width; ++x, rgb += 3) {
    const u8* bgr = bitmap.bits == 8 ? palette + from[x] * 4 : from + x * (bitmap.bits / 8);
    rgb[0] = bgr[2];
    rgb[1] = bgr[1];
    rgb[2] = bgr[0];
  }
}

// Memory that is the heap's while this object lives.
struct Bytes {
  explicit Bytes(u32 size) : data(new u8[size]) {}
  ~Bytes() { delete[] data; }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  u8* data;
};

}  // namespace

Result bmp_size(Text name, lib32::Source& file, PictureSize& size) {
  Bitmap bitmap;
  Result result = read_header(name, file, bitmap);
  size = bitmap.size;
  return result;
}

Result decode_bmp(Text name, lib32::Source& file, PictureSink& sink) {
  Bitmap bitmap;
  if (Result result = read_header(name, file, bitmap); !result.ok()) return result;
  u8 palette[256 * 4] = {};
  if (bitmap.bits == 8)
    if (const lib32::Status status = file.read(bitmap.palette_at, palette, bitmap.colours * 4); !status.ok())
      return fail("{}: {}", name, status.words());
  // Many rows at once: each read is a call of the BIOS or several.
  constexpr u32 kPieceBytes = 32 * 1024;
  const u32 row_bytes = bitmap.row_bytes();
  const u32 at_once = lib32::max<u32>(1, kPieceBytes / row_bytes);
  Bytes rows(at_once * row_bytes), rgb(bitmap.size.width * 3);
  const u32 height = bitmap.size.height;
  for (u32 done = 0; done < height; done += at_once) {
    const u32 count = lib32::min(at_once, height - done);
    const lib32::Status status =
        file.read(bitmap.pixels_at + u64{done} * row_bytes, rows.data, size_t{count} * row_bytes);
    if (!status.ok()) return fail("{}: {}", name, status.words());
    for (u32 i = 0; i < count; ++i) {
      to_rgb(bitmap, palette, rows.data + i * row_bytes, rgb.data);
      sink.row(bitmap.top_down ? done + i : height - 1 - done - i, rgb.data);
    }
  }
  return {};
}

}  // namespace stage2
