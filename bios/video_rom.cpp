#include "bios/video_rom.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <string_view>

#include "bios/fonts.h"
#include "bios/rom_labels.h"
#include "bios/video_modes.h"

namespace bios::video_rom {

namespace {

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& image) : image_(image) {}
  void bytes(std::uint16_t offset, std::span<const std::uint8_t> data) {
    std::copy(data.begin(), data.end(), image_.begin() + offset);
  }
  void text(std::uint16_t offset, std::string_view s) { std::copy(s.begin(), s.end(), image_.begin() + offset); }
  void word(std::uint16_t offset, std::uint16_t value) {
    image_[offset] = static_cast<std::uint8_t>(value);
    image_[offset + 1u] = static_cast<std::uint8_t>(value >> 8);
  }
  void pointer(std::uint16_t offset, emu::FarPtr p) {
    word(offset, p.off);
    word(static_cast<std::uint16_t>(offset + 2), p.seg);
  }

 private:
  std::vector<std::uint8_t>& image_;
};

/// One 64-byte table (RBIL memory table M0054; IBM PS/2 BIOS technical reference).
void write_parameters(Writer& rom, std::uint16_t offset, const VideoMode& mode) {
  const auto at = [&](int n) { return static_cast<std::uint16_t>(offset + n); };
  const ModeRegisters& r = *mode.registers;
  const std::array<std::uint8_t, 3> head = {static_cast<std::uint8_t>(mode.columns()),
                                            static_cast<std::uint8_t>(mode.rows() - 1), mode.cell_height};
  rom.bytes(offset, head);
  rom.word(at(3), page_size(mode));
  rom.bytes(at(5), r.sequencer);
  rom.bytes(at(9), std::span(&r.misc, 1));
  rom.bytes(at(10), r.crtc);
  rom.bytes(at(35), r.attribute);
  rom.bytes(at(55), r.graphics);
}

void write_parameter_table(Writer& rom) {
  // Which mode each of the 29 entries is for; the EGA's memory-size and 200/350-line variants (FFh) stay
  // empty, as the card has neither.
  constexpr std::uint8_t kNone = 0xFF;
  constexpr std::array<std::uint8_t, 29> kEntries = {kNone, kNone, kNone, kNone, 0x04, 0x05,  0x06,  0x07, kNone, kNone,
                                                     kNone, kNone, kNone, 0x0D,  0x0E, kNone, kNone, 0x0F, 0x10,  kNone,
                                                     kNone, kNone, kNone, 0x01,  0x03, 0x07,  0x11,  0x12, 0x13};
  for (std::size_t i = 0; i < kEntries.size(); ++i)
    if (kEntries[i] != kNone)
      write_parameters(rom, static_cast<std::uint16_t>(kVideoParameters + i * 64), *find_video_mode(kEntries[i]));
}

void write_vbe_modes(Writer& rom) {
  std::uint16_t offset = kVbeModes;
  for (const VideoMode& mode : video_modes()) {
    if (mode.number < 0x100) continue;
    rom.word(offset, mode.number);
    offset += 2;
  }
  rom.word(offset, 0xFFFF);
}

/// RBIL table #00036: modes 0-7, 0Dh-13h; 200, 350 and 400 lines; 8 font blocks, 2 at a time; all functions
/// but the light pen; display combinations supported.
constexpr std::array<std::uint8_t, 16> kStaticTable = {0xFF, 0xE0, 0x0F, 0,    0, 0, 0, 0x07,
                                                       0x08, 0x02, 0xE7, 0x0C, 0, 0, 0, 0};
/// mov ax, 4F05h; int 10h; retf
constexpr std::array<std::uint8_t, 6> kWindowCode = {0xB8, 0x05, 0x4F, 0xCD, 0x10, 0xCB};
constexpr std::uint8_t kRetf = 0xCB, kJumpFar = 0xEA;

}  // namespace

std::vector<std::uint8_t> image() {
  std::vector<std::uint8_t> bytes(kSize, 0);
  Writer rom(bytes);
  rom.word(0, 0xAA55);
  bytes[2] = kSize / 512;
  bytes[kEntry] = kRetf;
  rom.text(kIbm, "IBM VGA compatible: bootsim");
  rom.bytes(kWindowFunction, kWindowCode);
  bytes[kInt10] = kJumpFar;
  rom.pointer(kInt10 + 1, rom::far(rom::kInt10));
  rom.pointer(kSavePointers, at(kVideoParameters));
  rom.pointer(kSavePointers + 16, at(kSecondarySavePointers));
  rom.word(kSecondarySavePointers, 26);  // its own length
  rom.bytes(kStaticFunctionality, kStaticTable);
  rom.text(kOemString, "bootsim VBE");
  rom.text(kVendor, "bootsim");
  rom.text(kProduct, "bootsim display");
  rom.text(kRevision, "1");
  write_vbe_modes(rom);
  write_parameter_table(rom);
  rom.bytes(kFont8x8, bios::kFont8x8);
  rom.bytes(kFont8x14, bios::kFont8x14);
  rom.bytes(kFont8x16, bios::kFont8x16);
  bytes.back() = static_cast<std::uint8_t>(-std::accumulate(bytes.begin(), bytes.end(), 0));
  return bytes;
}

}  // namespace bios::video_rom
