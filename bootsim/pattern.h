// Regular expressions (PCRE2) over text that grows.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace bootsim {

/// A compiled pattern. Lines end at LF, CR or CR LF, so `$` with (?m) works on a serial console's output. An empty
/// pattern matches at once. Cheap to copy; not for use by two threads at a time.
class Pattern {
 public:
  enum class Text { kUtf8, kBytes };

  /// Throws emu::Error(kUsage), with the position, when `regex` is no regular expression.
  Pattern(std::string regex, Text text);

  const std::string& source() const { return source_; }
  bool matches(std::string_view text) const { return scan(text, 0).matched; }

  struct Scan {
    bool matched = false;
    std::size_t resume_at = 0;  ///< not matched: no match can begin before this offset, whatever follows
  };
  /// Searches from `from` on; what lies before it serves lookbehinds only.
  Scan scan(std::string_view text, std::size_t from) const;

 private:
  struct Compiled;
  std::string source_;
  std::shared_ptr<const Compiled> compiled_;
};

/// One pattern against a log that only grows, at a cost linear in the log (times a logarithm), whatever the pattern:
/// a search that had to look at much text is repeated when the text has grown by a fair part of that, or when the log
/// pauses.
class GrowingSearch {
 public:
  explicit GrowingSearch(Pattern pattern) : pattern_(std::move(pattern)) {}

  /// Call regularly with the whole log so far. True once the pattern has matched.
  bool look(std::string_view log);

 private:
  Pattern pattern_;
  bool matched_ = false;
  bool searched_ = false;
  std::size_t start_ = 0;        // no match begins before
  std::size_t seen_ = 0;         // length of the log at the last call
  std::size_t searched_to_ = 0;  // and at the last search
};

}  // namespace bootsim
