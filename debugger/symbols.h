// Names of places in guest code: from NASM's map files, ELF files and System.map; and its source lines.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/source_lines.h"

namespace debugger {

/// One name of a linear address.
struct Symbol {
  std::string name;  ///< of C++ and Rust as their programmers write it, once it is in Symbols
  std::uint64_t linear = 0;
  std::uint64_t size = 0;  ///< bytes; 0: unknown, reaches to the next symbol
};

/// What a symbol file was.
struct LoadedSymbols {
  std::string_view format;  ///< "NASM map", "NASM listing", "ELF", "System.map"
  std::size_t symbols = 0;
  std::size_t lines = 0;  ///< source lines with code
};

/// All symbols of a session. Names are found as written, those of C++ and Rust also as they are mangled.
class Symbols {
 public:
  static constexpr std::uint64_t kMaxFile = 1u << 30;  ///< bytes
  /// A symbol without a size names nothing further on than this.
  static constexpr std::uint64_t kReach = 0x10000;

  /// Reads one file; what it is, its content says. `base` is added to each address: how far from its own addresses the
  /// code lies. A listing's are its `org`, or `base`. Throws emu::Error(kUsage) for a file that is none of them or has
  /// neither symbols nor lines; nothing is added then. Of a file on disk also the lines of ELF's DWARF.
  LoadedSymbols load(const std::string& path, std::uint64_t base = 0);
  LoadedSymbols load(std::span<const std::uint8_t> content, std::string_view name, std::uint64_t base = 0);
  void add(std::vector<Symbol> symbols);

  /// Throws emu::Error(kUsage) when several functions have the name: C++ overloads them.
  std::optional<std::uint64_t> address(std::string_view name) const;
  /// The last symbol at or before an address that reaches to it.
  const Symbol* at(std::uint64_t linear) const;
  /// "name", "name+12h", or empty.
  std::string describe(std::uint64_t linear) const;

  const SourceLines& lines() const { return lines_; }
  /// Where the code of a line begins. Throws emu::Error(kUsage) when there is none.
  std::uint64_t line_address(SourcePlace place) const;

  /// Sorted by address, then name.
  const std::vector<Symbol>& all() const { return by_address_; }

 private:
  std::vector<Symbol> by_address_;
  std::map<std::string, std::uint64_t, std::less<>> by_name_;                         // as in the files
  std::map<std::string, std::map<std::uint64_t, std::string>, std::less<>> mangled_;  // of demangled names, by address
  SourceLines lines_;
};

/// The readers; each takes what it understands and skips what it does not. Safe for any content.
std::vector<Symbol> read_nasm_map(std::string_view text);
std::vector<Symbol> read_system_map(std::string_view text);
/// .symtab (or .dynsym without it) of 32- and 64-bit little-endian files: functions, objects and labels of sections.
std::vector<Symbol> read_elf(std::span<const std::uint8_t> content);

}  // namespace debugger
