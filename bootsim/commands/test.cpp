// `bootsim test`: runs boot specs.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/output.h"
#include "bootsim/run.h"
#include "bootsim/suite/build.h"
#include "bootsim/suite/collect.h"
#include "bootsim/suite/reporter.h"
#include "bootsim/suite/runner.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

using std::string_view;

struct TestOptions {
  Selection selection;
  std::optional<Shard> shard;  // --shard; it comes before what the environment says
  RunnerOptions runner{
      .threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency())), .keep = {}, .bless = false};
  std::string junit, json;
  bool tap = false;
  bool github = false;
  bool list = false;
  bool build = false;
  bool help = false;
};

using TestOption = Option<TestOptions>;

void set_threads(TestOptions& options, string_view text) {
  const std::uint64_t value = parse_number(text);
  if (value < 1 || value > 1024) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("-j {}: 1 to 1024", text));
  options.runner.threads = static_cast<int>(value);
}

constexpr TestOption kOptions[] = {
    {"-j", Takes::kValue, "N", "boots at a time; default: as many as there are processors",
     [](TestOptions& o, string_view v, string_view) { set_threads(o, v); }},
    {"--filter", Takes::kValue, "TEXT",
     "only specs whose name contains TEXT, or fits it where it has * or ?; repeatable",
     [](TestOptions& o, string_view v, string_view) { o.selection.filters.emplace_back(v); }},
    {"--shard", Takes::kValue, "I/N",
     "only the I-th of N parts of the suite, I from 1; default: what TEST_TOTAL_SHARDS\n"
     "and TEST_SHARD_INDEX (Bazel) or GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX say",
     [](TestOptions& o, string_view v, string_view) { o.shard = parse_shard(v); }},
    {"--media-dir", Takes::kValue, "DIR", "where media are that do not lie beside their spec; repeatable",
     [](TestOptions& o, string_view v, string_view) { o.selection.media_directories.emplace_back(v); }},
    {"--build", Takes::kNothing, "", "let specs make their media by commands of their own (`build:`)",
     [](TestOptions& o, string_view, string_view) { o.build = true; }},
    {"--bless", Takes::kNothing, "", "record golden traces anew, and show what has changed in them",
     [](TestOptions& o, string_view, string_view) { o.runner.bless = true; }},
    {"--list", Takes::kNothing, "", "name the specs and run none",
     [](TestOptions& o, string_view, string_view) { o.list = true; }},
    {"--junit", Takes::kValue, "FILE", "a JUnit XML report; default: what XML_OUTPUT_FILE (Bazel) says, or none",
     [](TestOptions& o, string_view v, string_view) { o.junit = v; }},
    {"--json", Takes::kValue, "FILE", "a JSON report; - is stdout, and nothing else is printed there",
     [](TestOptions& o, string_view v, string_view) { o.json = v; }},
    {"--tap", Takes::kNothing, "", "print TAP version 13",
     [](TestOptions& o, string_view, string_view) { o.tap = true; }},
    {"--github", Takes::kNothing, "", "print GitHub annotations too, at the lines of the specs",
     [](TestOptions& o, string_view, string_view) { o.github = true; }},
    {"--keep", Takes::kValue, "DIR", "keep every boot's trace, screen, serial output and summary in DIR/NAME/",
     [](TestOptions& o, string_view v, string_view) { o.runner.keep = v; }},
    {"--help", Takes::kNothing, "", "this text", [](TestOptions& o, string_view, string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same", [](TestOptions& o, string_view, string_view) { o.help = true; }},
};

void print_help() {
  fmt::print(
      "Runs boot specs (docs/specs.md) and says what differed. A folder means every *.yaml below it.\n\n"
      "Examples:\n"
      "  bootsim test tests/boots\n"
      "  bootsim test tests/boots --filter grub -j 4 --media-dir out/media\n"
      "  bootsim test boots --shard 2/8 --junit report.xml --github      in CI: the second of eight machines\n"
      "  bootsim test boots/cd.yaml --keep out                           to look closer\n\n"
      "Usage: bootsim test PATH... [options]\n\nOptions:\n{}\n"
      "Exit codes: 0 all passed, 1 some failed, 2 a spec or an option is wrong, 70 internal error.\n",
      options_help(shapes_of<TestOptions>(kOptions)));
}

/// Bazel and GoogleTest want to know that a program understands shards: a file is made, or its time set.
void touch(const std::string& path) {
  if (path.empty()) return;
  std::ofstream file(path, std::ios::app);
  if (!file)
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{} (the shard status file) cannot be written", path));
}

void read_environment(TestOptions& options) {
  const ShardEnvironment environment = shard_environment([](const char* name) { return std::getenv(name); });
  touch(environment.status_file);
  options.selection.shard = options.shard.value_or(environment.shard.value_or(Shard{}));
  const char* const xml = std::getenv("XML_OUTPUT_FILE");
  if (options.junit.empty() && xml) options.junit = xml;
}

/// Reporters in the order in which they are told: the status line goes before anything else is printed.
std::vector<std::unique_ptr<Reporter>> reporters_for(const TestOptions& options) {
  std::vector<std::unique_ptr<Reporter>> reporters;
  const bool terminal = stderr_is_terminal();
  if (terminal) reporters.push_back(make_progress_reporter(true));
  if (options.tap)
    reporters.push_back(make_tap_reporter());
  else if (options.json != "-" && options.junit != "-")
    reporters.push_back(make_text_reporter());
  if (options.github) reporters.push_back(make_github_reporter());
  if (!options.junit.empty()) reporters.push_back(make_junit_reporter(options.junit));
  if (!options.json.empty()) reporters.push_back(make_json_reporter(options.json));
  if (terminal) reporters.push_back(make_progress_reporter(false));
  return reporters;
}

void check_stdout(const TestOptions& options) {
  const bool printed = options.tap || options.github;
  if ((options.json == "-") + (options.junit == "-") + printed > 1)
    throw emu::Error(emu::ErrorKind::kUsage, "only one of --json -, --junit -, and --tap or --github can have stdout");
}

/// Media would then be said to be missing, one by one.
void check_media_directories(const Selection& selection) {
  for (const std::string& directory : selection.media_directories) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(directory, ignored))
      fmt::print(stderr, "bootsim: --media-dir {}: there is no such folder\n", directory);
  }
}

/// A spec may come from anybody: what it runs on the host, it runs only when asked.
void refuse_commands(const std::vector<Spec>& specs) {
  for (const Spec& spec : specs) {
    if (!runs_commands(spec)) continue;
    const Place& place = spec.builds.front().place;
    throw emu::Error(emu::ErrorKind::kUsage,
                     fmt::format("{}:{}:{}: this medium is made by a command; --build lets specs run commands",
                                 spec.file, place.line, place.column));
  }
}

}  // namespace

int test(const Arguments& arguments) {
  TestOptions options;
  apply_arguments<TestOptions>(arguments, kOptions, options,
                               [](TestOptions& o, string_view path) { o.selection.paths.emplace_back(path); });
  if (options.help) {
    print_help();
    return exit_code::kReached;
  }
  if (options.selection.paths.empty())
    throw emu::Error(emu::ErrorKind::kUsage, "`bootsim test` needs a spec or a folder of them");
  check_stdout(options);
  check_media_directories(options.selection);
  read_environment(options);
  const std::vector<Spec> specs = collect_specs(options.selection);
  if (options.list) {
    for (const Spec& spec : specs) fmt::print("{}\n", spec.name);
    return exit_code::kReached;
  }
  if (!options.build) refuse_commands(specs);
  const auto owned = reporters_for(options);
  std::vector<Reporter*> reporters;
  for (const auto& reporter : owned) reporters.push_back(reporter.get());
  const SuiteTotals totals = run_specs(specs, options.runner, reporters);
  return totals.failed == 0 ? exit_code::kReached : exit_code::kNotReached;
}

}  // namespace bootsim::commands
