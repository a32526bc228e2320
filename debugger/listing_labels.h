// What a NASM listing says besides bytes: which of its addresses are the program's, and where its labels are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace debugger {

/// Every section of a listing counts from 0, and so do struc and absolute. The section that has code first is the one
/// that `org` places.
class ListingSections {
 public:
  /// Takes a line as written. `reserves`: it made no bytes, only room. Whether its address, if any, is the program's.
  bool take(std::string_view text, bool has_address, bool reserves);

 private:
  std::string section_ = ".text";
  std::optional<std::string> main_;
  bool structure_ = false, absolute_ = false;
};

/// "start:", ".loop:" behind it as start.loop, "table dw 1". A label that stands alone has the address of the code that
/// comes next; none in a branch of %if that was not assembled, nor in macros.
class ListingLabels {
 public:
  struct Label {
    std::string name;
    std::uint64_t address = 0;
  };

  /// A line of the program's section, `depth` macros and includes deep; the text of an expanded macro does not count.
  void take(std::string_view text, std::size_t depth, bool in_macro, std::optional<std::uint64_t> address);
  std::vector<Label> take_all() { return std::move(labels_); }

 private:
  struct Open {
    std::string name;
    int branches = 0;  // of %if that it stands in
  };
  void directive(std::string_view word);
  void drop_branch();

  std::vector<Label> labels_;
  std::vector<Open> open_;  // whose address comes yet
  std::string parent_;      // of local labels
  int branches_ = 0, definitions_ = 0;
  bool silent_ = false;  // the line before should have made code
  std::size_t depth_ = 0;
};

}  // namespace debugger
