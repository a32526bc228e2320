#include "devices/pic8259.h"

#include <bit>

namespace devices {

namespace {

using Chip = Pic8259Pair::Chip;

// A0 = 0: a write with D4 is ICW1; else D3 tells OCW3 from OCW2.
constexpr std::uint8_t kIcw1 = 0x10;
constexpr std::uint8_t kIcw1Ltim = 0x08;
constexpr std::uint8_t kIcw1Sngl = 0x02;
constexpr std::uint8_t kIcw1Ic4 = 0x01;
constexpr std::uint8_t kIcw4Sfnm = 0x10;
constexpr std::uint8_t kIcw4Aeoi = 0x02;
constexpr std::uint8_t kOcw3 = 0x08;
constexpr std::uint8_t kOcw3Esmm = 0x40;
constexpr std::uint8_t kOcw3Smm = 0x20;
constexpr std::uint8_t kOcw3P = 0x04;
constexpr std::uint8_t kOcw3Rr = 0x02;
constexpr std::uint8_t kOcw3Ris = 0x01;
constexpr std::uint8_t kPollInterrupt = 0x80;

constexpr int kCascade = 2;
constexpr int kSpurious = 7;
// IRQ 0, 1, 2, 8 and 13 are always edge triggered (82371SB data sheet, ELCR1 and ELCR2).
constexpr std::uint8_t kElcrPrimary = 0xF8;
constexpr std::uint8_t kElcrSecondary = 0xDE;

constexpr std::uint8_t bit(int n) { return static_cast<std::uint8_t>(1u << n); }

bool is_level(const Chip& chip, int input) { return chip.level_mode || (chip.elcr & bit(input)) != 0; }

/// The input of `set` that has the highest priority, as its distance from the top (0-7), or 8 for none.
int rank(const Chip& chip, std::uint8_t set) {
  if (set == 0) return 8;
  const int top = (chip.lowest + 1) & 7;
  return std::countr_zero(std::rotr(set, top));
}

int input_of_rank(const Chip& chip, int r) { return (chip.lowest + 1 + r) & 7; }

/// The input whose request the chip would pass on, or -1.
int request(const Chip& chip, bool primary) {
  const int wanted = rank(chip, chip.irr & static_cast<std::uint8_t>(~chip.imr));
  if (wanted == 8) return -1;
  std::uint8_t in_service = chip.isr;
  if (chip.special_mask) in_service &= static_cast<std::uint8_t>(~chip.imr);
  // Special fully nested: a second request of the secondary may interrupt the first.
  if (chip.fully_nested && primary) in_service &= static_cast<std::uint8_t>(~bit(kCascade));
  return wanted < rank(chip, in_service) ? input_of_rank(chip, wanted) : -1;
}

void set_input(Chip& chip, int input, bool level) {
  const std::uint8_t mask = bit(input);
  const bool was = (chip.lines & mask) != 0;
  chip.lines = static_cast<std::uint8_t>(level ? chip.lines | mask : chip.lines & ~mask);
  if (is_level(chip, input))
    chip.irr = static_cast<std::uint8_t>(level ? chip.irr | mask : chip.irr & ~mask);
  else if (level && !was)
    chip.irr |= mask;
}

/// The INTA cycle's effect on a chip whose `input` was chosen.
void take(Chip& chip, int input) {
  if (!is_level(chip, input)) chip.irr &= static_cast<std::uint8_t>(~bit(input));
  if (!chip.auto_eoi)
    chip.isr |= bit(input);
  else if (chip.rotate_on_aeoi)
    chip.lowest = static_cast<std::uint8_t>(input);
}

void write_icw1(Chip& chip, std::uint8_t value) {
  Chip fresh;
  fresh.lines = chip.lines;
  fresh.elcr = chip.elcr;
  fresh.imr = 0;  // data sheet, ICW1 b: the interrupt mask register is cleared
  fresh.vector_base = chip.vector_base;
  fresh.level_mode = (value & kIcw1Ltim) != 0;
  fresh.single = (value & kIcw1Sngl) != 0;
  fresh.expects_icw4 = (value & kIcw1Ic4) != 0;
  fresh.init_step = 2;
  // The edge sense circuit is reset: a line that is high must fall first; one that is level triggered asks
  // again.
  for (int i = 0; i < 8; ++i)
    if (is_level(fresh, i)) fresh.irr |= fresh.lines & bit(i);
  chip = fresh;
}

void write_later_icw(Chip& chip, std::uint8_t value) {
  auto done = [&chip] {
    chip.init_step = 0;
    chip.programmed = true;
  };
  switch (chip.init_step) {
    case 2:
      chip.vector_base = value & 0xF8;
      if (!chip.single)
        chip.init_step = 3;
      else if (chip.expects_icw4)
        chip.init_step = 4;
      else
        done();
      break;
    case 3:  // the wiring of an AT is fixed, so the cascade's place in ICW3 changes nothing
      if (chip.expects_icw4)
        chip.init_step = 4;
      else
        done();
      break;
    case 4:
      chip.auto_eoi = (value & kIcw4Aeoi) != 0;
      chip.fully_nested = (value & kIcw4Sfnm) != 0;
      done();
      break;
  }
}

/// OCW2: R, SL and EOI in bits 7-5, the level in bits 2-0.
void write_ocw2(Chip& chip, std::uint8_t value) {
  const auto level = static_cast<std::uint8_t>(value & 7);
  const int served = rank(chip, chip.isr);
  auto end = [&chip](int input) { chip.isr &= static_cast<std::uint8_t>(~bit(input)); };
  switch (value >> 5) {
    case 0: chip.rotate_on_aeoi = false; break;
    case 4: chip.rotate_on_aeoi = true; break;
    case 1:  // non-specific EOI
    case 5:  // rotate on non-specific EOI
      if (served == 8) break;
      end(input_of_rank(chip, served));
      if (value >> 5 == 5) chip.lowest = static_cast<std::uint8_t>(input_of_rank(chip, served));
      break;
    case 3: end(level); break;
    case 7: end(level); [[fallthrough]];
    case 6: chip.lowest = level; break;
    case 2: break;  // no operation
  }
}

void write_ocw3(Chip& chip, std::uint8_t value) {
  if (value & kOcw3Esmm) chip.special_mask = (value & kOcw3Smm) != 0;
  if (value & kOcw3P)
    chip.poll = true;
  else if (value & kOcw3Rr)
    chip.read_isr = (value & kOcw3Ris) != 0;
}

std::uint8_t poll_word(const Chip& chip, bool primary) {
  const int input = request(chip, primary);
  return input < 0 ? 0 : static_cast<std::uint8_t>(kPollInterrupt | input);
}

}  // namespace

void Pic8259Pair::Line::set(bool level) { pic->set_line(number, level); }

Pic8259Pair::Pic8259Pair(emu::IoPorts& ports) {
  for (int i = 0; i < 16; ++i) {
    lines_[static_cast<std::size_t>(i)].pic = this;
    lines_[static_cast<std::size_t>(i)].number = i;
  }
  ports.claim(0x20, 0x21, *this, "8259A PIC, primary");
  ports.claim(0xA0, 0xA1, *this, "8259A PIC, secondary");
  ports.claim(0x4D0, 0x4D1, *this, "ELCR");
}

void Pic8259Pair::reset() {
  const State old = state_;
  state_ = {};
  // The devices' wires do not change by our reset.
  state_.primary.lines = old.primary.lines & static_cast<std::uint8_t>(~bit(kCascade));
  state_.secondary.lines = old.secondary.lines;
  update();
}

void Pic8259Pair::restore(const State& state) {
  state_ = state;
  update();
}

void Pic8259Pair::set_line(int number, bool level) {
  if (number == kCascade) return;
  set_input(number < 8 ? state_.primary : state_.secondary, number & 7, level);
  update();
}

void Pic8259Pair::update() {
  set_input(state_.primary, kCascade, request(state_.secondary, false) >= 0);
  // The cascade follows the secondary's INT pin: a request that went away is not remembered.
  if (!(state_.primary.lines & bit(kCascade))) state_.primary.irr &= static_cast<std::uint8_t>(~bit(kCascade));
  // While IMR is all ones out of reset, an unprogrammed controller never asks.
  const bool intr = request(state_.primary, true) >= 0;
  if (intr == intr_) return;
  intr_ = intr;
  if (on_intr_change) on_intr_change();
}

std::uint8_t Pic8259Pair::acknowledge() {
  Chip& primary = state_.primary;
  Chip& secondary = state_.secondary;
  auto vector = [](const Chip& chip, int input) { return static_cast<std::uint8_t>(chip.vector_base | input); };
  const int input = request(primary, true);
  std::uint8_t result = vector(primary, kSpurious);
  if (input >= 0) {
    take(primary, input);
    result = vector(primary, input);
    if (input == kCascade) {
      const int second = request(secondary, false);
      if (second >= 0) take(secondary, second);
      result = vector(secondary, second >= 0 ? second : kSpurious);
      // The secondary's INT falls with INTA and rises again for a further request: a new edge for the
      // primary.
      set_input(primary, kCascade, false);
    }
  }
  update();
  return result;
}

std::uint8_t Pic8259Pair::in8(std::uint16_t port) {
  const std::uint8_t value = peek8(port);
  if (port >= 0x4D0) return value;
  const bool is_primary = port < 0xA0;
  Chip& chip = is_primary ? state_.primary : state_.secondary;
  if (!chip.poll) return value;
  // The read acts as INTA (data sheet, "Poll Command").
  chip.poll = false;
  if (value & kPollInterrupt) take(chip, value & 7);
  update();
  return value;
}

std::uint8_t Pic8259Pair::peek8(std::uint16_t port) const {
  if (port == 0x4D0) return state_.primary.elcr;
  if (port == 0x4D1) return state_.secondary.elcr;
  const bool is_primary = port < 0xA0;
  const Chip& chip = is_primary ? state_.primary : state_.secondary;
  if (chip.poll) return poll_word(chip, is_primary);
  if (port & 1) return chip.imr;
  return chip.read_isr ? chip.isr : chip.irr;
}

void Pic8259Pair::out8(std::uint16_t port, std::uint8_t value) {
  if (port == 0x4D0) {
    state_.primary.elcr = value & kElcrPrimary;
  } else if (port == 0x4D1) {
    state_.secondary.elcr = value & kElcrSecondary;
  } else {
    Chip& chip = port < 0xA0 ? state_.primary : state_.secondary;
    if (port & 1) {
      if (chip.init_step != 0)
        write_later_icw(chip, value);
      else
        chip.imr = value;
    } else if (value & kIcw1) {
      write_icw1(chip, value);
    } else if (value & kOcw3) {
      write_ocw3(chip, value);
    } else {
      write_ocw2(chip, value);
    }
  }
  update();
}

}  // namespace devices
