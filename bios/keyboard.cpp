#include "bios/keyboard.h"

#include <array>

#include "bios/bda.h"

namespace bios::keyboard {

namespace {

// Scan codes of set 1, without the release bit.
constexpr std::uint8_t kE0 = 0xE0, kE1 = 0xE1, kReleased = 0x80;
constexpr std::uint8_t kCtrlKey = 0x1D, kLeftShiftKey = 0x2A, kRightShiftKey = 0x36, kStarKey = 0x37, kAltKey = 0x38;
constexpr std::uint8_t kCapsKey = 0x3A, kNumKey = 0x45, kScrollKey = 0x46, kInsertKey = 0x52, kDeleteKey = 0x53;
constexpr std::uint8_t kSysReqKey = 0x54, kEnterKey = 0x1C, kSlashKey = 0x35;
constexpr std::uint8_t kHomeKey = 0x47;

/// What a key gives with no shift, Shift, Ctrl and Alt; 0 gives nothing (RBIL table #00006 at INT 16h/00h,
/// IBM PS/2 BIOS).
struct Key {
  std::uint16_t plain, shift, ctrl, alt;
};

constexpr std::array<Key, 0x59> kKeys = {{
    {0, 0, 0, 0},
    {0x011B, 0x011B, 0x011B, 0x01F0},  // Esc
    {0x0231, 0x0221, 0x0000, 0x7800},  // 1 !
    {0x0332, 0x0340, 0x0300, 0x7900},
    {0x0433, 0x0423, 0x0000, 0x7A00},
    {0x0534, 0x0524, 0x0000, 0x7B00},
    {0x0635, 0x0625, 0x0000, 0x7C00},
    {0x0736, 0x075E, 0x071E, 0x7D00},
    {0x0837, 0x0826, 0x0000, 0x7E00},
    {0x0938, 0x092A, 0x0000, 0x7F00},
    {0x0A39, 0x0A28, 0x0000, 0x8000},
    {0x0B30, 0x0B29, 0x0000, 0x8100},  // 0 )
    {0x0C2D, 0x0C5F, 0x0C1F, 0x8200},
    {0x0D3D, 0x0D2B, 0x0000, 0x8300},
    {0x0E08, 0x0E08, 0x0E7F, 0x0EF0},  // Backspace
    {0x0F09, 0x0F00, 0x9400, 0xA5F0},  // Tab
    {0x1071, 0x1051, 0x1011, 0x1000},  // Q
    {0x1177, 0x1157, 0x1117, 0x1100},
    {0x1265, 0x1245, 0x1205, 0x1200},
    {0x1372, 0x1352, 0x1312, 0x1300},
    {0x1474, 0x1454, 0x1414, 0x1400},
    {0x1579, 0x1559, 0x1519, 0x1500},
    {0x1675, 0x1655, 0x1615, 0x1600},
    {0x1769, 0x1749, 0x1709, 0x1700},
    {0x186F, 0x184F, 0x180F, 0x1800},
    {0x1970, 0x1950, 0x1910, 0x1900},
    {0x1A5B, 0x1A7B, 0x1A1B, 0x1AF0},  // [ {
    {0x1B5D, 0x1B7D, 0x1B1D, 0x1BF0},
    {0x1C0D, 0x1C0D, 0x1C0A, 0x1CF0},  // Enter
    {0, 0, 0, 0},                      // Ctrl
    {0x1E61, 0x1E41, 0x1E01, 0x1E00},  // A
    {0x1F73, 0x1F53, 0x1F13, 0x1F00},
    {0x2064, 0x2044, 0x2004, 0x2000},
    {0x2166, 0x2146, 0x2106, 0x2100},
    {0x2267, 0x2247, 0x2207, 0x2200},
    {0x2368, 0x2348, 0x2308, 0x2300},
    {0x246A, 0x244A, 0x240A, 0x2400},
    {0x256B, 0x254B, 0x250B, 0x2500},
    {0x266C, 0x264C, 0x260C, 0x2600},
    {0x273B, 0x273A, 0x0000, 0x27F0},  // ; :
    {0x2827, 0x2822, 0x0000, 0x28F0},
    {0x2960, 0x297E, 0x0000, 0x29F0},
    {0, 0, 0, 0},                      // left Shift
    {0x2B5C, 0x2B7C, 0x2B1C, 0x2BF0},  // backslash
    {0x2C7A, 0x2C5A, 0x2C1A, 0x2C00},  // Z
    {0x2D78, 0x2D58, 0x2D18, 0x2D00},
    {0x2E63, 0x2E43, 0x2E03, 0x2E00},
    {0x2F76, 0x2F56, 0x2F16, 0x2F00},
    {0x3062, 0x3042, 0x3002, 0x3000},
    {0x316E, 0x314E, 0x310E, 0x3100},
    {0x326D, 0x324D, 0x320D, 0x3200},
    {0x332C, 0x333C, 0x0000, 0x33F0},  // , <
    {0x342E, 0x343E, 0x0000, 0x34F0},
    {0x352F, 0x353F, 0x0000, 0x35F0},
    {0, 0, 0, 0},                      // right Shift
    {0x372A, 0x372A, 0x9600, 0x37F0},  // keypad *
    {0, 0, 0, 0},                      // Alt
    {0x3920, 0x3920, 0x3920, 0x3920},  // Space
    {0, 0, 0, 0},                      // Caps Lock
    {0x3B00, 0x5400, 0x5E00, 0x6800},  // F1
    {0x3C00, 0x5500, 0x5F00, 0x6900},
    {0x3D00, 0x5600, 0x6000, 0x6A00},
    {0x3E00, 0x5700, 0x6100, 0x6B00},
    {0x3F00, 0x5800, 0x6200, 0x6C00},
    {0x4000, 0x5900, 0x6300, 0x6D00},
    {0x4100, 0x5A00, 0x6400, 0x6E00},
    {0x4200, 0x5B00, 0x6500, 0x6F00},
    {0x4300, 0x5C00, 0x6600, 0x7000},
    {0x4400, 0x5D00, 0x6700, 0x7100},  // F10
    {0, 0, 0, 0},                      // Num Lock
    {0, 0, 0, 0},                      // Scroll Lock
    {0x4700, 0x4737, 0x7700, 0x0000},  // 7 Home
    {0x4800, 0x4838, 0x8D00, 0x0000},
    {0x4900, 0x4939, 0x8400, 0x0000},
    {0x4A2D, 0x4A2D, 0x8E00, 0x4AF0},  // keypad -
    {0x4B00, 0x4B34, 0x7300, 0x0000},
    {0x4C00, 0x4C35, 0x8F00, 0x0000},
    {0x4D00, 0x4D36, 0x7400, 0x0000},
    {0x4E2B, 0x4E2B, 0x9000, 0x4EF0},  // keypad +
    {0x4F00, 0x4F31, 0x7500, 0x0000},
    {0x5000, 0x5032, 0x9100, 0x0000},
    {0x5100, 0x5133, 0x7600, 0x0000},
    {0x5200, 0x5230, 0x9200, 0x0000},  // 0 Ins
    {0x5300, 0x532E, 0x9300, 0x0000},  // . Del
    {0, 0, 0, 0},                      // SysReq
    {0, 0, 0, 0},
    {0x565C, 0x567C, 0x0000, 0x0000},  // the 102nd key
    {0x8500, 0x8700, 0x8900, 0x8B00},  // F11
    {0x8600, 0x8800, 0x8A00, 0x8C00},  // F12
}};
constexpr Key kKeypadEnter = {0xE00D, 0xE00D, 0xE00A, 0xA600};
constexpr Key kKeypadSlash = {0xE02F, 0xE02F, 0x9500, 0xA400};
constexpr Key kPrintScreenKey = {0, 0, 0x7200, 0};

const Key& row_of(std::uint8_t key, bool e0) {
  if (e0 && key == kEnterKey) return kKeypadEnter;
  if (e0 && key == kSlashKey) return kKeypadSlash;
  if (e0 && key == kStarKey) return kPrintScreenKey;
  return kKeys[key];
}

/// The shift state, read once and written back at the end.
struct Shifts {
  explicit Shifts(const emu::Memory& memory)
      : flags(memory.read<std::uint8_t>(bda::kKeyboardFlags)),
        down(memory.read<std::uint8_t>(bda::kKeyboardFlags2)),
        more(memory.read<std::uint8_t>(bda::kKeyboardFlags3)) {}
  void store(emu::Memory& memory) const {
    memory.write(bda::kKeyboardFlags, flags);
    memory.write(bda::kKeyboardFlags2, down);
    memory.write(bda::kKeyboardFlags3, more);
  }
  static void set(std::uint8_t& byte, std::uint8_t bits, bool on) {
    byte = static_cast<std::uint8_t>(on ? byte | bits : byte & ~bits);
  }
  std::uint8_t flags, down, more;
};

void lock_key(Shifts& s, std::uint8_t down_bit, std::uint8_t lock_bit, bool released) {
  if (!released && !(s.down & down_bit)) s.flags ^= lock_bit;  // a repeated make code does not toggle again
  Shifts::set(s.down, down_bit, !released);
}

// Ctrl and Alt: 40:17 says whether either is down, 40:18 speaks of the left one and 40:96 of the right one.
void twin_key(Shifts& s, bool right, bool released, std::uint8_t either, std::uint8_t left_bit,
              std::uint8_t right_bit) {
  Shifts::set(right ? s.more : s.down, right ? right_bit : left_bit, !released);
  Shifts::set(s.flags, either, (s.down & left_bit) || (s.more & right_bit));
}

bool is_shift_key(Shifts& s, std::uint8_t key, bool released, bool e0, bool e1) {
  switch (key) {
    case kLeftShiftKey:
    case kRightShiftKey:
      // With E0h it is the fake shift that the keyboard wraps around the cursor keys.
      if (!e0) Shifts::set(s.flags, key == kLeftShiftKey ? bda::kLeftShift : bda::kRightShift, !released);
      return true;
    case kCtrlKey: twin_key(s, e0, released, bda::kCtrl, bda::kLeftCtrlDown, bda::kRightCtrl); return true;
    case kAltKey: twin_key(s, e0, released, bda::kAlt, bda::kLeftAltDown, bda::kRightAlt); return true;
    case kCapsKey: lock_key(s, bda::kCapsDown, bda::kCapsLock, released); return true;
    case kNumKey:
      if (e1 || (s.flags & bda::kCtrl)) return false;  // Pause
      lock_key(s, bda::kNumDown, bda::kNumLock, released);
      return true;
    case kScrollKey:
      if (e0 || (s.flags & bda::kCtrl)) return false;  // Break
      lock_key(s, bda::kScrollDown, bda::kScrollLock, released);
      return true;
    default: return false;
  }
}

void clear_for_break(emu::Memory& memory) {
  const auto start = memory.read<std::uint16_t>(bda::kKeyBufferStart);
  memory.write(bda::kKeyBufferHead, start);
  memory.write(bda::kKeyBufferTail, start);
  put(memory, 0x0000);
  memory.write<std::uint8_t>(bda::kBreak, 0x80);
}

// The number typed on the keypad with Alt held becomes a character when Alt is released.
bool alt_keypad(emu::Memory& memory, std::uint8_t key) {
  constexpr std::array<std::int8_t, 13> kDigits = {7, 8, 9, -1, 4, 5, 6, -1, 1, 2, 3, 0, -1};
  if (key < kHomeKey || key >= kHomeKey + kDigits.size()) return false;
  const int digit = kDigits[key - kHomeKey];
  if (digit < 0) return false;
  const int number = memory.read<std::uint8_t>(bda::kAltKeypad) * 10 + digit;
  memory.write(bda::kAltKeypad, static_cast<std::uint8_t>(number));
  return true;
}

std::uint16_t translate(const Shifts& s, std::uint8_t key, bool e0) {
  if (key >= kKeys.size()) return 0;
  const bool on_keypad = key >= kHomeKey && key <= kDeleteKey;
  const Key& row = row_of(key, e0);
  if (s.flags & bda::kAlt) return e0 && on_keypad ? static_cast<std::uint16_t>((key + 0x50) << 8) : row.alt;
  std::uint16_t word = row.ctrl;
  if (!(s.flags & bda::kCtrl)) {
    bool shifted = (s.flags & (bda::kLeftShift | bda::kRightShift)) != 0;
    const std::uint8_t character = row.plain & 0xFF;
    if (((s.flags & bda::kCapsLock) && character >= 'a' && character <= 'z') ||
        ((s.flags & bda::kNumLock) && on_keypad && !e0))
      shifted = !shifted;
    word = shifted ? row.shift : row.plain;
  }
  return e0 && on_keypad && word != 0 ? static_cast<std::uint16_t>((word & 0xFF00) | 0xE0) : word;
}

Action special_key(emu::Memory& memory, const Shifts& s, std::uint8_t key, bool released, bool e0, bool e1) {
  if (key == kSysReqKey) return released ? Action::kSysReqBreak : Action::kSysReqMake;
  if (released) return Action::kNone;
  if (key == kNumKey && (e1 || (s.flags & bda::kCtrl))) {
    memory.write(bda::kKeyboardFlags2, static_cast<std::uint8_t>(s.down | bda::kPaused));
    return Action::kPause;
  }
  if (key == kScrollKey && (e0 || (s.flags & bda::kCtrl))) {
    clear_for_break(memory);
    return Action::kBreak;
  }
  if (key == kStarKey && e0 && !(s.flags & (bda::kCtrl | bda::kAlt))) return Action::kPrintScreen;
  if (key == kDeleteKey && (s.flags & (bda::kCtrl | bda::kAlt)) == (bda::kCtrl | bda::kAlt)) {
    memory.write<std::uint16_t>(bda::kWarmBoot, 0x1234);
    return Action::kReset;
  }
  return Action::kNone;
}

}  // namespace

Action process(emu::Memory& memory, std::uint8_t scan_code) {
  Shifts s(memory);
  if (scan_code == kE0 || scan_code == kE1) {
    s.more |= scan_code == kE0 ? bda::kLastE0 : bda::kLastE1;
    s.store(memory);
    return Action::kNone;
  }
  const bool released = scan_code & kReleased;
  const auto key = static_cast<std::uint8_t>(scan_code & ~kReleased);
  const bool e0 = s.more & bda::kLastE0, e1 = s.more & bda::kLastE1;
  if (e1 && key == kCtrlKey) return Action::kNone;  // E1 1D 45: the prefix holds for one byte more
  Shifts::set(s.more, bda::kLastE0 | bda::kLastE1, false);

  const bool alt_before = s.flags & bda::kAlt;
  const bool shift_key = is_shift_key(s, key, released, e0, e1);
  if (key == kInsertKey) lock_key(s, bda::kInsertDown, bda::kInsert, released);
  s.store(memory);
  if (alt_before && !(s.flags & bda::kAlt)) {
    const auto typed = memory.read<std::uint8_t>(bda::kAltKeypad);
    memory.write<std::uint8_t>(bda::kAltKeypad, 0);
    if (typed != 0) put(memory, typed);
  }
  if (shift_key) return Action::kNone;
  if (const Action action = special_key(memory, s, key, released, e0, e1); action != Action::kNone) return action;
  if (released) return Action::kNone;
  if (s.down & bda::kPaused) {  // any key ends the pause and is swallowed
    memory.write(bda::kKeyboardFlags2, static_cast<std::uint8_t>(s.down & ~bda::kPaused));
    return Action::kNone;
  }
  if ((s.flags & bda::kAlt) && !e0 && alt_keypad(memory, key)) return Action::kNone;
  if (const std::uint16_t word = translate(s, key, e0); word != 0) put(memory, word);
  return Action::kNone;
}

namespace {

emu::PhysAddr in_bda(std::uint16_t offset) { return emu::PhysAddr(0x400u + offset); }

std::uint16_t next_slot(const emu::Memory& memory, std::uint16_t slot) {
  slot = static_cast<std::uint16_t>(slot + 2);
  return slot >= memory.read<std::uint16_t>(bda::kKeyBufferEnd) ? memory.read<std::uint16_t>(bda::kKeyBufferStart)
                                                                : slot;
}

}  // namespace

bool put(emu::Memory& memory, std::uint16_t key) {
  const auto tail = memory.read<std::uint16_t>(bda::kKeyBufferTail);
  const std::uint16_t next = next_slot(memory, tail);
  if (next == memory.read<std::uint16_t>(bda::kKeyBufferHead)) return false;
  memory.write(in_bda(tail), key);
  memory.write(bda::kKeyBufferTail, next);
  return true;
}

std::optional<std::uint16_t> peek(const emu::Memory& memory) {
  const auto head = memory.read<std::uint16_t>(bda::kKeyBufferHead);
  if (head == memory.read<std::uint16_t>(bda::kKeyBufferTail)) return std::nullopt;
  return memory.read<std::uint16_t>(in_bda(head));
}

void drop(emu::Memory& memory) {
  memory.write(bda::kKeyBufferHead, next_slot(memory, memory.read<std::uint16_t>(bda::kKeyBufferHead)));
}

std::uint16_t enhanced_key(std::uint16_t word) {
  return (word & 0xFF) == 0xF0 && (word & 0xFF00) != 0 ? word & 0xFF00 : word;
}

std::uint16_t standard_key(std::uint16_t word) {
  if ((word & 0xFF) == 0xE0 && (word & 0xFF00) != 0) return word & 0xFF00;
  if (word == 0xE00D || word == 0xE00A) return static_cast<std::uint16_t>(0x1C00 | (word & 0xFF));
  if (word == 0xE02F) return 0x352F;
  return enhanced_key(word);
}

}  // namespace bios::keyboard
