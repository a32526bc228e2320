// A map from byte ranges to names, where earlier ranges win over later ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace debugger {

/// Filled once, then asked often.
class ExtentMap {
 public:
  using NameId = std::uint32_t;

  NameId add_name(std::string name, bool with_offset);
  /// Ranges added earlier hide those added later. `name_offset` is what the range's first byte is in what it
  /// names.
  void add(std::uint64_t begin, std::uint64_t length, NameId name, std::uint64_t name_offset = 0);
  /// Makes the ranges disjoint and sorted. Call once, before at().
  void finish();

  /// "name", "name+offset", or "" when nothing is known. `hint` is the caller's memory of the last answer.
  std::string at(std::uint64_t offset, std::size_t& hint) const;
  std::size_t pieces() const { return pieces_.size(); }
  /// All names by their ids, then all pieces in order.
  void visit(const std::function<void(std::string_view name)>& on_name,
             const std::function<void(std::uint64_t begin, std::uint64_t end, NameId name)>& on_piece) const;

 private:
  struct Range {
    std::uint64_t begin;
    std::uint64_t end;
    std::uint64_t name_offset;
    NameId name;
  };
  struct Name {
    std::string text;
    bool with_offset;
  };
  const Range* find(std::uint64_t offset, std::size_t& hint) const;

  std::vector<Name> names_;
  std::vector<Range> ranges_;  ///< until finish()
  std::vector<Range> pieces_;  ///< since
};

}  // namespace debugger
