// A box for an address, as the code and memory panes have it: any expression of the debugger's, and what was asked
// before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "debugger/debugger.h"

namespace ui {

class App;

/// What was asked for.
struct Address {
  std::uint64_t linear = 0;
  std::optional<std::uint16_t> selector;  ///< it was a far pointer,
  std::uint64_t offset = 0;               ///< with this offset
};

/// Digits alone are hexadecimal here, as everywhere on the screen ("7C00"); all else is an expression. Throws
/// emu::Error when it has no value now.
Address find_address(const debugger::Debugger& debugger, std::string_view typed);
/// "7C00" → "07C00h", when it is made of hexadecimal digits only; else as it was, without spaces around it.
std::string with_hexadecimal_digits(std::string_view typed);
/// A number as people type it over a value on the screen: hexadecimal without a mark. Throws emu::Error.
std::uint64_t find_number(const debugger::Debugger& debugger, std::string_view typed);

class AddressBox {
 public:
  /// As an ImGui item `width` wide, with a button for what was asked before. Call the mark `name`.
  void draw(App& app, const char* name, float width);
  /// In update(): the address asked for since the last time. What cannot be found stays in the box with its error.
  std::optional<Address> take(const debugger::Debugger& debugger);
  void focus() { focus_ = true; }
  /// As if it had been typed.
  void ask(std::string text);

  void save(nlohmann::json& settings) const;
  void restore(const nlohmann::json& settings);

 private:
  void remember(const std::string& text);

  std::string text_, error_;
  std::optional<std::string> asked_;
  std::vector<std::string> history_;  // the last first
  bool focus_ = false;
};

}  // namespace ui
