#include "lib32/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;
using lib32::InflateStatus;

Bytes deflate_with_zlib(const Bytes& content, int level, int strategy) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, -15, 9, strategy), Z_OK);
  Bytes packed(deflateBound(&stream, content.size()) + 16);
  stream.next_in = const_cast<Bytef*>(content.data());
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

struct Unpacked {
  lib32::InflateResult result;
  Bytes content;
};

// With exactly `room` bytes of room, so that a sanitizer sees a write beyond them.
Unpacked inflate(const Bytes& packed, std::size_t room) {
  auto unpacker = std::make_unique<lib32::Inflate>();
  Unpacked unpacked = {{}, Bytes(room)};
  unpacked.result = unpacker->run(packed.data(), packed.size(), unpacked.content.data(), room);
  unpacked.content.resize(unpacked.result.produced);
  return unpacked;
}

Bytes random_bytes(std::size_t count, unsigned seed, unsigned values) {
  std::mt19937 random(seed);
  Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % values);
  return bytes;
}

// What disk images are like: runs of zeros, text, and bytes without order.
Bytes disk_like(std::size_t sectors) {
  std::mt19937 random(7);
  Bytes image;
  for (std::size_t i = 0; i < sectors; ++i) {
    switch (random() % 4) {
      case 0: image.resize(image.size() + 512); break;
      case 1:
        for (int k = 0; k < 32; ++k) {
          const std::string words = "the quick brown " + std::to_string(random() % 100);
          image.insert(image.end(), words.begin(), words.begin() + 16);
        }
        break;
      default: {
        const Bytes noise = random_bytes(512, static_cast<unsigned>(random()), 256);
        image.insert(image.end(), noise.begin(), noise.end());
      }
    }
  }
  return image;
}

TEST(Inflate, UndoesWhatZlibDidAtEveryLevelAndStrategy) {
  const Bytes contents[] = {
      {}, {42}, Bytes(70000), random_bytes(40000, 1, 256), random_bytes(40000, 2, 3), disk_like(300)};
  for (const Bytes& content : contents) {
    for (int level : {0, 1, 6, 9}) {
      for (int strategy : {Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED}) {
        Bytes packed = deflate_with_zlib(content, level, strategy);
        const std::size_t length = packed.size();
        packed.insert(packed.end(), {0xaa, 0xbb, 0xcc, 0xdd, 0xee});  // what follows the stream is not its business
        const Unpacked unpacked = inflate(packed, content.size());
        ASSERT_EQ(unpacked.result.status, InflateStatus::kOk) << level << " " << strategy;
        EXPECT_EQ(unpacked.result.consumed, length) << level << " " << strategy;
        EXPECT_EQ(unpacked.content, content) << level << " " << strategy;
      }
    }
  }
}

TEST(Inflate, SaysThatTheInputEndsWhereverItIsCut) {
  const Bytes content = disk_like(6);
  for (int level : {0, 9}) {
    const Bytes packed = deflate_with_zlib(content, level, Z_DEFAULT_STRATEGY);
    for (std::size_t length = 0; length < packed.size(); ++length) {
      const Bytes cut(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_EQ(inflate(cut, content.size()).result.status, InflateStatus::kInputEnds) << length;
    }
  }
}

TEST(Inflate, StopsWhereTheRoomEnds) {
  const Bytes content = disk_like(20);
  for (int level : {0, 9}) {
    const Bytes packed = deflate_with_zlib(content, level, Z_DEFAULT_STRATEGY);
    const Unpacked unpacked = inflate(packed, content.size() - 1);
    EXPECT_EQ(unpacked.result.status, InflateStatus::kOutputFull);
    EXPECT_LE(unpacked.result.produced, content.size() - 1);
  }
}

// The judgement of zlib about streams with one damaged byte: the same bytes come out, or both refuse.
TEST(Inflate, AgreesWithZlibAboutDamagedStreams) {
  const Bytes content = disk_like(4);
  const Bytes sound = deflate_with_zlib(content, 9, Z_DEFAULT_STRATEGY);
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    Bytes packed = sound;
    packed[random() % packed.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
    Bytes reference(content.size() * 2);
    z_stream stream = {};
    ASSERT_EQ(inflateInit2(&stream, -15), Z_OK);
    stream.next_in = packed.data();
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reference.data();
    stream.avail_out = static_cast<uInt>(reference.size());
    const bool sound_to_zlib = ::inflate(&stream, Z_FINISH) == Z_STREAM_END;
    reference.resize(stream.total_out);
    inflateEnd(&stream);
    const Unpacked unpacked = inflate(packed, content.size() * 2);
    ASSERT_EQ(unpacked.result.status == InflateStatus::kOk, sound_to_zlib) << i;
    if (sound_to_zlib) {
      EXPECT_EQ(unpacked.content, reference);
    }
  }
}

// Streams by hand, from RFC 1951. Bits fill bytes from the lowest up.
TEST(Inflate, RefusesABlockOfTypeThree) {
  EXPECT_EQ(inflate({0x07}, 10).result.status, InflateStatus::kBadBlock);  // BFINAL=1 BTYPE=11
}

TEST(Inflate, RefusesAStoredBlockWhoseLengthsDisagree) {
  EXPECT_EQ(inflate({0x01, 0x02, 0x00, 0xfd, 0xfe, 1, 2}, 10).result.status, InflateStatus::kBadBlock);
  EXPECT_EQ(inflate({0x01, 0x02, 0x00, 0xfd, 0xff, 1, 2}, 10).content, (Bytes{1, 2}));
}

TEST(Inflate, RefusesAMatchBeforeTheBeginning) {
  // BFINAL=1 BTYPE=01, length symbol 257 = 0000001, distance symbol 0 = 00000: copies 3 bytes from 1 back,
  // where nothing is
  EXPECT_EQ(inflate({0x03, 0x02, 0x00}, 10).result.status, InflateStatus::kBadDistance);
}

}  // namespace
