#include "devices/acpi_pm.h"

namespace devices {

namespace {

// PMSTS (offset 0), cleared by writing ones, and PMEN (offset 2). Nothing here presses a power button or releases the
// global lock, and the RTC has its own interrupt: of their enable bits only the memory is there.
constexpr std::uint16_t kTmrofSts = 0x0001;
constexpr std::uint16_t kTmrofEn = 0x0001, kGblEn = 0x0020, kPwrbtnEn = 0x0100, kRtcEn = 0x0400;
constexpr std::uint16_t kEnableBits = kTmrofEn | kGblEn | kPwrbtnEn | kRtcEn;
// PMCNTRL (offset 4). GBL_RLS and SUS_EN are written only; nobody hears of the one, the other goes to the state of
// SUS_TYP.
constexpr std::uint16_t kSciEn = 0x0001, kBrldEnBm = 0x0002, kSusTyp = 0x1C00, kSusEn = 0x2000;
constexpr int kSusTypShift = 10;
constexpr std::uint16_t kControlBits = kBrldEnBm | kSusTyp;
// PMTMR (offset 8): 24 bits. TMROF_STS is set whenever the highest of them changes.
constexpr std::int64_t kTimerMask = 0xFF'FFFF;
constexpr int kHighestBit = 23;

std::int64_t ticks_at(emu::Nanoseconds time) {
  return time / emu::kSecond * AcpiPm::kHertz + time % emu::kSecond * AcpiPm::kHertz / emu::kSecond;
}

/// The earliest time at which so many ticks are complete.
emu::Nanoseconds time_of(std::int64_t ticks) {
  return ticks / AcpiPm::kHertz * emu::kSecond +
         (ticks % AcpiPm::kHertz * emu::kSecond + AcpiPm::kHertz - 1) / AcpiPm::kHertz;
}

std::int64_t toggles_at(emu::Nanoseconds time) { return ticks_at(time) >> kHighestBit; }

std::uint8_t byte_of(std::int64_t value, int index) { return static_cast<std::uint8_t>(value >> (8 * index)); }

/// A register with one of its two bytes written.
std::uint16_t with_byte(std::uint16_t old, int index, std::uint8_t value) {
  return static_cast<std::uint16_t>((old & (0xFF00 >> (8 * index))) | value << (8 * index));
}

}  // namespace

AcpiPm::AcpiPm(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& sci, emu::SystemControl& system)
    : clock_(clock), sci_(sci), system_(system), overflow_(clock, [this] { update_sci(); }) {
  ports.claim(kBase, kBase + kPorts - 1, *this, "ACPI power management");
}

void AcpiPm::reset() {
  state_ = {};
  state_.toggles_seen = toggles_at(clock_.now());
  update_sci();
}

void AcpiPm::restore(const State& state) {
  state_ = state;
  update_sci();
}

std::uint16_t AcpiPm::status() const { return toggles_at(clock_.now()) != state_.toggles_seen ? kTmrofSts : 0; }

void AcpiPm::update_sci() {
  const bool enabled = state_.enable & kTmrofEn, set = status() & kTmrofSts;
  sci_.set(enabled && set);
  overflow_.set(enabled && !set ? time_of((state_.toggles_seen + 1) << kHighestBit) : emu::kNever);
}

std::uint8_t AcpiPm::peek8(std::uint16_t port) const {
  if (port >= kTimer) return byte_of(ticks_at(clock_.now()) & kTimerMask, port - kTimer);
  switch (port & ~1) {
    case kStatus: return byte_of(status(), port & 1);
    case kEnable: return byte_of(state_.enable, port & 1);
    case kControl: return byte_of(state_.control | kSciEn, port & 1);
    default: return 0;  // reserved
  }
}

void AcpiPm::write_control(std::uint16_t value) {
  state_.control = value & kControlBits;
  if ((value & kSusEn) != 0 && (value & kSusTyp) >> kSusTypShift == kSoftOff) system_.power_off("ACPI");
}

void AcpiPm::out8(std::uint16_t port, std::uint8_t value) {
  const std::uint16_t written = with_byte(0, port & 1, value);
  switch (port & ~1) {
    case kStatus:
      if (written & kTmrofSts) state_.toggles_seen = toggles_at(clock_.now());
      break;
    case kEnable: state_.enable = with_byte(state_.enable, port & 1, value) & kEnableBits; break;
    case kControl: write_control(with_byte(state_.control, port & 1, value)); break;
    default: return;
  }
  update_sci();
}

}  // namespace devices
