#include "debugger/views/writer_map.h"

#include <gtest/gtest.h>

namespace debugger::views {
namespace {

class OneDisk : public DriveFacts {
 public:
  std::optional<devices::media::Geometry> geometry(std::uint8_t) const override {
    return devices::media::Geometry{16, 4, 32};
  }
  std::uint32_t sector_size(std::uint8_t) const override { return 512; }
  std::string file_at(std::uint8_t, std::uint64_t) override { return "/kernel"; }
};

class WriterMapTest : public testing::Test {
 protected:
  /// INT 13h/02h of sectors from the first of the disk on, to 0000:`buffer`.
  emu::InterruptCall begin(std::uint8_t sectors, std::uint16_t buffer) {
    emu::InterruptCall call{.sequence = ++sequence_, .vector = 0x13};
    call.position = {static_cast<emu::Nanoseconds>(sequence_)};
    call.in.set_ax(static_cast<std::uint16_t>(0x0200 | sectors));
    call.in.set_cx(1);
    call.in.set_dx(0x0080);
    call.in.set_bx(buffer);
    log_.call_begins(call);
    return call;
  }
  void end(emu::InterruptCall call, bool fails = false) {
    call.out = call.in;
    call.out.rflags = fails ? emu::flag::kCarry : 0;
    call.end = ++time_;
    call.finished = true;
    log_.call_ends(call);
  }
  void read(std::uint8_t sectors, std::uint16_t buffer, bool fails = false) { end(begin(sectors, buffer), fails); }

  emu::Memory memory_{1 << 20};
  OneDisk disk_;
  CallLog log_{memory_, disk_};
  std::uint64_t sequence_ = 0;
  emu::Nanoseconds time_ = 100;
  WriterMap map_;
};

TEST_F(WriterMapTest, LaterCallsCoverEarlierOnes) {
  read(4, 0x8000);  // 8000h..87FFh
  read(1, 0x8200);
  EXPECT_TRUE(map_.update(log_, disk_));
  EXPECT_EQ(map_.call_at(0x7FFF), std::nullopt);
  EXPECT_EQ(map_.call_at(0x81FF), 1u);
  EXPECT_EQ(map_.call_at(0x8200), 2u);
  EXPECT_EQ(map_.call_at(0x83FF), 2u);
  EXPECT_EQ(map_.call_at(0x8400), 1u);
  EXPECT_EQ(map_.call_at(0x8800), std::nullopt);
}

TEST_F(WriterMapTest, FailedCallsFillNothing) {
  read(1, 0x8000, true);
  map_.update(log_, disk_);
  EXPECT_TRUE(map_.pieces().empty());
}

TEST_F(WriterMapTest, TheLaterCallWinsInWhateverOrderTheyReturn) {
  const emu::InterruptCall outer = begin(2, 0x8000);
  read(1, 0x8000);  // a hook's own, while it answers
  map_.update(log_, disk_);
  EXPECT_EQ(map_.call_at(0x8200), std::nullopt);
  end(outer);
  map_.update(log_, disk_);
  EXPECT_EQ(map_.call_at(0x8000), 2u);
  EXPECT_EQ(map_.call_at(0x8200), 1u);
}

TEST_F(WriterMapTest, PieceByPieceIsTheSameAsAtOnce) {
  for (std::uint16_t i = 0; i < 20; ++i) read(3, static_cast<std::uint16_t>(0x1000 + i * 7919 % 5 * 0x200));
  WriterMap slow;
  int rounds = 1;
  while (!slow.update(log_, disk_, 3)) ++rounds;
  EXPECT_EQ(rounds, 7);
  EXPECT_TRUE(map_.update(log_, disk_));
  for (std::uint64_t at = 0x1000; at < 0x2000; at += 0x200) EXPECT_EQ(slow.call_at(at), map_.call_at(at)) << at;
}

TEST_F(WriterMapTest, ForgetsWhatTimeTookBack) {
  read(1, 0x8000);
  read(1, 0x9000);
  map_.update(log_, disk_);
  log_.time_went_back(101, 2);
  map_.update(log_, disk_);
  EXPECT_EQ(map_.call_at(0x8000), 1u);
  EXPECT_EQ(map_.call_at(0x9000), std::nullopt);
}

TEST_F(WriterMapTest, WordsNameTheCallAndTheFile) {
  read(1, 0x8000);
  EXPECT_EQ(writer_words(*log_.find(1)), "INT 13h/02h read, call 1: drive 80h LBA 0, /kernel");
}

}  // namespace
}  // namespace debugger::views
