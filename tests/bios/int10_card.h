// INT 10h on a card without a CPU.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bios/call_table.h"
#include "bios/video.h"
#include "bios/video_modes.h"
#include "devices/vga.h"
#include "emu/clock.h"
#include "emu/io_ports.h"
#include "emu/memory.h"

namespace bios {

class Int10 : public testing::Test {
 protected:
  static constexpr std::uint16_t kBuffer = 0x2000;  // a segment for buffers

  Int10() { video.post(); }

  using Method = void (Video::*)(Call&);
  emu::Registers call(Method method, const emu::Registers& in) {
    emu::Registers r = in;
    Call c(0x10, r, 0x0202);
    (video.*method)(c);
    return r;
  }
  static emu::Registers regs(std::uint16_t ax, std::uint16_t bx = 0, std::uint16_t cx = 0, std::uint16_t dx = 0) {
    emu::Registers r;
    r.set_ax(ax);
    r.set_bx(bx);
    r.set_cx(cx);
    r.set_dx(dx);
    r.set_real_segment(emu::Seg::kEs, kBuffer);
    return r;
  }
  void set_mode(std::uint8_t mode) { call(&Video::set_mode, regs(mode)); }
  void type(std::string_view text) {
    for (const char c : text)
      call(&Video::teletype, regs(static_cast<std::uint16_t>(0x0E00 | static_cast<std::uint8_t>(c)), 0x000F));
  }
  template <class T>
  T bda(std::uint32_t offset) const {
    return memory.read<T>(emu::PhysAddr(0x400 + offset));
  }
  template <class T>
  T buffer(std::uint32_t offset) const {
    return memory.read<T>(emu::PhysAddr(std::uint32_t{kBuffer} * 16 + offset));
  }
  void store(std::uint32_t offset, std::span<const std::uint8_t> bytes) {
    memory.write(emu::PhysAddr(std::uint32_t{kBuffer} * 16 + offset), bytes);
  }
  std::uint16_t cell(int column, int row, int page = 0) const {
    return memory.read<std::uint16_t>(
        emu::PhysAddr(0xB8000u + static_cast<unsigned>(page * 4096 + (row * 80 + column) * 2)));
  }
  void put_cell(int column, int row, std::uint16_t value) {
    memory.write(emu::PhysAddr(0xB8000u + static_cast<unsigned>((row * 80 + column) * 2)), value);
  }
  std::string line(int row) const { return vga.text_screen()->line(row); }

  emu::Memory memory{1 << 20};
  emu::IoPorts ports;
  emu::Clock clock;
  devices::Vga vga{memory, ports, clock};
  Video video{memory, ports};
};

}  // namespace bios
