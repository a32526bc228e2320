// The video BIOS: INT 10h. Drives the card through its ports and memory, as the ROM of a real card does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bios/call.h"
#include "bios/video_canvas.h"
#include "bios/video_modes.h"
#include "bios/video_registers.h"
#include "bios/video_rom.h"
#include "emu/io_ports.h"
#include "emu/memory.h"
#include "emu/snapshot.h"
#include "emu/types.h"

namespace bios {

class Bios;

/// State and functions of INT 10h. What programs can see is kept where programs look: the BIOS data area
/// (40:49-40:66, 40:84-40:8A, 40:A8), the vectors 1Fh and 43h, and the card's own registers.
///
/// The functions take a Call and answer in its registers; int10.cpp has the table of them. Video knows memory
/// and ports only, so that it can be tested on a card without a CPU.
class Video {
 public:
  explicit Video(Bios& bios);
  Video(emu::Memory& memory, emu::IoPorts& ports);

  /// Maps the video ROM at C0000h, fills the data area and the vectors 1Fh and 43h, and sets mode 3. INT
  /// 10h's own vector, and 1Dh, are the system BIOS's. Call at each POST, after the card was reset and the
  /// data area cleared.
  void post();
  /// POST when another ROM at C0000h is to bring up the display: the system BIOS's own glyphs only.
  void post_without_rom();

  /// Sets mode 00h-13h, 6Ah or 100h..; false when there is no such mode.
  struct ModeSet {
    bool keep_memory = false;
    bool linear = false;  ///< VBE: the program will use the linear frame buffer
  };
  bool enter_mode(std::uint16_t number, ModeSet how);
  const VideoMode& mode() const { return video_modes()[state_.mode_index]; }
  /// Prints as the teletype function does, on the active page (for POST and the boot menu).
  void print(std::string_view text, std::uint8_t colour = 0x07);

  // Modes, cursor, pages, characters (int10_text.cpp)
  void set_mode(Call& call);                   // 00
  void set_cursor_shape(Call& call);           // 01
  void set_cursor_position(Call& call);        // 02
  void get_cursor(Call& call);                 // 03
  void read_light_pen(Call& call);             // 04
  void select_page(Call& call);                // 05
  void scroll_up(Call& call);                  // 06
  void scroll_down(Call& call);                // 07
  void read_character(Call& call);             // 08
  void write_character_attribute(Call& call);  // 09
  void write_character(Call& call);            // 0A
  void write_pixel(Call& call);                // 0C
  void read_pixel(Call& call);                 // 0D
  void teletype(Call& call);                   // 0E
  void get_mode(Call& call);                   // 0F
  void write_string(Call& call);               // 13

  // Colours (int10_palette.cpp)
  void set_cga_colours(Call& call);       // 0B
  void set_palette_register(Call& call);  // 1000
  void set_border(Call& call);            // 1001
  void set_all_palette(Call& call);       // 1002
  void set_blinking(Call& call);          // 1003
  void get_palette_register(Call& call);  // 1007
  void get_border(Call& call);            // 1008
  void get_all_palette(Call& call);       // 1009
  void set_dac(Call& call);               // 1010
  void set_dac_block(Call& call);         // 1012
  void select_dac_page(Call& call);       // 1013
  void get_dac(Call& call);               // 1015
  void get_dac_block(Call& call);         // 1017
  void set_pel_mask(Call& call);          // 1018
  void get_pel_mask(Call& call);          // 1019
  void get_dac_page(Call& call);          // 101A
  void sum_to_gray(Call& call);           // 101B

  // Fonts (int10_fonts.cpp): 1100-1104 and 1110-1114, the latter with a change of the screen's height
  void load_user_font(Call& call);        // 1100 1110
  void load_rom_font(Call& call);         // 1101 1102 1104 1111 1112 1114
  void select_font_blocks(Call& call);    // 1103
  void set_graphics_font_1f(Call& call);  // 1120
  void set_graphics_font(Call& call);     // 1121-1124
  void get_font_information(Call& call);  // 1130

  // Settings and states (int10_state.cpp)
  void alternate_select(Call& call);         // 12
  void get_display_combination(Call& call);  // 1A00
  void set_display_combination(Call& call);  // 1A01
  void get_functionality(Call& call);        // 1B
  void save_restore_state(Call& call);       // 1C

  // VBE (int10_vbe.cpp)
  void vbe_controller_information(Call& call);  // 4F00
  void vbe_mode_information(Call& call);        // 4F01
  void vbe_set_mode(Call& call);                // 4F02
  void vbe_get_mode(Call& call);                // 4F03
  void vbe_save_restore_state(Call& call);      // 4F04
  void vbe_window(Call& call);                  // 4F05
  void vbe_line_length(Call& call);             // 4F06
  void vbe_display_start(Call& call);           // 4F07
  void vbe_dac_width(Call& call);               // 4F08
  void vbe_palette(Call& call);                 // 4F09
  void vbe_not_supported(Call& call);           // 4F0A
  void vbe_power(Call& call);                   // 4F10
  void vbe_display_data_channel(Call& call);    // 4F15

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_); }

  struct Position {
    int column = 0, row = 0;
    std::uint8_t page = 0;
  };
  /// A character to write; without an attribute a text cell keeps the one it has.
  struct Glyph {
    std::uint8_t character = 0;
    std::uint8_t attribute = 0;
    bool with_attribute = false;
  };
  struct Window {
    int left = 0, top = 0, columns = 0, rows = 0;
    std::uint8_t page = 0;
  };
  /// What of the video state is beyond the data area. Plain data, for snapshots.
  struct State {
    std::uint8_t mode_index = 3;  ///< into video_modes()
    std::uint16_t vbe_mode = 3;   ///< as 4F03h tells it, with the flags of bits 14 and 15
  };

  // The BIOS data area
  template <class T>
  T bda(std::uint16_t offset) const {
    return memory_.read<T>(emu::PhysAddr(0x400u + offset));
  }
  template <class T>
  void set_bda(std::uint16_t offset, T value) {
    memory_.write<T>(emu::PhysAddr(0x400u + offset), value);
  }
  int columns() const { return std::min<int>(bda<std::uint16_t>(0x4A), 255); }
  int rows() const { return bda<std::uint8_t>(0x84) + 1; }
  int character_height() const { return bda<std::uint16_t>(0x85); }
  std::uint8_t active_page() const { return bda<std::uint8_t>(0x62); }
  Position cursor(std::uint8_t page) const;
  emu::FarPtr vector(std::uint8_t number) const;
  void set_vector(std::uint8_t number, emu::FarPtr p);

  // Modes (video.cpp)
  void program_vga(const VideoMode& mode);
  void program_vbe(const VideoMode& mode, ModeSet how);
  void load_palette(DacPalette palette);
  void clear_memory(const VideoMode& mode);
  void fill_data_area(const VideoMode& mode, ModeSet how);
  emu::FarPtr rom_font_of(int height) const;

  // Characters (video_text.cpp)
  void shape_cursor(std::uint16_t shape);
  void move_cursor(Position to);
  void activate_page(std::uint8_t page);
  std::uint32_t cell_offset(Position at) const;
  emu::PhysAddr cell_address(Position at) const;
  void put(Position at, Glyph glyph);
  void put_and_advance(Position& at, Glyph glyph);
  void type(Position& at, Glyph glyph);
  void repeat(Call& call, bool with_attribute);
  void scroll(Window window, int lines, std::uint8_t attribute);
  void scroll_text(const Window& window, int lines, std::uint8_t attribute);
  void scroll_graphics(const Window& window, int lines, std::uint8_t colour);
  void scroll_call(Call& call, int direction);

  // Graphics (video_text.cpp)
  Canvas canvas();
  void draw(Position at, Glyph glyph);
  std::uint8_t recognise(Position at, std::uint8_t& attribute);
  emu::FarPtr glyph_pointer(std::uint8_t character) const;

  // Colours (int10_palette.cpp)
  void sum_dac_to_gray(int first, int count);

  // Fonts (int10_fonts.cpp)
  void load_font(emu::FarPtr glyphs, int count, int first, std::uint8_t block, int height);
  void change_text_height(int height);
  void use_graphics_font(emu::FarPtr font, int height, std::uint8_t rows_code, std::uint8_t row_count);

  // States (int10_state.cpp)
  std::vector<std::uint8_t> saved_hardware() const;
  void save_state(emu::FarPtr to, std::uint16_t what);
  void restore_state(emu::FarPtr from, std::uint16_t what);

  // VBE (int10_vbe.cpp)
  emu::PhysAddr frame_buffer() const;
  std::uint32_t line_bytes() const;
  std::uint32_t display_start() const;

  emu::Memory& memory_;
  emu::IoPorts& ports_;
  VideoRegisters registers_;
  State state_;
};

}  // namespace bios
