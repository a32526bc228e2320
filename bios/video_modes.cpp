#include "bios/video_modes.h"

#include <algorithm>

namespace bios {

namespace {

// IBM PS/2 BIOS technical reference, video parameter table. Comments: the register groups in which modes
// agree.

constexpr std::array<std::uint8_t, 20> kAttrText = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14,
                                                    0x07, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D,
                                                    0x3E, 0x3F, 0x0C, 0x00, 0x0F, 0x08};
constexpr std::array<std::uint8_t, 20> kAttrMono = {0x00, 0x08, 0x08, 0x08, 0x08, 0x08, 0x08,
                                                    0x08, 0x10, 0x18, 0x18, 0x18, 0x18, 0x18,
                                                    0x18, 0x18, 0x0E, 0x00, 0x0F, 0x08};
constexpr std::array<std::uint8_t, 20> kAttrCga4 = {0x00, 0x13, 0x15, 0x17, 0x02, 0x04, 0x06,
                                                    0x07, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                                                    0x16, 0x17, 0x01, 0x00, 0x03, 0x00};
constexpr std::array<std::uint8_t, 20> kAttrCga2 = {0x00, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17,
                                                    0x17, 0x17, 0x17, 0x17, 0x17, 0x17, 0x17,
                                                    0x17, 0x17, 0x01, 0x00, 0x01, 0x00};
constexpr std::array<std::uint8_t, 20> kAttr200 = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
                                                   0x07, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                                                   0x16, 0x17, 0x01, 0x00, 0x0F, 0x00};
constexpr std::array<std::uint8_t, 20> kAttrMono350 = {0x00, 0x08, 0x00, 0x00, 0x18, 0x18, 0x00,
                                                       0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x18,
                                                       0x00, 0x00, 0x01, 0x00, 0x01, 0x00};
constexpr std::array<std::uint8_t, 20> kAttr64 = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39,
                                                  0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F, 0x01, 0x00, 0x0F, 0x00};
constexpr std::array<std::uint8_t, 20> kAttr2 = {0x00, 0x3F, 0x00, 0x3F, 0x00, 0x3F, 0x00, 0x3F, 0x00, 0x3F,
                                                 0x00, 0x3F, 0x00, 0x3F, 0x00, 0x3F, 0x01, 0x00, 0x0F, 0x00};
constexpr std::array<std::uint8_t, 20> kAttr256 = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
                                                   0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D,
                                                   0x0E, 0x0F, 0x41, 0x00, 0x0F, 0x00};

constexpr std::array<std::uint8_t, 9> kGfxText = {0, 0, 0, 0, 0, 0x10, 0x0E, 0x0F, 0xFF};
constexpr std::array<std::uint8_t, 9> kGfxMono = {0, 0, 0, 0, 0, 0x10, 0x0A, 0x0F, 0xFF};
constexpr std::array<std::uint8_t, 9> kGfxCga4 = {0, 0, 0, 0, 0, 0x30, 0x0F, 0x0F, 0xFF};
constexpr std::array<std::uint8_t, 9> kGfxCga2 = {0, 0, 0, 0, 0, 0x00, 0x0D, 0x0F, 0xFF};
constexpr std::array<std::uint8_t, 9> kGfxPlanar = {0, 0, 0, 0, 0, 0x00, 0x05, 0x0F, 0xFF};
constexpr std::array<std::uint8_t, 9> kGfx256 = {0, 0, 0, 0, 0, 0x40, 0x05, 0x0F, 0xFF};

using Crtc = std::array<std::uint8_t, 25>;
constexpr Crtc kCrtc40 = {0x2D, 0x27, 0x28, 0x90, 0x2B, 0xA0, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00,
                          0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x14, 0x1F, 0x96, 0xB9, 0xA3, 0xFF};
constexpr Crtc kCrtc80 = {0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00,
                          0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x28, 0x1F, 0x96, 0xB9, 0xA3, 0xFF};
constexpr Crtc kCrtcCga4 = {0x2D, 0x27, 0x28, 0x90, 0x2B, 0x80, 0xBF, 0x1F, 0x00, 0xC1, 0x00, 0x00, 0x00,
                            0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x14, 0x00, 0x96, 0xB9, 0xA2, 0xFF};
constexpr Crtc kCrtcCga2 = {0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0xBF, 0x1F, 0x00, 0xC1, 0x00, 0x00, 0x00,
                            0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x28, 0x00, 0x96, 0xB9, 0xC2, 0xFF};
constexpr Crtc kCrtcMono = {0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00,
                            0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x28, 0x0F, 0x96, 0xB9, 0xA3, 0xFF};
constexpr Crtc kCrtc320x200 = {0x2D, 0x27, 0x28, 0x90, 0x2B, 0x80, 0xBF, 0x1F, 0x00, 0xC0, 0x00, 0x00, 0x00,
                               0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x14, 0x00, 0x96, 0xB9, 0xE3, 0xFF};
constexpr Crtc kCrtc640x200 = {0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0xBF, 0x1F, 0x00, 0xC0, 0x00, 0x00, 0x00,
                               0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x28, 0x00, 0x96, 0xB9, 0xE3, 0xFF};
constexpr Crtc kCrtc640x350 = {0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0xBF, 0x1F, 0x00, 0x40, 0x00, 0x00, 0x00,
                               0x00, 0x00, 0x00, 0x83, 0x85, 0x5D, 0x28, 0x0F, 0x63, 0xBA, 0xE3, 0xFF};
constexpr Crtc kCrtc640x480 = {0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0x0B, 0x3E, 0x00, 0x40, 0x00, 0x00, 0x00,
                               0x00, 0x00, 0x00, 0xEA, 0x8C, 0xDF, 0x28, 0x00, 0xE7, 0x04, 0xE3, 0xFF};
constexpr Crtc kCrtc320x200x256 = {0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0xBF, 0x1F, 0x00,
                                   0x41, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9C, 0x8E,
                                   0x8F, 0x28, 0x40, 0x96, 0xB9, 0xA3, 0xFF};
constexpr Crtc kCrtc800x600 = {0x7F, 0x63, 0x63, 0x83, 0x6B, 0x1B, 0x72, 0xF0, 0x00, 0x60, 0x00, 0x00, 0x00,
                               0x00, 0x00, 0x00, 0x59, 0x8D, 0x57, 0x32, 0x00, 0x57, 0x73, 0xE3, 0xFF};

constexpr std::array<std::uint8_t, 4> kSeqPlanar40 = {0x09, 0x0F, 0x00, 0x06},
                                      kSeqPlanar = {0x01, 0x0F, 0x00, 0x06};

constexpr ModeRegisters kText40 = {{0x08, 0x03, 0x00, 0x02}, 0x67, kCrtc40, kAttrText, kGfxText};
constexpr ModeRegisters kText80 = {{0x00, 0x03, 0x00, 0x02}, 0x67, kCrtc80, kAttrText, kGfxText};
constexpr ModeRegisters kTextMono = {{0x00, 0x03, 0x00, 0x02}, 0x66, kCrtcMono, kAttrMono, kGfxMono};
constexpr ModeRegisters kCga320 = {{0x09, 0x03, 0x00, 0x02}, 0x63, kCrtcCga4, kAttrCga4, kGfxCga4};
constexpr ModeRegisters kCga640 = {{0x01, 0x01, 0x00, 0x06}, 0x63, kCrtcCga2, kAttrCga2, kGfxCga2};
constexpr ModeRegisters kMode0D = {kSeqPlanar40, 0x63, kCrtc320x200, kAttr200, kGfxPlanar};
constexpr ModeRegisters kMode0E = {kSeqPlanar, 0x63, kCrtc640x200, kAttr200, kGfxPlanar};
constexpr ModeRegisters kMode0F = {kSeqPlanar, 0xA3, kCrtc640x350, kAttrMono350, kGfxPlanar};
constexpr ModeRegisters kMode10 = {kSeqPlanar, 0xA3, kCrtc640x350, kAttr64, kGfxPlanar};
constexpr ModeRegisters kMode11 = {kSeqPlanar, 0xE3, kCrtc640x480, kAttr2, kGfxPlanar};
constexpr ModeRegisters kMode12 = {kSeqPlanar, 0xE3, kCrtc640x480, kAttr64, kGfxPlanar};
constexpr ModeRegisters kMode13 = {{0x01, 0x0F, 0x00, 0x0E}, 0x63, kCrtc320x200x256, kAttr256, kGfx256};
constexpr ModeRegisters kMode6A = {kSeqPlanar, 0xE3, kCrtc800x600, kAttr64, kGfxPlanar};

constexpr VideoMode text(std::uint16_t number, std::uint16_t columns, const ModeRegisters& registers) {
  const bool mono = number == 7;
  return {number,
          MemoryModel::kText,
          columns,
          25,
          4,
          16,
          std::uint16_t(mono ? 0xB000 : 0xB800),
          mono ? DacPalette::kMono : DacPalette::kEga,
          &registers};
}

constexpr VideoMode vbe(std::uint16_t number, std::uint16_t width, std::uint16_t height, std::uint8_t bits) {
  return {number, bits == 8 ? MemoryModel::kPacked : MemoryModel::kDirect,
          width,  height,
          bits,   16,
          0xA000, DacPalette::kVga,
          nullptr};
}

using enum MemoryModel;

/// VBE 1.2's numbers (VBE 2.0 §3); those above 11Bh are the Bochs card's, as SeaBIOS numbers them.
constexpr VideoMode kModes[] = {
    text(0x00, 40, kText40),
    text(0x01, 40, kText40),
    text(0x02, 80, kText80),
    text(0x03, 80, kText80),
    {0x04, kCga, 320, 200, 2, 8, 0xB800, DacPalette::kCga, &kCga320},
    {0x05, kCga, 320, 200, 2, 8, 0xB800, DacPalette::kCga, &kCga320},
    {0x06, kCga, 640, 200, 1, 8, 0xB800, DacPalette::kCga, &kCga640},
    text(0x07, 80, kTextMono),
    {0x0D, kPlanar, 320, 200, 4, 8, 0xA000, DacPalette::kCga, &kMode0D},
    {0x0E, kPlanar, 640, 200, 4, 8, 0xA000, DacPalette::kCga, &kMode0E},
    {0x0F, kPlanar, 640, 350, 1, 14, 0xA000, DacPalette::kMono, &kMode0F},
    {0x10, kPlanar, 640, 350, 4, 14, 0xA000, DacPalette::kEga, &kMode10},
    {0x11, kPlanar, 640, 480, 1, 16, 0xA000, DacPalette::kEga, &kMode11},
    {0x12, kPlanar, 640, 480, 4, 16, 0xA000, DacPalette::kEga, &kMode12},
    {0x13, kPacked, 320, 200, 8, 8, 0xA000, DacPalette::kVga, &kMode13},
    {0x6A, kPlanar, 800, 600, 4, 16, 0xA000, DacPalette::kEga, &kMode6A},
    vbe(0x100, 640, 400, 8),
    vbe(0x101, 640, 480, 8),
    {0x102, kPlanar, 800, 600, 4, 16, 0xA000, DacPalette::kEga, &kMode6A},
    vbe(0x103, 800, 600, 8),
    vbe(0x105, 1024, 768, 8),
    vbe(0x107, 1280, 1024, 8),
    vbe(0x10D, 320, 200, 15),
    vbe(0x10E, 320, 200, 16),
    vbe(0x10F, 320, 200, 24),
    vbe(0x110, 640, 480, 15),
    vbe(0x111, 640, 480, 16),
    vbe(0x112, 640, 480, 24),
    vbe(0x113, 800, 600, 15),
    vbe(0x114, 800, 600, 16),
    vbe(0x115, 800, 600, 24),
    vbe(0x116, 1024, 768, 15),
    vbe(0x117, 1024, 768, 16),
    vbe(0x118, 1024, 768, 24),
    vbe(0x119, 1280, 1024, 15),
    vbe(0x11A, 1280, 1024, 16),
    vbe(0x11B, 1280, 1024, 24),
    vbe(0x140, 320, 200, 32),
    vbe(0x141, 640, 400, 32),
    vbe(0x142, 640, 480, 32),
    vbe(0x143, 800, 600, 32),
    vbe(0x144, 1024, 768, 32),
    vbe(0x145, 1280, 1024, 32),
    vbe(0x146, 320, 200, 8),
};

using Rgb = std::array<std::uint8_t, 3>;

constexpr Rgb mono_colour(unsigned i) {
  const unsigned level = i >> 3 & 3;
  const std::uint8_t grey = level == 0 ? 0x00 : level == 3 ? 0x3F : 0x2A;
  return {grey, grey, grey};
}

/// Colour 6 is brown, not dark yellow, as on IBM's CGA monitor; bit 4 is the intensity.
constexpr Rgb cga_colour(unsigned i) {
  const unsigned bright = i & 0x10 ? 0x15 : 0;
  const auto part = [&](unsigned bit) { return static_cast<std::uint8_t>((i >> bit & 1) * 0x2A + bright); };
  Rgb rgb = {part(2), part(1), part(0)};
  if ((i & 0x17) == 6) rgb[1] = 0x15;
  return rgb;
}

/// Bits 0-2 are blue, green and red at two thirds, bits 3-5 the same at one third.
constexpr Rgb ega_colour(unsigned i) {
  const auto part = [&](unsigned bit) {
    return static_cast<std::uint8_t>((i >> bit & 1) * 0x2A + (i >> (bit + 3) & 1) * 0x15);
  };
  return {part(2), part(1), part(0)};
}

/// 16 CGA colours, 16 greys, then 24 hues in three saturations and three brightnesses, then black.
constexpr Rgb vga_colour(unsigned i) {
  if (i < 16) return cga_colour((i & 7) | (i & 8) << 1);
  constexpr std::uint8_t kGreys[] = {0x00, 0x05, 0x08, 0x0B, 0x0E, 0x11, 0x14, 0x18,
                                     0x1C, 0x20, 0x24, 0x28, 0x2D, 0x32, 0x38, 0x3F};
  if (i < 32) return {kGreys[i - 16], kGreys[i - 16], kGreys[i - 16]};
  constexpr std::uint8_t kLevels[9][5] = {
      {0x00, 0x10, 0x1F, 0x2F, 0x3F}, {0x1F, 0x27, 0x2F, 0x37, 0x3F}, {0x2D, 0x31, 0x36, 0x3A, 0x3F},
      {0x00, 0x07, 0x0E, 0x15, 0x1C}, {0x0E, 0x11, 0x15, 0x18, 0x1C}, {0x14, 0x16, 0x18, 0x1A, 0x1C},
      {0x00, 0x04, 0x08, 0x0C, 0x10}, {0x08, 0x0A, 0x0C, 0x0E, 0x10}, {0x0B, 0x0C, 0x0D, 0x0F, 0x10}};
  const unsigned group = (i - 32) / 24, hue = (i - 32) % 24, step = hue % 4;
  if (group >= 9) return {0, 0, 0};
  const std::uint8_t* level = kLevels[group];
  const std::uint8_t up = level[step], down = level[4 - step], full = level[4], none = level[0];
  switch (hue / 4) {
    case 0: return {up, none, full};
    case 1: return {full, none, down};
    case 2: return {full, up, none};
    case 3: return {down, full, none};
    case 4: return {none, full, up};
    default: return {none, down, full};
  }
}

}  // namespace

std::uint32_t VideoMode::line_bytes() const {
  switch (model) {
    case kText: return 0;
    case kPlanar: return width / 8u;
    case kCga: return width * bits / 8u;
    default: return width * static_cast<unsigned>(bytes_per_pixel());
  }
}

std::span<const VideoMode> video_modes() { return kModes; }

const VideoMode* find_video_mode(std::uint16_t number) {
  const auto it = std::lower_bound(std::begin(kModes), std::end(kModes), number,
                                   [](const VideoMode& mode, std::uint16_t n) { return mode.number < n; });
  return it != std::end(kModes) && it->number == number ? it : nullptr;
}

std::array<std::array<std::uint8_t, 3>, 256> dac_palette(DacPalette palette) {
  std::array<Rgb, 256> table{};
  for (unsigned i = 0; i < (palette == DacPalette::kVga ? 256u : 64u); ++i) {
    switch (palette) {
      case DacPalette::kMono: table[i] = mono_colour(i); break;
      case DacPalette::kCga: table[i] = cga_colour(i); break;
      case DacPalette::kEga: table[i] = ega_colour(i); break;
      case DacPalette::kVga: table[i] = vga_colour(i); break;
    }
  }
  return table;
}

std::uint16_t page_size(const VideoMode& mode) {
  const auto round_up = [](std::uint32_t n, std::uint32_t unit) { return (n + unit - 1) / unit * unit; };
  switch (mode.model) {
    case kText: return static_cast<std::uint16_t>(round_up(mode.width * mode.height * 2u, 2048));
    case kCga: return 0x4000;
    // The field has 16 bits; modes that need more have one page as far as the BIOS is concerned.
    default: return static_cast<std::uint16_t>(round_up(mode.width * mode.height / 8u, 8192));
  }
}

}  // namespace bios
