// The display adapter and the PCI bus.
#include <fmt/core.h>

#include "debugger/views/chip_words.h"
#include "debugger/views/chips.h"
#include "devices/pci.h"
#include "devices/shadow_ram.h"
#include "devices/vga.h"

namespace debugger::views {
namespace {

using namespace devices::vga;

std::string mode_words(const devices::Vga& vga) {
  if (const auto size = vga.graphics_resolution())
    return fmt::format("graphics {}x{}, {} bits a pixel", size->width, size->height, size->bits_per_pixel);
  const auto text = vga.text_screen();
  return text ? fmt::format("text {}x{}", text->columns, text->rows) : "no mode set";
}

/// Graphics controller, Miscellaneous register, bits 2-3.
std::string_view window_words(std::uint8_t miscellaneous) {
  constexpr std::string_view kWindows[] = {"A0000h to BFFFFh", "A0000h to AFFFFh", "B0000h to B7FFFh",
                                           "B8000h to BFFFFh"};
  return kWindows[miscellaneous >> 2 & 3];
}

std::string memory_mode_words(std::uint8_t mode) {
  const std::string order = mode & kMemoryModeChain4 ? "chain 4" : mode & kMemoryModeSequential ? "planar" : "odd/even";
  return order + (mode & kMemoryModeExtended ? ", 256 KiB" : ", 64 KiB");
}

void add_dispi(ChipView& view, const State& state) {
  const auto& d = state.dispi;
  view.rows.push_back({"VBE enable", d[kDispiEnable], 4,
                       bit_names(d[kDispiEnable],
                                 {{kDispiEnabled, "on"},
                                  {kDispi8BitDac, "8-bit DAC"},
                                  {kDispiLfb, "linear frame buffer"},
                                  {kDispiNoClear, "memory kept"}},
                                 "off: VGA modes")});
  if (!(d[kDispiEnable] & kDispiEnabled)) return;
  view.rows.push_back(
      {"VBE mode", 0, 0,
       fmt::format("{}x{}x{}, line of {} pixels", d[kDispiXres], d[kDispiYres], d[kDispiBpp], d[kDispiVirtualWidth])});
  view.rows.push_back({"VBE bank", d[kDispiBank], 4, fmt::format("offset {}/{}", d[kDispiXOffset], d[kDispiYOffset])});
}

/// What a class and subclass are (PCI Code and ID Assignment Specification).
std::string_view class_words(std::uint16_t code) {
  switch (code) {
    case 0x0100: return "SCSI controller";
    case 0x0101: return "IDE controller";
    case 0x0200: return "Ethernet controller";
    case 0x0300: return "VGA display";
    case 0x0600: return "host bridge";
    case 0x0601: return "ISA bridge";
    case 0x0680: return "bridge";
    default: return "device";
  }
}

/// PAM registers of the host bridge: what reads and writes of C0000h to FFFFFh meet (82441FX data sheet, §3.2.18).
void add_shadow_ram(ChipView& view, const devices::PciFunction& bridge) {
  constexpr std::string_view kMeets[] = {"ROM", "reads RAM, writes ROM", "reads ROM, writes RAM", "RAM"};
  constexpr int kFirst = devices::ShadowRam::kFirstRegister, kBlocks = 12;
  for (int i = 0; i <= kBlocks / 2; ++i) {
    const std::uint8_t pam = bridge.byte(kFirst + i);
    const std::string_view low = kMeets[pam & 3], high = kMeets[pam >> 4 & 3];
    const unsigned base = 0xC0000u + static_cast<unsigned>(i - 1) * 0x8000u;
    view.rows.push_back({fmt::format("00.0 PAM{}", i), pam, 2,
                         i == 0 ? fmt::format("F0000h {}", high)
                                : fmt::format("{:05X}h {}, {:05X}h {}", base, low, base + 0x4000, high)});
  }
}

void add_function(ChipView& view, int device, int number, const devices::PciFunction& function) {
  constexpr int kCommand = 0x04, kSubclass = 0x0A, kFirstBar = 0x10, kBars = 6, kInterruptLine = 0x3C;
  const std::string place = fmt::format("{:02}.{}", device, number);
  view.rows.push_back(
      {place, std::uint64_t{function.word(0)} << 16 | function.word(2), 8,
       fmt::format("{:04X}:{:04X} {}", function.word(0), function.word(2), class_words(function.word(kSubclass)))});
  const std::uint16_t command = function.word(kCommand);
  view.rows.push_back({place + " command", command, 4,
                       bit_names(command, {{1, "I/O"}, {2, "memory"}, {4, "bus master"}}, "decodes nothing")});
  for (int bar = 0; bar < kBars; ++bar) {
    const std::uint32_t value = function.dword(kFirstBar + bar * 4);
    if (value == 0) continue;
    const auto base = function.memory_bar(bar);
    view.rows.push_back({fmt::format("{} BAR {}", place, bar), value, 8,
                         base        ? fmt::format("memory from {:08X}h", *base)
                         : value & 1 ? "I/O"
                                     : "not decoded"});
  }
  if (function.byte(kInterruptLine + 1))
    view.rows.push_back(
        {place + " interrupt", function.byte(kInterruptLine), 2, fmt::format("IRQ {}", function.byte(kInterruptLine))});
}

}  // namespace

ChipView vga_view(const devices::Vga& vga) {
  const State& state = vga.state();
  ChipView view{
      .id = "vga", .name = "Display", .ports = "VGA + VBE, 3C0h and 1CEh", .summary = mode_words(vga), .rows = {}};
  const auto& crtc = state.crtc;
  const auto& graphics = state.graphics;
  const auto word = [&](int high, int low) {
    return static_cast<unsigned>(crtc[static_cast<std::size_t>(high)] << 8 | crtc[static_cast<std::size_t>(low)]);
  };
  const auto add = [&](std::string_view name, std::uint64_t value, int digits, std::string words) {
    view.rows.push_back({std::string(name), value, digits, std::move(words)});
  };
  add("mode", 0, 0, view.summary);
  if (const auto text = vga.text_screen()) {
    const std::uint8_t shape = crtc[kCrtcCursorStart];
    add("cursor", word(kCrtcCursorHigh, kCrtcCursorLow), 4,
        text->cursor         ? fmt::format("column {}, line {}", text->cursor->column, text->cursor->row)
        : shape & kCursorOff ? "off"
                             : "not on the screen");
    add("cursor shape", shape, 2, fmt::format("scan lines {} to {}", shape & 31, crtc[kCrtcCursorEnd] & 31));
  }
  add("start address", word(kCrtcStartHigh, kCrtcStartLow), 4, "");
  add("offset", crtc[kCrtcOffset], 2, fmt::format("{} words a line", crtc[kCrtcOffset]));
  add("misc output", state.misc, 2,
      bit_names(state.misc, {{kMiscColourAddresses, "CRTC at 3D4h"}, {kMiscEnableRam, "memory enabled"}},
                "CRTC at 3B4h"));
  add("clocking mode", state.sequencer[kSeqClockingMode], 2,
      bit_names(
          state.sequencer[kSeqClockingMode],
          {{kClocking8Dots, "8 dots"}, {kClockingHalfDotClock, "half dot clock"}, {kClockingScreenOff, "screen off"}},
          "9 dots"));
  add("map mask", state.sequencer[kSeqMapMask], 2, "planes " + bit_numbers(state.sequencer[kSeqMapMask] & 15, 0));
  add("memory mode", state.sequencer[kSeqMemoryMode], 2, memory_mode_words(state.sequencer[kSeqMemoryMode]));
  add("graphics mode", graphics[kGfxMode], 2,
      fmt::format("write mode {}, read mode {}", graphics[kGfxMode] & 3, graphics[kGfxMode] >> 3 & 1));
  add("miscellaneous", graphics[kGfxMiscellaneous], 2,
      fmt::format("{}, {}", graphics[kGfxMiscellaneous] & kGfxMiscGraphics ? "graphics" : "text",
                  window_words(graphics[kGfxMiscellaneous])));
  add("bit mask", graphics[kGfxBitMask], 2, "");
  add("attribute mode", state.attribute[kAttrMode], 2,
      bit_names(state.attribute[kAttrMode], {{kAttrModeGraphics, "graphics"},
                                             {kAttrModeMono, "mono"},
                                             {kAttrModeLineGraphics, "line graphics"},
                                             {kAttrModeBlink, "blink"}}));
  add_dispi(view, state);
  return view;
}

ChipView pci_view(const devices::PciBus& pci) {
  constexpr int kDevices = 32, kFunctions = 8;
  ChipView view{.id = "pci", .name = "PCI bus", .ports = "CF8h and CFCh", .summary = {}, .rows = {}};
  const std::uint32_t address = pci.state().address;
  view.rows.push_back({"CONFIG_ADDRESS", address, 8,
                       address & 0x8000'0000 ? fmt::format("{:02X}:{:02}.{} register {:02X}h", address >> 16 & 255,
                                                           address >> 11 & 31, address >> 8 & 7, address & 0xFC)
                                             : "off"});
  int found = 0;
  for (int device = 0; device < kDevices; ++device) {
    for (int number = 0; number < kFunctions; ++number) {
      const devices::PciFunction* function = pci.find(device, number);
      if (!function || function->word(0) == 0xFFFF) continue;
      ++found;
      add_function(view, device, number, *function);
    }
  }
  if (const devices::PciFunction* bridge = pci.find(0, 0)) add_shadow_ram(view, *bridge);
  view.summary = fmt::format("{} functions on bus 0", found);
  return view;
}

}  // namespace debugger::views
