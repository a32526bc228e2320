// The chips of the PC, register by register, in the data sheets' words.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace devices {
class Dma8237;
class Keyboard8042;
class PciBus;
class Pic8259Pair;
class Pit8254;
class RtcMc146818;
class Uart16550;
class Vga;
}  // namespace devices

namespace debugger::views {

/// One PC's.
struct Chips {
  const devices::Pic8259Pair& pic;
  const devices::Pit8254& pit;
  const devices::Keyboard8042& keyboard;
  const devices::RtcMc146818& rtc;
  std::array<const devices::Uart16550*, 4> uarts;  ///< COM1 to COM4
  const devices::Dma8237& dma;
  const devices::Vga& vga;
  const devices::PciBus& pci;
};

/// A register, a counter, or a part of one.
struct ChipRow {
  std::string name;  ///< "IMR"
  std::uint64_t value = 0;
  int digits = 2;     ///< hexadecimal; 0: the words say it all
  std::string words;  ///< "IRQ 0 1 2 open"
};

struct ChipView {
  std::string_view id;  ///< for commands and settings: "pic"
  std::string name;     ///< "8259A interrupt controllers"
  std::string ports;    ///< "20h, A0h"
  std::string summary;  ///< what matters most, on one line
  std::vector<ChipRow> rows;
};

// Looking changes nothing in the chips: each reads their state, or peeks at ports.
ChipView pic_view(const devices::Pic8259Pair& pic);
ChipView pit_view(const devices::Pit8254& pit);
ChipView keyboard_view(const devices::Keyboard8042& keyboard);
ChipView rtc_view(const devices::RtcMc146818& rtc);
/// `number` from 0.
ChipView uart_view(const devices::Uart16550& uart, int number);
ChipView dma_view(const devices::Dma8237& dma);
ChipView vga_view(const devices::Vga& vga);
ChipView pci_view(const devices::PciBus& pci);

/// All of them.
std::vector<ChipView> chips_view(const Chips& chips);
std::string to_text(const ChipView& view);

}  // namespace debugger::views
