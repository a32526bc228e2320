#include "devices/uart16550.h"

#include <algorithm>

namespace devices {

namespace {

// Registers by offset (data sheet, table II).
enum Register { kData = 0, kIer = 1, kIir = 2, kLcr = 3, kMcr = 4, kLsr = 5, kMsr = 6, kScr = 7 };

constexpr std::uint8_t kErbfi = 0x01, kEtbei = 0x02, kElsi = 0x04, kEdssi = 0x08;  // IER
constexpr std::uint8_t kIirNone = 0x01, kIirModem = 0x00, kIirThre = 0x02, kIirData = 0x04, kIirLine = 0x06,
                       kIirTimeout = 0x0C, kIirFifos = 0xC0;
constexpr std::uint8_t kFifoEnable = 0x01, kFifoClearReceiver = 0x02, kFifoClearTransmitter = 0x04;  // FCR
constexpr std::uint8_t kWordLength = 0x03, kTwoStopBits = 0x04, kParity = 0x08, kDlab = 0x80;        // LCR
constexpr std::uint8_t kDtr = 0x01, kRts = 0x02, kOut1 = 0x04, kOut2 = 0x08, kLoop = 0x10;           // MCR
constexpr std::uint8_t kDr = 0x01, kOe = 0x02, kThre = 0x20, kTemt = 0x40;                           // LSR
constexpr std::uint8_t kDcts = 0x01, kDdsr = 0x02, kTeri = 0x04, kDdcd = 0x08;                       // MSR
constexpr std::uint8_t kCts = 0x10, kDsr = 0x20, kRi = 0x40, kDcd = 0x80;

constexpr std::array<std::size_t, 4> kTriggerLevels = {1, 4, 8, 14};

/// The modem inputs (MSR bits 7-4): the far terminal's, or our own outputs in loopback.
std::uint8_t modem_inputs(std::uint8_t mcr) {
  if (!(mcr & kLoop)) return kDcd | kDsr | kCts;
  return static_cast<std::uint8_t>((mcr & kRts ? kCts : 0) | (mcr & kDtr ? kDsr : 0) | (mcr & kOut1 ? kRi : 0) |
                                   (mcr & kOut2 ? kDcd : 0));
}

}  // namespace

Uart16550::Uart16550(emu::IoPorts& ports, emu::Clock& clock, emu::IrqLine& irq, std::uint16_t base,
                     std::string_view name)
    : clock_(clock), irq_(irq), base_(base), timer_(clock, [this] { on_timer(); }) {
  ports.claim(base, static_cast<std::uint16_t>(base + 7), *this, name);
}

void Uart16550::reset() {
  std::deque<std::uint8_t> incoming = std::move(state_.incoming);
  if (state_.irq) irq_.set(false);
  state_ = {};
  state_.incoming = std::move(incoming);
  state_.next_arrival = clock_.now() + character_time();
  update();
}

void Uart16550::restore(const State& state) {
  state_ = state;
  update();
}

void Uart16550::receive(std::span<const std::uint8_t> bytes) {
  if (state_.incoming.empty()) state_.next_arrival = clock_.now() + character_time();
  state_.incoming.insert(state_.incoming.end(), bytes.begin(), bytes.end());
  update();
}

emu::Nanoseconds Uart16550::character_time() const {
  const int bits =
      1 + 5 + (state_.lcr & kWordLength) + (state_.lcr & kParity ? 1 : 0) + (state_.lcr & kTwoStopBits ? 2 : 1);
  // A bit lasts 16 x divisor cycles of 1.8432 MHz, 78125/9 ns; divisor 0 runs like 1 here.
  return std::int64_t{std::max<std::uint16_t>(state_.divisor, 1)} * bits * 78'125 / 9;
}

// --- Registers

bool Uart16550::fifo_enabled() const { return (state_.fcr & kFifoEnable) != 0; }
std::size_t Uart16550::capacity() const { return fifo_enabled() ? kFifoSize : 1; }
std::size_t Uart16550::trigger_level() const { return fifo_enabled() ? kTriggerLevels[state_.fcr >> 6] : 1; }

/// When the last character moves from the FIFO or THR into the shift register.
emu::Nanoseconds Uart16550::ready_at() const { return state_.transmitted_at - character_time(); }
bool Uart16550::transmitter_ready() const { return clock_.now() >= ready_at(); }

std::uint8_t Uart16550::line_status() const {
  return static_cast<std::uint8_t>(state_.lsr_errors | (state_.received.empty() ? 0 : kDr) |
                                   (transmitter_ready() ? kThre : 0) |
                                   (clock_.now() >= state_.transmitted_at ? kTemt : 0));
}

std::uint8_t Uart16550::modem_status() const {
  return static_cast<std::uint8_t>(modem_inputs(state_.mcr) | state_.msr_delta);
}

/// IIR bits 3-0 by priority (data sheet, table IV).
std::uint8_t Uart16550::interrupt_id() const {
  if ((state_.ier & kElsi) && state_.lsr_errors) return kIirLine;
  if ((state_.ier & kErbfi) && state_.received.size() >= trigger_level()) return kIirData;
  if ((state_.ier & kErbfi) && state_.timeout_interrupt) return kIirTimeout;
  if ((state_.ier & kEtbei) && state_.thre_interrupt) return kIirThre;
  if ((state_.ier & kEdssi) && state_.msr_delta) return kIirModem;
  return kIirNone;
}

std::uint8_t Uart16550::peek8(std::uint16_t port) const {
  const bool dlab = (state_.lcr & kDlab) != 0;
  switch (port - base_) {
    case kData:
      if (dlab) return static_cast<std::uint8_t>(state_.divisor);
      return state_.received.empty() ? 0 : state_.received.front();
    case kIer: return dlab ? static_cast<std::uint8_t>(state_.divisor >> 8) : state_.ier;
    case kIir: return static_cast<std::uint8_t>(interrupt_id() | (fifo_enabled() ? kIirFifos : 0));
    case kLcr: return state_.lcr;
    case kMcr: return state_.mcr;
    case kLsr: return line_status();
    case kMsr: return modem_status();
    default: return state_.scratch;
  }
}

std::uint8_t Uart16550::in8(std::uint16_t port) {
  const std::uint8_t value = peek8(port);
  switch (port - base_) {
    case kData:
      if (!(state_.lcr & kDlab)) read_data();
      break;
    case kIir:
      if ((value & 0x0F) == kIirThre) state_.thre_interrupt = false;
      break;
    case kLsr:
      if (state_.lsr_errors == 0) return value;  // the polling loops' path
      state_.lsr_errors = 0;
      break;
    case kMsr: state_.msr_delta = 0; break;
    default: return value;
  }
  update();
  return value;
}

void Uart16550::out8(std::uint16_t port, std::uint8_t value) {
  const bool dlab = (state_.lcr & kDlab) != 0;
  switch (port - base_) {
    case kData:
      if (dlab)
        state_.divisor = static_cast<std::uint16_t>((state_.divisor & 0xFF00) | value);
      else
        write_data(value);
      break;
    case kIer:
      if (dlab) {
        state_.divisor = static_cast<std::uint16_t>((state_.divisor & 0x00FF) | value << 8);
        break;
      }
      // Enabling the interrupt while the transmitter is ready asks at once (data sheet, §8.4.2 b).
      if ((value & kEtbei) && !(state_.ier & kEtbei) && transmitter_ready()) state_.thre_interrupt = true;
      state_.ier = value & 0x0F;
      break;
    case kIir: write_fifo_control(value); break;
    case kLcr: state_.lcr = value; break;
    case kMcr: write_modem_control(value); break;
    case kScr: state_.scratch = value; break;
    default: break;  // LSR and MSR: writing is for factory tests
  }
  update();
}

void Uart16550::read_data() {
  if (!state_.received.empty()) state_.received.pop_front();
  state_.timeout_interrupt = false;
  state_.timeout_at = state_.received.empty() ? emu::kNever : clock_.now() + 4 * character_time();
}

void Uart16550::write_data(std::uint8_t value) {
  const emu::Nanoseconds now = clock_.now(), character = character_time();
  // What would not fit is sent too, without taking more time: nothing that a guest says is lost on a watcher.
  const emu::Nanoseconds latest = now + static_cast<std::int64_t>(capacity() + 1) * character;
  state_.transmitted_at = std::min(std::max(now, state_.transmitted_at) + character, latest);
  state_.thre_interrupt = false;
  state_.thre_coming = true;
  if (state_.mcr & kLoop)
    push_received(value);
  else if (on_transmit)
    on_transmit(value);
}

void Uart16550::write_fifo_control(std::uint8_t value) {
  const bool toggled = ((value ^ state_.fcr) & kFifoEnable) != 0;
  if (toggled || (value & kFifoClearReceiver)) {
    state_.received.clear();
    state_.timeout_interrupt = false;
    state_.timeout_at = emu::kNever;
  }
  if (toggled || (value & kFifoClearTransmitter))
    state_.transmitted_at = std::min(state_.transmitted_at, clock_.now() + character_time());
  // The other bits can only be written together with the enable bit.
  state_.fcr =
      value & kFifoEnable ? value & static_cast<std::uint8_t>(~(kFifoClearReceiver | kFifoClearTransmitter)) : 0;
}

void Uart16550::write_modem_control(std::uint8_t value) {
  const std::uint8_t before = modem_inputs(state_.mcr);
  state_.mcr = value & 0x1F;
  const std::uint8_t after = modem_inputs(state_.mcr), changed = before ^ after;
  state_.msr_delta |= static_cast<std::uint8_t>((changed & kCts ? kDcts : 0) | (changed & kDsr ? kDdsr : 0) |
                                                (changed & before & kRi ? kTeri : 0) | (changed & kDcd ? kDdcd : 0));
}

// --- Time

bool Uart16550::can_receive() const { return !(state_.mcr & kLoop) && state_.received.size() < capacity(); }

void Uart16550::push_received(std::uint8_t value) {
  if (state_.received.size() >= capacity()) {
    state_.lsr_errors |= kOe;
    if (fifo_enabled()) return;  // the FIFO keeps what it has; without it the new character replaces the old
    state_.received.clear();
  }
  state_.received.push_back(value);
  if (fifo_enabled()) state_.timeout_at = clock_.now() + 4 * character_time();
}

void Uart16550::on_timer() {
  const emu::Nanoseconds now = clock_.now();
  if (!state_.incoming.empty() && can_receive() && now >= state_.next_arrival) {
    push_received(state_.incoming.front());
    state_.incoming.pop_front();
    state_.next_arrival = now + character_time();
  }
  if (now >= state_.timeout_at) {
    state_.timeout_interrupt = !state_.received.empty();
    state_.timeout_at = emu::kNever;
  }
  update();
}

/// Drives the interrupt line and sets the timer for what comes next. Sending needs it only when somebody
/// waits for the THRE interrupt. OUT2 gates the interrupt on a PC, and loopback holds that pin inactive.
void Uart16550::update() {
  if (state_.thre_coming && transmitter_ready()) {
    state_.thre_coming = false;
    state_.thre_interrupt = true;
  }
  const bool gate = (state_.mcr & (kOut2 | kLoop)) == kOut2;
  const bool irq = gate && interrupt_id() != kIirNone;
  if (irq != state_.irq) irq_.set(irq);
  state_.irq = irq;

  emu::Nanoseconds next = emu::kNever;
  if (!state_.incoming.empty() && can_receive()) next = state_.next_arrival;
  if ((state_.ier & kEtbei) && state_.thre_coming) next = std::min(next, ready_at());
  if (state_.ier & kErbfi) next = std::min(next, state_.timeout_at);
  timer_.set(next);
}

}  // namespace devices
