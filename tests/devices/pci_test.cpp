#include "devices/pci.h"

#include <gtest/gtest.h>

#include "devices/system_port.h"
#include "tests/devices/chip_fixture.h"

namespace devices {
namespace {

class Pci : public ::testing::Test {
 protected:
  void select(int device, int function, int offset, int bus_number = 0) {
    board.ports.out(
        0xCF8, 0x80000000u | static_cast<std::uint32_t>(bus_number << 16 | device << 11 | function << 8 | offset), 4);
  }
  std::uint32_t read(int device, int offset, int size = 4) {
    select(device, 0, offset & 0xFC);
    return board.ports.in(static_cast<std::uint16_t>(0xCFC + (offset & 3)), size);
  }
  void write(int device, int offset, std::uint32_t value, int size = 4) {
    select(device, 0, offset & 0xFC);
    board.ports.out(static_cast<std::uint16_t>(0xCFC + (offset & 3)), value, size);
  }
  PciFunction& add_display() {
    PciFunction& display = bus.function(2, 0);
    display.identify(0x1234, 0x1111, 0x030000, 2);
    display.add_memory_bar(0, 16 << 20, 0xE0000000, 8);
    return display;
  }

  test::Board board;
  PciBus bus{board.ports};
};

TEST_F(Pci, MechanismOneIsDetectable) {
  board.ports.out(0xCF8, 0x80000000, 4);
  EXPECT_EQ(board.ports.in(0xCF8, 4), 0x80000000u);  // Linux, pci_check_type1
  board.out(0xCFB, 0x01);                            // a byte is no address
  EXPECT_EQ(board.ports.in(0xCF8, 4), 0x80000000u);
}

TEST_F(Pci, HasItsBridges) {
  EXPECT_EQ(read(0, 0x00), 0x12378086u);
  EXPECT_EQ(read(0, 0x0A, 2), 0x0600u);
  EXPECT_EQ(read(1, 0x00), 0x70008086u);
  EXPECT_EQ(read(1, 0x0A, 2), 0x0601u);
  EXPECT_EQ(read(1, 0x0E, 1), 0x80u);
}

TEST_F(Pci, NobodyReadsAsOnes) {
  EXPECT_EQ(read(5, 0), 0xFFFFFFFFu);
  EXPECT_EQ(read(5, 2, 2), 0xFFFFu);
  select(0, 1, 0);
  EXPECT_EQ(board.ports.in(0xCFC, 4), 0xFFFFFFFFu);
  select(0, 0, 0, 1);
  EXPECT_EQ(board.ports.in(0xCFC, 4), 0xFFFFFFFFu);
  board.ports.out(0xCF8, 0x00000000, 4);  // not enabled
  EXPECT_EQ(board.ports.in(0xCFC, 4), 0xFFFFFFFFu);
  write(5, 4, 7);
}

TEST_F(Pci, IdentityIsReadOnly) {
  write(0, 0x00, 0);
  write(0, 0x08, 0);
  EXPECT_EQ(read(0, 0x00), 0x12378086u);
  EXPECT_EQ(read(0, 0x08), 0x06000002u);
}

TEST_F(Pci, BarIsSizedAndMoved) {
  PciFunction& display = add_display();
  int changes = 0;
  display.on_bar_change = [&] { ++changes; };
  EXPECT_FALSE(display.memory_bar(0));
  write(2, 0x04, 0x0002, 2);
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(display.memory_bar(0), 0xE0000000u);
  write(2, 0x10, 0xFFFFFFFF);
  EXPECT_EQ(read(2, 0x10), 0xFF000008u);
  EXPECT_FALSE(display.memory_bar(0));
  write(2, 0x10, 0xFD123456);
  EXPECT_EQ(read(2, 0x10), 0xFD000008u);
  EXPECT_EQ(display.memory_bar(0), 0xFD000000u);
  EXPECT_EQ(changes, 3);
  write(2, 0x14, 0xFFFFFFFF);
  EXPECT_EQ(read(2, 0x14), 0u);  // no second range
  EXPECT_EQ(changes, 3);
}

TEST_F(Pci, WritesOfEverySizeReachTheirLanes) {
  int last = -1;
  bus.host_bridge().on_write = [&](int offset) { last = offset; };
  write(0, 0x59, 0x33, 1);  // PAM0
  EXPECT_EQ(last, 0x59);
  EXPECT_EQ(read(0, 0x59, 1), 0x33u);
  EXPECT_EQ(read(0, 0x58), 0x00003300u);
  write(0, 0x5A, 0x1122, 2);
  EXPECT_EQ(read(0, 0x58), 0x11223300u);
  board.ports.out(0xCFF, 0xFFFF, 2);  // half of it runs out of the register
  EXPECT_EQ(read(0, 0x5C), 0u);
  EXPECT_EQ(read(0, 0x5B, 1), 0xFFu);
}

TEST_F(Pci, ResetRestoresTheRegisters) {
  PciFunction& display = add_display();
  bus.reset();
  write(2, 0x04, 0x0002, 2);
  write(2, 0x10, 0xC0000000);
  bus.reset();
  EXPECT_EQ(read(2, 0x10), 0xE0000008u);
  EXPECT_FALSE(display.memory_bar(0));
}

TEST_F(Pci, LeavesCf9ToTheResetControl) {
  test::RecordingSystem system;
  SystemPort reset_control(board.ports, system);
  select(0, 0, 0);
  board.out(0xCF9, 0x06);
  EXPECT_EQ(system.reset_cause, "port CF9h");
  EXPECT_EQ(board.ports.in(0xCFC, 4), 0x12378086u);
}

}  // namespace
}  // namespace devices
