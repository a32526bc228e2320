#include "emu/io_ports.h"

#include <gtest/gtest.h>

#include <vector>

namespace emu {
namespace {

/// Reads as the port's low byte; remembers what was asked.
class Echo : public PortDevice {
 public:
  std::uint8_t in8(std::uint16_t port) override {
    asked.push_back(port);
    return static_cast<std::uint8_t>(port);
  }
  void out8(std::uint16_t port, std::uint8_t value) override {
    asked.push_back(port);
    written.push_back(value);
  }
  std::uint8_t peek8(std::uint16_t port) const override { return static_cast<std::uint8_t>(port); }
  std::vector<std::uint16_t> asked;
  std::vector<std::uint8_t> written;
};

TEST(IoPorts, WideAccessIsMadeOfBytesLowestFirst) {
  IoPorts ports;
  Echo device;
  ports.claim(0x40, 0x43, device, "echo");
  EXPECT_EQ(ports.in(0x40, 4), 0x43424140u);
  ports.out(0x42, 0xABCD, 2);
  EXPECT_EQ(device.written, (std::vector<std::uint8_t>{0xCD, 0xAB}));
}

TEST(IoPorts, WideAccessNeverAsksADeviceBehindItsLastPort) {
  IoPorts ports;
  Echo first, second;
  ports.claim(0x40, 0x43, first, "first");
  ports.claim(0x45, 0x45, second, "second");
  EXPECT_EQ(ports.in(0x43, 4), 0xFF45FF43u);
  EXPECT_EQ(ports.peek(0x43, 4), 0xFF45FF43u);
  ports.out(0x43, 0x44332211, 4);
  EXPECT_EQ(first.asked, (std::vector<std::uint16_t>{0x43, 0x43}));
  EXPECT_EQ(second.written, (std::vector<std::uint8_t>{0x33}));
  EXPECT_EQ(ports.unclaimed().at(0x44).reads, 1u);
  EXPECT_EQ(ports.unclaimed().at(0x46).writes, 1u);
}

TEST(IoPorts, WrapsAtTheLastPort) {
  IoPorts ports;
  Echo last;
  ports.claim(0xFFFF, 0xFFFF, last, "last");
  EXPECT_EQ(ports.in(0xFFFF, 2), 0xFFFFu);
  EXPECT_EQ(last.asked, (std::vector<std::uint16_t>{0xFFFF}));
}

TEST(IoPorts, NobodyReadsAsOnesAndIsRemembered) {
  IoPorts ports;
  EXPECT_EQ(ports.in(0x1234, 2), 0xFFFFu);
  ports.out(0x1234, 1, 1);
  EXPECT_EQ(ports.peek(0x1234, 1), 0xFFu);
  EXPECT_EQ(ports.unclaimed().at(0x1234).reads, 1u);
  EXPECT_EQ(ports.unclaimed().at(0x1234).writes, 1u);
  EXPECT_EQ(ports.owner(0x1234), "");
}

TEST(IoPorts, ALaterClaimReplacesAnEarlierOne) {
  IoPorts ports;
  Echo first, second;
  ports.claim(0x10, 0x1F, first, "first");
  ports.claim(0x18, 0x18, second, "second");
  EXPECT_EQ(ports.owner(0x17), "first");
  EXPECT_EQ(ports.owner(0x18), "second");
  ports.in(0x18, 1);
  EXPECT_TRUE(first.asked.empty());
}

}  // namespace
}  // namespace emu
