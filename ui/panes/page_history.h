// What memory was at the last two stops, to mark what has changed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>

namespace ui {

/// Remembers the first megabyte, and of the rest the pages that were looked at.
class PageHistory {
 public:
  static constexpr std::uint64_t kPage = 4096;
  static constexpr std::uint64_t kAlways = 0x110000;  ///< below this, every page
  static constexpr std::size_t kMostOthers = 64;
  /// Fills `out` with what is at a linear address; false: nothing is.
  using Read = std::function<bool(std::uint64_t linear, std::span<std::uint8_t> out)>;

  /// The guest has stopped again.
  void stop(const Read& read);
  /// These bytes are in view: their pages belong to the next stop.
  void looked_at(std::uint64_t linear, std::uint64_t size);
  void forget() { *this = {}; }

  /// The byte at the last stop but one (while the guest stands: at the stop before this), or at the last one.
  std::optional<std::uint8_t> before(std::uint64_t linear) const { return byte(before_, linear); }
  std::optional<std::uint8_t> last(std::uint64_t linear) const { return byte(last_, linear); }

 private:
  using Page = std::array<std::uint8_t, kPage>;
  using Pages = std::map<std::uint64_t, Page>;  // by page number
  static std::optional<std::uint8_t> byte(const Pages& pages, std::uint64_t linear);

  Pages before_, last_;
  std::set<std::uint64_t> others_;
};

}  // namespace ui
