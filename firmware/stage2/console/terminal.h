#pragma once

#include "stage2/base/vector.h"

/// A place that shows text and has keys: the screen with the keyboard, or a serial line.
namespace stage2 {

/// Keys that are no characters. Characters are their ASCII codes; Ctrl-A is 1.
enum Key : u16 {
  kNoKey = 0,
  kBackspace = 8,
  kTab = 9,
  kEnter = 13,
  kEscape = 27,
  kUp = 0x100,
  kDown,
  kLeft,
  kRight,
  kHome,
  kEnd,
  kPageUp,
  kPageDown,
  kDelete,
  kF1 = 0x120,  ///< to F10 in order
};

/// VGA text attribute: background in bits 4-6, foreground in 0-3.
inline constexpr u8 kDefaultColour = 0x07;

class Terminal {
 public:
  /// '\n' begins a new line and scrolls, '\b' goes back one column.
  virtual void put(char c) = 0;
  /// The same character `count` times, within one line.
  virtual void repeat(char c, u8 count) = 0;
  virtual void move_to(u8 column, u8 row) = 0;
  virtual void set_colour(u8 attribute) = 0;
  virtual void clear() = 0;
  virtual void show_cursor(bool visible) = 0;
  virtual u8 columns() const = 0;
  virtual u8 rows() const = 0;
  /// kNoKey when there is none.
  virtual u16 poll_key() = 0;

 protected:
  ~Terminal() = default;
};

}  // namespace stage2
