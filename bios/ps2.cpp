#include "bios/ps2.h"

namespace bios {

namespace {

// Port 64h, read: status (IBM PS/2 Hardware Interface Technical Reference).
constexpr std::uint8_t kOutputFull = 0x01, kFromMouse = 0x20;
constexpr std::uint8_t kNobody = 0xFF;  // the port floats
// Port 64h, written: commands.
constexpr std::uint8_t kReadCommandByte = 0x20, kWriteCommandByte = 0x60, kSelfTest = 0xAA, kToMouse = 0xD4;
constexpr std::uint8_t kSelfTestPassed = 0x55;
// The command byte.
constexpr std::uint8_t kKeyboardIrq = 0x01, kMouseIrq = 0x02, kSystemFlag = 0x04;
constexpr std::uint8_t kKeyboardOff = 0x10, kMouseOff = 0x20, kTranslate = 0x40;

constexpr std::uint8_t kAcknowledge = 0xFA;
constexpr emu::Nanoseconds kPollInterval = 50 * emu::kMicrosecond;
constexpr int kPolls = 400;  // 20 ms, the time in which a device must answer (IBM PS/2 HITR)

}  // namespace

std::optional<std::uint8_t> Ps2::receive_any() {
  for (int i = 0; i < kPolls; ++i) {
    if (status() & kOutputFull) return static_cast<std::uint8_t>(ports_.in(0x60, 1));
    clock_.advance(kPollInterval);
    clock_.run_due_events();
  }
  return std::nullopt;
}

// Bytes of the other device are thrown away: with interrupts off there is nobody to give them to.
std::optional<std::uint8_t> Ps2::receive(bool from_mouse) {
  for (int i = 0; i < kPolls; ++i) {
    const std::uint8_t s = status();
    if (s & kOutputFull) {
      const auto value = static_cast<std::uint8_t>(ports_.in(0x60, 1));
      if (((s & kFromMouse) != 0) == from_mouse) return value;
      continue;
    }
    clock_.advance(kPollInterval);
    clock_.run_due_events();
  }
  return std::nullopt;
}

void Ps2::drain() {
  for (int i = 0; i < 16 && (status() & kOutputFull); ++i) ports_.in(0x60, 1);
}

std::optional<std::uint8_t> Ps2::read_controller(std::uint8_t command) {
  controller(command);
  return receive_any();
}

bool Ps2::initialize() {
  if (status() == kNobody) return false;
  drain();
  if (read_controller(kSelfTest) != kSelfTestPassed) return false;
  controller(kWriteCommandByte);
  ports_.out(0x60, kKeyboardIrq | kMouseIrq | kSystemFlag | kTranslate, 1);
  return true;
}

bool Ps2::keyboard(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer) {
  return command(false, bytes, answer);
}

bool Ps2::mouse(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer) {
  return command(true, bytes, answer);
}

bool Ps2::command(bool to_mouse, std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer) {
  if (status() == kNobody) return false;
  const std::optional<std::uint8_t> before = read_controller(kReadCommandByte);
  if (!before) return false;
  // The device that is not spoken to is held off; its bytes wait in it.
  const auto during = static_cast<std::uint8_t>((*before & ~(kKeyboardIrq | kMouseIrq | kKeyboardOff | kMouseOff)) |
                                                (to_mouse ? kKeyboardOff : kMouseOff));
  controller(kWriteCommandByte);
  ports_.out(0x60, during, 1);
  const bool done = exchange(to_mouse, bytes, answer);
  // A command enables its device: that is how BIOSes end up with both enabled.
  const std::uint8_t own_clock = to_mouse ? kMouseOff : kKeyboardOff;
  controller(kWriteCommandByte);
  ports_.out(0x60, static_cast<std::uint8_t>(*before & ~own_clock), 1);
  return done;
}

bool Ps2::exchange(bool to_mouse, std::span<const std::uint8_t> bytes, std::span<std::uint8_t> answer) {
  for (const std::uint8_t byte : bytes) {
    if (to_mouse) controller(kToMouse);
    ports_.out(0x60, byte, 1);
    // A packet or key that was already on the wire may come first.
    bool acknowledged = false;
    for (int i = 0; i < 8 && !acknowledged; ++i) {
      const std::optional<std::uint8_t> reply = receive(to_mouse);
      if (!reply) return false;
      acknowledged = *reply == kAcknowledge;
    }
    if (!acknowledged) return false;
  }
  for (std::uint8_t& byte : answer) {
    const std::optional<std::uint8_t> reply = receive(to_mouse);
    if (!reply) return false;
    byte = *reply;
  }
  return true;
}

}  // namespace bios
