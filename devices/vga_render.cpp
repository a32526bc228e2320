// What the monitor would show: the CRTC's fetches, the palette, and pixels.
#include <algorithm>
#include <cstring>

#include "devices/vga.h"

namespace devices {

using namespace vga;

namespace {

constexpr int kBlank = 0;

std::uint8_t widen_6_bits(std::uint8_t v) { return static_cast<std::uint8_t>(v << 2 | v >> 4); }

/// Where the sequencer's character map select field `block` (0-7) has its font in plane 2.
constexpr std::uint32_t font_block(unsigned block) { return (block & 3) << 14 | (block & 4) << 11; }

/// splitmix64's finalizer: every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t h, std::uint64_t value) {
  h = (h ^ value) * 0xBF58'476D'1CE4'E5B9;
  return h ^ h >> 29;
}

}  // namespace

bool Vga::text_mode() const {
  return mode_is_set() && !vbe_enabled() && !(state_.graphics[kGfxMiscellaneous] & kGfxMiscGraphics);
}

int Vga::scan_lines() const {
  const int overflow = state_.crtc[kCrtcOverflow];
  return state_.crtc[kCrtcVerticalDisplayEnd] + ((overflow & 0x02) << 7) + ((overflow & 0x40) << 3) + 1;
}

/// Size of the page in cells and how the CRTC walks through it.
Vga::TextGeometry Vga::text_geometry() const {
  const auto& crtc = state_.crtc;
  TextGeometry g;
  g.cell_height = (crtc[kCrtcMaximumScanLine] & kMaximumScanLineMask) + 1;
  const int doubled = crtc[kCrtcMaximumScanLine] & kMaximumScanLineDouble ? 2 : 1;
  g.columns = crtc[kCrtcHorizontalDisplayEnd] + 1;
  g.rows = scan_lines() / (g.cell_height * doubled);
  g.start = static_cast<std::uint32_t>(crtc[kCrtcStartHigh] << 8 | crtc[kCrtcStartLow]);
  g.stride = crtc[kCrtcOffset] * 2u;
  return g;
}

std::optional<TextScreen::Cursor> Vga::text_cursor(const TextGeometry& g) const {
  const auto& crtc = state_.crtc;
  const int first = crtc[kCrtcCursorStart] & 0x1F, last = crtc[kCrtcCursorEnd] & 0x1F;
  if (crtc[kCrtcCursorStart] & kCursorOff || first > last || first >= g.cell_height || g.stride == 0) return {};
  const std::uint32_t address = static_cast<std::uint32_t>(crtc[kCrtcCursorHigh] << 8 | crtc[kCrtcCursorLow]);
  if (address < g.start) return {};
  const std::uint32_t row = (address - g.start) / g.stride, column = (address - g.start) % g.stride;
  if (row >= static_cast<std::uint32_t>(g.rows) || column >= static_cast<std::uint32_t>(g.columns)) return {};
  return TextScreen::Cursor{static_cast<int>(column), static_cast<int>(row)};
}

std::optional<TextScreen> Vga::text_screen() const {
  if (!text_mode()) return {};
  const TextGeometry g = text_geometry();
  TextScreen screen;
  screen.columns = g.columns;
  screen.rows = g.rows;
  screen.cells.reserve(static_cast<std::size_t>(g.columns) * static_cast<std::size_t>(g.rows));
  for (int row = 0; row < g.rows; ++row) {
    std::uint32_t address = (g.start + static_cast<std::uint32_t>(row) * g.stride) * 2;
    for (int column = 0; column < g.columns; ++column, address += 2)
      screen.cells.push_back({odd_even_byte(address), odd_even_byte(address + 1)});
  }
  screen.cursor = text_cursor(g);
  return screen;
}

std::uint64_t Vga::text_fingerprint() const {
  if (!text_mode()) return 0;
  const TextGeometry g = text_geometry();
  std::uint64_t h =
      mix(0x6274'7369'6D00'0001, static_cast<std::uint64_t>(g.columns) << 32 | static_cast<unsigned>(g.rows));
  if (const auto cursor = text_cursor(g))
    h = mix(h, static_cast<std::uint64_t>(cursor->column) << 32 | static_cast<unsigned>(cursor->row));
  const auto row_bytes = static_cast<std::uint32_t>(g.columns) * 2;
  std::array<std::uint8_t, 512> bytes{};
  for (int row = 0; row < g.rows; ++row) {
    const std::uint32_t address = (g.start + static_cast<std::uint32_t>(row) * g.stride) * 2;
    if (layout_.kind == Layout::Kind::kOddEvenRam && address + row_bytes <= kOddEvenSize)
      std::memcpy(bytes.data(), odd_even_ + address, row_bytes);
    else
      for (std::uint32_t i = 0; i < row_bytes; ++i) bytes[i] = odd_even_byte(address + i);
    for (std::uint32_t i = 0; i < row_bytes; i += 8) {
      std::uint64_t word;
      std::memcpy(&word, &bytes[i], sizeof(word));
      h = mix(h, word);
    }
  }
  return h | 1;
}

std::optional<Resolution> Vga::graphics_resolution() const {
  if (vbe_enabled()) return Resolution{state_.dispi[kDispiXres], state_.dispi[kDispiYres], state_.dispi[kDispiBpp]};
  if (!mode_is_set() || text_mode()) return {};
  const auto& crtc = state_.crtc;
  const bool colours_256 = state_.graphics[kGfxMode] & kGfxModeShift256;
  const int width = (crtc[kCrtcHorizontalDisplayEnd] + 1) * (colours_256 ? 4 : 8);
  // Lines that repeat: the CRTC's own doubling, and a row scan that does not reach the address (all but CGA
  // modes).
  int repeat = crtc[kCrtcMaximumScanLine] & kMaximumScanLineDouble ? 2 : 1;
  if (crtc[kCrtcModeControl] & kModeControlNotCga) repeat *= (crtc[kCrtcMaximumScanLine] & kMaximumScanLineMask) + 1;
  int bits = 4;
  if (colours_256)
    bits = 8;
  else if (state_.graphics[kGfxMode] & kGfxModeShiftInterleave)
    bits = 2;
  else if (state_.sequencer[kSeqMapMask] == 0x01 || (state_.attribute[kAttrPlaneEnable] & 0xF) == 0x01)
    bits = 1;
  return Resolution{width, std::max(1, scan_lines() / repeat), bits};
}

// --- Colours

std::uint32_t Vga::dac_colour(std::uint8_t index) const {
  const auto& entry = state_.dac[index & state_.pel_mask];
  const bool eight_bits = state_.dispi[kDispiEnable] & kDispi8BitDac;
  std::uint32_t colour = 0;
  for (const std::uint8_t component : entry) colour = colour << 8 | (eight_bits ? component : widen_6_bits(component));
  return colour;
}

/// A 4-bit attribute through the attribute controller's palette and colour select registers.
std::uint32_t Vga::palette_colour(std::uint8_t index) const {
  const auto& attr = state_.attribute;
  const std::uint8_t select = attr[kAttrColourSelect];
  unsigned dac = attr[index & attr[kAttrPlaneEnable] & 0xF];
  if (attr[kAttrMode] & kAttrModeSelect45) dac = (dac & 0x0F) | (select & 0x03u) << 4;
  return dac_colour(static_cast<std::uint8_t>(dac | (select & 0x0Cu) << 4));
}

// --- Pictures

Image Vga::render() const {
  if (!mode_is_set() && !vbe_enabled()) return {};
  Image image = vbe_enabled() ? render_vbe() : text_mode() ? render_text() : render_vga_graphics();
  const bool dark = state_.sequencer[kSeqClockingMode] & kClockingScreenOff;
  if (dark) std::fill(image.rgb.begin(), image.rgb.end(), kBlank);
  return image;
}

void Vga::render_cell(Image& image, const TextGeometry& g, int column, int row, TextCell cell, bool cursor) const {
  const auto& attr = state_.attribute;
  const std::uint8_t background_bits = attr[kAttrMode] & kAttrModeBlink ? 0x7 : 0xF;
  const std::uint32_t foreground = palette_colour(cell.attribute & 0xF);
  const std::uint32_t background = palette_colour(cell.attribute >> 4 & background_bits);

  const unsigned maps = state_.sequencer[kSeqCharacterMap];
  const unsigned map_a = (maps >> 2 & 3) | (maps >> 3 & 4), map_b = (maps & 3) | (maps >> 2 & 4);
  const std::uint32_t glyph = font_block(cell.attribute & 0x08 ? map_a : map_b) + cell.character * 32u;
  const bool extends = (cell.character & 0xE0) == 0xC0 && attr[kAttrMode] & kAttrModeLineGraphics;
  const bool underlined = attr[kAttrMode] & kAttrModeMono && (cell.attribute & 0x7) == 1;
  const int cursor_first = state_.crtc[kCrtcCursorStart] & 0x1F, cursor_last = state_.crtc[kCrtcCursorEnd] & 0x1F;

  for (int line = 0; line < g.cell_height; ++line) {
    unsigned bits = unsigned{vram_[(glyph + static_cast<unsigned>(line)) * 4 + 2]} << 1;  // bit 0: the ninth pixel
    if (extends) bits |= bits >> 1 & 1;
    if (underlined && line == (state_.crtc[kCrtcUnderline] & 0x1F)) bits = 0x1FF;
    if (cursor && line >= cursor_first && line <= cursor_last) bits = 0x1FF;
    const int y = row * g.cell_height + line;
    for (int x = 0; x < g.cell_width(); ++x) {
      const bool lit = bits >> (8 - x / g.pixel_width) & 1;
      image.set(column * g.cell_width() + x, y, lit ? foreground : background);
    }
  }
}

Image Vga::render_text() const {
  TextGeometry g = text_geometry();
  g.dots = state_.sequencer[kSeqClockingMode] & kClocking8Dots ? 8 : 9;
  g.pixel_width = state_.sequencer[kSeqClockingMode] & kClockingHalfDotClock ? 2 : 1;
  const auto screen = text_screen();
  Image image(g.columns * g.cell_width(), g.rows * g.cell_height);
  for (int row = 0; row < g.rows; ++row)
    for (int column = 0; column < g.columns; ++column)
      render_cell(image, g, column, row, screen->at(column, row), screen->cursor == TextScreen::Cursor{column, row});
  return image;
}

/// The eight pixels (four in 256-colour modes) that one CRTC address gives, as palette or DAC indices.
std::array<std::uint8_t, 8> Vga::fetch_pixels(std::uint32_t counter, int row_scan) const {
  const auto& crtc = state_.crtc;
  const std::uint8_t shift = state_.graphics[kGfxMode];
  std::array<std::uint8_t, 8> pixels{};
  if (shift & kGfxModeShift256) {
    // Chain-4 and unchained 256-colour modes keep four neighbours in the four planes (see the class's
    // comment).
    for (int i = 0; i < 4; ++i)
      pixels[static_cast<std::size_t>(i)] = vram_[(counter & 0xFFFF) * 4 + static_cast<unsigned>(i)];
    return pixels;
  }
  std::uint32_t offset = crtc[kCrtcModeControl] & kModeControlByte ? counter : counter * 2;
  if (!(crtc[kCrtcModeControl] & kModeControlNotCga)) offset = (offset & ~0x2000u) | (row_scan & 1u) << 13;
  if (!(crtc[kCrtcModeControl] & kModeControlNotHercules)) offset = (offset & ~0x4000u) | (row_scan >> 1 & 1u) << 14;
  std::array<unsigned, 4> plane{};
  for (int p = 0; p < 4; ++p) plane[static_cast<std::size_t>(p)] = plane_byte(offset, p);
  for (unsigned i = 0; i < 8; ++i) {
    unsigned value = 0;
    if (shift & kGfxModeShiftInterleave) {  // two bits a pixel: planes 0 then 1, with 2 then 3 above them
      const unsigned half = i / 4, at = 6 - i % 4 * 2;
      value = (plane[half] >> at & 3) | (plane[half + 2] >> at & 3) << 2;
    } else {
      for (unsigned p = 0; p < 4; ++p) value |= (plane[p] >> (7 - i) & 1) << p;
    }
    pixels[i] = static_cast<std::uint8_t>(value);
  }
  return pixels;
}

Image Vga::render_vga_graphics() const {
  const auto& crtc = state_.crtc;
  const Resolution size = *graphics_resolution();
  const bool colours_256 = state_.graphics[kGfxMode] & kGfxModeShift256;
  const bool cga = !(crtc[kCrtcModeControl] & kModeControlNotCga);
  const int scans = cga ? (crtc[kCrtcMaximumScanLine] & kMaximumScanLineMask) + 1 : 1;
  const auto start = static_cast<std::uint32_t>(crtc[kCrtcStartHigh] << 8 | crtc[kCrtcStartLow]);
  Image image(size.width, size.height);
  const int per_fetch = colours_256 ? 4 : 8;
  for (int y = 0; y < size.height; ++y) {
    std::uint32_t counter = start + static_cast<std::uint32_t>(y / scans) * crtc[kCrtcOffset] * 2u;
    for (int x = 0; x < size.width; x += per_fetch, ++counter) {
      const auto pixels = fetch_pixels(counter, y % scans);
      for (int i = 0; i < per_fetch; ++i) {
        const std::uint8_t pixel = pixels[static_cast<std::size_t>(i)];
        image.set(x + i, y, colours_256 ? dac_colour(pixel) : palette_colour(pixel));
      }
    }
  }
  return image;
}

std::uint32_t Vga::vbe_pixel(const std::uint8_t* p) const {
  const auto five = [](unsigned v) { return (v & 31) << 3 | (v & 31) >> 2; };
  const auto six = [](unsigned v) { return (v & 63) << 2 | (v & 63) >> 4; };
  const unsigned word = p[0] | unsigned{p[1]} << 8;
  switch (state_.dispi[kDispiBpp]) {
    case 8: return dac_colour(p[0]);
    case 15: return five(word >> 10) << 16 | five(word >> 5) << 8 | five(word);
    case 16: return five(word >> 11) << 16 | six(word >> 5) << 8 | five(word);
    default: return unsigned{p[2]} << 16 | word;
  }
}

Image Vga::render_vbe() const {
  const auto& d = state_.dispi;
  Image image(d[kDispiXres], d[kDispiYres]);
  const std::uint64_t pixel_bytes = (d[kDispiBpp] + 7u) / 8, line_bytes = vbe_line_bytes();
  for (int y = 0; y < image.height; ++y) {
    std::uint64_t at = (d[kDispiYOffset] + static_cast<unsigned>(y)) * line_bytes + d[kDispiXOffset] * pixel_bytes;
    for (int x = 0; x < image.width; ++x, at += pixel_bytes) {
      if (at + 4 > kMemorySize) return image;
      image.set(x, y, vbe_pixel(vram_ + at));
    }
  }
  return image;
}

}  // namespace devices
