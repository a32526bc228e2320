// The display: a VGA with the Bochs VBE extension ("DISPI"), as QEMU's and Bochs's standard card.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "devices/image.h"
#include "devices/text_screen.h"
#include "devices/vga_registers.h"
#include "emu/clock.h"
#include "emu/io_ports.h"
#include "emu/memory.h"
#include "emu/snapshot.h"

namespace devices {

/// Pixels of a graphics mode, before any scaling to the monitor.
struct Resolution {
  int width = 0;
  int height = 0;
  int bits_per_pixel = 0;
  bool operator==(const Resolution&) const = default;
};

/// The card. Text modes and chained modes give the guest plain RAM at A0000h-BFFFFh, so that looping over the
/// screen costs nothing; planar modes get there through mmio_read and mmio_write. The mapping changes only
/// when the layout does.
///
/// Video memory is kept as the planar modes see it, offset * 4 + plane, which is linear for chained and VBE
/// modes (QEMU keeps it the same way). Odd/even modes (text, CGA) need character and attribute side by side:
/// while such a layout is mapped, planes 0 and 1 live in a separate block; plane 2, the fonts, is not touched
/// by that.
class Vga : public emu::PortDevice, public emu::MmioDevice {
 public:
  static constexpr std::uint64_t kMemorySize = 16u << 20;
  static constexpr emu::PhysAddr kFrameBuffer{0xE000'0000};  ///< where the linear frame buffer is after reset

  /// Claims the card's ports and maps its memory. All three must outlive the card. Throws Error without host
  /// memory.
  Vga(emu::Memory& memory, emu::IoPorts& ports, emu::Clock& clock);
  ~Vga() override;
  Vga(const Vga&) = delete;
  Vga& operator=(const Vga&) = delete;

  /// Power-on state: no mode set, memory cleared. The BIOS sets mode 3.
  void reset();

  // --- What is on the screen. Looking changes nothing.
  /// The text page on display, or nothing in graphics modes and before a mode is set.
  std::optional<TextScreen> text_screen() const;
  /// A number that differs when what text_screen() returns may differ: compare it to skip unchanged screens.
  /// Costs about a microsecond; 0 when no text mode is on.
  std::uint64_t text_fingerprint() const;
  /// The graphics mode's size, or nothing in text modes and before a mode is set.
  std::optional<Resolution> graphics_resolution() const;
  /// The picture: text with its font, attributes and cursor (never blinking; 9 pixels to a cell where the
  /// mode has them), or graphics pixel by pixel. An empty image before a mode is set.
  Image render() const;

  // --- The bus
  std::uint8_t in8(std::uint16_t port) override;
  void out8(std::uint16_t port, std::uint8_t value) override;
  std::uint8_t peek8(std::uint16_t port) const override;
  std::uint32_t in(std::uint16_t port, int size) override;
  void out(std::uint16_t port, std::uint32_t value, int size) override;
  std::uint32_t peek(std::uint16_t port, int size) const override;
  std::uint64_t mmio_read(emu::PhysAddr address, int size) override;
  void mmio_write(emu::PhysAddr address, std::uint64_t value, int size) override;
  std::uint64_t mmio_peek(emu::PhysAddr address, int size) const override;

  /// Moves the linear frame buffer (the PCI base address register), or takes it away.
  void map_frame_buffer(std::optional<emu::PhysAddr> base);
  std::optional<emu::PhysAddr> frame_buffer() const { return frame_buffer_; }

  const vga::State& state() const { return state_; }
  const std::uint8_t* memory() const { return vram_; }
  /// How often the window at A0000h was mapped anew; each costs the CPU its cached translations.
  std::uint64_t remap_count() const { return remap_count_; }

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(state_, layout_, frame_buffer_, remap_count_); }

  static constexpr std::uint32_t kOddEvenSize = 0x8000;  ///< the text and CGA windows at B0000h and B8000h

  /// How the window at A0000h-BFFFFh answers.
  struct Layout {
    enum class Kind : std::uint8_t { kNone, kOddEvenRam, kLinearRam, kPlanar } kind = Kind::kNone;
    std::uint32_t base = 0, size = 0;
    std::uint32_t bank = 0;  ///< kLinearRam: offset of the window into video memory
    bool operator==(const Layout&) const = default;
  };
  /// Where an address in the window leads.
  struct PlaneAddress {
    std::uint32_t offset = 0;   ///< into each plane
    std::uint8_t planes = 0xF;  ///< those that the address selects, before the map mask
    std::uint8_t read_plane = 0;
  };

  /// A text page in cells, and how the CRTC walks through it.
  struct TextGeometry {
    int columns = 0, rows = 0;
    int cell_height = 0;
    std::uint32_t start = 0, stride = 0;  ///< in cells
    int dots = 9;                         ///< 8 or 9 across a cell
    int pixel_width = 1;                  ///< 2 with the halved dot clock of 40-column modes
    int cell_width() const { return dots * pixel_width; }
  };

  // Ports (vga.cpp)
  bool selected(std::uint16_t port) const;
  void write_attribute(std::uint8_t value);
  void write_crtc(std::uint8_t value);
  void write_sequencer(std::uint8_t value);
  void write_graphics(std::uint8_t value);
  void write_dac(std::uint8_t value);
  std::uint8_t read_dac();
  std::uint8_t input_status_1() const;

  // The DISPI interface (vga_dispi.cpp)
  bool vbe_enabled() const { return state_.dispi[vga::kDispiEnable] & vga::kDispiEnabled; }
  std::uint16_t read_dispi() const;
  void write_dispi(std::uint16_t value);
  void enable_dispi(std::uint16_t value);
  void limit_dispi();
  std::uint32_t vbe_line_bytes() const;

  // The window (vga_planes.cpp)
  Layout wanted_layout() const;
  void update_layout();
  void switch_layout();
  void gather_odd_even();
  void scatter_odd_even();
  PlaneAddress plane_address(std::uint32_t window_offset, bool odd_even) const;
  std::uint32_t planes_at(std::uint32_t offset) const;
  std::uint8_t read_value(const PlaneAddress& at, std::uint32_t planes) const;
  std::uint8_t read_byte(std::uint64_t address);
  std::uint8_t peek_byte(std::uint64_t address) const;
  void write_byte(std::uint64_t address, std::uint8_t value);

  // What the CRTC fetches (vga_render.cpp)
  bool text_mode() const;
  bool mode_is_set() const { return state_.crtc[vga::kCrtcHorizontalDisplayEnd] != 0; }
  int scan_lines() const;
  std::uint8_t odd_even_byte(std::uint32_t address) const;
  std::uint8_t plane_byte(std::uint32_t offset, int plane) const;
  std::uint32_t dac_colour(std::uint8_t index) const;
  std::uint32_t palette_colour(std::uint8_t index) const;
  TextGeometry text_geometry() const;
  std::optional<TextScreen::Cursor> text_cursor(const TextGeometry& g) const;
  void render_cell(Image& image, const TextGeometry& g, int column, int row, TextCell cell, bool cursor) const;
  Image render_text() const;
  std::array<std::uint8_t, 8> fetch_pixels(std::uint32_t counter, int row_scan) const;
  Image render_vga_graphics() const;
  std::uint32_t vbe_pixel(const std::uint8_t* p) const;
  Image render_vbe() const;

  emu::Memory& memory_;
  emu::Clock& clock_;
  vga::State state_;
  std::uint8_t* vram_ = nullptr;      ///< kMemorySize bytes, offset * 4 + plane
  std::uint8_t* odd_even_ = nullptr;  ///< kOddEvenSize bytes: planes 0 and 1 while kOddEvenRam is mapped
  Layout layout_;
  std::optional<emu::PhysAddr> frame_buffer_;
  std::uint64_t remap_count_ = 0;
};

}  // namespace devices
