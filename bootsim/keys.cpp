#include "bootsim/keys.h"

#include <algorithm>

#include <fmt/core.h>

#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

KeyPress character_key(char c) {
  auto codes = devices::key_codes_for_character(c);
  if (!codes) {
    refuse(fmt::format("a US keyboard has no key for the character {}",
                       c >= ' ' && c <= '~' ? fmt::format("\"{}\"", c)
                                            : fmt::format("{:02X}h; named keys are written <Enter>, <F12>, <Ctrl-B>",
                                                          static_cast<unsigned char>(c))));
  }
  return {.codes = std::move(*codes)};
}

/// What stands between < and >.
KeyPress named_key(std::string_view name) {
  if (name == "lt") return character_key('<');
  KeyPress press;
  // "<:>" is not a held key without a name, so a colon counts from the second character on.
  if (const auto colon = name.find(':', 1); colon != std::string_view::npos) {
    press.held = std::max(parse_time(name.substr(colon + 1)), kKeyDown);
    name = name.substr(0, colon);
  }
  auto codes = devices::key_codes_for_name(name);
  if (!codes) {
    refuse(
        fmt::format("there is no key <{}>; keys are <Enter> <Esc> <Tab> <Down> <F12> <Ctrl-B> <Alt-X> <Shift:2s> "
                    "(held), and <lt> for \"<\"",
                    name));
  }
  press.codes = std::move(*codes);
  return press;
}

}  // namespace

std::vector<KeyPress> parse_keys(std::string_view text) {
  std::vector<KeyPress> presses;
  while (!text.empty()) {
    if (text.front() != '<') {
      presses.push_back(character_key(text.front()));
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find('>');
    if (end == std::string_view::npos) {
      refuse(fmt::format("\"{}\" begins a key name without an end; a \"<\" to be typed is written <lt>", text));
    }
    presses.push_back(named_key(text.substr(1, end - 1)));
    text.remove_prefix(end + 1);
  }
  return presses;
}

}  // namespace bootsim
