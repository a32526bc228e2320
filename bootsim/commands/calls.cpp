// `bootsim calls`: the BIOS functions that exist, from the call table.
#include <cstdio>

#include <fmt/core.h>

#include "bios/call_table.h"
#include "bootsim/commands/commands.h"
#include "bootsim/condition.h"
#include "bootsim/run.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

struct CallsOptions {
  bool markdown = false;
  bool help = false;
  std::vector<Condition> filters;  // as `call:` conditions: the same way of naming a function
};

constexpr Option<CallsOptions> kOptions[] = {
    {"--markdown", Takes::kNothing, "", "as docs/bios.md",
     [](CallsOptions& o, std::string_view, std::string_view) { o.markdown = true; }},
    {"--help", Takes::kNothing, "", "this text",
     [](CallsOptions& o, std::string_view, std::string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same", [](CallsOptions& o, std::string_view, std::string_view) { o.help = true; }},
};

constexpr std::string_view kMarkdownHead =
    "# The BIOS, function by function\n\n"
    "Generated from the call table by `bootsim calls --markdown`; the tests compare this file with the table.\n"
    "RBIL is Ralf Brown's Interrupt List. Registers that are not named as outputs are kept.\n";

bool wanted(const bios::Function& function, const Condition& filter) {
  if (filter.vector != function.vector) return false;
  if (!filter.function) return true;
  if (filter.function_is_ax) return function.selector == bios::Selector::kAx && function.number == *filter.function;
  return function.selector != bios::Selector::kNone &&
         *filter.function == (function.selector == bios::Selector::kAx ? function.number >> 8 : function.number);
}

bool wanted(const bios::Function& function, const std::vector<Condition>& filters) {
  for (const Condition& filter : filters) {
    if (wanted(function, filter)) return true;
  }
  return filters.empty();
}

void print_row(const bios::Function& function, bool markdown) {
  const std::string label = bios::function_label(function);
  if (markdown) {
    fmt::print("| {} | {} | {} | {} | {} |\n", label, function.name, function.inputs, function.outputs,
               function.source);
    return;
  }
  fmt::print("{:<8} {}\n", label, function.name);
  if (!function.inputs.empty()) fmt::print("{:<8}   in:  {}\n", "", function.inputs);
  if (!function.outputs.empty()) fmt::print("{:<8}   out: {}\n", "", function.outputs);
  if (!function.source.empty()) fmt::print("{:<8}   see: {}\n", "", function.source);
}

int print_calls(const CallsOptions& options) {
  if (options.markdown) fmt::print("{}", kMarkdownHead);
  int rows = 0;
  for (const std::uint8_t vector : bios::vectors_with_functions()) {
    bool headed = false;
    for (const bios::Function& function : bios::functions_of(vector)) {
      if (!wanted(function, options.filters)) continue;
      if (options.markdown && !headed) {
        fmt::print("\n## INT {:02X}h\n\n| Call | Name | In | Out | Source |\n|---|---|---|---|---|\n", vector);
      }
      headed = true;
      ++rows;
      print_row(function, options.markdown);
    }
  }
  return rows;
}

}  // namespace

int calls(const Arguments& arguments) {
  CallsOptions options;
  apply_arguments<CallsOptions>(arguments, kOptions, options, [](CallsOptions& o, std::string_view word) {
    o.filters.push_back(parse_condition("call:" + std::string(word)));
  });
  if (options.help) {
    fmt::print(
        "Lists the BIOS functions that exist.\n\nExamples:\n  bootsim calls\n  bootsim calls int13\n"
        "  bootsim calls int13/42\n\nOptions:\n{}",
        options_help(shapes_of<CallsOptions>(kOptions)));
    return exit_code::kReached;
  }
  if (print_calls(options) == 0) {
    throw emu::Error(emu::ErrorKind::kUsage, "the BIOS has no such function; `bootsim calls` lists all");
  }
  return exit_code::kReached;
}

}  // namespace bootsim::commands
