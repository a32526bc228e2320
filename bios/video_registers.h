// The card's ports in the words of the video BIOS: indexed registers, palette and DAC.
#pragma once

#include <array>
#include <cstdint>

#include "emu/io_ports.h"

namespace bios {

/// Programs a VGA through its ports. Holds no state of its own.
class VideoRegisters {
 public:
  using Rgb = std::array<std::uint8_t, 3>;

  explicit VideoRegisters(emu::IoPorts& ports) : ports_(ports) {}

  std::uint8_t sequencer(std::uint8_t index) const { return indexed(0x3C4, index); }
  void set_sequencer(std::uint8_t index, std::uint8_t value) { set_indexed(0x3C4, index, value); }
  std::uint8_t graphics(std::uint8_t index) const { return indexed(0x3CE, index); }
  void set_graphics(std::uint8_t index, std::uint8_t value) { set_indexed(0x3CE, index, value); }
  std::uint8_t crtc(std::uint8_t index) const { return indexed(crtc_port(), index); }
  void set_crtc(std::uint8_t index, std::uint8_t value) { set_indexed(crtc_port(), index, value); }
  std::uint8_t misc() const { return in(0x3CC); }
  void set_misc(std::uint8_t value) { out(0x3C2, value); }
  /// 3D4h, or 3B4h when the card answers at the monochrome addresses.
  std::uint16_t crtc_port() const { return misc() & 1 ? 0x3D4 : 0x3B4; }

  std::uint8_t attribute(std::uint8_t index) const;
  void set_attribute(std::uint8_t index, std::uint8_t value);
  void change_attribute(std::uint8_t index, std::uint8_t clear, std::uint8_t set);
  /// The palette is connected to the screen again (index bit 5); without it the screen is blank.
  void screen_on() const;

  Rgb dac(std::uint8_t index) const;
  void set_dac(std::uint8_t index, Rgb rgb);
  std::uint8_t pel_mask() const { return in(0x3C6); }
  void set_pel_mask(std::uint8_t value) { out(0x3C6, value); }

  std::uint16_t dispi(std::uint16_t index) const;
  void set_dispi(std::uint16_t index, std::uint16_t value);

  std::uint8_t in(std::uint16_t port) const { return static_cast<std::uint8_t>(ports_.in(port, 1)); }
  void out(std::uint16_t port, std::uint8_t value) const { ports_.out(port, value, 1); }

 private:
  std::uint8_t indexed(std::uint16_t port, std::uint8_t index) const {
    out(port, index);
    return in(static_cast<std::uint16_t>(port + 1));
  }
  void set_indexed(std::uint16_t port, std::uint8_t index, std::uint8_t value) {
    out(port, index);
    out(static_cast<std::uint16_t>(port + 1), value);
  }
  void reset_flip_flop() const { in(static_cast<std::uint16_t>(crtc_port() + 6)); }

  emu::IoPorts& ports_;
};

}  // namespace bios
