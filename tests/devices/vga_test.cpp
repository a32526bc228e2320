// Expected values: IBM's PS/2 Video Subsystem technical reference, Bochs's VBE DISPI description, hand
// calculation.
#include "devices/vga.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "devices/cp437.h"

namespace devices {
namespace {

class VgaTest : public testing::Test {
 protected:
  void indexed(std::uint16_t port, std::uint8_t index, std::uint8_t value) {
    ports.out(port, index, 1);
    ports.out(static_cast<std::uint16_t>(port + 1), value, 1);
  }
  void sequencer(std::uint8_t index, std::uint8_t value) { indexed(0x3C4, index, value); }
  void graphics(std::uint8_t index, std::uint8_t value) { indexed(0x3CE, index, value); }
  void crtc(std::uint8_t index, std::uint8_t value) { indexed(0x3D4, index, value); }
  void dispi(std::uint16_t index, std::uint16_t value) {
    ports.out(0x1CE, index, 2);
    ports.out(0x1CF, value, 2);
  }
  std::uint16_t dispi(std::uint16_t index) {
    ports.out(0x1CE, index, 2);
    return static_cast<std::uint16_t>(ports.in(0x1CF, 2));
  }
  /// The registers of mode 3 that decide about memory and size.
  void text_mode() {
    ports.out(0x3C2, 0x67, 1);
    sequencer(1, 0x00);
    sequencer(2, 0x03);
    sequencer(3, 0x00);
    sequencer(4, 0x02);
    const std::uint8_t gfx[] = {0, 0, 0, 0, 0, 0x10, 0x0E, 0x0F, 0xFF};
    for (std::uint8_t i = 0; i < 9; ++i) graphics(i, gfx[i]);
    const std::uint8_t values[] = {0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00,
                                   0x00, 0x00, 0x00, 0x9C, 0x0E, 0x8F, 0x28, 0x1F, 0x96, 0xB9, 0xA3, 0xFF};
    for (std::uint8_t i = 0; i < 25; ++i) crtc(i, values[i]);
  }
  /// Write mode 0 on all planes at A0000h.
  void planar_mode() {
    text_mode();
    sequencer(2, 0x0F);
    sequencer(4, 0x06);
    graphics(5, 0x00);
    graphics(6, 0x05);
  }
  std::uint8_t plane(int n, std::uint32_t offset) {
    graphics(4, static_cast<std::uint8_t>(n));
    return static_cast<std::uint8_t>(vga.mmio_peek(emu::PhysAddr(0xA0000 + offset), 1));
  }
  void write(std::uint32_t offset, std::uint8_t value) { vga.mmio_write(emu::PhysAddr(0xA0000 + offset), value, 1); }
  std::uint8_t read(std::uint32_t offset) {
    return static_cast<std::uint8_t>(vga.mmio_read(emu::PhysAddr(0xA0000 + offset), 1));
  }

  emu::Memory memory{1 << 20};
  emu::IoPorts ports;
  emu::Clock clock;
  Vga vga{memory, ports, clock};
};

TEST_F(VgaTest, TextWindowIsPlainRam) {
  text_mode();
  const auto& region = memory.region_at(emu::PhysAddr(0xB8000));
  EXPECT_EQ(region.kind, emu::RegionKind::kRam);
  EXPECT_EQ(region.base.value, 0xB8000u);
  EXPECT_EQ(region.size, 0x8000u);
  EXPECT_EQ(memory.region_at(emu::PhysAddr(0xA0000)).kind, emu::RegionKind::kHole);
}

// QEMU's adapter does so, and GRUB's i386-qemu image relies on it (tests/boots/grub-firmware.yaml).
TEST_F(VgaTest, MemoryAnswersWhateverItsEnableBitSays) {
  text_mode();
  ports.out(0x3C2, 0x65, 1);
  EXPECT_EQ(memory.region_at(emu::PhysAddr(0xB8000)).kind, emu::RegionKind::kRam);
}

TEST_F(VgaTest, RemapsOnlyWhenTheLayoutChanges) {
  text_mode();
  const auto count = vga.remap_count();
  text_mode();
  crtc(0x0F, 80);
  EXPECT_EQ(vga.remap_count(), count);
}

TEST_F(VgaTest, TextScreenShowsCellsAndCursor) {
  text_mode();
  memory.write<std::uint16_t>(emu::PhysAddr(0xB8000 + 160), 0x1E41);
  crtc(0x0F, 81);
  const auto screen = vga.text_screen();
  ASSERT_TRUE(screen);
  EXPECT_EQ(screen->at(0, 1), (TextCell{'A', 0x1E}));
  EXPECT_EQ(screen->cursor, (TextScreen::Cursor{1, 1}));
  EXPECT_EQ(screen->line(1), "A");
  EXPECT_EQ(screen->line(0), "");
}

TEST_F(VgaTest, FingerprintFollowsCharactersAndCursor) {
  text_mode();
  const auto before = vga.text_fingerprint();
  EXPECT_EQ(vga.text_fingerprint(), before);
  memory.write<std::uint8_t>(emu::PhysAddr(0xB8000 + 3998), 'x');
  const auto after = vga.text_fingerprint();
  EXPECT_NE(after, before);
  crtc(0x0F, 1);
  EXPECT_NE(vga.text_fingerprint(), after);
}

TEST_F(VgaTest, TextSurvivesAccessToTheFontPlane) {
  text_mode();
  memory.write<std::uint16_t>(emu::PhysAddr(0xB8000 + 2), 0x4E42);
  sequencer(2, 0x04);
  sequencer(4, 0x07);
  graphics(5, 0x00);
  graphics(6, 0x04);
  memory.write<std::uint8_t>(emu::PhysAddr(0xA0000 + 'B' * 32), 0x81);
  EXPECT_EQ(vga.text_screen()->at(1, 0), (TextCell{'B', 0x4E})) << "also while the window is elsewhere";
  text_mode();
  EXPECT_EQ(memory.read<std::uint16_t>(emu::PhysAddr(0xB8000 + 2)), 0x4E42);
  EXPECT_EQ(vga.memory()['B' * 32 * 4 + 2], 0x81);
}

TEST_F(VgaTest, MapMaskSelectsPlanes) {
  planar_mode();
  sequencer(2, 0x05);
  write(7, 0xA5);
  EXPECT_EQ(plane(0, 7), 0xA5);
  EXPECT_EQ(plane(1, 7), 0x00);
  EXPECT_EQ(plane(2, 7), 0xA5);
  EXPECT_EQ(plane(3, 7), 0x00);
}

TEST_F(VgaTest, WriteMode0SetResetAndBitMask) {
  planar_mode();
  write(0, 0xFF);
  read(0);  // loads the latches
  graphics(0, 0x02);
  graphics(1, 0x0F);
  graphics(8, 0xF0);
  write(0, 0x00);
  EXPECT_EQ(plane(0, 0), 0x0F);
  EXPECT_EQ(plane(1, 0), 0xFF);
  EXPECT_EQ(plane(3, 0), 0x0F);
}

TEST_F(VgaTest, WriteMode0RotatesAndCombines) {
  planar_mode();
  write(0, 0x0F);
  read(0);
  graphics(3, 0x18 | 4);  // exclusive or, rotate right by 4
  write(0, 0xF3);         // rotated: 3Fh
  EXPECT_EQ(plane(0, 0), 0x0F ^ 0x3F);
}

TEST_F(VgaTest, WriteMode1CopiesLatches) {
  planar_mode();
  sequencer(2, 0x08);
  write(1, 0x77);
  sequencer(2, 0x0F);
  read(1);
  graphics(5, 0x01);
  write(2, 0xFF);
  EXPECT_EQ(plane(3, 2), 0x77);
  EXPECT_EQ(plane(0, 2), 0x00);
}

TEST_F(VgaTest, WriteMode2TakesAColour) {
  planar_mode();
  graphics(5, 0x02);
  graphics(8, 0x18);
  read(0);
  write(0, 0x09);
  EXPECT_EQ(plane(0, 0), 0x18);
  EXPECT_EQ(plane(1, 0), 0x00);
  EXPECT_EQ(plane(3, 0), 0x18);
}

TEST_F(VgaTest, WriteMode3MasksTheSetResetColour) {
  planar_mode();
  write(0, 0xFF);
  read(0);
  graphics(5, 0x03);
  graphics(0, 0x04);
  graphics(8, 0x3C);
  write(0, 0xF0);  // mask 30h
  EXPECT_EQ(plane(2, 0), 0xFF);
  EXPECT_EQ(plane(0, 0), 0xCF);
}

TEST_F(VgaTest, ReadMode1ComparesColours) {
  planar_mode();
  sequencer(2, 0x05);
  write(0, 0x81);  // colour 5 at both ends
  graphics(5, 0x08);
  graphics(2, 0x05);
  graphics(7, 0x0F);
  EXPECT_EQ(read(0), 0x81);
  graphics(7, 0x00);
  EXPECT_EQ(read(0), 0xFF) << "no plane matters";
}

TEST_F(VgaTest, PeekDoesNotLoadLatches) {
  planar_mode();
  write(0, 0x55);
  read(5);
  vga.mmio_peek(emu::PhysAddr(0xA0000), 4);
  EXPECT_EQ(vga.state().latch, 0u);
}

TEST_F(VgaTest, CrtcProtectionLeavesOneBit) {
  text_mode();
  crtc(0x11, 0x8E);
  crtc(0x01, 0x27);
  crtc(0x07, 0x00);
  ports.out(0x3D4, 0x01, 1);
  EXPECT_EQ(ports.in(0x3D5, 1), 0x4Fu);
  ports.out(0x3D4, 0x07, 1);
  EXPECT_EQ(ports.in(0x3D5, 1), 0x0Fu);
}

TEST_F(VgaTest, AttributeFlipFlopIsResetByStatus) {
  text_mode();
  ports.in(0x3DA, 1);
  ports.out(0x3C0, 0x05, 1);
  ports.out(0x3C0, 0x2A, 1);
  ports.out(0x3C0, 0x06, 1);
  ports.in(0x3DA, 1);
  ports.out(0x3C0, 0x25, 1);
  EXPECT_EQ(ports.in(0x3C1, 1), 0x2Au);
}

TEST_F(VgaTest, RetraceComesOncePerFrame) {
  text_mode();
  const auto in_retrace = [&] {
    clock.advance(500);  // what the machine charges for a port access
    return (ports.in(0x3DA, 1) & 8) != 0;
  };
  int reads = 0;
  while (!in_retrace() && reads < 100'000) ++reads;
  EXPECT_LT(reads, 30'000) << "a frame lasts 14.3 ms";
  const auto start = clock.now();
  while (in_retrace()) {
  }
  EXPECT_NEAR(static_cast<double>(clock.now() - start), 2 * 31'778, 2'000);  // CRTC: lines 9Ch-9Eh + 100h
}

TEST_F(VgaTest, UnselectedAddressesDoNotAnswer) {
  text_mode();
  EXPECT_EQ(ports.in(0x3BA, 1), 0xFFu);
  ports.out(0x3C2, 0x66, 1);
  EXPECT_EQ(ports.in(0x3DA, 1), 0xFFu);
  EXPECT_NE(ports.in(0x3BA, 1), 0xFFu);
}

TEST_F(VgaTest, DispiTellsIdentityMemoryAndLimits) {
  EXPECT_EQ(dispi(0), 0xB0C5);
  EXPECT_EQ(dispi(10), 256);  // 64 KB units
  dispi(4, 0x02);
  EXPECT_GE(dispi(1), 1024);
  EXPECT_EQ(dispi(3), 32);
}

TEST_F(VgaTest, DispiModeAndBank) {
  dispi(1, 800);
  dispi(2, 600);
  dispi(3, 16);
  ports.out(0x3C2, 0x67, 1);
  dispi(4, 0x41);
  EXPECT_EQ(vga.graphics_resolution(), (Resolution{800, 600, 16}));
  dispi(5, 1);
  memory.write<std::uint16_t>(emu::PhysAddr(0xA0000), 0xF81F);  // 65536 = 40 * 1600 + 2 * 768
  EXPECT_EQ(memory.read<std::uint16_t>(emu::PhysAddr(0xE0010000)), 0xF81F);
  EXPECT_EQ(vga.render().at(768, 40), 0xFF00FFu);
  dispi(4, 0);
  EXPECT_FALSE(vga.graphics_resolution() && vga.graphics_resolution()->width == 800);
}

TEST_F(VgaTest, DispiNeverShowsBeyondItsMemory) {
  dispi(1, 2560);
  dispi(2, 1600);
  dispi(3, 32);
  dispi(4, 0xC1);
  dispi(6, 0xFFFF);
  dispi(8, 0xFFFF);
  dispi(9, 0xFFFF);
  const auto size = vga.graphics_resolution();
  ASSERT_TRUE(size);
  EXPECT_LE(std::uint64_t{dispi(6)} * 4 * static_cast<unsigned>(size->height + dispi(9)), Vga::kMemorySize);
  EXPECT_EQ(vga.render().width, 2560);
}

TEST_F(VgaTest, LineGraphicsExtendIntoTheNinthPixel) {
  text_mode();
  // Attribute controller: identity palette, line graphics on; white in DAC entry 7.
  for (std::uint8_t i = 0; i < 16; ++i) {
    ports.in(0x3DA, 1);
    ports.out(0x3C0, i, 1);
    ports.out(0x3C0, i, 1);
  }
  for (const auto& [index, value] : std::initializer_list<std::pair<int, int>>{{0x10, 0x0C}, {0x12, 0x0F}, {0x20, 0}}) {
    ports.in(0x3DA, 1);
    ports.out(0x3C0, static_cast<std::uint32_t>(index), 1);
    if (index != 0x20) ports.out(0x3C0, static_cast<std::uint32_t>(value), 1);
  }
  ports.out(0x3C8, 7, 1);
  for (int i = 0; i < 3; ++i) ports.out(0x3C9, 0x3F, 1);
  sequencer(2, 0x04);
  sequencer(4, 0x07);
  graphics(5, 0x00);
  graphics(6, 0x04);
  for (const std::uint32_t c : {0x41u, 0xC4u}) memory.write<std::uint8_t>(emu::PhysAddr(0xA0000 + c * 32 + 3), 0xFF);
  text_mode();
  crtc(0x0A, 0x20);
  memory.write<std::uint32_t>(emu::PhysAddr(0xB8000), 0x07C4'0741);
  const Image image = vga.render();
  EXPECT_EQ(image.width, 720);
  EXPECT_EQ(image.height, 400);
  EXPECT_EQ(image.at(7, 3), 0xFFFFFFu);
  EXPECT_EQ(image.at(8, 3), 0x000000u) << "a letter's ninth pixel is background";
  EXPECT_EQ(image.at(17, 3), 0xFFFFFFu) << "a line's ninth pixel repeats the eighth";
}

TEST_F(VgaTest, FrameBufferMoves) {
  vga.map_frame_buffer(emu::PhysAddr(0xD000'0000));
  memory.write<std::uint32_t>(emu::PhysAddr(0xD000'0000), 0x11223344);
  EXPECT_EQ(vga.memory()[0], 0x44);
  EXPECT_EQ(memory.read<std::uint8_t>(emu::PhysAddr(0xE000'0000)), 0xFF);
}

TEST(Cp437, DrawsTheLowCodesAndBlanks) {
  std::string out;
  for (const std::uint8_t c : {0x01, 0x7F, 0xB0, 0xC9, 0xE1, 0xFE}) append_utf8(out, cp437_to_unicode(c));
  EXPECT_EQ(out, "☺⌂░╔ß■");
  EXPECT_EQ(cp437_to_unicode(0x00), U' ');
  EXPECT_EQ(cp437_to_unicode(0xFF), U' ');
}

}  // namespace
}  // namespace devices
