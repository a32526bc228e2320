// Which line of which source file an instruction came from: from DWARF in ELF files, and from NASM's listings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace debugger {

/// A line of a source file; lines count from 1.
struct SourcePlace {
  std::string_view file;  ///< as the compiler wrote it, a path; of a listing BOOT.lst, "BOOT.asm"
  std::uint32_t line = 0;
  bool operator==(const SourcePlace&) const = default;
};

/// "main.cpp:12" or "stage2/main.cpp:12", as users write it.
std::optional<SourcePlace> parse_source_place(std::string_view text);

/// The lines of a session.
class SourceLines {
 public:
  /// Code that begins at `linear` comes from this line. `end`: there the code known ends.
  struct Row {
    std::uint64_t linear = 0;
    std::uint32_t file = 0;  // of files
    std::uint32_t line = 0;
    bool end = false;
    bool operator==(const Row&) const = default;
  };
  struct Table {
    std::vector<std::string> files;
    std::vector<Row> rows;
    std::map<std::uint32_t, std::map<std::uint32_t, std::string>>
        texts;  ///< of files that need not be there: file, line
    struct Label {
      std::string name;
      std::uint64_t linear = 0;
    };
    std::vector<Label> labels;            ///< of a listing, counted as its rows are
    std::optional<std::uint64_t> origin;  ///< a listing's `org`: its rows count from 0
  };

  /// Adds a table, `base` further on; what is known already is not added again. Returns how many lines have code.
  std::size_t add(Table table, std::uint64_t base);

  std::optional<SourcePlace> at(std::uint64_t linear) const;
  /// Where the code of a line begins, or of the first line with code after it; lowest address first. `place.file` may
  /// be the end of a path. Empty: there is no such file, or no code from there on.
  std::vector<std::uint64_t> addresses(SourcePlace place) const;
  /// The name as `at` gives it, of a file that ends in `file`.
  std::optional<std::string_view> file_named(std::string_view file) const;
  /// A line as written, without its end; reads the source file. Nothing when that is not there, or is shorter.
  std::optional<std::string> text(SourcePlace place) const;
  bool empty() const { return rows_.empty(); }
  /// Where code of another line begins, or the known ends.
  std::size_t size() const { return rows_.size(); }

 private:
  std::uint32_t index_of(const std::string& path);
  bool knows(const Row& row) const;

  std::vector<std::string> files_;
  std::map<std::string, std::uint32_t, std::less<>> index_;  // of files_
  std::vector<Row> rows_;                                    // by address; an end before what begins there
  std::map<std::uint32_t, std::map<std::uint32_t, std::string>> texts_;
  mutable std::map<std::string, std::vector<std::string>, std::less<>> read_;
};

/// "main.cpp" of "/src/stage2/main.cpp".
std::string_view file_name(std::string_view path);

/// The readers. Empty tables for what they do not understand.
/// NASM's listing (-l FILE) of one section: rows count from its beginning. Lines of macros are the line that uses them;
/// included files are files of their own. `name` is the listing's.
SourceLines::Table read_nasm_listing(std::string_view text, std::string_view name);
/// .debug_line of an ELF file, DWARF 2 to 5, by libdw.
SourceLines::Table read_dwarf_lines(const std::string& path);

}  // namespace debugger
