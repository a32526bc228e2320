#include "stage2/console/graphics.h"

#include "lib32/memory.h"
#include "stage2/bios.h"
#include "stage2/console/keyboard.h"
#include "stage2/memory/map.h"

namespace stage2 {
namespace {

constexpr u32 kSetMode3 = 0x0003;
constexpr u32 kFontInformation = 0x1130;  // RBIL 10-1130
constexpr u32 kRomFont8x16 = 0x0600;      // BH
constexpr u32 kDimShift = 2;

struct Rgb {
  u8 red, green, blue;
};
// What a VGA's palette makes of the 16 text colours.
Rgb text_colour(u8 index) {
  const u8 bright = index & 8 ? 0x55 : 0;
  if ((index & 15) == 6) return {0xaa, 0x55, 0};  // brown
  return {u8((index & 4 ? 0xaa : 0) + bright), u8((index & 2 ? 0xaa : 0) + bright),
          u8((index & 1 ? 0xaa : 0) + bright)};
}

const u8* rom_font(u32 height) {
  Regs regs;
  regs.eax = kFontInformation;
  regs.ebx = kRomFont8x16;
  bios_call(0x10, regs);
  const u32 at = u32{regs.es} * 16 + u16(regs.ebp);
  return regs.cx() == height && at != 0 ? physical<const u8>(at) : nullptr;
}

// Where the first of `inner` pixels comes to lie among `outer`, or, when it does not fit, outside of them.
int centred(u32 inner, u32 outer) { return (int(outer) - int(inner)) / 2; }

}  // namespace

Result Graphics::show(Text name, lib32::Source& file) {
  hide();
  if (Result result = bmp_size(name, file, size_); !result.ok()) return result;
  if (Result result = find_vbe_mode(size_, mode_); !result.ok()) return result;
  font_ = rom_font(kCellHeight);
  if (font_ == nullptr) return fail("this video BIOS has no font of 8x16");
  memory_mark_ = high_memory_mark();
  const u32 bytes = mode_.width * mode_.height * 3;
  const u32 memory = allocate_high(bytes, 16, 0xfffff000);
  if (memory == 0) return fail("not enough memory for a picture");
  picture_ = physical<u8>(memory);
  memset(picture_, 0, bytes);
  if (Result result = decode_bmp(name, file, *this); !result.ok()) return hide(), move(result);
  if (!set_vbe_mode(mode_)) return hide(), fail("the video BIOS does not set its mode {:x}h", mode_.number);
  return clear(), Result();
}

void Graphics::hide() {
  if (!shown()) return;
  high_memory_release(memory_mark_);
  picture_ = nullptr;
  Regs regs;
  regs.eax = kSetMode3;
  bios_call(0x10, regs);
}

void Graphics::row(u32 y, const u8* rgb) {
  const int line = int(y) + centred(size_.height, mode_.height);
  if (line < 0 || line >= int(mode_.height)) return;
  const int left = centred(size_.width, mode_.width);
  const u32 width = lib32::min(size_.width, mode_.width);
  u8* to = picture_ + (u32(line) * mode_.width + u32(left > 0 ? left : 0)) * 3;
  memcpy(to, rgb + (left < 0 ? -left : 0) * 3, width * 3);
}

u8* Graphics::frame(u32 x, u32 y) const {
  return physical<u8>(mode_.frame_buffer + y * mode_.line_bytes + x * mode_.pixel_bytes);
}

void Graphics::put_pixel(u8*& at, u8 r, u8 g, u8 b) const {
  const u32 pixel = mode_.pixel(r, g, b);
  if (mode_.pixel_bytes == 4) {
    *reinterpret_cast<volatile u32*>(at) = pixel;
  } else {
    *reinterpret_cast<volatile u16*>(at) = u16(pixel);
    if (mode_.pixel_bytes == 3) at[2] = u8(pixel >> 16);
  }
  at += mode_.pixel_bytes;
}

void Graphics::clear() {
  const u8* from = picture_;
  for (u32 y = 0; y < mode_.height; ++y) {
    u8* to = frame(0, y);
    for (u32 x = 0; x < mode_.width; ++x, from += 3) put_pixel(to, from[0], from[1], from[2]);
  }
  move_to(0, 0);
}

void Graphics::draw_cell(char c) {
  const Rgb ink = text_colour(colour_ & 15), paper = text_colour(colour_ >> 4 & 7);
  const bool transparent = (colour_ >> 4 & 7) == 0;
  const u8* glyph = font_ + u8(c) * kCellHeight;
  for (u32 y = 0; y < kCellHeight; ++y) {
    const u32 x0 = column_ * kCellWidth, line = row_ * kCellHeight + y;
    const u8* behind = picture_ + (line * mode_.width + x0) * 3;
    u8* to = frame(x0, line);
    for (u32 bit = 0x80; bit != 0; bit >>= 1, behind += 3) {
      if (glyph[y] & bit) {
        put_pixel(to, ink.red, ink.green, ink.blue);
      } else if (transparent) {
        put_pixel(to, behind[0] >> kDimShift, behind[1] >> kDimShift, behind[2] >> kDimShift);
      } else {
        put_pixel(to, paper.red, paper.green, paper.blue);
      }
    }
  }
}

// Nothing scrolls: menus place their lines.
void Graphics::put(char c) {
  if (c == '\n') return move_to(0, u8(row_ + 1));
  if (c == '\b') return move_to(u8(column_ > 0 ? column_ - 1 : 0), row_);
  draw_cell(c);
  if (u8(column_ + 1) < columns()) ++column_;
}

void Graphics::repeat(char c, u8 count) {
  for (; count != 0; --count) put(c);
}

void Graphics::move_to(u8 column, u8 row) {
  column_ = lib32::min(column, u8(columns() - 1));
  row_ = lib32::min(row, u8(rows() - 1));
}

u16 Graphics::poll_key() { return keyboard_poll(); }

}  // namespace stage2
