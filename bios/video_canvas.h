// Drawing in graphics modes: rows of eight pixels, whatever the memory model.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "bios/video_modes.h"
#include "bios/video_registers.h"
#include "emu/memory.h"

namespace bios {

/// The displayed picture of a graphics mode, drawn through the CPU's view of video memory.
class Canvas {
 public:
  /// Pixel values as the mode stores them.
  using Row = std::array<std::uint32_t, 8>;

  /// `base`: where the top left pixel is on the bus; `line_bytes`: to the next line. (CGA: to the next line
  /// of the same parity.)
  Canvas(emu::Memory& memory, VideoRegisters registers, const VideoMode& mode, emu::PhysAddr base,
         std::uint32_t line_bytes);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  int width() const { return mode_.width; }
  int height() const { return mode_.height; }

  /// Rows below each other, from (x, y) on; x is a multiple of 8. What lies outside of the picture reads 0
  /// and is not written.
  void read(int x, int y, std::span<Row> rows);
  void write(int x, int y, std::span<const Row> rows);
  /// Fills, and moves up or down, a rectangle; x and width are multiples of 8; the rectangles are clipped.
  void fill(int x, int y, int width, int height, std::uint32_t value);
  void move(int x, int to_y, int from_y, int width, int height);

  /// The pixel value that shows a 4-bit text colour, and back (direct colour modes have no palette to do
  /// that).
  std::uint32_t from_attribute(std::uint8_t attribute) const;
  std::uint8_t to_attribute(std::uint32_t value) const;

 private:
  emu::PhysAddr address(int x, int y) const;
  std::uint32_t bytes(int pixels) const;
  void select_plane(int plane);
  template <class F>
  void for_each_plane(F&& f);

  emu::Memory& memory_;
  VideoRegisters registers_;
  const VideoMode& mode_;
  emu::PhysAddr base_;
  std::uint32_t line_bytes_;
};

}  // namespace bios
