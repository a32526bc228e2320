#include "debugger/gdb/packet.h"

#include <gtest/gtest.h>

namespace debugger::gdb {
namespace {

using Kind = PacketReader::Kind;

TEST(GdbPacket, ChecksumIsTheSumOfTheBytes) {
  EXPECT_EQ(frame("OK"), "$OK#9a");  // 4Fh + 4Bh
  EXPECT_EQ(frame(""), "$#00");
}

TEST(GdbPacket, EscapesWhatHasAMeaning) { EXPECT_EQ(escape("a#$}*"), "a}\x03}\x04}]}\x0a"); }

TEST(GdbPacket, ReadsAPacketThatComesInPieces) {
  PacketReader reader;
  for (const char* piece : {"$m", "7c00,2", "#"}) {
    reader.feed(piece);
    EXPECT_FALSE(reader.next());
  }
  reader.feed("c5");  // 6Dh + 37h + 63h + 30h + 30h + 2Ch + 32h = 1C5h
  const auto event = reader.next();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Kind::kPacket);
  EXPECT_EQ(event->payload, "m7c00,2");
}

TEST(GdbPacket, UnescapesPayloads) {
  PacketReader reader;
  reader.feed(frame("X0,1:}\x03"));
  EXPECT_EQ(reader.next()->payload, "X0,1:#");
}

TEST(GdbPacket, FindsInterruptsBetweenPackets) {
  PacketReader reader;
  reader.feed("+\x03" + frame("c") + "-");
  EXPECT_EQ(reader.next()->kind, Kind::kInterrupt);
  EXPECT_EQ(reader.next()->payload, "c");
  EXPECT_EQ(reader.next()->kind, Kind::kResend);
  EXPECT_FALSE(reader.next());
}

TEST(GdbPacket, SaysThatAPacketIsDamaged) {
  PacketReader reader;
  reader.feed("$OK#9b$OK#zz");
  EXPECT_EQ(reader.next()->kind, Kind::kDamaged);
  EXPECT_EQ(reader.next()->kind, Kind::kDamaged);
}

TEST(GdbPacket, HexMustBeWhole) {
  EXPECT_EQ(from_hex("4f4B"), "OK");
  EXPECT_FALSE(from_hex("4f4"));
  EXPECT_FALSE(from_hex("4g"));
  EXPECT_EQ(hex_number("ffffffffffffffff"), ~0ull);
  EXPECT_FALSE(hex_number("10000000000000000"));
  EXPECT_FALSE(hex_number(""));
  EXPECT_FALSE(hex_number("-1"));
}

}  // namespace
}  // namespace debugger::gdb
