#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "stage2/picture/picture.h"
#include "text.h"

namespace stage2 {
namespace {

using Bytes = std::vector<u8>;

void put(Bytes& bytes, u32 value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(i < 4 ? u8(value >> 8 * i) : 0);
}

// BITMAPFILEHEADER and BITMAPINFOHEADER.
Bytes header(u32 width, u32 height, u32 bits, u32 colours = 0, u32 compression = 0) {
  Bytes bytes = {'B', 'M'};
  put(bytes, 0, 8);
  put(bytes, 54 + colours * 4, 4);
  put(bytes, 40, 4);
  put(bytes, width, 4);
  put(bytes, height, 4);
  put(bytes, 1, 2);
  put(bytes, bits, 2);
  put(bytes, compression, 4);
  put(bytes, 0, 12);
  put(bytes, colours, 4);
  put(bytes, 0, 4);
  return bytes;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Rows final : PictureSink {
  Rows(u32 columns, u32 height) : width(columns), rows(height) {}
  void row(u32 y, const u8* rgb) override { rows.at(y).assign(rgb, rgb + width * 3); }
  u32 width;
  std::vector<Bytes> rows;
};

std::vector<Bytes> decoded(const Bytes& bytes, u32 width, u32 height) {
  lib32::MemorySource file(bytes.data(), bytes.size());
  PictureSize size;
  EXPECT_TRUE(bmp_size("x.bmp", file, size).ok());
  EXPECT_EQ(size.width, width);
  EXPECT_EQ(size.height, height);
  Rows rows(width, height);
  const Result result = decode_bmp("x.bmp", file, rows);
  EXPECT_TRUE(result.ok()) << str(result.words());
  return rows.rows;
}

std::string refusal(const Bytes& bytes) {
  lib32::MemorySource file(bytes.data(), bytes.size());
  PictureSize size;
  return str(bmp_size("x.bmp", file, size).words());
}

TEST(BitmapTest, RowsAreStoredFromTheBottomUpPaddedToFourBytes) {
  const Bytes file = header(2, 2, 24) + Bytes{3, 2, 1, 6, 5, 4, 0, 0} + Bytes{9, 8, 7, 12, 11, 10, 0, 0};
  EXPECT_EQ(decoded(file, 2, 2), (std::vector<Bytes>{{7, 8, 9, 10, 11, 12}, {1, 2, 3, 4, 5, 6}}));
}

TEST(BitmapTest, ANegativeHeightMeansFromTheTopDown) {
  const Bytes file = header(1, u32(-2), 32) + Bytes{3, 2, 1, 99, 6, 5, 4, 99};
  EXPECT_EQ(decoded(file, 1, 2), (std::vector<Bytes>{{1, 2, 3}, {4, 5, 6}}));
}

TEST(BitmapTest, EightBitsAreIndicesOfThePalette) {
  const Bytes file = header(3, 1, 8, 2) + Bytes{3, 2, 1, 0, 6, 5, 4, 0} + Bytes{1, 0, 1, 0};
  EXPECT_EQ(decoded(file, 3, 1), (std::vector<Bytes>{{4, 5, 6, 1, 2, 3, 4, 5, 6}}));
}

TEST(BitmapTest, AnIndexBeyondThePaletteIsBlack) {
  const Bytes file = header(1, 1, 8, 1) + Bytes{3, 2, 1, 0} + Bytes{200, 0, 0, 0};
  EXPECT_EQ(decoded(file, 1, 1), (std::vector<Bytes>{{0, 0, 0}}));
}

TEST(BitmapTest, ManyRowsAreReadInPieces) {
  Bytes file = header(1, 4096, 24);  // 16 KiB of rows; and a wide one beyond 32 KiB below
  for (u32 i = 0; i < 4096; ++i) put(file, i, 4);
  const std::vector<Bytes> rows = decoded(file, 1, 4096);
  for (u32 i = 0; i < 4096; ++i) ASSERT_EQ(rows[4095 - i], (Bytes{0, u8(i >> 8), u8(i)}));
  Bytes wide = header(4096, 9, 32);
  for (u32 i = 0; i < 9 * 4096; ++i) put(wide, i, 4);
  EXPECT_EQ(decoded(wide, 4096, 9)[0][3], u8((8 * 4096 + 1) >> 16));
}

TEST(BitmapTest, WhatIsNotUnderstoodIsRefusedInWords) {
  EXPECT_EQ(refusal({}), "x.bmp is no bitmap (BMP)");
  EXPECT_EQ(refusal(header(2, 2, 4) + Bytes(100)), refusal(header(2, 2, 8, 0, 1) + Bytes(100)));  // RLE8
  EXPECT_THAT(refusal(header(2, 2, 4) + Bytes(100)), testing::HasSubstr("8, 24 or 32 bits"));
  EXPECT_THAT(refusal(header(0, 2, 24)), testing::HasSubstr("1 to 4096 pixels"));
  EXPECT_THAT(refusal(header(2, 0x80000000, 24)), testing::HasSubstr("1 to 4096 pixels"));
  EXPECT_THAT(refusal(header(5000, 2, 24)), testing::HasSubstr("1 to 4096 pixels"));
  EXPECT_EQ(refusal(header(2, 2, 24) + Bytes(15)), "x.bmp is truncated: it should have 70 bytes");
}

TEST(BitmapTest, FieldsOfBitsAreFineWhenTheyAreTheUsualOnes) {
  Bytes file = header(1, 1, 32, 0, 3);
  file[10] = 66;
  EXPECT_EQ(decoded(file + Bytes{0, 0, 0xff, 0, 0, 0xff, 0, 0, 0xff, 0, 0, 0} + Bytes{3, 2, 1, 0}, 1, 1),
            (std::vector<Bytes>{{1, 2, 3}}));
  EXPECT_THAT(refusal(file + Bytes(16)), testing::HasSubstr("not compressed"));
}

}  // namespace
}  // namespace stage2
