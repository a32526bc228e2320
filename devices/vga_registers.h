// The VGA's registers by the names of IBM's "PS/2 Video Subsystem" technical reference, and the state that
// they hold.
#pragma once

#include <array>
#include <cstdint>

namespace devices::vga {

// --- External registers
inline constexpr std::uint8_t kMiscColourAddresses = 0x01;  ///< Misc output: CRTC at 3Dxh rather than 3Bxh
inline constexpr std::uint8_t kMiscEnableRam =
    0x02;  ///< Misc output: video memory answers the CPU; kept, not obeyed (vga_planes.cpp)
inline constexpr std::uint8_t kStatus0SwitchSense = 0x10;  ///< Input status 0
inline constexpr std::uint8_t kStatus1DisplayDisabled = 0x01;
inline constexpr std::uint8_t kStatus1VerticalRetrace = 0x08;

// --- Sequencer (3C4h, 3C5h)
inline constexpr int kSeqReset = 0, kSeqClockingMode = 1, kSeqMapMask = 2, kSeqCharacterMap = 3, kSeqMemoryMode = 4;
inline constexpr std::uint8_t kClocking8Dots = 0x01;
inline constexpr std::uint8_t kClockingHalfDotClock = 0x08;
inline constexpr std::uint8_t kClockingScreenOff = 0x20;
inline constexpr std::uint8_t kMemoryModeExtended = 0x02;
inline constexpr std::uint8_t kMemoryModeSequential = 0x04;  ///< clear: even addresses go to planes 0, 2; odd to 1, 3
inline constexpr std::uint8_t kMemoryModeChain4 = 0x08;

// --- CRT controller (3D4h, 3D5h or 3B4h, 3B5h)
inline constexpr int kCrtcHorizontalDisplayEnd = 0x01, kCrtcVerticalTotal = 0x06, kCrtcOverflow = 0x07,
                     kCrtcPresetRowScan = 0x08, kCrtcMaximumScanLine = 0x09, kCrtcCursorStart = 0x0A,
                     kCrtcCursorEnd = 0x0B, kCrtcStartHigh = 0x0C, kCrtcStartLow = 0x0D, kCrtcCursorHigh = 0x0E,
                     kCrtcCursorLow = 0x0F, kCrtcRetraceStart = 0x10, kCrtcRetraceEnd = 0x11,
                     kCrtcVerticalDisplayEnd = 0x12, kCrtcOffset = 0x13, kCrtcUnderline = 0x14, kCrtcModeControl = 0x17,
                     kCrtcLineCompare = 0x18;
inline constexpr std::uint8_t kOverflowLineCompare8 = 0x10;
inline constexpr std::uint8_t kMaximumScanLineMask = 0x1F, kMaximumScanLineDouble = 0x80;
inline constexpr std::uint8_t kCursorOff = 0x20;
inline constexpr std::uint8_t kRetraceEndProtect = 0x80;  ///< CRTC registers 0-7 are read-only
inline constexpr std::uint8_t kUnderlineDoubleword = 0x40;
inline constexpr std::uint8_t kModeControlNotCga = 0x01;       ///< clear: the row scan's bit 0 replaces address bit 13
inline constexpr std::uint8_t kModeControlNotHercules = 0x02;  ///< clear: the row scan's bit 1 replaces address bit 14
inline constexpr std::uint8_t kModeControlByte = 0x40;         ///< set: byte addresses; clear: word addresses

// --- Graphics controller (3CEh, 3CFh)
inline constexpr int kGfxSetReset = 0, kGfxEnableSetReset = 1, kGfxColourCompare = 2, kGfxRotate = 3, kGfxReadMap = 4,
                     kGfxMode = 5, kGfxMiscellaneous = 6, kGfxColourDontCare = 7, kGfxBitMask = 8;
inline constexpr std::uint8_t kGfxModeReadCompare = 0x08, kGfxModeOddEven = 0x10, kGfxModeShiftInterleave = 0x20,
                              kGfxModeShift256 = 0x40;
inline constexpr std::uint8_t kGfxMiscGraphics = 0x01, kGfxMiscChainOddEven = 0x02;

// --- Attribute controller (3C0h, 3C1h)
inline constexpr int kAttrMode = 0x10, kAttrOverscan = 0x11, kAttrPlaneEnable = 0x12, kAttrPanning = 0x13,
                     kAttrColourSelect = 0x14;
inline constexpr std::uint8_t kAttrIndexScreenOn = 0x20;
inline constexpr std::uint8_t kAttrModeGraphics = 0x01, kAttrModeMono = 0x02, kAttrModeLineGraphics = 0x04,
                              kAttrModeBlink = 0x08, kAttrModeSelect45 = 0x80;

// --- Bochs DISPI interface (1CEh index, 1CFh data), Bochs iodev/display/vga.h, QEMU docs/specs/standard-vga
inline constexpr int kDispiId = 0, kDispiXres = 1, kDispiYres = 2, kDispiBpp = 3, kDispiEnable = 4, kDispiBank = 5,
                     kDispiVirtualWidth = 6, kDispiVirtualHeight = 7, kDispiXOffset = 8, kDispiYOffset = 9,
                     kDispiVideoMemory64K = 10, kDispiRegisters = 11;
inline constexpr std::uint16_t kDispiId0 = 0xB0C0, kDispiId5 = 0xB0C5;
inline constexpr std::uint16_t kDispiEnabled = 0x01, kDispiGetCaps = 0x02, kDispi8BitDac = 0x20, kDispiLfb = 0x40,
                               kDispiNoClear = 0x80;
inline constexpr std::uint16_t kDispiMaxXres = 2560, kDispiMaxYres = 1600, kDispiMaxBpp = 32;

/// Every register of the card. Plain data: a snapshot copies it (and the video memory).
struct State {
  std::uint8_t misc = 0;
  std::uint8_t feature = 0;
  std::uint8_t enable = 1;  ///< 3C3h

  std::uint8_t sequencer_index = 0;
  std::array<std::uint8_t, 8> sequencer{};
  std::uint8_t crtc_index = 0;
  std::array<std::uint8_t, 0x19> crtc{};
  std::uint8_t graphics_index = 0;
  std::array<std::uint8_t, 9> graphics{};
  std::uint8_t attribute_index = 0;  ///< with kAttrIndexScreenOn
  bool attribute_data_next = false;  ///< the flip-flop behind 3C0h
  std::array<std::uint8_t, 0x15> attribute{};

  std::array<std::array<std::uint8_t, 3>, 256> dac{};  ///< red, green, blue; 6 bits, or 8 with kDispi8BitDac
  std::uint8_t pel_mask = 0xFF;
  std::uint8_t dac_read_index = 0, dac_read_component = 0;
  std::uint8_t dac_write_index = 0, dac_write_component = 0;
  bool dac_reading = false;  ///< what 3C7h tells

  std::uint32_t latch = 0;  ///< plane n in bits 8n to 8n + 7

  std::uint16_t dispi_index = 0;
  std::array<std::uint16_t, kDispiRegisters> dispi{};
};

}  // namespace devices::vga
