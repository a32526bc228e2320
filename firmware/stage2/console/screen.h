#pragma once

#include "stage2/console/terminal.h"

namespace stage2 {

/// The screen by INT 10h and the keyboard by INT 16h, whatever they really are (some BIOSes redirect both).
class Screen final : public Terminal {
 public:
  /// A text mode, unless there is one already.
  void init();
  void put(char c) override;
  void repeat(char c, u8 count) override;
  void move_to(u8 column, u8 row) override;
  void set_colour(u8 attribute) override { colour_ = attribute; }
  void clear() override;
  void show_cursor(bool visible) override;
  u8 columns() const override;
  u8 rows() const override;
  u16 poll_key() override;

 private:
  u8 colour_ = kDefaultColour;
};

}  // namespace stage2
