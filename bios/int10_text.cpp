// INT 10h: modes, cursor, pages, characters and pixels.
#include <algorithm>

#include "bios/video.h"

namespace bios {

void Video::set_mode(Call& call) {
  constexpr std::uint8_t kKeepMemory = 0x80;
  const std::uint8_t number = call.regs.al() & 0x7F;
  const bool keep = call.regs.al() & kKeepMemory;
  // What old BIOSes leave in AL: the CRT mode control value (RBIL 10-00).
  call.regs.set_al(number > 7 ? 0x20 : number == 6 ? 0x3F : 0x30);
  enter_mode(number, {.keep_memory = keep});
}

void Video::set_cursor_shape(Call& call) { shape_cursor(call.regs.cx()); }

void Video::set_cursor_position(Call& call) { move_cursor({call.regs.dl(), call.regs.dh(), call.regs.bh()}); }

void Video::get_cursor(Call& call) {
  const Position at = cursor(call.regs.bh());
  call.regs.set_cx(bda<std::uint16_t>(0x60));
  call.regs.set_dl(static_cast<std::uint8_t>(at.column));
  call.regs.set_dh(static_cast<std::uint8_t>(at.row));
}

/// No VGA has a light pen: never triggered.
void Video::read_light_pen(Call& call) {
  call.regs.set_ax(0);
  call.regs.set_bx(0);
  call.regs.set_cx(0);
  call.regs.set_dx(0);
}

void Video::select_page(Call& call) { activate_page(call.regs.al()); }

void Video::scroll_call(Call& call, int direction) {
  const emu::Registers& r = call.regs;
  const int right = std::min<int>(r.dl(), columns() - 1), bottom = std::min<int>(r.dh(), rows() - 1);
  const Window window{r.cl(), r.ch(), right - r.cl() + 1, bottom - r.ch() + 1, active_page()};
  scroll(window, r.al() * direction, r.bh());
}

void Video::scroll_up(Call& call) { scroll_call(call, 1); }
void Video::scroll_down(Call& call) { scroll_call(call, -1); }

void Video::read_character(Call& call) {
  const Position at = cursor(call.regs.bh());
  if (mode().text()) {
    call.regs.set_ax(memory_.read<std::uint16_t>(cell_address(at)));
    return;
  }
  std::uint8_t colour = 0;
  call.regs.set_al(recognise(at, colour));
  call.regs.set_ah(colour);
}

void Video::repeat(Call& call, bool with_attribute) {
  Position at = cursor(call.regs.bh());
  const Glyph glyph{call.regs.al(), call.regs.bl(), with_attribute};
  for (int n = call.regs.cx(); n > 0; --n) {
    // Beyond the picture there is nothing to draw; beyond a text page lies the next one, and the card's
    // window wraps.
    if (!mode().text() && at.row >= rows()) return;
    put_and_advance(at, glyph);
  }
}

void Video::write_character_attribute(Call& call) { repeat(call, true); }
void Video::write_character(Call& call) { repeat(call, false); }

void Video::write_pixel(Call& call) {
  constexpr std::uint8_t kXor = 0x80;
  const int x = call.regs.cx(), y = call.regs.dx();
  if (mode().text() || x >= mode().width || y >= mode().height) return;
  Canvas picture = canvas();
  Canvas::Row row;
  picture.read(x & ~7, y, std::span(&row, 1));
  std::uint32_t& pixel = row[static_cast<std::size_t>(x & 7)];
  const std::uint8_t colour = call.regs.al();
  if (colour & kXor && mode().bits < 8)
    pixel ^= colour & static_cast<std::uint8_t>(~kXor);
  else
    pixel = picture.from_attribute(colour);
  picture.write(x & ~7, y, std::span(&row, 1));
}

void Video::read_pixel(Call& call) {
  const int x = call.regs.cx(), y = call.regs.dx();
  call.regs.set_al(0);
  if (mode().text() || x >= mode().width || y >= mode().height) return;
  Canvas picture = canvas();
  Canvas::Row row;
  picture.read(x & ~7, y, std::span(&row, 1));
  call.regs.set_al(picture.to_attribute(row[static_cast<std::size_t>(x & 7)]));
}

/// Always on the active page: BH is ignored, as SeaVGABIOS and most cards do.
void Video::teletype(Call& call) {
  Position at = cursor(active_page());
  type(at, {call.regs.al(), call.regs.bl(), false});
  move_cursor(at);
}

void Video::get_mode(Call& call) {
  constexpr std::uint8_t kMemoryKept = 0x80;
  call.regs.set_al(bda<std::uint8_t>(0x49) | (bda<std::uint8_t>(0x87) & kMemoryKept));
  call.regs.set_ah(static_cast<std::uint8_t>(columns()));
  call.regs.set_bh(active_page());
}

/// AL bit 0: the cursor follows; bit 1: the string has an attribute after each character.
void Video::write_string(Call& call) {
  constexpr std::uint8_t kMoveCursor = 1, kWithAttributes = 2;
  const emu::Registers& r = call.regs;
  Position at{r.dl(), r.dh(), r.bh()};
  emu::FarPtr text{r.es(), static_cast<std::uint16_t>(r[emu::Gpr::kBp])};
  const auto next = [&] {
    const auto value = memory_.read<std::uint8_t>(text);
    text = text.plus(1);
    return value;
  };
  std::uint8_t attribute = r.bl();
  for (int n = r.cx(); n > 0; --n) {
    const std::uint8_t character = next();
    if (r.al() & kWithAttributes) attribute = next();
    type(at, {character, attribute, true});
  }
  if (r.al() & kMoveCursor) move_cursor(at);
}

}  // namespace bios
