// One machine's part of a suite.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace bootsim {

/// Shard `index` (from 0) of `count`: every count-th spec, so that neighbours, which tend to take alike long, are
/// spread.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;
  bool has(std::size_t position) const { return position % count == index; }
};

/// --shard I/N, I from 1. Throws emu::Error(kUsage).
Shard parse_shard(std::string_view text);

/// What the environment asks for: TEST_TOTAL_SHARDS and TEST_SHARD_INDEX (Bazel) or GTEST_TOTAL_SHARDS and
/// GTEST_SHARD_INDEX (GoogleTest), the index from 0. `variable` is std::getenv or a test's. Throws emu::Error(kUsage)
/// when only one of a pair is set, or the index is none.
struct ShardEnvironment {
  std::optional<Shard> shard;
  std::string status_file;  ///< TEST_SHARD_STATUS_FILE, GTEST_SHARD_STATUS_FILE: touched by who understands shards
};
ShardEnvironment shard_environment(const std::function<const char*(const char*)>& variable);

}  // namespace bootsim
