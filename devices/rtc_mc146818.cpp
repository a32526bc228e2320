#include "devices/rtc_mc146818.h"

#include <algorithm>

#include "devices/calendar.h"

namespace devices {

namespace {

// Data sheet, figure 12: address map.
enum Register : std::uint8_t {
  kSeconds = 0x00,
  kSecondsAlarm = 0x01,
  kMinutes = 0x02,
  kMinutesAlarm = 0x03,
  kHours = 0x04,
  kHoursAlarm = 0x05,
  kDayOfWeek = 0x06,
  kDayOfMonth = 0x07,
  kMonth = 0x08,
  kYear = 0x09,
  kRegisterA = 0x0A,
  kRegisterB = 0x0B,
  kRegisterC = 0x0C,
  kRegisterD = 0x0D,
  kCentury = 0x32,
};

constexpr std::uint8_t kUip = 0x80;             // register A
constexpr std::uint8_t kDivider = 0x70;         // register A, DV2-DV0
constexpr std::uint8_t kDivider32768Hz = 0x20;  // the only setting for a PC's crystal that runs
constexpr std::uint8_t kDividerReset = 0x60;    // DV2 and DV1: the divider is held in reset
constexpr std::uint8_t kRateSelect = 0x0F;      // register A, RS3-RS0
constexpr std::uint8_t kSet = 0x80;             // register B
constexpr std::uint8_t kPie = 0x40, kAie = 0x20, kUie = 0x10;
constexpr std::uint8_t kBinary = 0x04;   // register B, DM
constexpr std::uint8_t k24Hours = 0x02;  // register B, 24/12
constexpr std::uint8_t kIrqf = 0x80;     // register C
constexpr std::uint8_t kPf = 0x40, kAf = 0x20, kUf = 0x10;
constexpr std::uint8_t kVrt = 0x80;       // register D: the battery is good
constexpr std::uint8_t kPm = 0x80;        // hours in 12-hour mode
constexpr std::uint8_t kAlarmAny = 0xC0;  // an alarm byte with both bits set matches everything

// What QEMU and its BIOS start from: 32.768 kHz, 1024 Hz periodic rate; 24 hours, BCD.
constexpr std::uint8_t kRegisterAAtPowerOn = 0x26;
constexpr std::uint8_t kRegisterBAtPowerOn = k24Hours;

constexpr emu::Nanoseconds kUipLead = 244 * emu::kMicrosecond;
constexpr std::int64_t kCrystalHertz = 32'768;

std::int64_t crystal_cycles(emu::Nanoseconds t) {
  return t / emu::kSecond * kCrystalHertz + t % emu::kSecond * kCrystalHertz / emu::kSecond;
}

emu::Nanoseconds time_of_cycle(std::int64_t c) {
  return c / kCrystalHertz * emu::kSecond + (c % kCrystalHertz * emu::kSecond + kCrystalHertz - 1) / kCrystalHertz;
}

/// Crystal cycles between periodic flags (data sheet, table 5), or 0 for none.
std::int64_t periodic_cycles(std::uint8_t register_a) {
  const int rate = register_a & kRateSelect;
  if (rate == 0 || (register_a & kDivider) != kDivider32768Hz) return 0;
  return std::int64_t{1} << (rate <= 2 ? rate + 6 : rate - 1);
}

bool is_date_register(std::uint8_t index) {
  return index == kSeconds || index == kMinutes || index == kHours || index == kCentury ||
         (index >= kDayOfWeek && index <= kYear);
}

std::uint8_t encode(int value, std::uint8_t register_b) {
  return static_cast<std::uint8_t>(register_b & kBinary ? value : value / 10 % 10 << 4 | value % 10);
}

int decode(std::uint8_t raw, std::uint8_t register_b) {
  return register_b & kBinary ? raw : (raw >> 4) * 10 + (raw & 15);
}

std::uint8_t encode_hour(int hour, std::uint8_t register_b) {
  if (register_b & k24Hours) return encode(hour, register_b);
  const std::uint8_t pm = hour >= 12 ? kPm : 0;
  return encode((hour + 11) % 12 + 1, register_b) | pm;
}

int decode_hour(std::uint8_t raw, std::uint8_t register_b) {
  if (register_b & k24Hours) return decode(raw, register_b);
  return decode(raw & 0x7F, register_b) % 12 + (raw & kPm ? 12 : 0);
}

}  // namespace

RtcMc146818::RtcMc146818(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq8, std::int64_t start)
    : clock_(clock), irq8_(irq8), timer_(clock, [this] { update_interrupt(); }) {
  ports.claim(0x70, 0x71, *this, "MC146818 RTC and CMOS");
  state_.base_seconds = start;
  state_.base_time = clock.now();
  state_.cmos[kRegisterA] = kRegisterAAtPowerOn;
  state_.cmos[kRegisterB] = kRegisterBAtPowerOn;
  state_.flags_since = clock.now();
}

void RtcMc146818::reset() {
  gather_flags();
  state_.cmos[kRegisterB] &= static_cast<std::uint8_t>(~(kPie | kAie | kUie));
  state_.cmos[kRegisterC] = 0;
  state_.index &= 0x7F;
  update_interrupt();
}

void RtcMc146818::restore(const State& state) {
  state_ = state;
  update_interrupt();
}

// --- CMOS

void RtcMc146818::configure(const CmosConfiguration& c) {
  auto& cmos = state_.cmos;
  auto set_word = [&cmos](std::size_t at, std::uint64_t value) {
    cmos[at] = static_cast<std::uint8_t>(value);
    cmos[at + 1] = static_cast<std::uint8_t>(value >> 8);
  };
  auto units = [](std::uint64_t bytes, std::uint64_t from, std::uint64_t unit, std::uint64_t limit) {
    return bytes > from ? std::min((bytes - from) / unit, limit) : 0;
  };
  constexpr std::uint64_t kKiB = 1024, kMiB = kKiB * kKiB;
  set_word(0x15, std::min<std::uint64_t>(c.ram_below_4g / kKiB, 640));
  const std::uint64_t extended = units(c.ram_below_4g, kMiB, kKiB, 0xFFFF);
  set_word(0x17, extended);
  set_word(0x30, extended);
  set_word(0x34, units(c.ram_below_4g, 16 * kMiB, 64 * kKiB, 0xFFFF));
  const std::uint64_t high = std::min<std::uint64_t>(c.ram_above_4g / (64 * kKiB), 0xFFFFFF);
  set_word(0x5B, high);
  cmos[0x5D] = static_cast<std::uint8_t>(high >> 16);

  cmos[0x10] = static_cast<std::uint8_t>(static_cast<int>(c.floppy_a) << 4 | static_cast<int>(c.floppy_b));
  const int floppies = (c.floppy_a != CmosFloppy::kNone) + (c.floppy_b != CmosFloppy::kNone);
  // IBM AT Technical Reference, equipment byte: floppies - 1 in bits 7-6, EGA or VGA in 5-4, mouse 2, FPU 1.
  cmos[0x14] = static_cast<std::uint8_t>(0x06 | (floppies > 0 ? 1 : 0) | (floppies > 1 ? 0x40 : 0));

  int sum = 0;
  for (std::size_t i = 0x10; i <= 0x2D; ++i) sum += cmos[i];
  cmos[0x2E] = static_cast<std::uint8_t>(sum >> 8);
  cmos[0x2F] = static_cast<std::uint8_t>(sum);
}

// --- Ports

std::uint8_t RtcMc146818::in8(std::uint16_t port) {
  const std::uint8_t value = peek8(port);
  if ((port & 1) != 0 && (state_.index & 0x7F) == kRegisterC) {
    state_.cmos[kRegisterC] = 0;
    state_.flags_since = clock_.now();
    update_interrupt();
  }
  return value;
}

std::uint8_t RtcMc146818::peek8(std::uint16_t port) const {
  if ((port & 1) == 0) return 0xFF;  // the index is write-only
  return peek_register(state_.index & 0x7F);
}

void RtcMc146818::out8(std::uint16_t port, std::uint8_t value) {
  if ((port & 1) == 0)
    state_.index = value;
  else
    write_register(state_.index & 0x7F, value);
}

std::uint8_t RtcMc146818::peek_register(std::uint8_t index) const {
  const std::uint8_t b = state_.cmos[kRegisterB];
  if (is_date_register(index) && running()) {
    const CalendarDate f = calendar_date(date());
    switch (index) {
      case kSeconds: return encode(f.second, b);
      case kMinutes: return encode(f.minute, b);
      case kHours: return encode_hour(f.hour, b);
      case kDayOfWeek: return encode((f.weekday + state_.weekday_offset) % 7 + 1, b);
      case kDayOfMonth: return encode(f.day, b);
      case kMonth: return encode(f.month, b);
      case kYear: return encode(f.year % 100, b);
      default: return encode(f.year / 100, b);
    }
  }
  if (index == kRegisterA) {
    const emu::Nanoseconds into_second = (clock_.now() - state_.base_time) % emu::kSecond;
    const bool uip = running() && into_second >= emu::kSecond - kUipLead;
    return static_cast<std::uint8_t>(state_.cmos[kRegisterA] | (uip ? kUip : 0));
  }
  if (index == kRegisterC) return flags_now();
  if (index == kRegisterD) return kVrt;
  return state_.cmos[index];
}

void RtcMc146818::write_register(std::uint8_t index, std::uint8_t value) {
  if (index == kRegisterC || index == kRegisterD) return;
  gather_flags();
  if (index == kRegisterA) {
    write_a(value);
  } else if (index == kRegisterB) {
    write_b(value);
  } else if (is_date_register(index) && running()) {
    const emu::Nanoseconds into_second = (clock_.now() - state_.base_time) % emu::kSecond;
    fill_date_registers(date());
    state_.cmos[index] = value;
    start_clock(into_second);
  } else {
    state_.cmos[index] = value;
  }
  update_interrupt();
}

void RtcMc146818::write_a(std::uint8_t value) {
  const bool was_running = running();
  if (was_running) fill_date_registers(date());
  const bool was_reset = (state_.cmos[kRegisterA] & kDividerReset) == kDividerReset;
  state_.cmos[kRegisterA] = value & static_cast<std::uint8_t>(~kUip);
  // The first update comes half a second after the divider is released (data sheet, "Divider Control").
  if (!was_running && running()) start_clock(was_reset ? emu::kSecond / 2 : 0);
}

void RtcMc146818::write_b(std::uint8_t value) {
  const bool was_running = running();
  const std::int64_t present = date();
  if (value & kSet) value &= static_cast<std::uint8_t>(~kUie);  // data sheet: SET clears UIE
  state_.cmos[kRegisterB] = value;
  if (was_running && !running()) fill_date_registers(present);
  if (!was_running && running()) start_clock(0);
}

// --- Time

bool RtcMc146818::running() const {
  return (state_.cmos[kRegisterB] & kSet) == 0 && (state_.cmos[kRegisterA] & kDivider) == kDivider32768Hz;
}

std::int64_t RtcMc146818::date() const {
  if (!running()) return date_from_registers();
  return state_.base_seconds + (clock_.now() - state_.base_time) / emu::kSecond;
}

/// Goes on from the date in the registers, `into_second` nanoseconds after its second began.
void RtcMc146818::start_clock(emu::Nanoseconds into_second) {
  const std::uint8_t b = state_.cmos[kRegisterB];
  state_.base_seconds = date_from_registers();
  state_.base_time = clock_.now() - into_second;
  const int weekday = calendar_date(state_.base_seconds).weekday;
  state_.weekday_offset = ((decode(state_.cmos[kDayOfWeek], b) - 1 - weekday) % 7 + 7) % 7;
}

void RtcMc146818::fill_date_registers(std::int64_t seconds) {
  const std::uint8_t b = state_.cmos[kRegisterB];
  const CalendarDate f = calendar_date(seconds);
  auto& cmos = state_.cmos;
  cmos[kSeconds] = encode(f.second, b);
  cmos[kMinutes] = encode(f.minute, b);
  cmos[kHours] = encode_hour(f.hour, b);
  cmos[kDayOfWeek] = encode((f.weekday + state_.weekday_offset) % 7 + 1, b);
  cmos[kDayOfMonth] = encode(f.day, b);
  cmos[kMonth] = encode(f.month, b);
  cmos[kYear] = encode(f.year % 100, b);
  cmos[kCentury] = encode(f.year / 100, b);
}

std::int64_t RtcMc146818::date_from_registers() const {
  const auto& cmos = state_.cmos;
  const std::uint8_t b = cmos[kRegisterB];
  return seconds_of({decode(cmos[kCentury], b) * 100 + decode(cmos[kYear], b), decode(cmos[kMonth], b),
                     decode(cmos[kDayOfMonth], b), 0, decode_hour(cmos[kHours], b), decode(cmos[kMinutes], b),
                     decode(cmos[kSeconds], b)});
}

// --- Interrupts

/// The first second after `after` that matches the alarm bytes, or -1. Looks one day ahead, in jumps.
std::int64_t RtcMc146818::next_alarm(std::int64_t after) const {
  const auto& cmos = state_.cmos;
  const std::uint8_t b = cmos[kRegisterB];
  auto any = [&cmos](int index) { return (cmos[static_cast<std::size_t>(index)] & kAlarmAny) == kAlarmAny; };
  const bool any_hour = any(kHoursAlarm), any_minute = any(kMinutesAlarm), any_second = any(kSecondsAlarm);
  const int hour = decode_hour(cmos[kHoursAlarm], b);
  const int minute = decode(cmos[kMinutesAlarm], b), second = decode(cmos[kSecondsAlarm], b);
  std::int64_t t = after + 1;
  const std::int64_t end = t + kDaySeconds;
  while (t < end) {
    const std::int64_t of_day = (t % kDaySeconds + kDaySeconds) % kDaySeconds;
    if (!any_hour && of_day / 3600 != hour)
      t += 3600 - of_day % 3600;
    else if (!any_minute && of_day / 60 % 60 != minute)
      t += 60 - of_day % 60;
    else if (!any_second && of_day % 60 != second)
      ++t;
    else
      return t;
  }
  return -1;
}

/// Register C now: what was gathered, and what has happened since.
std::uint8_t RtcMc146818::flags_now() const {
  std::uint8_t flags = state_.cmos[kRegisterC] & (kPf | kAf | kUf);
  const emu::Nanoseconds now = clock_.now(), since = state_.flags_since;
  if (const std::int64_t period = periodic_cycles(state_.cmos[kRegisterA]))
    if (crystal_cycles(now) / period != crystal_cycles(since) / period) flags |= kPf;
  if (running()) {
    const std::int64_t from =
        state_.base_seconds + (std::max(since, state_.base_time) - state_.base_time) / emu::kSecond;
    const std::int64_t to = date();
    if (to > from) {
      flags |= kUf;
      const std::int64_t alarm = next_alarm(from);
      if (alarm >= 0 && alarm <= to) flags |= kAf;
    }
  }
  if (flags & state_.cmos[kRegisterB] & (kPie | kAie | kUie)) flags |= kIrqf;
  return flags;
}

void RtcMc146818::gather_flags() {
  state_.cmos[kRegisterC] = flags_now();
  state_.flags_since = clock_.now();
}

emu::Nanoseconds RtcMc146818::next_interrupt() const {
  const std::uint8_t b = state_.cmos[kRegisterB];
  emu::Nanoseconds next = emu::kNever;
  const std::int64_t period = periodic_cycles(state_.cmos[kRegisterA]);
  if ((b & kPie) && period) next = time_of_cycle((crystal_cycles(clock_.now()) / period + 1) * period);
  if (!running()) return next;
  auto time_of = [this](std::int64_t second) {
    return state_.base_time + (second - state_.base_seconds) * emu::kSecond;
  };
  if (b & kUie) next = std::min(next, time_of(date() + 1));
  if (b & kAie) {
    const std::int64_t alarm = next_alarm(date());
    if (alarm >= 0) next = std::min(next, time_of(alarm));
  }
  return next;
}

/// Drives IRQ 8 by IRQF. While it is up, nothing further can happen until the guest reads register C.
void RtcMc146818::update_interrupt() {
  const bool irq = (flags_now() & kIrqf) != 0;
  if (irq != state_.irq) irq8_.set(irq);
  state_.irq = irq;
  timer_.set(irq ? emu::kNever : next_interrupt());
}

}  // namespace devices
