#include "bootsim/suite/command_line.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bootsim/options.h"
#include "bootsim/suite/build.h"

namespace bootsim {
namespace {

constexpr std::array<std::string_view, 7> kMediaOptions = {"--cd",     "--hd",         "--floppy", "--kernel",
                                                           "--initrd", "--option-rom", "--bios"};
constexpr std::array<std::string_view, 12> kOutputs = {
    "--trace",    "--trace-calls", "--trace-format", "--screen",   "--screenshot", "--serial",
    "--debugcon", "--json",        "--quiet",        "--progress", "--persist",    "--wall-limit"};
constexpr std::array<std::string_view, 2> kGoals = {"--until", "--fail-on"};

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

namespace {

/// A medium that is made for each boot, made once more: commands, and what the shell then calls the image.
struct MadeMedium {
  std::string commands, image;
};

MadeMedium make_again(const BuiltMedium& medium, const std::string& spec_folder, std::size_t number) {
  MadeMedium made;
  if (!medium.nasm.empty()) {
    made.image = fmt::format("\"$d/{}\"", number);
    made.commands = fmt::format("{} -o {} {}", shell_line({"nasm", "-f", "bin", "-I", spec_folder + "/"}), made.image,
                                shell_word(medium.nasm));
  } else {
    made.image = fmt::format("\"$d/{}\"/{}", number, medium.file.empty() ? "*" : shell_word(medium.file));
    made.commands = fmt::format("mkdir \"$d/{0}\" && (cd \"$d/{0}\" && SPEC_DIR={1} sh -c {2})", number,
                                shell_word(spec_folder), shell_word(medium.command));
  }
  if (medium.size > 0) made.commands += fmt::format(" && truncate -s {} {}", medium.size, made.image);
  return made;
}

}  // namespace

std::string debug_command(const Spec& spec, const SpecOutcome& outcome) {
  if (outcome.result.verdict == "error") return {};
  std::optional<std::uint64_t> call;
  for (const Difference& difference : outcome.differences) {
    if (!call) call = difference.call;
  }
  if (!call && outcome.result.diagnosis && !outcome.result.diagnosis->evidence.empty())
    call = outcome.result.diagnosis->evidence.back();
  std::string commands = spec.builds.empty() ? "" : "d=$(mktemp -d) && ";
  Arguments arguments = spec.arguments;
  std::vector<std::string> images;
  const auto mark = [](std::size_t number) { return fmt::format("\x01{}", number); };  // no word of a command line
  for (const BuiltMedium& medium : spec.builds) {
    const std::size_t number = images.size() + 1;
    const MadeMedium made = make_again(medium, absolute_folder_of(spec.file), number);
    commands += made.commands + " && ";
    arguments[medium.argument] = mark(number);
    images.push_back(made.image);
  }
  commands += "bootsim debug";
  for (const std::string& word : boot_words(arguments, false)) {
    std::string quoted = shell_word(word);
    for (std::size_t i = 0; i < images.size(); ++i) {
      if (word == mark(i + 1)) quoted = images[i];
    }
    commands += ' ' + quoted;
  }
  return call ? fmt::format("{} -e 'goto call {}'", commands, *call) : commands;
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
