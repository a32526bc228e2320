#include "devices/keyboard_8042.h"

#include <algorithm>

namespace devices {

namespace {

// Status register, port 64h.
constexpr std::uint8_t kStatusObf = 0x01;
constexpr std::uint8_t kStatusSys = 0x04;
constexpr std::uint8_t kStatusA2 = 0x08;        // the last write was a command
constexpr std::uint8_t kStatusUnlocked = 0x10;  // the keyboard lock is open
constexpr std::uint8_t kStatusAuxb = 0x20;
// Command byte.
constexpr std::uint8_t kKeyboardInterrupt = 0x01;
constexpr std::uint8_t kMouseInterrupt = 0x02;
constexpr std::uint8_t kSystemFlag = 0x04;
constexpr std::uint8_t kKeyboardDisabled = 0x10;
constexpr std::uint8_t kMouseDisabled = 0x20;
constexpr std::uint8_t kTranslate = 0x40;
// Output port.
constexpr std::uint8_t kOutNotReset = 0x01;
constexpr std::uint8_t kOutA20 = 0x02;
constexpr std::uint8_t kOutObf = 0x10;
constexpr std::uint8_t kOutAuxObf = 0x20;
constexpr std::uint8_t kOutOnes = 0xCC;  // lines that nothing drives

constexpr std::uint8_t kBreakPrefix = 0xF0;

constexpr std::size_t kMostReplies = 16;

/// What the 8042 makes of scan code set 2 (IBM PS/2 Technical Reference, "Scan Code Translation").
constexpr std::array<std::uint8_t, 128> kSet1Of = {
    0xFF, 0x43, 0x41, 0x3F, 0x3D, 0x3B, 0x3C, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3E, 0x0F, 0x29, 0x59,  // 00
    0x65, 0x38, 0x2A, 0x70, 0x1D, 0x10, 0x02, 0x5A, 0x66, 0x71, 0x2C, 0x1F, 0x1E, 0x11, 0x03, 0x5B,  // 10
    0x67, 0x2E, 0x2D, 0x20, 0x12, 0x05, 0x04, 0x5C, 0x68, 0x39, 0x2F, 0x21, 0x14, 0x13, 0x06, 0x5D,  // 20
    0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5E, 0x6A, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5F,  // 30
    0x6B, 0x33, 0x25, 0x17, 0x18, 0x0B, 0x0A, 0x60, 0x6C, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0C, 0x61,  // 40
    0x6D, 0x73, 0x28, 0x74, 0x1A, 0x0D, 0x62, 0x6E, 0x3A, 0x36, 0x1C, 0x1B, 0x75, 0x2B, 0x63, 0x76,  // 50
    0x55, 0x56, 0x77, 0x78, 0x79, 0x7A, 0x0E, 0x7B, 0x7C, 0x4F, 0x7D, 0x4B, 0x47, 0x7E, 0x7F, 0x6F,  // 60
    0x52, 0x53, 0x50, 0x4C, 0x4D, 0x48, 0x01, 0x45, 0x57, 0x4E, 0x51, 0x4A, 0x37, 0x49, 0x46, 0x54,  // 70
};

constexpr std::uint8_t to_set1(std::uint8_t set2) {
  if (set2 == 0x83) return 0x41;  // F7
  if (set2 == 0x84) return 0x54;  // Alt-SysRq
  return set2 < 0x80 ? kSet1Of[set2] : set2;
}

constexpr std::array<std::uint8_t, 128> make_set2() {
  std::array<std::uint8_t, 128> table{};
  for (std::size_t i = 0; i < 128; ++i)
    if (kSet1Of[i] < 0x80) table[kSet1Of[i]] = static_cast<std::uint8_t>(i);
  table[0x41] = 0x83;
  table[0x54] = 0x84;
  return table;
}
constexpr std::array<std::uint8_t, 128> kSet2Of = make_set2();

/// Command F3h: a quarter of a second to a second.
constexpr emu::Nanoseconds typematic_delay(std::uint8_t typematic) {
  return ((typematic >> 5 & 3) + 1) * 250 * emu::kMillisecond;
}
/// Command F3h: (8 + bits 0-2) x 2^(bits 3-4) x 4.17 ms, the 240th part of a second.
constexpr emu::Nanoseconds typematic_period(std::uint8_t typematic) {
  return ((8 + (typematic & 7)) << (typematic >> 3 & 3)) * emu::kSecond / 240;
}

constexpr bool is_prefix(std::uint8_t code) { return code == 0xE0 || code == 0xE1; }

}  // namespace

Keyboard8042::Keyboard8042(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq1, emu::IrqLine& irq12,
                           emu::SystemControl& system)
    : clock_(clock),
      irq1_(irq1),
      irq12_(irq12),
      system_(system),
      timer_(clock, [this] { fill_output(); }),
      repeat_timer_(clock, [this] { repeat(); }) {
  ports.claim(0x60, 0x60, *this, "8042 keyboard controller");
  ports.claim(0x64, 0x64, *this, "8042 keyboard controller");
  reset();
}

void Keyboard8042::reset() {
  state_ = {};
  state_.ram[0] = kKeyboardInterrupt | kMouseInterrupt;
  state_.output_port = kOutNotReset | kOutOnes;
  timer_.set(emu::kNever);
  repeat_timer_.set(emu::kNever);
  update_irqs();
}

void Keyboard8042::restore(const State& state) {
  state_ = state;
  timer_.set(emu::kNever);
  repeat_timer_.set(state_.keyboard.repeat_at);
  fill_output();
}

// --- The people's side

void Keyboard8042::key(std::span<const std::uint8_t> codes) {
  if (!state_.keyboard.scanning) return;
  note_held(codes);
  send(codes);
}

void Keyboard8042::send(std::span<const std::uint8_t> codes) {
  Keyboard& keyboard = state_.keyboard;
  auto& queue = keyboard.wire.events;
  if (queue.empty() && keyboard.wire.answers.empty())
    keyboard.wire.ready_at = std::max(keyboard.wire.ready_at, clock_.now() + Ps2Wire::kByteTime);
  for (const std::uint8_t code : codes) {
    if (keyboard.scan_set == 1 || is_prefix(code)) {
      queue.push_back(code);
      continue;
    }
    if (code & 0x80) queue.push_back(kBreakPrefix);
    queue.push_back(kSet2Of[code & 0x7F]);
  }
  fill_output();
}

/// "If two or more keys are held down, only the last key pressed repeats", until it is released (IBM PS/2 Technical
/// Reference, "Keyboard", typematic). Pause, whose codes begin with E1h, never does.
void Keyboard8042::note_held(std::span<const std::uint8_t> codes) {
  Keyboard& keyboard = state_.keyboard;
  bool extended = false;
  for (const std::uint8_t code : codes) {
    if (code == 0xE1) return release_held();
    if (code == 0xE0) {
      extended = true;
      continue;
    }
    if (!(code & 0x80)) {
      keyboard.held = code;
      keyboard.held_extended = extended;
      keyboard.repeat_at = clock_.now() + typematic_delay(keyboard.typematic);
      repeat_timer_.set(keyboard.repeat_at);
    } else if (keyboard.held == (code & 0x7F) && keyboard.held_extended == extended) {
      release_held();
    }
    extended = false;
  }
}

void Keyboard8042::release_held() {
  state_.keyboard.held = 0;
  state_.keyboard.repeat_at = emu::kNever;
  repeat_timer_.set(emu::kNever);
}

/// A byte that the controller has not taken yet holds repetition up: it never fills the keyboard's buffer.
void Keyboard8042::repeat() {
  Keyboard& keyboard = state_.keyboard;
  keyboard.repeat_at = clock_.now() + typematic_period(keyboard.typematic);
  repeat_timer_.set(keyboard.repeat_at);
  if (!keyboard.wire.events.empty()) return;
  const std::array<std::uint8_t, 2> codes = {0xE0, keyboard.held};
  send(std::span(codes).last(keyboard.held_extended ? 2 : 1));
}

bool Keyboard8042::idle() const { return state_.keyboard.wire.events.empty() && !(state_.full && !state_.from_mouse); }

void Keyboard8042::move_mouse(int dx, int dy, std::uint8_t buttons) {
  state_.mouse.move(dx, dy, buttons, clock_.now());
  fill_output();
}

// --- The controller

std::uint8_t Keyboard8042::status() const {
  return static_cast<std::uint8_t>(kStatusUnlocked | (state_.full ? kStatusObf : 0) |
                                   (state_.full && state_.from_mouse ? kStatusAuxb : 0) |
                                   (state_.system_flag ? kStatusSys : 0) | (state_.last_was_command ? kStatusA2 : 0));
}

std::uint8_t Keyboard8042::peek8(std::uint16_t port) const { return port == 0x64 ? status() : state_.output; }

std::uint8_t Keyboard8042::in8(std::uint16_t port) {
  const std::uint8_t value = peek8(port);
  if (port == 0x64 || !state_.full) return value;
  state_.full = false;
  update_irqs();  // the line falls before the next byte raises it
  fill_output();
  return value;
}

void Keyboard8042::out8(std::uint16_t port, std::uint8_t value) {
  state_.last_was_command = port == 0x64;
  const std::uint8_t command = state_.data_for;
  state_.data_for = 0;
  if (port == 0x64)
    controller_command(value);
  else if (command != 0)
    controller_data(command, value);
  else
    keyboard_byte(value);
  fill_output();
  update_irqs();
}

void Keyboard8042::controller_command(std::uint8_t command) {
  std::uint8_t& mode = state_.ram[0];
  switch (command) {
    case 0xA7: mode |= kMouseDisabled; return;
    case 0xA8: mode &= static_cast<std::uint8_t>(~kMouseDisabled); return;
    case 0xA9: return reply(0x00);  // mouse wire good
    case 0xAA: state_.system_flag = true; return reply(0x55);
    case 0xAB: return reply(0x00);  // keyboard wire good
    case 0xAD: mode |= kKeyboardDisabled; return;
    case 0xAE: mode &= static_cast<std::uint8_t>(~kKeyboardDisabled); return;
    case 0xC0: return reply(0x80);  // input port: the keyboard is not locked
    case 0xD0:
      return reply(static_cast<std::uint8_t>(state_.output_port | (system_.a20() ? kOutA20 : 0) |
                                             (state_.full && !state_.from_mouse ? kOutObf : 0) |
                                             (state_.full && state_.from_mouse ? kOutAuxObf : 0)));
    case 0xD1:
    case 0xD2:
    case 0xD3:
    case 0xD4: state_.data_for = command; return;
    case 0xDD: return system_.set_a20(false);
    case 0xDF: return system_.set_a20(true);
  }
  if (command >= 0x20 && command < 0x40) return reply(state_.ram[command & 0x1F]);
  if (command >= 0x60 && command < 0x80) state_.data_for = command;
  // F0h-FFh pull the output port's lines low for 6 µs where a bit is clear; bit 0 is the CPU's reset.
  if (command >= 0xF0 && (command & kOutNotReset) == 0) system_.request_reset("8042 command FEh");
}

void Keyboard8042::controller_data(std::uint8_t command, std::uint8_t value) {
  switch (command) {
    case 0xD1: return write_output_port(value);
    case 0xD2: return reply(value);
    case 0xD3: return reply(value, true);
    case 0xD4:
      state_.ram[0] &= static_cast<std::uint8_t>(~kMouseDisabled);
      return state_.mouse.receive(value, clock_.now());
  }
  state_.ram[command & 0x1F] = value;
  if (command == 0x60) state_.system_flag = (value & kSystemFlag) != 0;
}

void Keyboard8042::write_output_port(std::uint8_t value) {
  state_.output_port = static_cast<std::uint8_t>((value & ~(kOutA20 | kOutObf | kOutAuxObf)) | kOutNotReset);
  system_.set_a20((value & kOutA20) != 0);
  if ((value & kOutNotReset) == 0) system_.request_reset("8042 output port");
}

void Keyboard8042::reply(std::uint8_t value, bool as_mouse) {
  if (state_.own.size() == kMostReplies) state_.own.pop_front();  // a guest that never reads loses the oldest
  state_.own.push_back(static_cast<std::uint16_t>(value | (as_mouse ? 0x100 : 0)));
}

void Keyboard8042::put_output(std::uint8_t value, bool from_mouse) {
  state_.output = value;
  state_.from_mouse = from_mouse;
  state_.full = true;
}

/// Moves the next byte into the output buffer when it is free: the controller's own first, then whichever
/// device has a byte through its wire. Arranges to be called again when one will be.
void Keyboard8042::fill_output() {
  timer_.set(emu::kNever);
  if (!state_.full && !state_.own.empty()) {
    const std::uint16_t next = state_.own.front();
    state_.own.pop_front();
    put_output(static_cast<std::uint8_t>(next), next >> 8 != 0);
  }
  const emu::Nanoseconds now = clock_.now();
  const std::uint8_t mode = state_.ram[0];
  const Ps2Wire& keyboard = state_.keyboard.wire;
  const Ps2Wire& mouse = state_.mouse.wire;
  const bool keyboard_waits = keyboard.waiting() && !(mode & kKeyboardDisabled);
  const bool mouse_waits = mouse.waiting() && !(mode & kMouseDisabled);
  if (!state_.full && keyboard_waits && keyboard.ready_at <= now) take_byte(state_.keyboard.wire, false);
  if (!state_.full && mouse_waits && mouse.ready_at <= now) take_byte(state_.mouse.wire, true);
  update_irqs();
  if (state_.full) return;
  emu::Nanoseconds next = emu::kNever;
  if (keyboard.waiting() && keyboard_waits) next = std::min(next, keyboard.ready_at);
  if (mouse.waiting() && mouse_waits) next = std::min(next, mouse.ready_at);
  timer_.set(next);
}

/// One byte off a device's wire, through the translation if it is on. F0h is swallowed by it and yields
/// nothing.
void Keyboard8042::take_byte(Ps2Wire& wire, bool is_mouse) {
  auto& queue = wire.answers.empty() ? wire.events : wire.answers;
  const std::uint8_t raw = queue.front();
  queue.pop_front();
  wire.last_sent = raw;
  wire.ready_at = clock_.now() + Ps2Wire::kByteTime;
  if (is_mouse || !(state_.ram[0] & kTranslate)) return put_output(raw, is_mouse);
  if (raw == kBreakPrefix) {
    state_.break_prefix = true;
    return;
  }
  const std::uint8_t code = to_set1(raw);
  const bool is_break = state_.break_prefix && !is_prefix(raw);
  state_.break_prefix = false;
  put_output(static_cast<std::uint8_t>(is_break ? code | 0x80 : code), false);
}

void Keyboard8042::update_irqs() {
  const std::uint8_t mode = state_.ram[0];
  irq1_.set(state_.full && !state_.from_mouse && (mode & kKeyboardInterrupt));
  irq12_.set(state_.full && state_.from_mouse && (mode & kMouseInterrupt));
}

// --- The keyboard

void Keyboard8042::keyboard_byte(std::uint8_t value) {
  state_.ram[0] &= static_cast<std::uint8_t>(~kKeyboardDisabled);  // writing to the keyboard enables its wire
  Keyboard& keyboard = state_.keyboard;
  Ps2Wire& wire = keyboard.wire;
  const std::uint8_t command = wire.parameter_of;
  wire.parameter_of = 0;
  if (command != 0 && value < 0x80) return keyboard_parameter(command, value);
  auto defaults = [this, &keyboard] {
    release_held();
    keyboard.typematic = 0x2B;
    keyboard.scan_set = 2;
    keyboard.wire.events.clear();
  };
  switch (value) {
    case 0xED:
    case 0xF0:
    case 0xF3: wire.parameter_of = value; return wire.answer({Ps2Wire::kAck}, clock_.now());
    case 0xEE: return wire.answer({0xEE}, clock_.now());
    case 0xF2: return wire.answer({Ps2Wire::kAck, 0xAB, 0x83}, clock_.now());
    case 0xF4: keyboard.scanning = true; return wire.answer({Ps2Wire::kAck}, clock_.now());
    case 0xF5:
    case 0xF6:
      defaults();
      keyboard.scanning = value == 0xF6;
      return wire.answer({Ps2Wire::kAck}, clock_.now());
    case 0xFE: return wire.answer({wire.last_sent}, clock_.now());
    case 0xFF:
      defaults();
      keyboard.scanning = true;
      keyboard.leds = 0;
      state_.break_prefix = false;
      return wire.answer({Ps2Wire::kAck, Ps2Wire::kTestPassed}, clock_.now());
    default: return wire.answer({Ps2Wire::kResend}, clock_.now());
  }
}

void Keyboard8042::keyboard_parameter(std::uint8_t command, std::uint8_t value) {
  Keyboard& keyboard = state_.keyboard;
  if (command == 0xED) {
    keyboard.leds = value & 7;
  } else if (command == 0xF3) {
    keyboard.typematic = value & 0x7F;
  } else if (value == 0) {  // F0 00: which set?
    return keyboard.wire.answer({Ps2Wire::kAck, keyboard.scan_set}, clock_.now());
  } else if (value == 1 || value == 2) {
    keyboard.scan_set = value;
    keyboard.wire.events.clear();
  } else {  // like many keyboards, ours has no set 3
    return keyboard.wire.answer({Ps2Wire::kResend}, clock_.now());
  }
  keyboard.wire.answer({Ps2Wire::kAck}, clock_.now());
}

}  // namespace devices
