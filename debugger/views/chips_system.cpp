// Interrupt controllers, timer, DMA, and the list of all chips.
#include <fmt/core.h>

#include "debugger/views/chip_words.h"
#include "debugger/views/chips.h"
#include "devices/dma8237.h"
#include "devices/pic8259.h"
#include "devices/pit8254.h"

namespace debugger::views {
namespace {

// --- 8259A

std::string irqs(std::uint8_t lines, int first, std::string_view none) {
  return lines == 0 ? std::string(none) : "IRQ " + bit_numbers(lines, first);
}

/// What ICW1, ICW4, OCW2 and OCW3 set (8259A data sheet, "Programming the 8259A").
std::string pic_mode(const devices::Pic8259Pair::Chip& chip) {
  if (chip.init_step == 2 || chip.init_step == 3 || chip.init_step == 4)
    return fmt::format("waits for ICW{}", chip.init_step);
  if (!chip.programmed) return "not initialized";
  std::string words = chip.level_mode ? "level triggered" : "edge triggered";
  words += chip.auto_eoi ? ", automatic EOI" : ", normal EOI";
  if (chip.fully_nested) words += ", special fully nested";
  if (chip.single) words += ", single";
  if (chip.rotate_on_aeoi) words += ", rotates at automatic EOI";
  if (chip.special_mask) words += ", special mask mode";
  if (chip.poll) words += ", poll command given";
  words += chip.read_isr ? ", reads give ISR" : ", reads give IRR";
  return words;
}

void add_pic(ChipView& view, const devices::Pic8259Pair::Chip& chip, std::string_view which, int first) {
  const auto add = [&](std::string_view name, std::uint8_t value, std::string words) {
    view.rows.push_back({fmt::format("{} {}", which, name), value, 2, std::move(words)});
  };
  add("IRR", chip.irr, irqs(chip.irr, first, "nothing requested"));
  add("ISR", chip.isr, irqs(chip.isr, first, "nothing in service"));
  add("IMR", chip.imr,
      chip.imr == 0xFF ? "all masked" : irqs(static_cast<std::uint8_t>(~chip.imr), first, "") + " open");
  add("ICW2", chip.vector_base,
      chip.programmed ? fmt::format("INT {:02X}h to {:02X}h", chip.vector_base, chip.vector_base + 7) : "not set");
  add("ELCR", chip.elcr, irqs(chip.elcr, first, "no line") + " level triggered");
  view.rows.push_back({fmt::format("{} mode", which), 0, 0, pic_mode(chip)});
  if (chip.lowest != 7)
    view.rows.push_back(
        {fmt::format("{} priority", which), 0, 0, fmt::format("rotated: IRQ {} is lowest", first + chip.lowest)});
}

// --- 8254

constexpr std::string_view kPitModes[] = {
    "interrupt on terminal count", "hardware retriggerable one-shot", "rate generator", "square wave",
    "software triggered strobe",   "hardware triggered strobe"};
constexpr std::string_view kPitAccess[] = {"", "LSB only", "MSB only", "LSB then MSB"};
constexpr std::uint8_t kSpeakerGate = 0x01, kSpeakerData = 0x02, kRefresh = 0x10,
                       kOut2 = 0x20;  // port 61h (82371SB data sheet, NSC)

bool is_periodic(const devices::Pit8254::Channel& channel) { return channel.mode == 2 || channel.mode == 3; }

double hertz(const devices::Pit8254::Channel& channel) {
  return channel.written == 0 ? 0 : static_cast<double>(devices::Pit8254::kHertz) / channel.written;
}

/// "18.21 Hz", "66.3 kHz".
std::string hertz_words(double hertz) {
  return hertz < 10'000 ? fmt::format("{:.4g} Hz", hertz) : fmt::format("{:.1f} kHz", hertz / 1000);
}

std::string count_words(const devices::Pit8254::Channel& channel) {
  if (channel.written == 0) return "no count written";
  std::string words = fmt::format("{} ticks", channel.written);
  if (is_periodic(channel) && channel.counting) words += ", " + hertz_words(hertz(channel));
  if (channel.write_msb) words += ", MSB to come";
  if (!channel.gate) words += ", gate low: stands still";
  if (channel.bcd) words += ", BCD";
  return words;
}

// --- 8237A

constexpr int kPageOfChannel[8] = {7,  3,  1, 2,
                                   15, 11, 9, 10};  // 87h 83h 81h 82h, 8Fh 8Bh 89h 8Ah (AT technical reference)
constexpr std::string_view kDmaKinds[] = {"verify", "write to memory", "read from memory", "illegal"};
constexpr std::string_view kDmaModes[] = {"demand", "single", "block", "cascade"};

std::string dma_words(const devices::Dma8237::Channel& channel, bool masked) {
  std::string words{kDmaModes[channel.mode >> 6]};
  if (channel.mode >> 6 != 3) {
    words += fmt::format(", {}", kDmaKinds[channel.mode >> 2 & 3]);
    if (channel.mode & 0x10) words += ", auto-initialize";
    if (channel.mode & 0x20) words += ", downwards";
  }
  return words + (masked ? ", masked" : ", open");
}

}  // namespace

ChipView pic_view(const devices::Pic8259Pair& pic) {
  ChipView view{.id = "pic", .name = "Interrupt controllers", .ports = "8259A, 20h and A0h", .summary = {}, .rows = {}};
  const auto& [primary, secondary] = pic.state();
  if (!primary.programmed) {
    view.summary = "not initialized";
  } else {
    const std::string first = bit_numbers(static_cast<std::uint8_t>(~primary.imr & ~4), 0);
    const std::string second = primary.imr & 4 ? "" : bit_numbers(static_cast<std::uint8_t>(~secondary.imr), 8);
    view.summary = first.empty() && second.empty()
                       ? "all IRQs masked"
                       : fmt::format("IRQ {}{}{} open", first, first.empty() || second.empty() ? "" : " ", second);
    if (primary.isr) view.summary += fmt::format(", {} in service", bit_numbers(primary.isr, 0));
  }
  add_pic(view, primary, "primary", 0);
  add_pic(view, secondary, "secondary", 8);
  return view;
}

ChipView pit_view(const devices::Pit8254& pit) {
  ChipView view{.id = "pit", .name = "Interval timer", .ports = "8254, 40h to 43h, 61h", .summary = {}, .rows = {}};
  const devices::Pit8254::State& state = pit.state();
  constexpr std::string_view kUses[] = {"IRQ 0", "refresh", "speaker"};
  for (int i = 0; i < 3; ++i) {
    const auto& channel = state.channels[static_cast<std::size_t>(i)];
    view.rows.push_back(
        {fmt::format("{} mode", i), channel.mode, 1, fmt::format("{}: {}", kUses[i], kPitModes[channel.mode % 6])});
    view.rows.push_back({fmt::format("{} count", i), channel.written & 0xFFFF, 4, count_words(channel)});
    std::string pins = fmt::format("OUT {}, {}", pit.output(i) ? "high" : "low", kPitAccess[channel.access & 3]);
    if (channel.latched_bytes) pins += fmt::format(", count {:04X}h latched", channel.latched);
    if (channel.status_latched) pins += ", status latched";
    view.rows.push_back({fmt::format("{} state", i), 0, 0, pins});
  }
  const auto port61 = static_cast<std::uint8_t>(pit.peek8(0x61) & ~kRefresh);  // that bit is never still
  view.rows.push_back(
      {"port 61h", port61, 2,
       bit_names(port61, {{kSpeakerGate, "timer 2 gate"}, {kSpeakerData, "speaker on"}, {kOut2, "timer 2 OUT"}})});
  const auto& clock = state.channels[0];
  view.summary = !clock.counting || !is_periodic(clock) ? "channel 0 makes no periodic IRQ 0"
                                                        : "IRQ 0 at " + hertz_words(hertz(clock));
  if (pit.speaker_hertz() > 0) view.summary += fmt::format(", speaker at {} Hz", pit.speaker_hertz());
  return view;
}

ChipView dma_view(const devices::Dma8237& dma) {
  ChipView view{.id = "dma", .name = "DMA", .ports = "8237A, 00h and C0h", .summary = {}, .rows = {}};
  const devices::Dma8237::State& state = dma.state();
  std::string open;
  for (int i = 0; i < 8; ++i) {
    const auto& controller = state.controllers[static_cast<std::size_t>(i / 4)];
    const auto& channel = controller.channels[static_cast<std::size_t>(i % 4)];
    const bool masked = controller.mask >> (i % 4) & 1;
    if (!masked) open += fmt::format(" {}", i);
    // Channels 5 to 7 count words: the address register holds A1 to A16.
    const std::uint64_t page = state.pages[static_cast<std::size_t>(kPageOfChannel[i])];
    const std::uint64_t address =
        i < 4 ? page << 16 | channel.address : (page & 0xFE) << 16 | std::uint64_t{channel.address} << 1;
    view.rows.push_back({fmt::format("{} address", i), address, 6, dma_words(channel, masked)});
    view.rows.push_back({fmt::format("{} count", i), channel.count, 4,
                         fmt::format("{} {}", channel.count + 1, i < 4 ? "bytes" : "words")});
  }
  view.rows.push_back({"port 80h", dma.post_code(), 2, "the last POST code"});
  view.summary = open.empty() ? "all channels masked" : fmt::format("channels{} open", open);
  return view;
}

std::vector<ChipView> chips_view(const Chips& chips) {
  std::vector<ChipView> views = {pic_view(chips.pic), pit_view(chips.pit), keyboard_view(chips.keyboard),
                                 rtc_view(chips.rtc)};
  for (int i = 0; i < 4; ++i) views.push_back(uart_view(*chips.uarts[static_cast<std::size_t>(i)], i));
  views.push_back(vga_view(chips.vga));
  views.push_back(pci_view(chips.pci));
  views.push_back(dma_view(chips.dma));
  return views;
}

std::string to_text(const ChipView& view) {
  std::string text = fmt::format("{} ({}): {}\n", view.name, view.ports, view.summary);
  for (const ChipRow& row : view.rows) {
    const std::string value = row.digits == 0 ? "" : fmt::format("{:0{}X}h", row.value, row.digits);
    text += fmt::format("  {:<20} {:>9}  {}\n", row.name, value, row.words);
  }
  return text;
}

}  // namespace debugger::views
