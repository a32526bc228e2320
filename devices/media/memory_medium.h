// A medium that lives in memory: for tests, fuzzers and images that the program makes itself.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "devices/media/medium.h"

namespace devices::media {

class MemoryMedium : public Medium {
 public:
  explicit MemoryMedium(std::vector<std::uint8_t> bytes, std::string name = "memory", bool read_only = false)
      : bytes_(std::move(bytes)), name_(std::move(name)), read_only_(read_only) {}

  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return bytes_.size(); }
  bool read_only() const override { return read_only_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override;
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes) override;

 private:
  std::vector<std::uint8_t> bytes_;
  std::string name_;
  bool read_only_;
};

}  // namespace devices::media
