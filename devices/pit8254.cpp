#include "devices/pit8254.h"

#include <algorithm>
#include <limits>

namespace devices {

namespace {

using Channel = Pit8254::Channel;

// Control word, data sheet figure 7: SC in bits 7-6, RW in 5-4, M in 3-1, BCD in 0.
constexpr int kReadBack = 3;                   // SC
constexpr std::uint8_t kNoLatchCount = 0x20;   // read-back command: 0 = latch count
constexpr std::uint8_t kNoLatchStatus = 0x10;  // read-back command: 0 = latch status
// Status byte, figure 11.
constexpr std::uint8_t kStatusOut = 0x80;
constexpr std::uint8_t kStatusNullCount = 0x40;
// Port 61h (IBM AT Technical Reference, "System Board I/O").
constexpr std::uint8_t kTimer2Gate = 0x01;
constexpr std::uint8_t kSpeakerData = 0x02;
constexpr std::uint8_t kPort61Written = 0x0F;
constexpr std::uint8_t kRefreshToggle = 0x10;
constexpr std::uint8_t kTimer2Out = 0x20;

// Memory refresh comes every 15.085 µs: channel 1 of every PC BIOS divides by 18.
constexpr std::int64_t kRefreshTicks = 18;

/// Channel::reload_at: only a rising gate loads the count.
constexpr std::int64_t kAtTrigger = std::numeric_limits<std::int64_t>::max();

std::uint32_t modulus(const Channel& c) { return c.bcd ? 10'000 : 65'536; }
bool is_periodic(const Channel& c) { return c.mode == 2 || c.mode == 3; }
bool waits_for_trigger(const Channel& c) { return c.mode == 1 || c.mode == 5; }

/// Cycles for which a square wave is high; it is one longer for an odd count (data sheet, mode 3).
std::int64_t high_half(const Channel& c) { return (std::int64_t{c.count} + 1) / 2; }

/// Will the waiting count take over in the middle of a square wave?
bool reloads_in_middle(const Channel& c) {
  return c.mode == 3 && c.count > 1 && (c.reload_at - c.start) % c.count == high_half(c);
}

/// The channel as it is at `now`: a count that was waiting may have been loaded meanwhile.
Channel settled(Channel c, std::int64_t now) {
  if (!c.counting || !c.null_count || now < c.reload_at) return c;
  const bool middle = reloads_in_middle(c);
  c.null_count = false;
  c.count = c.written;
  c.start = middle ? c.reload_at - high_half(c) : c.reload_at;
  return c;
}

/// Cycles counted since the load.
std::int64_t elapsed(const Channel& c, std::int64_t now) {
  if (!c.gate && !waits_for_trigger(c)) return c.held;
  return std::max<std::int64_t>(0, now - c.start);
}

/// OUT of a settled channel.
bool out_pin(const Channel& c, std::int64_t now) {
  if (!c.counting || c.count == 0) return c.mode != 0;
  const std::int64_t n = c.count, t = elapsed(c, now);
  switch (c.mode) {
    case 0:
    case 1: return t >= n;
    case 2: return !c.gate || t % n != n - 1;
    case 3: return !c.gate || t % n < high_half(c);
    default: return t != n;  // the strobes: low for one cycle
  }
}

/// What the counting element of a settled channel holds: 0 to modulus - 1, where 0 stands for a full count.
std::uint32_t value(const Channel& c, std::int64_t now) {
  if (c.count == 0) return 0;
  const std::int64_t n = c.count, t = elapsed(c, now), m = modulus(c);
  std::int64_t v = 0;
  if (c.mode == 2) {
    v = n - t % n;
  } else if (c.mode == 3) {
    const std::int64_t in_half = t % n < high_half(c) ? t % n : t % n - high_half(c);
    v = (n & ~std::int64_t{1}) - 2 * in_half;
  } else {
    v = (n - t) % m;
  }
  return static_cast<std::uint32_t>((v % m + m) % m);
}

std::uint16_t to_guest(const Channel& c, std::uint32_t v) {
  if (!c.bcd) return static_cast<std::uint16_t>(v);
  return static_cast<std::uint16_t>(v / 1000 % 10 << 12 | v / 100 % 10 << 8 | v / 10 % 10 << 4 | v % 10);
}

/// A count from 1 to the modulus; 0 asks for the largest. Digits above 9 count as their value, like the
/// chip's.
std::uint32_t from_guest(const Channel& c, std::uint16_t raw) {
  std::uint32_t v = raw;
  if (c.bcd) v = ((raw >> 12) * 1000u + (raw >> 8 & 15) * 100u + (raw >> 4 & 15) * 10u + (raw & 15)) % 10'000;
  return v == 0 ? modulus(c) : v;
}

/// When a settled periodic channel takes over a new count: at the end of the present period, for a square
/// wave of the present half (data sheet, modes 2 and 3).
std::int64_t end_of_cycle(const Channel& c, std::int64_t now) {
  const std::int64_t n = c.count, t = std::max(now, c.start), in_period = (t - c.start) % n;
  const std::int64_t end = c.mode == 3 && n > 1 && in_period < high_half(c) ? high_half(c) : n;
  return t + (end - in_period);
}

/// The tick of the next rising edge of a settled channel's OUT, or -1 when there is none.
std::int64_t next_rising_edge(const Channel& c, std::int64_t now) {
  if (!c.counting || c.count == 0) return -1;
  const std::int64_t n = c.count, since = std::max<std::int64_t>(0, now - c.start);
  if (c.mode == 0) return since < n ? c.start + n : -1;
  if (c.mode == 4) return since <= n ? c.start + n + 1 : -1;
  if (!is_periodic(c)) return -1;
  const bool waiting = c.null_count && c.reload_at != kAtTrigger && c.reload_at > c.start;
  if (waiting && reloads_in_middle(c)) {
    const Channel next = settled(c, c.reload_at);
    return next.start + next.count;
  }
  if (waiting) return c.reload_at;
  return n > 1 ? c.start + since / n * n + n : -1;  // a count of 1 is not legal and has no edges
}

}  // namespace

std::int64_t Pit8254::ticks_at(emu::Nanoseconds time) {
  return time / emu::kSecond * kHertz + time % emu::kSecond * kHertz / emu::kSecond;
}

emu::Nanoseconds Pit8254::time_of(std::int64_t ticks) {
  return ticks / kHertz * emu::kSecond + (ticks % kHertz * emu::kSecond + kHertz - 1) / kHertz;
}

Pit8254::Pit8254(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq0)
    : clock_(clock), irq0_(irq0), timer_(clock, [this] { rising_edge(); }) {
  ports.claim(0x40, 0x43, *this, "8254 PIT");
  ports.claim(0x61, 0x61, *this, "system control port B");
  reset();
}

void Pit8254::reset() {
  state_ = {};
  state_.channels[2].gate = false;
  irq0_.set(false);
  schedule_irq();
}

void Pit8254::restore(const State& state) {
  state_ = state;
  schedule_irq();
}

bool Pit8254::output(int channel) const {
  return out_pin(settled(state_.channels[static_cast<std::size_t>(channel)], now()), now());
}

std::uint32_t Pit8254::speaker_hertz() const {
  const Channel c = settled(state_.channels[2], now());
  if ((state_.port61 & kSpeakerData) == 0 || !c.gate || !c.counting || c.mode != 3 || c.count < 2) return 0;
  return static_cast<std::uint32_t>(kHertz / c.count);
}

// --- Ports

std::uint8_t Pit8254::in8(std::uint16_t port) {
  if (port == 0x61 || port == 0x43) return peek8(port);
  return read_count(state_.channels[port & 3]);
}

std::uint8_t Pit8254::peek8(std::uint16_t port) const {
  if (port == 0x43) return 0xFF;  // the control word cannot be read
  if (port == 0x61) {
    const bool refresh = (now() / kRefreshTicks & 1) != 0;
    return static_cast<std::uint8_t>(state_.port61 | (refresh ? kRefreshToggle : 0) | (output(2) ? kTimer2Out : 0));
  }
  Channel copy = state_.channels[port & 3];
  return read_count(copy);
}

void Pit8254::out8(std::uint16_t port, std::uint8_t v) {
  if (port == 0x61) {
    state_.port61 = v & kPort61Written;
    set_gate(state_.channels[2], (v & kTimer2Gate) != 0);
  } else if (port == 0x43) {
    write_control(v);
  } else {
    write_count(port & 3, v);
  }
}

std::uint8_t Pit8254::read_count(Channel& c) const {
  if (c.status_latched) {
    c.status_latched = false;
    return c.status;
  }
  const bool latched = c.latched_bytes > 0;
  const std::uint16_t count = latched ? c.latched : to_guest(c, value(settled(c, now()), now()));
  const bool msb = c.access == 2 || (c.access == 3 && c.read_msb);
  if (c.access == 3) c.read_msb = !c.read_msb;
  if (latched) --c.latched_bytes;
  return static_cast<std::uint8_t>(msb ? count >> 8 : count);
}

// --- Commands

void Pit8254::latch_count(Channel& c) const {
  if (c.latched_bytes > 0) return;  // a second latch before the read is ignored
  c.latched = to_guest(c, value(settled(c, now()), now()));
  c.latched_bytes = c.access == 3 ? 2 : 1;
}

void Pit8254::read_back(std::uint8_t v) {
  for (int i = 0; i < 3; ++i) {
    Channel& c = state_.channels[static_cast<std::size_t>(i)];
    if ((v & (2 << i)) == 0) continue;
    if ((v & kNoLatchCount) == 0) latch_count(c);
    if ((v & kNoLatchStatus) != 0 || c.status_latched) continue;
    const Channel s = settled(c, now());
    c.status = static_cast<std::uint8_t>((out_pin(s, now()) ? kStatusOut : 0) | (s.null_count ? kStatusNullCount : 0) |
                                         c.access << 4 | c.mode << 1 | (c.bcd ? 1 : 0));
    c.status_latched = true;
  }
}

void Pit8254::write_control(std::uint8_t v) {
  const int select = v >> 6;
  if (select == kReadBack) return read_back(v);
  Channel& c = state_.channels[static_cast<std::size_t>(select)];
  const auto access = static_cast<std::uint8_t>(v >> 4 & 3);
  if (access == 0) return latch_count(c);
  const Channel before = settled(c, now());
  if (select == 0) irq0_.set(out_pin(before, now()));
  c = Channel{};
  c.access = access;
  c.mode = static_cast<std::uint8_t>(v >> 1 & 7);
  if (c.mode > 5) c.mode -= 4;  // modes 2 and 3 have a don't-care bit
  c.bcd = (v & 1) != 0;
  c.gate = before.gate;
  if (select == 0) schedule_irq();
}

void Pit8254::write_count(int index, std::uint8_t v) {
  Channel& c = state_.channels[static_cast<std::size_t>(index)];
  const std::int64_t t = now();
  std::uint16_t raw = v;
  if (c.access == 2) raw = static_cast<std::uint16_t>(v << 8);
  if (c.access == 3) {
    c.write_msb = !c.write_msb;
    if (c.write_msb) {
      c.written_lsb = v;
      // Mode 0: the first byte stops the count and OUT goes low at once (data sheet, mode 0).
      if (c.mode == 0) c.counting = false;
      if (index == 0) schedule_irq();
      return;
    }
    raw = static_cast<std::uint16_t>(v << 8 | c.written_lsb);
  }
  c = settled(c, t);
  c.written = from_guest(c, raw);
  c.null_count = true;
  if (waits_for_trigger(c)) {
    c.reload_at = kAtTrigger;
  } else if (c.counting && is_periodic(c)) {
    c.reload_at = c.gate ? end_of_cycle(c, t) : kAtTrigger;
  } else {  // loaded by the next clock pulse
    c.counting = true;
    c.count = c.written;
    c.start = c.reload_at = t + 1;
    c.held = 0;
  }
  if (index == 0) schedule_irq();
}

void Pit8254::set_gate(Channel& c, bool level) {
  const std::int64_t t = now();
  if (level == c.gate) return;
  c = settled(c, t);
  if (!level) {
    c.held = elapsed(c, t);
    c.gate = false;
    return;
  }
  c.gate = true;
  if (c.written == 0) return;
  if (is_periodic(c) || waits_for_trigger(c)) {  // a rising gate (re)starts these
    c.counting = true;
    c.count = c.written;
    c.start = t + 1;
    c.reload_at = c.start;
    c.null_count = false;
  } else if (c.counting) {
    c.start = t - c.held;
  }
}

// --- IRQ 0

// The line follows OUT where that matters, at rising edges: there it falls and rises at once, which saves the
// event of the falling edge in every period.
void Pit8254::schedule_irq() {
  const std::int64_t t = now();
  const Channel c = settled(state_.channels[0], t);
  irq0_.set(out_pin(c, t));
  const std::int64_t edge = next_rising_edge(c, t);
  timer_.set(edge < 0 ? emu::kNever : time_of(edge));
}

void Pit8254::rising_edge() {
  state_.channels[0] = settled(state_.channels[0], now());
  irq0_.set(false);
  irq0_.set(true);
  schedule_irq();
}

}  // namespace devices
