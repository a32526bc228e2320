#include "bootsim/suite/shard.h"

#include <charconv>

#include <fmt/core.h>

#include "emu/error.h"

namespace bootsim {
namespace {

constexpr std::size_t kMostShards = 1'000'000;

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

std::optional<std::size_t> decimal(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > kMostShards) return std::nullopt;
  return value;
}

/// PREFIX_TOTAL_SHARDS and PREFIX_SHARD_INDEX.
std::optional<Shard> shard_of(const std::string& prefix, const std::function<const char*(const char*)>& variable) {
  const std::string count_name = prefix + "_TOTAL_SHARDS", index_name = prefix + "_SHARD_INDEX";
  const char* const count = variable(count_name.c_str());
  const char* const index = variable(index_name.c_str());
  if (!count && !index) return std::nullopt;
  if (!count || !index)
    refuse(fmt::format("{} is set, but not {}", count ? count_name : index_name, count ? index_name : count_name));
  const auto total = decimal(count), mine = decimal(index);
  if (!total || *total == 0 || !mine || *mine >= *total) {
    refuse(fmt::format("{}={}, {}={}: an index from 0 to one less than the total is wanted", count_name, count,
                       index_name, index));
  }
  return Shard{.index = *mine, .count = *total};
}

}  // namespace

Shard parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto number = decimal(text.substr(0, slash));
  const auto count = slash == text.npos ? std::nullopt : decimal(text.substr(slash + 1));
  if (!number || !count || *number < 1 || *number > *count) {
    refuse(fmt::format("--shard {}: I/N, the I-th of N parts, I from 1 to N", text));
  }
  return {.index = *number - 1, .count = *count};
}

ShardEnvironment shard_environment(const std::function<const char*(const char*)>& variable) {
  ShardEnvironment found;
  for (const std::string prefix : {"TEST", "GTEST"}) {
    const char* const file = variable((prefix + "_SHARD_STATUS_FILE").c_str());
    if (file && found.status_file.empty()) found.status_file = file;
    if (!found.shard) found.shard = shard_of(prefix, variable);
  }
  return found;
}

}  // namespace bootsim
