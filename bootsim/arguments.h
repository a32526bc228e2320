// A command line as a table: each option with what it takes, what it says in --help, and what it does. Options act in
// the order in which they stand, so that `--as` can speak of the IMAGE before it and keys queue up as written.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bootsim {

using Arguments = std::vector<std::string>;

/// Whether an option takes a value. An optional value is only ever taken from `--name=VALUE`: the next argument is
/// never eaten.
enum class Takes { kNothing, kValue, kTwoValues, kOptionalValue };

/// One option of a command whose settings are a `Target`.
template <class Target>
struct Option {
  std::string_view name;  ///< "--trace"
  Takes takes;
  std::string_view value;  ///< how --help writes the value: "FILE"
  std::string_view help;   ///< lines are broken at '\n'
  void (*apply)(Target&, std::string_view value, std::string_view second);
};

/// What the table-independent part of the walk needs.
struct OptionShape {
  std::string_view name;
  Takes takes;
  std::string_view value;
  std::string_view help;
};

/// One step of the walk: an option of the table, or a positional argument.
struct ArgumentStep {
  int option = -1;  ///< index into the table; -1: positional
  std::string_view value, second;
};

/// Splits a command line into steps. Throws emu::Error(kUsage): unknown option (with the nearest known one), missing
/// value, a value for an option that takes none. The value of a one-letter option may follow at once (-j4). `--` ends
/// the options; `-` alone is positional.
std::vector<ArgumentStep> split_arguments(const Arguments& arguments, std::span<const OptionShape> table);

/// The options of a table, two columns.
std::string options_help(std::span<const OptionShape> table);

template <class Target>
std::vector<OptionShape> shapes_of(std::span<const Option<Target>> table) {
  std::vector<OptionShape> shapes;
  for (const auto& option : table) shapes.push_back({option.name, option.takes, option.value, option.help});
  return shapes;
}

/// Walks a command line in order. `positional` is called for what is no option.
template <class Target>
void apply_arguments(const Arguments& arguments, std::span<const Option<Target>> table, Target& target,
                     void (*positional)(Target&, std::string_view)) {
  for (const ArgumentStep& step : split_arguments(arguments, shapes_of(table))) {
    if (step.option < 0) {
      positional(target, step.value);
    } else {
      table[static_cast<std::size_t>(step.option)].apply(target, step.value, step.second);
    }
  }
}

}  // namespace bootsim
