#include "debugger/symbols.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "debugger/demangle.h"
#include "emu/error.h"

namespace debugger {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

/// Calls `each` with every line, without its end.
template <class Each>
void for_lines(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    each(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Takes the next word off a line.
std::string_view word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view result = line.substr(0, end);
  line.remove_prefix(end);
  return result;
}

std::optional<std::uint64_t> hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::uint8_t> read_whole(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) refuse(fmt::format("{}: is a directory; name a file in it", path));
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::int64_t>(file.tellg()) : -1;
  if (size < 0) refuse(fmt::format("{}: cannot be read; name a NASM map, an ELF file or a System.map", path));
  if (static_cast<std::uint64_t>(size) > Symbols::kMaxFile)
    refuse(fmt::format("{}: more than 1 GiB is no symbol file", path));
  std::vector<std::uint8_t> content(static_cast<std::size_t>(size));
  file.seekg(0);
  if (!file.read(reinterpret_cast<char*>(content.data()), size)) refuse(fmt::format("{}: cannot be read", path));
  return content;
}

}  // namespace

/// Sections are tables of "Real  Virtual  Name"; what stands below "No Section" are constants, which name no place.
std::vector<Symbol> read_nasm_map(std::string_view text) {
  std::vector<Symbol> symbols;
  bool in_table = false;
  for_lines(text, [&](std::string_view line) {
    const std::string_view first = word(line), second = word(line), third = word(line);
    if (first == "Real" && second == "Virtual" && third == "Name") {
      in_table = true;
    } else if (first.starts_with("--")) {
      in_table = false;
    } else if (in_table && hex(first) && hex(second) && !third.empty()) {
      symbols.push_back({.name = std::string(third), .linear = *hex(second)});
    }
  });
  return symbols;
}

/// "ffffffff81000000 T _stext", as nm prints it.
std::vector<Symbol> read_system_map(std::string_view text) {
  std::vector<Symbol> symbols;
  for_lines(text, [&](std::string_view line) {
    const auto address = hex(word(line));
    const std::string_view type = word(line), name = word(line);
    const bool is_place = type.size() == 1 && std::string_view("AaUu").find(type[0]) == std::string_view::npos;
    if (address && is_place && !name.empty()) symbols.push_back({.name = std::string(name), .linear = *address});
  });
  return symbols;
}

LoadedSymbols Symbols::load(const std::string& path, std::uint64_t base) {
  LoadedSymbols loaded = load(read_whole(path), path, base);
  if (loaded.format == "ELF") loaded.lines = lines_.add(read_dwarf_lines(path), base);
  return loaded;
}

LoadedSymbols Symbols::load(std::span<const std::uint8_t> content, std::string_view name, std::uint64_t base) {
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  std::vector<Symbol> found;
  LoadedSymbols loaded;
  if (SourceLines::Table listing = read_nasm_listing(text, name); !listing.rows.empty()) {
    if (base == 0 && !listing.origin)
      refuse(fmt::format("{}: the listing has no org with a number; say where its code lies: symbols {} 7C00h", name,
                         name));
    loaded.format = "NASM listing";
    const std::uint64_t origin = base ? base : *listing.origin;
    for (SourceLines::Table::Label& label : listing.labels)
      found.push_back({.name = std::move(label.name), .linear = origin + label.linear});
    loaded.symbols = found.size();
    add(std::move(found));
    loaded.lines = lines_.add(std::move(listing), origin);
    return loaded;
  }
  if (text.starts_with("\177ELF")) {
    loaded.format = "ELF";
    found = read_elf(content);
  } else if (text.substr(0, 200).find("NASM Map file") != text.npos) {
    loaded.format = "NASM map";
    found = read_nasm_map(text);
  } else {
    loaded.format = "System.map";
    found = read_system_map(text);
  }
  if (found.empty()) {
    refuse(fmt::format(
        "{}: no symbols in it; a NASM map ([map all FILE]), an ELF file with a symbol table or a System.map is wanted",
        name));
  }
  loaded.symbols = found.size();
  for (Symbol& symbol : found) symbol.linear += base;
  add(std::move(found));
  return loaded;
}

void Symbols::add(std::vector<Symbol> symbols) {
  for (Symbol& symbol : symbols) {
    by_name_.insert_or_assign(symbol.name, symbol.linear);
    if (std::string plain = demangled(symbol.name); !plain.empty())
      mangled_[plain].emplace(symbol.linear, std::exchange(symbol.name, plain));
  }
  by_address_.insert(by_address_.end(), std::make_move_iterator(symbols.begin()),
                     std::make_move_iterator(symbols.end()));
  std::stable_sort(by_address_.begin(), by_address_.end(), [](const Symbol& a, const Symbol& b) {
    return std::tie(a.linear, a.name) < std::tie(b.linear, b.name);
  });
  const auto same = [](const Symbol& a, const Symbol& b) { return a.linear == b.linear && a.name == b.name; };
  by_address_.erase(std::unique(by_address_.begin(), by_address_.end(), same), by_address_.end());
}

std::optional<std::uint64_t> Symbols::address(std::string_view name) const {
  if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
  const auto found = mangled_.find(name);
  if (found == mangled_.end()) return std::nullopt;
  const auto& places = found->second;
  if (places.size() == 1) return places.begin()->first;
  constexpr std::size_t kSaid = 8;
  std::string all;
  for (auto it = places.begin(); it != places.end() && it != std::next(places.begin(), std::min(kSaid, places.size()));
       ++it)
    all += fmt::format("{}{} ({:X}h)", all.empty() ? "" : ", ", it->second, it->first);
  refuse(
      fmt::format("there are {} of the name {}: {}{}", places.size(), name, all, places.size() > kSaid ? ", ..." : ""));
}

std::uint64_t Symbols::line_address(SourcePlace place) const {
  if (!lines_.file_named(place.file))
    refuse(fmt::format("no source file {} is known; `symbols FILE` reads a NASM listing or an ELF file with DWARF",
                       place.file));
  const auto addresses = lines_.addresses(place);
  if (addresses.empty()) refuse(fmt::format("{} has no code from line {} on", place.file, place.line));
  return addresses.front();
}

const Symbol* Symbols::at(std::uint64_t linear) const {
  const auto behind = std::upper_bound(by_address_.begin(), by_address_.end(), linear,
                                       [](std::uint64_t address, const Symbol& s) { return address < s.linear; });
  if (behind == by_address_.begin()) return nullptr;
  // Of several names for one place, the first.
  const std::uint64_t address = std::prev(behind)->linear;
  const auto symbol = std::lower_bound(by_address_.begin(), behind, address,
                                       [](const Symbol& s, std::uint64_t a) { return s.linear < a; });
  const std::uint64_t distance = linear - address;
  return distance < (symbol->size > 0 ? symbol->size : kReach) ? &*symbol : nullptr;
}

std::string Symbols::describe(std::uint64_t linear) const {
  const Symbol* symbol = at(linear);
  if (!symbol) return {};
  return symbol->linear == linear ? symbol->name : fmt::format("{}+{:X}h", symbol->name, linear - symbol->linear);
}

}  // namespace debugger
