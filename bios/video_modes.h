// The video modes: what each is, and the register values that make it.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace bios {

/// How pixels lie in memory; the values are VBE 2.0's memory models (§4.4, MemoryModel).
enum class MemoryModel : std::uint8_t { kText = 0, kCga = 1, kPlanar = 3, kPacked = 4, kDirect = 6 };

/// The colours that a mode set loads into the DAC.
enum class DacPalette : std::uint8_t { kMono, kCga, kEga, kVga };

/// Register values in the order of IBM's video parameter table (PS/2 BIOS technical reference, "Save pointer
/// table").
struct ModeRegisters {
  std::array<std::uint8_t, 4> sequencer;  ///< indices 1-4
  std::uint8_t misc;
  std::array<std::uint8_t, 25> crtc;
  std::array<std::uint8_t, 20> attribute;
  std::array<std::uint8_t, 9> graphics;
};

struct VideoMode {
  std::uint16_t number;  ///< 00h-13h, or a VBE mode number from 100h
  MemoryModel model;
  std::uint16_t width, height;  ///< pixels; text modes: characters
  std::uint8_t bits;            ///< per pixel; 4 for text
  std::uint8_t cell_height;
  std::uint16_t segment;  ///< of the window
  DacPalette palette;
  const ModeRegisters* registers;  ///< null: a mode of the Bochs VBE extension

  bool text() const { return model == MemoryModel::kText; }
  bool vbe() const { return registers == nullptr; }
  int columns() const { return text() ? width : width / 8; }
  int rows() const { return text() ? height : height / cell_height; }
  /// 15-bit pixels take two bytes.
  int bytes_per_pixel() const { return (bits + 7) / 8; }
  /// Bytes that the CPU sees between two lines (one plane's in planar modes); 0 for text.
  std::uint32_t line_bytes() const;
};

/// All modes, ascending by number.
std::span<const VideoMode> video_modes();
/// Null when there is no such mode.
const VideoMode* find_video_mode(std::uint16_t number);

/// Six-bit red, green and blue of the colours 0-255 of a palette; the 64-colour ones are black from 64 on.
std::array<std::array<std::uint8_t, 3>, 256> dac_palette(DacPalette palette);

/// 40:4C: bytes between two display pages.
std::uint16_t page_size(const VideoMode& mode);

}  // namespace bios
