#include "debugger/places.h"

#include <gtest/gtest.h>

#include "debugger/views/drives.h"

namespace debugger {
namespace {

std::string name(std::uint64_t address, const emu::Memory& memory) {
  return place_name(emu::PhysAddr(address), memory);
}

TEST(Places, NamesTheFirstMegabyteAsTheFieldDoes) {
  emu::Memory memory(1 << 20);
  memory.write(emu::PhysAddr(0x40E), std::uint16_t{0x9FC0});
  memory.write(emu::PhysAddr(0x44A), std::uint16_t{80});
  EXPECT_EQ(name(0x4C, memory), "IVT entry 13h");
  EXPECT_EQ(name(0x4E, memory), "IVT entry 13h (segment)");
  EXPECT_EQ(name(0x413, memory), "BDA 40:13 memory size in KiB");
  EXPECT_EQ(name(0x402, memory), "BDA 40:00 COM port base [1]");
  EXPECT_EQ(name(0x7C00, memory), "boot sector");
  EXPECT_EQ(name(0x7DFE, memory), "boot sector+1FEh");
  EXPECT_EQ(name(0x9FC60, memory), "EBDA+60h");
  EXPECT_EQ(name(0xB80A1, memory), "VGA text, row 1 column 0 (attribute)");
  EXPECT_EQ(name(0xFFFF0, memory), "reset vector");
  EXPECT_EQ(name(0x8000, memory), "");
  EXPECT_EQ(name(0x100000, memory), "");
}

TEST(Places, FieldsOfTheBdaDoNotOverlap) {
  std::uint32_t end = 0;
  for (const BdaField& field : bda_fields()) {
    EXPECT_GE(field.offset, end) << field.name;
    end = field.offset + std::uint32_t{field.size} * field.count;
  }
  EXPECT_LE(end, 0x100u);
}

/// A read of `count` sectors from `lba` that worked.
void read(CallLog& log, std::uint64_t sequence, std::uint8_t sectors, std::uint8_t first_sector, bool fails = false) {
  emu::InterruptCall call{.sequence = sequence, .vector = 0x13};
  call.in.set_ax(static_cast<std::uint16_t>(0x0200 | sectors));
  call.in.set_cx(first_sector);
  call.in.set_dx(0x0080);
  log.call_begins(call);
  call.out = call.in;
  call.out.rflags = fails ? emu::flag::kCarry : 0;
  call.finished = true;
  log.call_ends(call);
}

class OneDisk : public DriveFacts {
 public:
  std::optional<devices::media::Geometry> geometry(std::uint8_t) const override {
    return devices::media::Geometry{16, 4, 32};
  }
  std::uint32_t sector_size(std::uint8_t) const override { return 512; }
  std::string file_at(std::uint8_t, std::uint64_t) override { return {}; }
};

TEST(SectorsView, SaysWhichCallsMovedWhichSectors) {
  const emu::Memory memory(1 << 20);
  OneDisk disk;
  CallLog log(memory, disk);
  read(log, 1, 4, 1);         // LBA 0..3
  read(log, 2, 2, 3);         // LBA 2..3 again
  read(log, 3, 9, 20, true);  // failed: nothing
  EXPECT_EQ(to_text(views::sectors_view(log)),
            "drive 80h  LBA 0..1  read by call 1\ndrive 80h  LBA 2..3  read by call 1 2\n");
}

TEST(SectorsView, JoinsAFileThatIsReadPieceByPiece) {
  const emu::Memory memory(1 << 20);
  OneDisk disk;
  CallLog log(memory, disk);
  for (std::uint8_t i = 0; i < 5; ++i) read(log, i + 1u, 2, static_cast<std::uint8_t>(1 + 2 * i));
  EXPECT_EQ(to_text(views::sectors_view(log)), "drive 80h  LBA 0..9  read by calls 1..5\n");
}

}  // namespace
}  // namespace debugger
