#pragma once

#include "stage2/base/string.h"
#include "stage2/console/terminal.h"

namespace stage2 {

/// A 16550 or older (National Semiconductor PC16550D), driven directly: 8N1, no hand-shake. What is at the other end is
/// taken for a VT100.
class Serial final : public Terminal {
 public:
  static constexpr u32 kMaxSpeed = 115200;

  /// `unit` 0-3 is COM1-COM4; the port is the BIOS's, or the usual one where the BIOS names none. False: no chip there.
  /// `speed` divides 115200.
  bool init(u8 unit, u32 speed);

  void put(char c) override;
  void repeat(char c, u8 count) override;
  void move_to(u8 column, u8 row) override;
  void set_colour(u8 attribute) override;
  void clear() override;
  void show_cursor(bool visible) override;
  u8 columns() const override { return 80; }
  u8 rows() const override { return 24; }
  u16 poll_key() override;

 private:
  void send(u8 byte);
  void send(Text text);
  bool wait_for_byte() const;
  u16 escape_sequence();
  u8 read(u8 reg) const;
  void write(u8 reg, u8 value) const;

  u16 port_ = 0;
  u8 colour_ = kDefaultColour;
};

}  // namespace stage2
