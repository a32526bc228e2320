// INT 10h/11h: character generators.
#include <algorithm>
#include <array>
#include <optional>

#include "bios/video.h"

namespace bios {

namespace {

constexpr int kGlyphStride = 32;  ///< bytes from glyph to glyph in plane 2
constexpr std::uint32_t kPlanes = 0xA0000;
constexpr std::uint8_t kSeqReset = 0, kSeqMapMask = 2, kSeqCharacterMap = 3, kSeqMemoryMode = 4;
constexpr std::uint8_t kGfxReadMap = 4, kGfxMode = 5, kGfxMiscellaneous = 6;
constexpr std::uint8_t kCrtcOverflow = 0x07, kCrtcMaximumScanLine = 0x09, kCrtcDisplayEnd = 0x12;
constexpr std::uint8_t kAndChangeHeight = 0x10;  ///< in AL of 1110h-1114h

/// The ROM font that a subfunction's low digit names.
int rom_font_height(std::uint8_t al) {
  switch (al & 0x0F) {
    case 1: return 14;
    case 2: return 8;
    default: return 16;
  }
}

}  // namespace

/// Makes plane 2 the one thing at A0000h, copies, and gives the text window back.
void Video::load_font(emu::FarPtr glyphs, int count, int first, std::uint8_t block, int height) {
  height = std::min(height, kGlyphStride);
  registers_.set_sequencer(kSeqReset, 0x01);
  registers_.set_sequencer(kSeqMapMask, 0x04);
  registers_.set_sequencer(kSeqMemoryMode, 0x07);
  registers_.set_sequencer(kSeqReset, 0x03);
  registers_.set_graphics(kGfxReadMap, 0x02);
  registers_.set_graphics(kGfxMode, 0x00);
  registers_.set_graphics(kGfxMiscellaneous, 0x04);

  const std::uint32_t base = kPlanes + ((block & 3u) << 14) + ((block & 4u) << 11);
  std::array<std::uint8_t, kGlyphStride> glyph{};
  for (int i = first; i < std::min(first + count, 256); ++i) {
    memory_.read(glyphs, std::span(glyph).first(static_cast<std::size_t>(height)));
    memory_.write(emu::PhysAddr(base + static_cast<std::uint32_t>(i) * kGlyphStride),
                  std::span<const std::uint8_t>(glyph).first(static_cast<std::size_t>(height)));
    glyphs = glyphs.plus(static_cast<std::uint16_t>(height));
  }

  const bool colour = registers_.misc() & 1;
  registers_.set_sequencer(kSeqReset, 0x01);
  registers_.set_sequencer(kSeqMapMask, 0x03);
  registers_.set_sequencer(kSeqMemoryMode, 0x02);
  registers_.set_sequencer(kSeqReset, 0x03);
  registers_.set_graphics(kGfxReadMap, 0x00);
  registers_.set_graphics(kGfxMode, 0x10);
  registers_.set_graphics(kGfxMiscellaneous, colour ? 0x0E : 0x0A);
}

/// As many rows as fit: 400 lines give 25 of 16, 28 of 14 and 50 of 8.
void Video::change_text_height(int height) {
  height = std::clamp(height, 1, kGlyphStride);
  registers_.set_crtc(kCrtcMaximumScanLine,
                      static_cast<std::uint8_t>((registers_.crtc(kCrtcMaximumScanLine) & ~0x1F) | (height - 1)));
  const int overflow = registers_.crtc(kCrtcOverflow);
  const int lines = registers_.crtc(kCrtcDisplayEnd) + ((overflow & 0x02) << 7) + ((overflow & 0x40) << 3) + 1;
  const int row_count = lines / height;
  set_bda<std::uint16_t>(0x85, static_cast<std::uint16_t>(height));
  set_bda<std::uint8_t>(0x84, static_cast<std::uint8_t>(row_count - 1));
  set_bda<std::uint16_t>(0x4C, static_cast<std::uint16_t>((row_count * columns() * 2 + 2047) / 2048 * 2048));
  shape_cursor(height == 8 ? 0x0607 : static_cast<std::uint16_t>((height - 3) << 8 | (height - 2)));
}

void Video::load_user_font(Call& call) {
  const emu::Registers& r = call.regs;
  if (!mode().text()) return;
  const emu::FarPtr glyphs{r.es(), static_cast<std::uint16_t>(r[emu::Gpr::kBp])};
  load_font(glyphs, r.cx(), r.dx(), r.bl(), r.bh());
  if (r.al() & kAndChangeHeight) change_text_height(r.bh());
}

void Video::load_rom_font(Call& call) {
  if (!mode().text()) return;
  const int height = rom_font_height(call.regs.al());
  load_font(rom_font_of(height), 256, 0, call.regs.bl(), height);
  if (call.regs.al() & kAndChangeHeight) change_text_height(height);
}

void Video::select_font_blocks(Call& call) { registers_.set_sequencer(kSeqCharacterMap, call.regs.bl()); }

void Video::set_graphics_font_1f(Call& call) {
  set_vector(0x1F, {call.regs.es(), static_cast<std::uint16_t>(call.regs[emu::Gpr::kBp])});
}

/// BL: 0 = DL rows, 1 = 14, 2 = 25, 3 = 43.
void Video::use_graphics_font(emu::FarPtr font, int height, std::uint8_t rows_code, std::uint8_t row_count) {
  set_vector(0x43, font);
  const int count = rows_code == 0 ? row_count : rows_code == 1 ? 14 : rows_code == 3 ? 43 : 25;
  set_bda<std::uint8_t>(0x84, static_cast<std::uint8_t>(count - 1));
  set_bda<std::uint16_t>(0x85, static_cast<std::uint16_t>(height));
}

void Video::set_graphics_font(Call& call) {
  const emu::Registers& r = call.regs;
  if (r.al() == 0x21)
    return use_graphics_font({r.es(), static_cast<std::uint16_t>(r[emu::Gpr::kBp])}, r.cx(), r.bl(), r.dl());
  const int height = r.al() == 0x22 ? 14 : r.al() == 0x23 ? 8 : 16;
  use_graphics_font(rom_font_of(height), height, r.bl(), r.dl());
}

void Video::get_font_information(Call& call) {
  using namespace video_rom;
  std::optional<emu::FarPtr> font;
  switch (call.regs.bh()) {
    case 0: font = vector(0x1F); break;
    case 1: font = vector(0x43); break;
    case 2: font = at(kFont8x14); break;
    case 3: font = at(kFont8x8); break;
    case 4: font = at(kFont8x8 + 128 * 8); break;
    case 5:
    case 7: font = at(kAlternateFont); break;
    case 6: font = at(kFont8x16); break;
    default: return;
  }
  call.regs.set_real_segment(emu::Seg::kEs, font->seg);
  auto& bp = call.regs[emu::Gpr::kBp];
  bp = (bp & ~std::uint64_t{0xFFFF}) | font->off;
  call.regs.set_cx(bda<std::uint8_t>(0x85));
  call.regs.set_dl(bda<std::uint8_t>(0x84));
}

}  // namespace bios
