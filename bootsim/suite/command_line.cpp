#include "bootsim/suite/command_line.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bootsim/options.h"

namespace bootsim {
namespace {

constexpr std::array<std::string_view, 7> kMediaOptions = {"--cd",     "--hd",         "--floppy", "--kernel",
                                                           "--initrd", "--option-rom", "--bios"};
constexpr std::array<std::string_view, 12> kOutputs = {
    "--trace",    "--trace-calls", "--trace-format", "--screen",   "--screenshot", "--serial",
    "--debugcon", "--json",        "--quiet",        "--progress", "--persist",    "--wall-limit"};
constexpr std::array<std::string_view, 4> kGoals = {"--until", "--fail-on", "--type", "--type-at"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string shell_word(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:,@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == word.npos) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + '\'';
}

std::string shell_line(const Arguments& words) {
  std::string line;
  for (const std::string& word : words) line += fmt::format("{}{}", line.empty() ? "" : " ", shell_word(word));
  return line;
}

std::string debug_command(const Spec& spec, const SpecOutcome& outcome) {
  if (!spec.builds.empty() || outcome.result.verdict == "error") return {};
  std::optional<std::uint64_t> call;
  for (const Difference& difference : outcome.differences) {
    if (!call) call = difference.call;
  }
  if (!call && outcome.result.diagnosis && !outcome.result.diagnosis->evidence.empty())
    call = outcome.result.diagnosis->evidence.back();
  Arguments words = {"bootsim", "debug"};
  words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  if (call) words.insert(words.end(), {"-e", fmt::format("goto call {}", *call)});
  return shell_line(words);
}

Arguments boot_words(const Arguments& arguments, bool goals) {
  const std::vector<OptionShape> table = shapes_of<RunOptions>(run_options());
  Arguments words;
  for (const ArgumentStep& step : split_arguments(arguments, table)) {
    if (step.option < 0) {
      words.emplace_back(step.value);
      continue;
    }
    const OptionShape& option = table[static_cast<std::size_t>(step.option)];
    if (is_one_of(option.name, kOutputs) || (!goals && is_one_of(option.name, kGoals))) continue;
    words.emplace_back(option.name);
    if (option.takes != Takes::kNothing) words.emplace_back(step.value);
    if (option.takes == Takes::kTwoValues) words.emplace_back(step.second);
  }
  return words;
}

RunWords sort_run_words(const Arguments& arguments) {
  parse_run_options(arguments);
  RunWords words;
  const std::vector<OptionShape> table = shapes_of<RunOptions>(run_options());
  for (const ArgumentStep& step : split_arguments(arguments, table)) {
    if (step.option < 0) {
      words.media.push_back({"", std::string(step.value)});
      continue;
    }
    const OptionShape& option = table[static_cast<std::size_t>(step.option)];
    if (is_one_of(option.name, kMediaOptions)) {
      words.media.push_back({std::string(option.name.substr(2)), std::string(step.value)});
    } else if (option.name == "--as") {
      words.media.back().kind = step.value;
    } else if (option.name == "--until") {
      words.until.emplace_back(step.value);
    } else if (option.name == "--type") {
      words.type.push_back({"", std::string(step.value)});
    } else if (option.name == "--type-at") {
      words.type.push_back({std::string(step.value), std::string(step.second)});
    } else if (!is_one_of(option.name, kOutputs)) {
      words.options.emplace_back(option.name);
      if (option.takes == Takes::kValue) words.options.emplace_back(step.value);
    }
  }
  return words;
}

}  // namespace bootsim
