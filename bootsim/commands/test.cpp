// `bootsim test`: runs boot specs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/run.h"
#include "bootsim/spec.h"
#include "bootsim/spec_runner.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

namespace fs = std::filesystem;

struct TestOptions {
  std::vector<std::string> paths;
  std::vector<std::string> media_directories;
  std::string filter;
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool list = false;
  bool help = false;
};

void set_threads(TestOptions& options, std::string_view text) {
  const std::uint64_t value = parse_number(text);
  if (value < 1 || value > 1024) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("-j {}: 1 to 1024", text));
  options.threads = static_cast<int>(value);
}

constexpr Option<TestOptions> kOptions[] = {
    {"-j", Takes::kValue, "N", "boots at a time; default: as many as there are processors",
     [](TestOptions& o, std::string_view v, std::string_view) { set_threads(o, v); }},
    {"--filter", Takes::kValue, "TEXT", "only specs whose name contains TEXT",
     [](TestOptions& o, std::string_view v, std::string_view) { o.filter = v; }},
    {"--media-dir", Takes::kValue, "DIR", "where media are that do not lie beside their spec; repeatable",
     [](TestOptions& o, std::string_view v, std::string_view) { o.media_directories.emplace_back(v); }},
    {"--list", Takes::kNothing, "", "name the specs and run none",
     [](TestOptions& o, std::string_view, std::string_view) { o.list = true; }},
    {"--help", Takes::kNothing, "", "this text", [](TestOptions& o, std::string_view, std::string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same", [](TestOptions& o, std::string_view, std::string_view) { o.help = true; }},
};

/// The spec files that a path stands for: itself, or all *.yaml below a folder, in order of their names.
std::vector<std::string> spec_files(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{}: there is no such spec or folder", path));
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file() && entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Reads all specs; complains about every one that is wrong before it gives up.
std::vector<Spec> read_specs(const TestOptions& options) {
  std::vector<Spec> specs;
  std::string complaints;
  for (const std::string& path : options.paths) {
    for (const std::string& file : spec_files(path)) {
      try {
        Spec spec = read_spec(file, options.media_directories);
        if (spec.name.find(options.filter) != std::string::npos) specs.push_back(std::move(spec));
      } catch (const emu::Error& error) {
        complaints += fmt::format("{}{}", complaints.empty() ? "" : "\n", error.what());
      }
    }
  }
  if (!complaints.empty()) throw emu::Error(emu::ErrorKind::kUsage, complaints);
  if (specs.empty()) throw emu::Error(emu::ErrorKind::kUsage, "there are no specs (*.yaml) to run");
  return specs;
}

}  // namespace

int test(const Arguments& arguments) {
  TestOptions options;
  apply_arguments<TestOptions>(arguments, kOptions, options,
                               [](TestOptions& o, std::string_view path) { o.paths.emplace_back(path); });
  if (options.help) {
    fmt::print("Runs boot specs (docs/specs.md) and says what differed.\n\nExamples:\n  bootsim test tests/boots\n"
               "  bootsim test tests/boots --filter grub -j 4 --media-dir out/media\n\nOptions:\n{}",
               options_help(shapes_of<TestOptions>(kOptions)));
    return exit_code::kReached;
  }
  if (options.paths.empty()) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim test` needs a spec or a folder of them");
  const std::vector<Spec> specs = read_specs(options);
  if (options.list) {
    for (const Spec& spec : specs) fmt::print("{}\n", spec.name);
    return exit_code::kReached;
  }
  const int failed = run_specs(specs, std::min(options.threads, static_cast<int>(specs.size())),
                               [](const Spec& spec, const SpecOutcome& outcome) {
                                 fmt::print("{}", outcome_text(spec, outcome));
                                 std::fflush(stdout);
                               });
  fmt::print("{} of {} passed\n", static_cast<int>(specs.size()) - failed, specs.size());
  return failed == 0 ? exit_code::kReached : exit_code::kNotReached;
}

}  // namespace bootsim::commands
