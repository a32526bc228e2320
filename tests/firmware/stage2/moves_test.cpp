#include "stage2/relocator/moves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

namespace stage2 {
namespace {

Vector<Move> list(std::initializer_list<Move> moves) {
  Vector<Move> result;
  for (const Move& move : moves) result.push_back(move);
  return result;
}

TEST(Moves, WhatLiesInAnothersPlaceGoesFirst) {
  Vector<Move> moves = list({{0x3000, 0x1000, 0x100}, {0x1000, 0x5000, 0x100}});
  Vector<Move> stuck;
  order_moves(moves, stuck);
  ASSERT_EQ(moves.size(), 2u);
  EXPECT_EQ(stuck.size(), 0u);
  EXPECT_EQ(moves[0].from, 0x1000u);
}

TEST(Moves, APieceMayOverlapItsOwnTarget) {
  Vector<Move> moves = list({{0x1000, 0x1080, 0x100}});
  Vector<Move> stuck;
  order_moves(moves, stuck);
  EXPECT_EQ(moves.size(), 1u);
  EXPECT_EQ(stuck.size(), 0u);
}

TEST(Moves, PiecesThatExchangePlacesAreStuck) {
  Vector<Move> moves = list({{0x1000, 0x2000, 0x100}, {0x2000, 0x1000, 0x100}, {0x3000, 0x4000, 0x100}});
  Vector<Move> stuck;
  order_moves(moves, stuck);
  ASSERT_EQ(moves.size(), 1u);
  EXPECT_EQ(moves[0].from, 0x3000u);
  EXPECT_EQ(stuck.size(), 2u);
}

TEST(Moves, WhatNeedNotMoveIsNoMove) {
  Vector<Move> moves = list({{0x1000, 0x1000, 0x100}, {0x2000, 0x5000, 0}});
  Vector<Move> stuck;
  order_moves(moves, stuck);
  EXPECT_EQ(moves.size() + stuck.size(), 0u);
}

TEST(Moves, TheEndOfMemoryDoesNotWrap) { EXPECT_FALSE(overlap(0xffffff00, 0x100, 0, 0x100)); }

// Any pieces, moved as the relocator moves them, arrive whole.
TEST(Moves, RandomPiecesArriveWhole) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    constexpr u32 kUnit = 16, kUnits = 64;
    std::vector<u8> memory(kUnits * kUnit);
    for (u8& byte : memory) byte = u8(random());
    std::vector<u32> from(kUnits / 4), to(kUnits / 4);
    for (u32 i = 0; i < kUnits / 4; ++i) from[i] = to[i] = i * 4 * kUnit;
    std::shuffle(from.begin(), from.end(), random);
    std::shuffle(to.begin(), to.end(), random);
    Vector<Move> moves, stuck;
    std::vector<std::pair<u32, std::vector<u8>>> wanted;
    for (u32 i = 0; i < 8; ++i) {
      const u32 length = 1 + u32(random() % (4 * kUnit));
      moves.push_back({from[i], to[i], length});
      wanted.emplace_back(to[i], std::vector<u8>(memory.begin() + from[i], memory.begin() + from[i] + length));
    }
    order_moves(moves, stuck);
    std::vector<std::vector<u8>> saved;
    for (const Move& move : stuck)
      saved.emplace_back(memory.begin() + move.from, memory.begin() + move.from + move.length);
    for (const Move& move : moves) std::memmove(&memory[move.to], &memory[move.from], move.length);
    for (size_t i = 0; i < stuck.size(); ++i) std::memcpy(&memory[stuck[i].to], saved[i].data(), saved[i].size());
    for (const auto& [at, bytes] : wanted)
      EXPECT_EQ(std::memcmp(&memory[at], bytes.data(), bytes.size()), 0) << "round " << round;
  }
}

}  // namespace
}  // namespace stage2
