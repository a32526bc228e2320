// Characters on the screen: cells in text modes, drawn glyphs in graphics modes.
#include <algorithm>
#include <array>
#include <vector>

#include "bios/video.h"

namespace bios {

namespace {

constexpr int kPages = 8;
constexpr std::uint8_t kBell = 0x07, kBackspace = 0x08, kLineFeed = 0x0A, kCarriageReturn = 0x0D;
constexpr std::uint8_t kNormal = 0x07;
constexpr std::uint8_t kXor = 0x80;  ///< in a graphics colour: draw by exclusive or
constexpr std::uint32_t kTextWindow = 0x8000;
constexpr int kTallestGlyph = 32;

constexpr std::uint8_t kCrtcCursorStart = 0x0A, kCrtcCursorEnd = 0x0B;
constexpr std::uint8_t kCrtcStartHigh = 0x0C, kCrtcStartLow = 0x0D, kCrtcCursorHigh = 0x0E, kCrtcCursorLow = 0x0F;

/// A shape for CGA's eight lines, stretched to the height of a cell (40:87 bit 0 switches that off).
/// Underlines stay at the bottom: IBM's BIOS and SeaVGABIOS agree on what becomes of the usual shapes.
std::uint16_t scaled_cursor(std::uint16_t shape, int height) {
  const int start = shape >> 8 & 0x3F, end = shape & 0x1F;
  if (height <= 8 || end >= 8 || start >= 0x20) return shape;
  const int last = (end + 1) * height / 8 - 1;
  const int first = end == start + 1 ? last - 1 : (start + 1) * height / 8 - 1;
  return static_cast<std::uint16_t>(first << 8 | last);
}

}  // namespace

// --- Cursor and pages

Video::Position Video::cursor(std::uint8_t page) const {
  if (page >= kPages) return {};
  const auto at = bda<std::uint16_t>(static_cast<std::uint16_t>(0x50 + page * 2));
  return {at & 0xFF, at >> 8, page};
}

void Video::shape_cursor(std::uint16_t shape) {
  set_bda<std::uint16_t>(0x60, shape);
  const bool scale = !(bda<std::uint8_t>(0x87) & 1);
  const std::uint16_t real = scale ? scaled_cursor(shape, character_height()) : shape;
  registers_.set_crtc(kCrtcCursorStart, static_cast<std::uint8_t>(real >> 8));
  registers_.set_crtc(kCrtcCursorEnd, static_cast<std::uint8_t>(real));
}

std::uint32_t Video::cell_offset(Position at) const {
  return bda<std::uint16_t>(0x4C) * std::uint32_t{at.page} +
         static_cast<std::uint32_t>(at.row * columns() + at.column) * 2;
}

emu::PhysAddr Video::cell_address(Position at) const {
  return emu::PhysAddr((std::uint64_t{mode().segment} << 4) + (cell_offset(at) & (kTextWindow - 2)));
}

void Video::move_cursor(Position to) {
  if (to.page >= kPages) return;
  if (to.page == active_page()) {
    const std::uint32_t cell = cell_offset(to) / 2;
    registers_.set_crtc(kCrtcCursorHigh, static_cast<std::uint8_t>(cell >> 8));
    registers_.set_crtc(kCrtcCursorLow, static_cast<std::uint8_t>(cell));
  }
  set_bda<std::uint16_t>(static_cast<std::uint16_t>(0x50 + to.page * 2),
                         static_cast<std::uint16_t>((to.row & 0xFF) << 8 | (to.column & 0xFF)));
}

void Video::activate_page(std::uint8_t page) {
  if (page >= kPages) return;
  const std::uint32_t start = bda<std::uint16_t>(0x4C) * std::uint32_t{page};
  if (!mode().vbe()) {
    const std::uint32_t units = mode().text() ? start / 2 : start;
    registers_.set_crtc(kCrtcStartHigh, static_cast<std::uint8_t>(units >> 8));
    registers_.set_crtc(kCrtcStartLow, static_cast<std::uint8_t>(units));
  }
  set_bda<std::uint16_t>(0x4E, static_cast<std::uint16_t>(start));
  set_bda<std::uint8_t>(0x62, page);
  move_cursor(cursor(page));
}

// --- Writing

void Video::put(Position at, Glyph glyph) {
  if (!mode().text()) return draw(at, glyph);
  const emu::PhysAddr cell = cell_address(at);
  if (glyph.with_attribute)
    memory_.write(cell, static_cast<std::uint16_t>(glyph.attribute << 8 | glyph.character));
  else
    memory_.write(cell, glyph.character);
}

void Video::put_and_advance(Position& at, Glyph glyph) {
  put(at, glyph);
  if (++at.column >= columns()) {
    at.column = 0;
    ++at.row;
  }
}

/// The teletype: control characters act, and the screen scrolls as soon as the cursor passes the last line.
/// BEL makes no sound, as in SeaVGABIOS; nothing appears.
void Video::type(Position& at, Glyph glyph) {
  switch (glyph.character) {
    case kBell: break;
    case kBackspace: at.column = std::max(0, at.column - 1); break;
    case kCarriageReturn: at.column = 0; break;
    case kLineFeed: ++at.row; break;
    default: put_and_advance(at, glyph);
  }
  if (at.row >= rows()) {
    at.row = rows() - 1;
    // The new line gets the normal attribute, whatever the old one had; in graphics modes it is black.
    scroll({0, 0, columns(), rows(), at.page}, 1, mode().text() ? kNormal : 0);
  }
}

void Video::scroll(Window window, int lines, std::uint8_t attribute) {
  if (window.columns <= 0 || window.rows <= 0) return;
  if (lines >= window.rows || -lines >= window.rows) lines = 0;
  if (mode().text())
    scroll_text(window, lines, attribute);
  else
    scroll_graphics(window, lines, attribute);
}

/// lines > 0: up; < 0: down; 0: clear.
void Video::scroll_text(const Window& w, int lines, std::uint8_t attribute) {
  const std::size_t row_bytes = static_cast<std::size_t>(w.columns) * 2;
  std::vector<std::uint8_t> blank(row_bytes, ' '), moved(row_bytes);
  for (std::size_t i = 1; i < row_bytes; i += 2) blank[i] = attribute;
  const auto row_address = [&](int row) { return cell_address({w.left, w.top + row, w.page}); };
  for (int i = 0; i < w.rows; ++i) {
    const int to = lines < 0 ? w.rows - 1 - i : i, from = to + lines;
    if (lines == 0 || from < 0 || from >= w.rows) {
      memory_.write(row_address(to), blank);
    } else {
      memory_.read(row_address(from), moved);
      memory_.write(row_address(to), moved);
    }
  }
}

void Video::scroll_graphics(const Window& w, int lines, std::uint8_t colour) {
  const int height = character_height();
  Canvas picture = canvas();
  const int kept = w.rows - std::abs(lines);
  const int x = w.left * 8, width = w.columns * 8, top = w.top * height;
  const std::uint32_t value = picture.from_attribute(colour);
  if (lines == 0) return picture.fill(x, top, width, w.rows * height, value);
  if (lines > 0) {
    picture.move(x, top, top + lines * height, width, kept * height);
    picture.fill(x, top + kept * height, width, lines * height, value);
  } else {
    picture.move(x, top - lines * height, top, width, kept * height);
    picture.fill(x, top, width, -lines * height, value);
  }
}

// --- Glyphs in graphics modes

emu::FarPtr Video::glyph_pointer(std::uint8_t character) const {
  const int height = character_height();
  // CGA's way: the second half of an 8-line font is found by INT 1Fh.
  const bool upper = height == 8 && character >= 128;
  const emu::FarPtr font = vector(upper ? 0x1F : 0x43);
  return font.plus(static_cast<std::uint16_t>((upper ? character - 128 : character) * height));
}

void Video::draw(Position at, Glyph glyph) {
  const int height = std::clamp(character_height(), 1, kTallestGlyph);
  if (at.column < 0 || at.column >= columns()) return;
  Canvas picture = canvas();
  std::array<std::uint8_t, kTallestGlyph> font{};
  memory_.read(glyph_pointer(glyph.character), std::span(font).first(static_cast<std::size_t>(height)));

  std::array<Canvas::Row, kTallestGlyph> cell{};
  const auto lines = std::span(cell).first(static_cast<std::size_t>(height));
  const int x = at.column * 8, y = at.row * height;
  const bool by_xor = glyph.attribute & kXor && mode().bits < 8;
  if (by_xor) picture.read(x, y, lines);
  const std::uint32_t ink =
      picture.from_attribute(by_xor ? glyph.attribute & static_cast<std::uint8_t>(~kXor) : glyph.attribute);
  for (std::size_t line = 0; line < lines.size(); ++line) {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::uint32_t value = font[line] >> (7 - i) & 1 ? ink : 0;
      cell[line][i] = by_xor ? cell[line][i] ^ value : value;
    }
  }
  picture.write(x, y, lines);
}

/// Finds the character whose glyph is on the screen; 0 when there is none.
std::uint8_t Video::recognise(Position at, std::uint8_t& attribute) {
  const auto height = static_cast<std::size_t>(std::clamp(character_height(), 1, kTallestGlyph));
  std::array<Canvas::Row, kTallestGlyph> cell{};
  Canvas picture = canvas();
  picture.read(at.column * 8, at.row * static_cast<int>(height), std::span(cell).first(height));
  std::array<std::uint8_t, kTallestGlyph> shape{}, font{};
  attribute = 0;
  for (std::size_t line = 0; line < height; ++line) {
    for (std::size_t i = 0; i < 8; ++i) {
      if (cell[line][i] == 0) continue;
      shape[line] |= static_cast<std::uint8_t>(0x80 >> i);
      attribute = picture.to_attribute(cell[line][i]);
    }
  }
  for (unsigned character = 0; character < 256; ++character) {
    memory_.read(glyph_pointer(static_cast<std::uint8_t>(character)), std::span(font).first(height));
    if (font == shape) return static_cast<std::uint8_t>(character);
  }
  return 0;
}

Canvas Video::canvas() {
  const VideoMode& m = mode();
  if (m.vbe()) return Canvas(memory_, registers_, m, frame_buffer() + display_start(), line_bytes());
  return Canvas(memory_, registers_, m, emu::PhysAddr(std::uint64_t{m.segment} << 4), m.line_bytes());
}

}  // namespace bios
