// Expressions and patterns: whatever the text, it is refused with a column inside of it, or evaluates to the same
// twice.
#include <cstdlib>
#include <string_view>

#include "debugger/expression.h"

namespace {

/// Every name but "nothing" has a value; memory holds its own addresses.
class AnyNames : public debugger::Names {
 public:
  std::optional<debugger::Value> lookup(std::string_view name) const override {
    if (name == "nothing") return std::nullopt;
    if (name.starts_with('t')) return debugger::Value::of_text(std::string(name));
    return debugger::Value::of(name.size());
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(linear++);
    return linear % 7 != 0;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const AnyNames names;
  try {
    const auto parsed = debugger::Expression::parse(text);
    if (parsed.evaluate(names) != parsed.evaluate(names)) std::abort();
  } catch (const debugger::ExpressionError& error) {
    if (error.column() < 1 || error.column() > size + 1) std::abort();
  }
  try {
    const auto pattern = debugger::Pattern::parse(text);
    pattern.matches(debugger::Value::of(size), names);
    pattern.matches(debugger::value_of_text(text), names);
    pattern.matches(std::nullopt, names);
  } catch (const debugger::ExpressionError& error) {
    if (error.column() < 1 || error.column() > size + 1) std::abort();
  }
  return 0;
}
