#include "debugger/listing_labels.h"

#include <algorithm>
#include <array>

#include "emu/text.h"

namespace debugger {
namespace {

using emu::trimmed;
using std::string_view;

string_view take_word(string_view& text) {
  text = trimmed(text);
  const string_view word = text.substr(0, text.find_first_of(" \t"));
  text = trimmed(text.substr(word.size()));
  return word;
}

template <std::size_t N>
bool is_one_of(string_view word, const std::array<string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](string_view w) { return emu::same_words(w, word); });
}

bool is_label(string_view name) {
  static constexpr std::array<string_view, 6> kSegments = {"cs", "ds", "es", "fs", "gs", "ss"};
  constexpr string_view kFirst = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._?";
  constexpr string_view kRest = "0123456789$#@~";
  const auto is_letter = [&](char c) { return kFirst.find(c) != kFirst.npos; };
  return !name.empty() && is_letter(name[0]) && !name.starts_with("..") && !is_one_of(name, kSegments) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || kRest.find(c) != kRest.npos; });
}

/// The label that a line begins with; `text` is then what follows.
string_view take_label(string_view& text) {
  static constexpr std::array<string_view, 14> kData = {"db", "dw",   "dd",   "dq",   "dt",   "do",    "dy",
                                                        "dz", "resb", "resw", "resd", "resq", "times", "incbin"};
  const std::size_t colon = text.find(':'), end = text.find_first_of(" \t\"'[,");
  if (colon < end || (colon != text.npos && trimmed(text.substr(0, colon)) == text.substr(0, end))) {
    const string_view name = trimmed(text.substr(0, colon));
    if (!is_label(name)) return {};
    text = trimmed(text.substr(colon + 1));
    return name;
  }
  string_view rest = text;
  const string_view name = take_word(rest);
  string_view behind = rest;
  if (!is_label(name) || !is_one_of(take_word(behind), kData) || is_one_of(name, kData)) return {};
  text = rest;
  return name;
}

/// Words of the assembler that make no code.
bool is_silent(string_view word) {
  static constexpr std::array<string_view, 20> kWords = {
      "org",    "bits",   "use16",  "use32",   "use64",    "cpu",   "section", "segment", "absolute", "global",
      "extern", "common", "static", "default", "required", "float", "warning", "struc",   "endstruc", "equ"};
  if (word.starts_with('[')) word.remove_prefix(1);
  if (word.ends_with(']')) word.remove_suffix(1);
  return word.empty() || word.starts_with('%') || is_one_of(word, kWords);
}

string_view without_comment(string_view text) { return trimmed(text.substr(0, text.find(';'))); }

}  // namespace

bool ListingSections::take(string_view text, bool has_address, bool reserves) {
  text = without_comment(text);
  if (text.starts_with('[')) text = trimmed(text.substr(1, text.size() - 1 - text.ends_with(']')));
  const string_view word = take_word(text);
  if (emu::same_words(word, "struc")) {
    structure_ = true;
  } else if (emu::same_words(word, "endstruc")) {
    structure_ = false;
  } else if (emu::same_words(word, "absolute")) {
    absolute_ = true;
  } else if (emu::same_words(word, "section") || emu::same_words(word, "segment")) {
    absolute_ = false;
    section_ = take_word(text);
  }
  if (structure_ || absolute_) return false;
  if (has_address && !reserves && !main_) main_ = section_;
  return section_ == main_.value_or(section_);
}

void ListingLabels::drop_branch() {
  std::erase_if(open_, [&](const Open& label) { return label.branches > 0 && label.branches >= branches_; });
}

void ListingLabels::directive(string_view word) {
  word.remove_prefix(1);
  const auto begins = [&](string_view with) { return emu::same_words(word.substr(0, with.size()), with); };
  if (begins("macro") || begins("imacro") || begins("rmacro") || begins("rep")) {
    ++definitions_;
  } else if (begins("endm") || begins("endrep")) {
    definitions_ = std::max(definitions_ - 1, 0);
  } else if (definitions_ > 0) {
    return;
  } else if (begins("if")) {
    ++branches_;
  } else if (begins("el")) {
    drop_branch();
  } else if (begins("endif")) {
    drop_branch();
    branches_ = std::max(branches_ - 1, 0);
  }
}

void ListingLabels::take(string_view text, std::size_t depth, bool in_macro, std::optional<std::uint64_t> address) {
  // Code without bytes: a branch that was not assembled, unless the line is a macro's, whose lines come now.
  if (silent_ && depth <= depth_) drop_branch();
  silent_ = false;
  depth_ = depth;
  if (!in_macro) {
    text = without_comment(text);
    if (text.starts_with('%')) {
      directive(take_word(text));
    } else if (definitions_ == 0) {
      if (const string_view label = take_label(text); !label.empty()) {
        string_view rest = text;
        const bool constant = emu::same_words(take_word(rest), "equ");
        const bool local = label.starts_with('.');
        if (!local) parent_ = label;
        if (!constant) open_.push_back({local ? parent_ + std::string(label) : std::string(label), branches_});
      }
      string_view rest = text;
      silent_ = !address && !is_silent(take_word(rest));
    }
  }
  if (!address) return;
  for (Open& label : open_) labels_.push_back({std::move(label.name), *address});
  open_.clear();
}

}  // namespace debugger
