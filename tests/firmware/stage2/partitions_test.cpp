#include "stage2/disk/partitions.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace stage2 {
namespace {

class Image {
 public:
  explicit Image(size_t sectors) : bytes_(sectors * 512) {}

  u8* sector(u64 lba) { return bytes_.data() + lba * 512; }
  void put32(u64 at, u32 value) {
    for (int i = 0; i < 4; ++i) bytes_[at + size_t(i)] = u8(value >> 8 * i);
  }
  void put64(u64 at, u64 value) {
    put32(at, u32(value));
    put32(at + 4, u32(value >> 32));
  }
  void entry(u64 lba, int index, u8 flags, u8 type, u32 start, u32 count) {
    const u64 at = lba * 512 + 446 + u64(index) * 16;
    bytes_[at] = flags;
    bytes_[at + 4] = type;
    put32(at + 8, start);
    put32(at + 12, count);
    bytes_[lba * 512 + 510] = 0x55;
    bytes_[lba * 512 + 511] = 0xaa;
  }
  void gpt_header(u64 lba, u64 entries, u32 count, u32 size) {
    std::memcpy(sector(lba), "EFI PART", 8);
    put64(lba * 512 + 72, entries);
    put32(lba * 512 + 80, count);
    put32(lba * 512 + 84, size);
  }
  void gpt_entry(u64 at, u64 first, u64 last, u64 attributes) {
    bytes_[at] = 0xaf;
    put64(at + 32, first);
    put64(at + 40, last);
    put64(at + 48, attributes);
  }

  TableKind read() {
    lib32::MemorySource source(bytes_.data(), bytes_.size());
    TableKind kind;
    status = read_partitions(source, 512, kind, partitions);
    return kind;
  }

  lib32::Status status;
  Vector<Partition> partitions;

 private:
  std::vector<u8> bytes_;
};

TEST(Partitions, EmptyMediumHasNoTable) {
  Image image(64);
  EXPECT_EQ(image.read(), TableKind::kNone);
  EXPECT_TRUE(image.status.ok());
  EXPECT_TRUE(image.partitions.empty());
}

TEST(Partitions, PrimaryPartitionsKeepTheirPlaceInTheTable) {
  Image image(64);
  image.entry(0, 0, 0x80, 0x0c, 8, 8);
  image.entry(0, 3, 0, 0x83, 16, 16);
  ASSERT_EQ(image.read(), TableKind::kMbr);
  ASSERT_EQ(image.partitions.size(), 2u);
  EXPECT_EQ(image.partitions[0].index, 0);
  EXPECT_TRUE(image.partitions[0].active);
  EXPECT_EQ(image.partitions[1].index, 3);
  EXPECT_EQ(image.partitions[1].start, 16u);
  EXPECT_EQ(image.partitions[1].count, 16u);
  EXPECT_EQ(image.partitions[1].type, 0x83);
}

// Each record's partition is relative to the record, the next record to the first one.
TEST(Partitions, LogicalOnesFollowTheirChain) {
  Image image(256);
  image.entry(0, 1, 0, 0x0f, 100, 100);
  image.entry(100, 0, 0, 0x83, 1, 9);
  image.entry(100, 1, 0, 0x05, 10, 20);
  image.entry(110, 0, 0, 0x0b, 2, 8);
  image.entry(110, 1, 0, 0x05, 40, 20);
  image.entry(140, 0, 0, 0x83, 1, 5);
  ASSERT_EQ(image.read(), TableKind::kMbr);
  ASSERT_EQ(image.partitions.size(), 4u);
  EXPECT_EQ(image.partitions[0].index, 1);
  const u64 starts[] = {101, 112, 141};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(image.partitions[size_t(i) + 1].index, 4 + i);
    EXPECT_EQ(image.partitions[size_t(i) + 1].start, starts[i]);
  }
}

TEST(Partitions, AChainThatLeadsBackEnds) {
  Image image(256);
  image.entry(0, 0, 0, 0x05, 100, 100);
  image.entry(100, 0, 0, 0x83, 1, 9);
  image.entry(100, 1, 0, 0x05, 10, 20);
  image.entry(110, 0, 0, 0x83, 1, 9);
  image.entry(110, 1, 0, 0x05, 0, 20);  // back to the first record
  EXPECT_EQ(image.read(), TableKind::kMbr);
  EXPECT_EQ(image.partitions.size(), 3u);
}

TEST(Partitions, AChainBeyondTheMediumIsAnError) {
  Image image(64);
  image.entry(0, 0, 0, 0x05, 4000, 100);
  image.read();
  EXPECT_FALSE(image.status.ok());
}

TEST(Partitions, CodeWhereTheTableWouldBeIsNoTable) {
  Image image(64);
  image.entry(0, 0, 0x80, 0x0c, 8, 8);
  image.sector(0)[446 + 16] = 0x4e;
  EXPECT_EQ(image.read(), TableKind::kNone);
}

TEST(Partitions, GptEntriesAreNumberedByTheirPlace) {
  Image image(128);
  image.entry(0, 0, 0, 0xee, 1, 127);
  image.gpt_header(1, 2, 4, 128);
  image.gpt_entry(2 * 512 + 128, 34, 50, 0);
  image.gpt_entry(2 * 512 + 3 * 128, 60, 99, 4);
  ASSERT_EQ(image.read(), TableKind::kGpt);
  ASSERT_EQ(image.partitions.size(), 2u);
  EXPECT_EQ(image.partitions[0].index, 1);
  EXPECT_EQ(image.partitions[0].count, 17u);
  EXPECT_FALSE(image.partitions[0].active);
  EXPECT_EQ(image.partitions[1].index, 3);
  EXPECT_TRUE(image.partitions[1].active) << "attribute 2: legacy BIOS bootable";
}

TEST(Partitions, TheBackupGptServesWhenTheFirstIsGone) {
  Image image(128);
  image.entry(0, 0, 0, 0xee, 1, 127);
  image.gpt_header(127, 120, 4, 128);
  image.gpt_entry(120 * 512, 34, 50, 0);
  ASSERT_EQ(image.read(), TableKind::kGpt);
  EXPECT_EQ(image.partitions.size(), 1u);
}

TEST(Partitions, AnImplausibleGptIsNotBelieved) {
  Image image(128);
  image.entry(0, 0, 0, 0xee, 1, 127);
  image.gpt_header(1, 2, 0xffffffff, 128);
  EXPECT_EQ(image.read(), TableKind::kMbr);
  Image tiny_entries(128);
  tiny_entries.entry(0, 0, 0, 0xee, 1, 127);
  tiny_entries.gpt_header(1, 2, 4, 16);
  EXPECT_EQ(tiny_entries.read(), TableKind::kMbr);
}

}  // namespace
}  // namespace stage2
