#pragma once

#include "stage2/console/terminal.h"
#include "stage2/picture/vbe.h"

namespace stage2 {

/// Text over a picture, in a graphics mode, with the keyboard by INT 16h. Colours with a black background let
/// the picture shine through at a quarter of its brightness.
class Graphics final : public Terminal, private PictureSink {
 public:
  /// Sets a mode and draws the picture in its middle. When that fails, the screen is in text mode.
  Result show(Text name, lib32::Source& file);
  /// Back to text mode, when a picture is shown.
  void hide();
  bool shown() const { return picture_ != nullptr; }

  void put(char c) override;
  void repeat(char c, u8 count) override;
  void move_to(u8 column, u8 row) override;
  void set_colour(u8 attribute) override { colour_ = attribute; }
  /// The whole picture, without text.
  void clear() override;
  void show_cursor(bool) override {}
  u8 columns() const override { return u8(mode_.width / kCellWidth); }
  u8 rows() const override { return u8(mode_.height / kCellHeight); }
  u16 poll_key() override;

 private:
  static constexpr u32 kCellWidth = 8, kCellHeight = 16;

  void row(u32 y, const u8* rgb) override;
  void draw_cell(char c);
  u8* frame(u32 x, u32 y) const;
  void put_pixel(u8*& at, u8 r, u8 g, u8 b) const;

  VbeMode mode_;
  PictureSize size_;       ///< the file's
  u8* picture_ = nullptr;  ///< three bytes for each pixel of the mode
  size_t memory_mark_ = 0;
  const u8* font_ = nullptr;  ///< the ROM's 256 glyphs of 16 bytes
  u8 colour_ = kDefaultColour;
  u8 column_ = 0, row_ = 0;
};

}  // namespace stage2
