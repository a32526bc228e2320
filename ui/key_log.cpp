#include "ui/key_log.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/core.h>

#include "bootsim/suite/record.h"
#include "devices/scan_codes.h"

namespace ui {
namespace {

constexpr std::uint8_t kBreak = 0x80, kExtended = 0xE0;
constexpr std::array<std::string_view, 27> kNames = {
    "Enter", "Esc", "Tab", "Backspace", "Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn", "Ins",  "Del",
    "F1",    "F2",  "F3",  "F4",        "F5", "F6",   "F7",   "F8",    "F9",   "F10", "F11",  "F12",  "Space"};

struct Modifiers {
  bool ctrl = false, alt = false, shift = false;
  /// True: the key is one of them.
  bool take(std::uint8_t code, bool down) {
    bool* const which = code == 0x1D ? &ctrl : code == 0x38 ? &alt : code == 0x2A || code == 0x36 ? &shift : nullptr;
    if (which) *which = down;
    return which != nullptr;
  }
};

/// The character that the key types, with or without Shift.
std::optional<char> character_of(std::vector<std::uint8_t> make, bool shift) {
  if (shift) make.insert(make.begin(), 0x2A);
  for (char c = ' '; c <= '~'; ++c) {
    if (const auto codes = devices::key_codes_for_character(c); codes && codes->make == make) return c;
  }
  return std::nullopt;
}

/// "a", "<Enter>", "<Ctrl-B>" for --type; empty: it has no word.
std::string text_of(const std::vector<std::uint8_t>& make, const Modifiers& modifiers) {
  const bool chord = modifiers.ctrl || modifiers.alt;
  const auto character = character_of(make, modifiers.shift && !chord);
  if (character && !chord) return *character == '<' ? "<lt>" : std::string(1, *character);
  std::string name;
  if (character) name = static_cast<char>(*character >= 'a' && *character <= 'z' ? *character - 'a' + 'A' : *character);
  for (const std::string_view known : kNames) {
    if (name.empty() && devices::key_codes_for_name(known)->make == make) name = known;
  }
  if (name.empty()) return {};
  return fmt::format("<{}{}{}{}>", modifiers.ctrl ? "Ctrl-" : "", modifiers.alt ? "Alt-" : "",
                     modifiers.shift ? "Shift-" : "", name);
}

}  // namespace

void KeyLog::press(emu::Nanoseconds now, std::span<const std::uint8_t> codes, const std::vector<std::string>& screen) {
  std::erase_if(events_, [now](const Event& e) { return e.time > now; });
  events_.push_back({now, {codes.begin(), codes.end()}, bootsim::telling_line(screen)});
}

std::vector<bootsim::TypeStep> KeyLog::steps() const {
  struct Step {
    std::string line, keys;
  };
  std::vector<Step> steps;
  Modifiers modifiers;
  for (const Event& event : events_) {
    std::vector<std::uint8_t> prefix;
    for (const std::uint8_t code : event.codes) {
      if (code == kExtended) {
        prefix = {code};
        continue;
      }
      std::vector<std::uint8_t> make = prefix;
      make.push_back(static_cast<std::uint8_t>(code & ~kBreak));
      prefix.clear();
      if (modifiers.take(make.back(), !(code & kBreak)) || (code & kBreak)) continue;
      // What is typed stands behind the prompt; the same prompt goes on.
      const bool same = !steps.empty() && event.line.starts_with(steps.back().line);
      if (!same) steps.push_back({event.line, {}});
      steps.back().keys += text_of(make, modifiers);
    }
  }
  std::vector<bootsim::TypeStep> typed;
  for (const Step& step : steps) {
    if (step.keys.empty()) continue;
    std::optional<bootsim::Condition> when;
    if (!step.line.empty()) when = bootsim::parse_condition("screen:" + bootsim::quoted_pattern(step.line));
    typed.push_back({.when = std::move(when), .text = step.keys, .keys = bootsim::parse_keys(step.keys)});
  }
  return typed;
}

}  // namespace ui
