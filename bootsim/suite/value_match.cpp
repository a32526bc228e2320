#include "bootsim/suite/value_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "emu/error.h"
#include "emu/text.h"

namespace bootsim {
namespace {

using emu::lower;

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/// "80..e0" as the expression "080h..0e0h": words of one or two hexadecimal digits are numbers in this field.
std::string with_hex_digits(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word_character(text[end])) ++end;
    if (end == i) {
      result += text[i++];
      continue;
    }
    const std::string_view word = text.substr(i, end - i);
    const bool digits = word.size() <= 2 && word.find_first_not_of("0123456789abcdefABCDEF") == word.npos;
    result += digits ? fmt::format("0{}h", word) : std::string(word);
    i = end;
  }
  return result;
}

bool is_name(std::string_view text) {
  return text.size() > 1 && text[0] == '$' && std::all_of(text.begin(), text.end(), is_word_character);
}

}  // namespace

std::optional<debugger::Value> CallNames::lookup(std::string_view name) const {
  if (name.starts_with('$')) {
    const auto found = captures_.find(name);
    return found == captures_.end() ? std::nullopt : std::optional(found->second);
  }
  const std::string key = lower(name);
  if (const auto number = field_number(call_, key)) return debugger::Value::of(*number);
  if (is_number_key(key)) return std::nullopt;
  const auto text = field_text(call_, key);
  return text ? std::optional(debugger::value_of_text(*text)) : std::nullopt;
}

ValueMatch::ValueMatch(std::string key, const std::vector<std::string>& alternatives)
    : key_(std::move(key)), text_(fmt::format("{}", fmt::join(alternatives, ", "))) {
  if (alternatives.size() == 1 && is_name(text_)) {
    capture_ = text_;
  } else if (is_number_key(key_)) {
    pattern_ = debugger::Pattern::parse(is_hex_key(key_) ? with_hex_digits(text_) : text_);
  } else {
    texts_ = alternatives;
  }
}

std::vector<std::string> ValueMatch::uses() const {
  std::vector<std::string> names;
  if (pattern_) {
    for (const auto& use : pattern_->names()) names.push_back(use.name);
  }
  return names;
}

bool ValueMatch::matches(const CallRecord& call, Captures& captures) const {
  if (!capture_.empty()) {
    const CallNames names(call, captures);
    const auto value = names.lookup(key_);
    if (!value) return false;
    return captures.emplace(capture_, *value).first->second == *value;
  }
  if (pattern_) {
    const auto number = field_number(call, key_);
    return pattern_->matches(number ? std::optional(debugger::Value::of(*number)) : std::nullopt,
                             CallNames(call, captures));
  }
  return std::any_of(texts_.begin(), texts_.end(), [&](const std::string& text) { return matches_text(call, text); });
}

bool ValueMatch::matches_text(const CallRecord& call, std::string_view pattern) const {
  constexpr std::string_view kNot = "not ";
  if (pattern.starts_with(kNot)) return !matches_text(call, pattern.substr(kNot.size()));
  const auto text = field_text(call, key_);
  if (pattern == "null" || pattern == "none") return !text;
  return text && debugger::glob_matches(lower(pattern), lower(*text));
}

}  // namespace bootsim
