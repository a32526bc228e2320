// Keyboard controller, clock and CMOS, serial ports.

#include <fmt/core.h>

#include "debugger/views/chip_words.h"
#include "debugger/views/chips.h"
#include "devices/calendar.h"
#include "devices/keyboard_8042.h"
#include "devices/rtc_mc146818.h"
#include "devices/uart16550.h"

namespace debugger::views {
namespace {

/// Bytes that wait, as hexadecimal numbers.
template <class Bytes>
std::string waiting(const Bytes& bytes, std::string_view none) {
  constexpr std::size_t kMost = 8;
  if (bytes.empty()) return std::string(none);
  std::string text = fmt::format("{} waiting:", bytes.size());
  for (std::size_t i = 0; i < bytes.size() && i < kMost; ++i) text += fmt::format(" {:02X}h", bytes[i] & 0xFF);
  return bytes.size() > kMost ? text + " ..." : text;
}

std::string keyboard_words(const devices::Keyboard8042::Keyboard& keyboard) {
  std::string words = keyboard.scanning ? "scans" : "does not scan";
  words += fmt::format(", scan code set {}, repeats after {} ms", keyboard.scan_set,
                       ((keyboard.typematic >> 5 & 3) + 1) * 250);
  if (keyboard.leds) words += ", LEDs " + bit_names(keyboard.leds, {{1, "Scroll"}, {2, "Num"}, {4, "Caps"}});
  if (keyboard.held) words += fmt::format(", key {:02X}h is down", keyboard.held);
  return words;
}

std::string mouse_words(const devices::Ps2Mouse& mouse) {
  std::string words = mouse.remote ? "remote mode" : mouse.reporting ? "reports" : "does not report";
  words += fmt::format(", {} samples/s, {} counts/mm", mouse.sample_rate, 1 << (mouse.resolution & 3));
  if (mouse.wrap) words += ", wrap mode";
  if (mouse.scaling_2_to_1) words += ", scaling 2:1";
  return words;
}

// --- CMOS (IBM AT Technical Reference, "CMOS RAM"; SeaBIOS and QEMU for 34h, 5Bh and the century)

constexpr std::string_view kFloppyTypes[] = {"none", "360 KB", "1.2 MB", "720 KB", "1.44 MB", "2.88 MB"};

std::string_view floppy_type(int type) { return type < 6 ? kFloppyTypes[type] : "unknown"; }

/// Register A: DV2-DV0 and RS3-RS0 (MC146818A data sheet, tables 4 and 5).
std::string divider_words(std::uint8_t a) {
  const int rate = a & 0x0F;
  std::string words = (a >> 4 & 7) == 2   ? "32.768 kHz"
                      : (a >> 4 & 6) == 6 ? "divider held in reset"
                                          : "another crystal";
  if (rate != 0) words += fmt::format(", periodic {} Hz", 32768 >> ((rate <= 2 ? rate + 7 : rate) - 1));
  if (a & 0x80) words += ", update in progress";
  return words;
}

std::string checksum_words(const std::array<std::uint8_t, 128>& cmos) {
  unsigned sum = 0;
  for (std::size_t i = 0x10; i <= 0x2D; ++i) sum += cmos[i];
  const unsigned stored = cmos[0x2E] << 8u | cmos[0x2F];
  return sum == stored ? "right" : fmt::format("wrong: bytes 10h to 2Dh sum to {:04X}h", sum);
}

// --- 16550A (data sheet, table II)

std::string line_words(const devices::Uart16550::State& state) {
  std::string parity = "N";
  if (state.lcr & 0x08) parity = state.lcr & 0x20 ? (state.lcr & 0x10 ? "S" : "M") : (state.lcr & 0x10 ? "E" : "O");
  std::string words = fmt::format("{}{}{}", 5 + (state.lcr & 3), parity, state.lcr & 0x04 ? 2 : 1);
  if (state.lcr & 0x40) words += ", break";
  if (state.lcr & 0x80) words += ", DLAB: divisor at offsets 0 and 1";
  return words;
}

std::string baud_words(const devices::Uart16550::State& state) {
  constexpr unsigned kHighest = 115200;  // 1.8432 MHz / 16
  return fmt::format("{} Bd", kHighest / (state.divisor ? state.divisor : 1u));
}

std::string interrupt_words(std::uint8_t iir) {
  if (iir & 1) return iir & 0xC0 ? "none pending, FIFOs on" : "none pending";
  constexpr std::string_view kSources[] = {"modem status",       "THR empty", "received data", "line status", "", "",
                                           "character time-out", ""};
  return fmt::format("{}{}", kSources[iir >> 1 & 7], iir & 0xC0 ? ", FIFOs on" : "");
}

}  // namespace

ChipView keyboard_view(const devices::Keyboard8042& controller) {
  ChipView view{
      .id = "keyboard", .name = "Keyboard and mouse", .ports = "8042, 60h and 64h", .summary = {}, .rows = {}};
  const devices::Keyboard8042::State& state = controller.state();
  const std::uint8_t status = controller.peek8(0x64), command = state.ram[0];
  view.rows.push_back({"status", status, 2,
                       bit_names(status, {{0x01, "output full"},
                                          {0x02, "input full"},
                                          {0x04, "system flag"},
                                          {0x08, "last was a command"},
                                          {0x10, "unlocked"},
                                          {0x20, "from the mouse"}})});
  view.rows.push_back({"output buffer", state.output, 2,
                       !state.full        ? "read already"
                       : state.from_mouse ? "from the mouse, not read yet"
                                          : "not read yet"});
  view.rows.push_back({"command byte", command, 2,
                       bit_names(command, {{0x01, "IRQ 1"},
                                           {0x02, "IRQ 12"},
                                           {0x04, "system flag"},
                                           {0x10, "keyboard off"},
                                           {0x20, "mouse off"},
                                           {0x40, "translates to set 1"}})});
  if (state.data_for) view.rows.push_back({"command", state.data_for, 2, "its data byte is awaited at 60h"});
  view.rows.push_back({"keyboard", 0, 0, keyboard_words(state.keyboard)});
  view.rows.push_back({"keyboard bytes", 0, 0, waiting(state.keyboard.wire.events, "none waiting")});
  view.rows.push_back({"mouse", 0, 0, mouse_words(state.mouse)});
  view.rows.push_back({"mouse bytes", 0, 0, waiting(state.mouse.wire.events, "none waiting")});
  view.summary = command & 0x10 ? "keyboard off" : command & 0x01 ? "keyboard on IRQ 1" : "keyboard on, without IRQ";
  if (!state.keyboard.wire.events.empty())
    view.summary += fmt::format(", {} bytes wait", state.keyboard.wire.events.size());
  return view;
}

ChipView rtc_view(const devices::RtcMc146818& rtc) {
  ChipView view{.id = "rtc",
                .name = "Clock and CMOS",
                .ports = "MC146818A, 70h and 71h",
                .summary = devices::date_words(rtc.date()),
                .rows = {}};
  const auto& cmos = rtc.state().cmos;
  const auto word = [&](std::size_t at) { return static_cast<unsigned>(cmos[at] | cmos[at + 1] << 8); };
  const auto add = [&](std::string_view name, std::uint64_t value, int digits, std::string words) {
    view.rows.push_back({std::string(name), value, digits, std::move(words)});
  };
  add("date", 0, 0, view.summary);
  add("index", rtc.state().index & 0x7Fu, 2, rtc.nmi_masked() ? "NMI masked" : "NMI open");
  add("register A", cmos[0x0A], 2, divider_words(cmos[0x0A]));
  add("register B", cmos[0x0B], 2,
      bit_names(cmos[0x0B],
                {{0x80, "SET: stands still"},
                 {0x40, "periodic IRQ"},
                 {0x20, "alarm IRQ"},
                 {0x10, "update IRQ"},
                 {0x04, "binary"},
                 {0x02, "24 hours"}},
                "12 hours, BCD"));
  add("0Fh shutdown", cmos[0x0F], 2,
      cmos[0x0F] == 0      ? "none"
      : cmos[0x0F] == 0x0A ? "a reset jumps through 40:67"
      : cmos[0x0F] == 0x05 ? "a reset sends EOI and jumps through 40:67"
                           : "");
  add("10h floppies", cmos[0x10], 2,
      fmt::format("A: {}, B: {}", floppy_type(cmos[0x10] >> 4), floppy_type(cmos[0x10] & 15)));
  add("14h equipment", cmos[0x14], 2, bit_names(cmos[0x14], {{0x01, "floppy"}, {0x02, "FPU"}, {0x04, "mouse"}}));
  add("15h base memory", word(0x15), 4, fmt::format("{} KiB", word(0x15)));
  add("30h above 1 MiB", word(0x30), 4, fmt::format("{} KiB", word(0x30)));
  add("34h above 16 MiB", word(0x34), 4, fmt::format("{} KiB", word(0x34) * 64));
  add("5Bh above 4 GiB", word(0x5B) | unsigned{cmos[0x5D]} << 16, 6,
      fmt::format("{} MiB", (word(0x5B) | unsigned{cmos[0x5D]} << 16) / 16));
  add("2Eh checksum", unsigned{cmos[0x2E]} << 8 | cmos[0x2F], 4, checksum_words(cmos));
  return view;
}

ChipView uart_view(const devices::Uart16550& uart, int number) {
  constexpr std::string_view kIds[] = {"com1", "com2", "com3", "com4"};
  const devices::ComPort where = devices::kComPorts[static_cast<std::size_t>(number & 3)];
  const devices::Uart16550::State& state = uart.state();
  const auto peek = [&](int offset) { return uart.peek8(static_cast<std::uint16_t>(where.base + offset)); };
  ChipView view{.id = kIds[number & 3],
                .name = fmt::format("Serial port COM{}", (number & 3) + 1),
                .ports = fmt::format("16550A, {:X}h, IRQ {}", where.base, where.irq),
                .summary = fmt::format("{}, {}", baud_words(state), line_words(state)),
                .rows = {}};
  const std::uint8_t iir = peek(2), lsr = peek(5), msr = peek(6);
  view.rows.push_back({"divisor", state.divisor, 4, baud_words(state)});
  view.rows.push_back({"LCR", state.lcr, 2, line_words(state)});
  view.rows.push_back(
      {"IER", state.ier, 2,
       bit_names(state.ier, {{1, "received data"}, {2, "THR empty"}, {4, "line status"}, {8, "modem status"}},
                 "no interrupts")});
  view.rows.push_back({"IIR", iir, 2, interrupt_words(iir)});
  view.rows.push_back(
      {"MCR", state.mcr, 2,
       bit_names(state.mcr, {{1, "DTR"}, {2, "RTS"}, {4, "OUT1"}, {8, "OUT2: IRQ passes"}, {16, "loopback"}})});
  view.rows.push_back({"LSR", lsr, 2,
                       bit_names(lsr, {{1, "data ready"},
                                       {2, "overrun"},
                                       {4, "parity error"},
                                       {8, "framing error"},
                                       {16, "break"},
                                       {32, "THR empty"},
                                       {64, "all sent"}})});
  view.rows.push_back({"MSR", msr, 2, bit_names(msr, {{16, "CTS"}, {32, "DSR"}, {64, "RI"}, {128, "DCD"}})});
  view.rows.push_back({"receiver", 0, 0, waiting(state.received, "nothing received")});
  return view;
}

}  // namespace debugger::views
