// INT 10h: the rows of the call table. The functions are Video's.
#include <fmt/core.h>

#include "bios/bios.h"
#include "bios/call_table.h"
#include "bios/video.h"

namespace bios {

Video::Video(Bios& bios) : Video(bios.memory(), bios.ports()) {}

namespace {

constexpr std::uint8_t kVector = 0x10;

template <void (Video::*kFunction)(Call&)>
void run(Bios& bios, Call& call) {
  (bios.video().*kFunction)(call);
}

// --- What the tracer prints

std::string character(std::uint8_t c) {
  if (c == '\r') return "CR";
  if (c == '\n') return "LF";
  if (c > 0x20 && c < 0x7F) return fmt::format("'{}'", static_cast<char>(c));
  return fmt::format("{:02X}h", c);
}

std::string position(std::uint8_t row, std::uint8_t column) { return fmt::format("row {} column {}", row, column); }

void describe_mode(const CallView& c, Arguments& a) {
  const std::uint8_t al = c.in.al();
  a.text = fmt::format("set mode {:02X}h{}", al & 0x7F, al & 0x80 ? ", keep memory" : "");
}
void describe_teletype(const CallView& c, Arguments& a) {
  a.text = fmt::format("teletype {} page {}", character(c.in.al()), c.in.bh());
}
void describe_cursor_shape(const CallView& c, Arguments& a) {
  a.text = c.in.ch() & 0x20 ? "cursor off" : fmt::format("cursor lines {}-{}", c.in.ch() & 0x1F, c.in.cl() & 0x1F);
}
void describe_cursor(const CallView& c, Arguments& a) {
  a.text = fmt::format("{} page {}", position(c.in.dh(), c.in.dl()), c.in.bh());
}
void describe_cursor_result(const CallView& c, Outcome& o) {
  if (c.out) o.text = position(c.out->dh(), c.out->dl());
}
void describe_page(const CallView& c, Arguments& a) { a.text = fmt::format("page {}", c.in.al()); }
void describe_scroll(const CallView& c, Arguments& a) {
  const auto& r = c.in;
  const std::string window = fmt::format("({},{})-({},{})", r.cl(), r.ch(), r.dl(), r.dh());
  a.text = r.al() ? fmt::format("{} lines in {} attribute {:02X}h", r.al(), window, r.bh())
                  : fmt::format("clear {} attribute {:02X}h", window, r.bh());
}
void describe_repeat(const CallView& c, Arguments& a) {
  a.text = fmt::format("{} x {} attribute {:02X}h page {}", c.in.cx(), character(c.in.al()), c.in.bl(), c.in.bh());
}
void describe_pixel(const CallView& c, Arguments& a) {
  a.text = fmt::format("({},{}) colour {:02X}h", c.in.cx(), c.in.dx(), c.in.al());
}
void describe_pixel_read(const CallView& c, Arguments& a) { a.text = fmt::format("({},{})", c.in.cx(), c.in.dx()); }
void describe_mode_result(const CallView& c, Outcome& o) {
  if (c.out) o.text = fmt::format("mode {:02X}h, {} columns, page {}", c.out->al(), c.out->ah(), c.out->bh());
}
void describe_dac(const CallView& c, Arguments& a) {
  a.text = fmt::format("colour {} = {:02X} {:02X} {:02X}", c.in.bx(), c.in.dh(), c.in.ch(), c.in.cl());
}
void describe_dac_block(const CallView& c, Arguments& a) {
  a.text = fmt::format("colours {} +{}, {:04X}:{:04X}", c.in.bx(), c.in.cx(), c.in.es(), c.in.dx());
}
void describe_string(const CallView& c, Arguments& a) {
  const auto& r = c.in;
  constexpr int kShown = 40;
  std::string text;
  emu::FarPtr at{r.es(), static_cast<std::uint16_t>(r[emu::Gpr::kBp])};
  const std::uint16_t step = r.al() & 2 ? 2 : 1;
  for (int i = 0; i < r.cx() && i < kShown; ++i, at = at.plus(step)) {
    const auto ch = c.memory.read<std::uint8_t>(at);
    text += ch >= 0x20 && ch < 0x7F ? static_cast<char>(ch) : '.';
  }
  a.text = fmt::format("\"{}\"{} {} page {}", text, r.cx() > kShown ? "..." : "", position(r.dh(), r.dl()), r.bh());
}
void describe_font(const CallView& c, Arguments& a) {
  a.text = fmt::format("block {}{}", c.in.bl(), c.in.al() & 0x10 ? ", change the number of rows" : "");
}
void describe_vbe_mode(const CallView& c, Arguments& a) {
  const std::uint16_t bx = c.in.bx();
  a.text = fmt::format("set mode {:03X}h{}{}", bx & 0x1FF, bx & 0x4000 ? ", linear" : "",
                       bx & 0x8000 ? ", keep memory" : "");
  const VideoMode* mode = find_video_mode(bx & 0x1FF);
  if (mode && mode->vbe()) a.text += fmt::format(" ({}x{}, {} bits)", mode->width, mode->height, mode->bits);
}
void describe_vbe_query(const CallView& c, Arguments& a) { a.text = fmt::format("mode {:03X}h", c.in.cx() & 0x1FF); }
void describe_vbe_window(const CallView& c, Arguments& a) {
  a.text = c.in.bh() ? "get window" : fmt::format("window to {} x 64 KB", c.in.dx());
}
void describe_vbe_result(const CallView& c, Outcome& o) {
  if (!c.out) return;
  if (c.out->al() != 0x4F)
    o.text = "not supported";
  else if (c.out->ah() != 0)
    o.text = fmt::format("failed ({:02X}h)", c.out->ah());
}

constexpr Function ah(std::uint8_t number, std::string_view name, std::string_view inputs, std::string_view outputs,
                      std::string_view source, Handler handler, DescribeArguments arguments = nullptr,
                      DescribeOutcome outcome = nullptr) {
  return {kVector, Selector::kAh, number, name, inputs, outputs, source, handler, arguments, outcome};
}
constexpr Function ax(std::uint16_t number, std::string_view name, std::string_view inputs, std::string_view outputs,
                      std::string_view source, Handler handler, DescribeArguments arguments = nullptr,
                      DescribeOutcome outcome = nullptr) {
  return {kVector, Selector::kAx, number, name, inputs, outputs, source, handler, arguments, outcome};
}

using V = Video;

constexpr Function kFunctions[] = {
    ah(0x00, "set video mode", "AL mode (bit 7: keep memory)", "AL CRT mode control byte", "RBIL 10-00",
       run<&V::set_mode>, describe_mode),
    ah(0x01, "set cursor shape", "CH first line (bit 5: off), CL last line", "", "RBIL 10-01",
       run<&V::set_cursor_shape>, describe_cursor_shape),
    ah(0x02, "set cursor position", "BH page, DH row, DL column", "", "RBIL 10-02", run<&V::set_cursor_position>,
       describe_cursor),
    ah(0x03, "get cursor", "BH page", "CX shape, DH row, DL column", "RBIL 10-03", run<&V::get_cursor>, nullptr,
       describe_cursor_result),
    ah(0x04, "read light pen", "", "AX, BX, CX, DX 0", "RBIL 10-04", run<&V::read_light_pen>),
    ah(0x05, "select page", "AL page", "", "RBIL 10-05", run<&V::select_page>, describe_page),
    ah(0x06, "scroll up", "AL lines (0: clear), BH attribute, CH, CL top left, DH, DL bottom right", "", "RBIL 10-06",
       run<&V::scroll_up>, describe_scroll),
    ah(0x07, "scroll down", "AL lines (0: clear), BH attribute, CH, CL top left, DH, DL bottom right", "", "RBIL 10-07",
       run<&V::scroll_down>, describe_scroll),
    ah(0x08, "read character", "BH page", "AL character, AH attribute", "RBIL 10-08", run<&V::read_character>),
    ah(0x09, "write character and attribute", "AL character, BH page, BL attribute, CX count", "", "RBIL 10-09",
       run<&V::write_character_attribute>, describe_repeat),
    ah(0x0A, "write character", "AL character, BH page, BL colour in graphics modes, CX count", "", "RBIL 10-0A",
       run<&V::write_character>, describe_repeat),
    ah(0x0B, "set CGA colours", "BH 0: BL background; BH 1: BL palette", "", "RBIL 10-0B", run<&V::set_cga_colours>),
    ah(0x0C, "write pixel", "AL colour (bit 7: xor), CX column, DX row", "", "RBIL 10-0C", run<&V::write_pixel>,
       describe_pixel),
    ah(0x0D, "read pixel", "CX column, DX row", "AL colour", "RBIL 10-0D", run<&V::read_pixel>, describe_pixel_read),
    ah(0x0E, "teletype", "AL character, BL colour in graphics modes", "", "RBIL 10-0E", run<&V::teletype>,
       describe_teletype),
    ah(0x0F, "get video mode", "", "AL mode, AH columns, BH page", "RBIL 10-0F", run<&V::get_mode>, nullptr,
       describe_mode_result),
    ax(0x1000, "set palette register", "BL register, BH value", "", "RBIL 10-1000", run<&V::set_palette_register>),
    ax(0x1001, "set border colour", "BH value", "", "RBIL 10-1001", run<&V::set_border>),
    ax(0x1002, "set all palette registers", "ES:DX 17 bytes", "", "RBIL 10-1002", run<&V::set_all_palette>),
    ax(0x1003, "toggle blinking", "BL 0: bright backgrounds, 1: blinking", "", "RBIL 10-1003", run<&V::set_blinking>),
    ax(0x1007, "get palette register", "BL register", "BH value", "RBIL 10-1007", run<&V::get_palette_register>),
    ax(0x1008, "get border colour", "", "BH value", "RBIL 10-1008", run<&V::get_border>),
    ax(0x1009, "get all palette registers", "ES:DX buffer of 17 bytes", "", "RBIL 10-1009", run<&V::get_all_palette>),
    ax(0x1010, "set DAC register", "BX register, DH red, CH green, CL blue", "", "RBIL 10-1010", run<&V::set_dac>,
       describe_dac),
    ax(0x1012, "set DAC registers", "BX first, CX count, ES:DX table", "", "RBIL 10-1012", run<&V::set_dac_block>,
       describe_dac_block),
    ax(0x1013, "select DAC page", "BL 0: BH paging mode; BL 1: BH page", "", "RBIL 10-1013", run<&V::select_dac_page>),
    ax(0x1015, "get DAC register", "BL register", "DH red, CH green, CL blue", "RBIL 10-1015", run<&V::get_dac>),
    ax(0x1017, "get DAC registers", "BX first, CX count, ES:DX buffer", "", "RBIL 10-1017", run<&V::get_dac_block>,
       describe_dac_block),
    ax(0x1018, "set PEL mask", "BL mask", "", "RBIL 10-1018", run<&V::set_pel_mask>),
    ax(0x1019, "get PEL mask", "", "BL mask", "RBIL 10-1019", run<&V::get_pel_mask>),
    ax(0x101A, "get DAC page", "", "BL paging mode, BH page", "RBIL 10-101A", run<&V::get_dac_page>),
    ax(0x101B, "sum DAC to gray", "BX first, CX count", "", "RBIL 10-101B", run<&V::sum_to_gray>),
    ax(0x1100, "load user font", "ES:BP glyphs, CX count, DX first, BL block, BH height", "", "RBIL 10-1100",
       run<&V::load_user_font>, describe_font),
    ax(0x1101, "load 8x14 font", "BL block", "", "RBIL 10-1101", run<&V::load_rom_font>, describe_font),
    ax(0x1102, "load 8x8 font", "BL block", "", "RBIL 10-1102", run<&V::load_rom_font>, describe_font),
    ax(0x1103, "select font blocks", "BL map selects", "", "RBIL 10-1103", run<&V::select_font_blocks>),
    ax(0x1104, "load 8x16 font", "BL block", "", "RBIL 10-1104", run<&V::load_rom_font>, describe_font),
    ax(0x1110, "load user font, set rows", "ES:BP glyphs, CX count, DX first, BL block, BH height", "", "RBIL 10-1110",
       run<&V::load_user_font>, describe_font),
    ax(0x1111, "load 8x14 font, set rows", "BL block", "", "RBIL 10-1111", run<&V::load_rom_font>, describe_font),
    ax(0x1112, "load 8x8 font, set rows", "BL block", "", "RBIL 10-1112", run<&V::load_rom_font>, describe_font),
    ax(0x1114, "load 8x16 font, set rows", "BL block", "", "RBIL 10-1114", run<&V::load_rom_font>, describe_font),
    ax(0x1120, "set graphics font of INT 1Fh", "ES:BP glyphs 80h-FFh", "", "RBIL 10-1120",
       run<&V::set_graphics_font_1f>),
    ax(0x1121, "set graphics font", "ES:BP glyphs, CX height, BL rows (0: DL)", "", "RBIL 10-1121",
       run<&V::set_graphics_font>),
    ax(0x1122, "set graphics font 8x14", "BL rows (0: DL)", "", "RBIL 10-1122", run<&V::set_graphics_font>),
    ax(0x1123, "set graphics font 8x8", "BL rows (0: DL)", "", "RBIL 10-1123", run<&V::set_graphics_font>),
    ax(0x1124, "set graphics font 8x16", "BL rows (0: DL)", "", "RBIL 10-1124", run<&V::set_graphics_font>),
    ax(0x1130, "get font information", "BH which font", "ES:BP font, CX height, DL rows - 1", "RBIL 10-1130",
       run<&V::get_font_information>),
    ah(0x12, "alternate select", "BL function, AL setting", "AL 12h; BL 10h: BX, CX EGA information", "RBIL 10-12",
       run<&V::alternate_select>),
    ah(0x13, "write string", "AL flags, BH page, BL attribute, CX length, DH row, DL column, ES:BP string", "",
       "RBIL 10-13", run<&V::write_string>, describe_string),
    ax(0x1A00, "get display combination", "", "AL 1Ah, BL active, BH alternate", "RBIL 10-1A00",
       run<&V::get_display_combination>),
    ax(0x1A01, "set display combination", "BL active, BH alternate", "AL 1Ah", "RBIL 10-1A01",
       run<&V::set_display_combination>),
    ah(0x1B, "get functionality", "BX 0, ES:DI buffer of 64 bytes", "AL 1Bh", "RBIL 10-1B", run<&V::get_functionality>),
    ah(0x1C, "save or restore state", "AL 0: size, 1: save, 2: restore, CX what, ES:BX buffer",
       "AL 1Ch, BX size in 64-byte blocks", "RBIL 10-1C", run<&V::save_restore_state>),
    ax(0x4F00, "VBE controller information", "ES:DI buffer", "AX status", "VBE 2.0 §4.3",
       run<&V::vbe_controller_information>, nullptr, describe_vbe_result),
    ax(0x4F01, "VBE mode information", "CX mode, ES:DI buffer of 256 bytes", "AX status", "VBE 2.0 §4.4",
       run<&V::vbe_mode_information>, describe_vbe_query, describe_vbe_result),
    ax(0x4F02, "VBE set mode", "BX mode (bit 14: linear, 15: keep memory)", "AX status", "VBE 2.0 §4.5",
       run<&V::vbe_set_mode>, describe_vbe_mode, describe_vbe_result),
    ax(0x4F03, "VBE get mode", "", "AX status, BX mode", "VBE 2.0 §4.6", run<&V::vbe_get_mode>, nullptr,
       describe_vbe_result),
    ax(0x4F04, "VBE save or restore state", "DL 0: size, 1: save, 2: restore, CX what, ES:BX buffer",
       "AX status, BX size in 64-byte blocks", "VBE 2.0 §4.7", run<&V::vbe_save_restore_state>, nullptr,
       describe_vbe_result),
    ax(0x4F05, "VBE window", "BH 0: set, 1: get, BL window, DX position", "AX status, DX position", "VBE 2.0 §4.8",
       run<&V::vbe_window>, describe_vbe_window, describe_vbe_result),
    ax(0x4F06, "VBE line length", "BL 0: set pixels, 1: get, 2: set bytes, 3: largest, CX length",
       "AX status, BX bytes, CX pixels, DX lines", "VBE 2.0 §4.9", run<&V::vbe_line_length>, nullptr,
       describe_vbe_result),
    ax(0x4F07, "VBE display start", "BL 0: set, 1: get, CX pixel, DX line", "AX status, CX pixel, DX line",
       "VBE 2.0 §4.10", run<&V::vbe_display_start>, nullptr, describe_vbe_result),
    ax(0x4F08, "VBE DAC width", "BL 0: set, 1: get, BH bits", "AX status, BH bits", "VBE 2.0 §4.11",
       run<&V::vbe_dac_width>, nullptr, describe_vbe_result),
    ax(0x4F09, "VBE palette", "BL 0: set, 1: get, CX count, DX first, ES:DI table", "AX status", "VBE 2.0 §4.12",
       run<&V::vbe_palette>, nullptr, describe_vbe_result),
    ax(0x4F0A, "VBE protected-mode interface", "BL 0", "AX 0100h: not supported", "VBE 2.0 §4.13",
       run<&V::vbe_not_supported>, nullptr, describe_vbe_result),
    ax(0x4F10, "VBE/PM power management", "BL 0: report, 1: set, 2: get, BH state", "AX status, BX", "VBE/PM 1.0",
       run<&V::vbe_power>, nullptr, describe_vbe_result),
    ax(0x4F15, "VBE/DDC", "BL 0: report, 1: read EDID, CX unit, DX block, ES:DI buffer", "AX status, BX", "VBE/DDC 1.1",
       run<&V::vbe_display_data_channel>, nullptr, describe_vbe_result),
};

}  // namespace

std::span<const Function> int10_functions() { return kFunctions; }

}  // namespace bios
