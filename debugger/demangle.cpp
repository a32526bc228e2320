#include "debugger/demangle.h"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "debugger/demangle_rust.h"

namespace debugger {
namespace {

using std::string_view;

/// What a name refers back to ("S1_", "T_") is written out each time. With so few references a name of this length
/// becomes some megabytes at the worst.
constexpr std::size_t kLongest = 512, kMostReferences = 24;

bool may_grow(string_view mangled) {
  std::size_t references = 0;
  for (std::size_t i = 0; i < mangled.size(); ++i) {
    if (mangled[i] != 'S' && mangled[i] != 'T') continue;
    const std::size_t end = mangled.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", i + 1);
    references += end != mangled.npos && mangled[end] == '_';
  }
  return references > kMostReferences;
}

std::string by_library(const std::string& mangled) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text ? text.get() : "";
}

/// Where the bracket that closes at `close` opens; npos: nowhere.
std::size_t opening(string_view text, std::size_t close) {
  int depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    if (text[i] == ')') ++depth;
    if (text[i] == '(' && --depth == 0) return i;
  }
  return text.npos;
}

/// The last space outside of brackets, behind which a name begins.
std::size_t behind_return_type(string_view text) {
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (string_view("<({").find(text[i]) != string_view::npos) ++depth;
    if (string_view(">)}").find(text[i]) != string_view::npos) --depth;
    if (depth == 0 && text[i] == ' ') begin = i + 1;
  }
  return begin;
}

/// "int ns::f<int>(char) const [clone .cold]" is "ns::f<int> [clone .cold]". Only templates' instances have a return
/// type.
std::string without_types(string_view text) {
  const std::size_t clone = std::min(text.find(" [clone "), text.size());
  const string_view suffix = text.substr(clone);
  string_view name = text.substr(0, clone);
  string_view function = name;
  for (const string_view qualifier : {" &&", " &", " volatile", " const"}) {
    if (function.ends_with(qualifier)) function.remove_suffix(qualifier.size());
  }
  if (function.ends_with(')')) {
    const std::size_t open = opening(function, function.size() - 1);
    if (open != function.npos && open > 0 && !function.substr(0, open).ends_with("operator"))
      name = function.substr(0, open);
  }
  const bool has_result = name.ends_with('>') && name.find("operator") == name.npos;
  if (has_result) name.remove_prefix(behind_return_type(name));
  return std::string(name) + std::string(suffix);
}

/// Rust ends a path in "::h" and 16 digits.
bool ends_in_hash(string_view text) {
  constexpr std::size_t kHash = 19;
  return text.size() > kHash && text.substr(text.size() - kHash, 3) == "::h" &&
         text.substr(text.size() - 16).find_first_not_of("0123456789abcdef") == text.npos;
}

/// What a Rust escape means, without its dollar signs.
std::optional<char> rust_escape(string_view word) {
  static constexpr std::array<std::pair<string_view, char>, 8> kSigns = {
      {{"SP", '@'}, {"BP", '*'}, {"RF", '&'}, {"LT", '<'}, {"GT", '>'}, {"LP", '('}, {"RP", ')'}, {"C", ','}}};
  for (const auto& [name, sign] : kSigns) {
    if (word == name) return sign;
  }
  if (word.size() != 3 || word[0] != 'u') return std::nullopt;
  char* end = nullptr;
  const std::string digits(word.substr(1));
  const long code = std::strtol(digits.c_str(), &end, 16);
  return *end == 0 && code >= 0x20 && code < 0x7F ? std::optional(static_cast<char>(code)) : std::nullopt;
}

/// Elements of a path hold types: "_$LT$T$u20$as$u20$a..B$GT$::f" is "<T as a::B>::f".
std::string rust_path(string_view text) {
  std::string path;
  for (std::size_t i = 0; i < text.size();) {
    const bool begins = i == 0 || path.ends_with("::");
    if (begins && text.substr(i, 2) == "_$") ++i;
    if (text.substr(i, 2) == "..") {
      path += "::";
      i += 2;
      continue;
    }
    const std::size_t end = text[i] == '$' ? text.find('$', i + 1) : text.npos;
    const auto sign = end == text.npos ? std::nullopt : rust_escape(text.substr(i + 1, end - i - 1));
    path += sign.value_or(text[i]);
    i = sign ? end + 1 : i + 1;
  }
  return path;
}

}  // namespace

std::string demangled(const std::string& name) {
  if (name.starts_with("_R") && name.size() <= kLongest) return demangled_rust(name);
  if (!name.starts_with("_Z") || name.size() > kLongest || may_grow(name)) return {};
  const std::string text = by_library(name);
  if (ends_in_hash(text)) return rust_path(string_view(text).substr(0, text.size() - 19));
  return without_types(text);
}

}  // namespace debugger
