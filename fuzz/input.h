// Takes an input apart into numbers and pieces; past its end everything is zero.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data, size) {}

  bool empty() const { return data_.empty(); }

  template <class T>
  T take() {
    T value{};
    const std::size_t n = std::min(sizeof(T), data_.size());
    if (n > 0) std::memcpy(&value, data_.data(), n);
    data_ = data_.subspan(n);
    return value;
  }
  std::vector<std::uint8_t> bytes(std::size_t n) {
    n = std::min(n, data_.size());
    std::vector<std::uint8_t> result(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(n));
    data_ = data_.subspan(n);
    return result;
  }
  std::vector<std::uint8_t> rest() { return bytes(data_.size()); }
  std::string text() {
    const auto all = rest();
    return {all.begin(), all.end()};
  }

 private:
  std::span<const std::uint8_t> data_;
};
