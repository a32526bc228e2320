#include "bootsim/arguments.h"

#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

/// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

[[noreturn]] void refuse_unknown(std::string_view name, std::span<const OptionShape> table) {
  const auto nearest = std::min_element(table.begin(), table.end(), [&](const auto& a, const auto& b) {
    return distance(name, a.name) < distance(name, b.name);
  });
  const bool near = nearest != table.end() && distance(name, nearest->name) <= 2;
  refuse(fmt::format("there is no option {}{}", name,
                     near ? fmt::format("; did you mean {}?", nearest->name) : "; --help lists the options"));
}

int find(std::string_view name, std::span<const OptionShape> table) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& option) { return option.name == name; });
  return found == table.end() ? -1 : static_cast<int>(found - table.begin());
}

bool takes_value(std::string_view name, std::span<const OptionShape> table) {
  const int option = find(name, table);
  return option >= 0 && table[static_cast<std::size_t>(option)].takes == Takes::kValue;
}

}  // namespace

std::vector<ArgumentStep> split_arguments(const Arguments& arguments, std::span<const OptionShape> table) {
  std::vector<ArgumentStep> steps;
  bool options = true;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (!options || !argument.starts_with('-') || argument == "-") {
      steps.push_back({.value = argument});
      continue;
    }
    if (argument == "--") {
      options = false;
      continue;
    }
    const bool is_long = argument.starts_with("--");
    const auto equals = is_long ? argument.find('=') : std::string_view::npos;
    std::string_view name = argument.substr(0, equals);
    ArgumentStep step{.option = find(name, table)};
    const bool attached = !is_long && step.option < 0 && takes_value(argument.substr(0, 2), table);  // -j4
    if (attached) {
      name = argument.substr(0, 2);
      step.option = find(name, table);
    }
    if (step.option < 0) refuse_unknown(name, table);
    const OptionShape& shape = table[static_cast<std::size_t>(step.option)];
    const auto next = [&](std::string_view what) -> std::string_view {
      // A value may begin with a hyphen (keys, patterns), but a known option in its place is a forgotten value.
      const bool missing = i + 1 >= arguments.size() || find(arguments[i + 1], table) >= 0;
      if (missing) refuse(fmt::format("{} needs {}", name, what));
      return arguments[++i];
    };
    if (equals != std::string_view::npos) {
      if (shape.takes == Takes::kNothing) refuse(fmt::format("{} takes no value", name));
      step.value = argument.substr(equals + 1);
    } else if (attached) {
      step.value = argument.substr(name.size());
    } else if (shape.takes == Takes::kValue || shape.takes == Takes::kTwoValues) {
      step.value = next(shape.value);
    }
    if (shape.takes == Takes::kTwoValues) step.second = next(shape.value);
    steps.push_back(step);
  }
  return steps;
}

std::string options_help(std::span<const OptionShape> table) {
  constexpr int kColumn = 26;
  std::string text;
  for (const OptionShape& option : table) {
    std::string left = fmt::format("  {}", option.name);
    if (option.takes == Takes::kOptionalValue) left += fmt::format("[={}]", option.value);
    if (option.takes == Takes::kValue || option.takes == Takes::kTwoValues) left += fmt::format(" {}", option.value);
    bool first = true;
    for (const std::string_view line : split(option.help, '\n')) {
      if (first && left.size() + 2 > kColumn) {
        text += left + '\n';
        left.clear();
      }
      text += fmt::format("{:<{}}{}\n", first ? left : "", kColumn, line);
      first = false;
    }
  }
  return text;
}

}  // namespace bootsim
