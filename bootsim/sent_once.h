// What leaves the PC for the outside: a serial line, a debug console. Time that is run again sends it again; the
// outside hears it once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace bootsim {

/// Tells what is sent again from what is new. When somebody has changed the past, what the guest sends from the first
/// difference on is new; what was heard stays heard.
class SentOnce {
 public:
  /// Of more, a byte that comes again is taken for the same.
  static constexpr std::size_t kMostCompared = 16u << 20;

  /// The guest sends a byte. True: for the first time.
  bool is_new(std::uint8_t byte) {
    const std::uint64_t here = at_++;
    const bool again = here < heard_ && (here >= bytes_.size() || static_cast<std::uint8_t>(bytes_[here]) == byte);
    if (again) return false;
    bytes_.resize(std::min<std::uint64_t>(here, bytes_.size()));
    if (bytes_.size() < kMostCompared) bytes_ += static_cast<char>(byte);
    heard_ = at_;
    return true;
  }
  /// How many bytes the guest has sent; and back to when it had sent so many.
  std::uint64_t count() const { return at_; }
  void go_back(std::uint64_t count) { at_ = count; }

 private:
  std::string bytes_;
  std::uint64_t at_ = 0;     // in the present
  std::uint64_t heard_ = 0;  // at the furthest
};

}  // namespace bootsim
