// `bootsim record`: a first spec from a run.
#include <cstdio>
#include <filesystem>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/output.h"
#include "bootsim/report.h"
#include "bootsim/run.h"
#include "bootsim/suite/compare.h"
#include "bootsim/suite/golden.h"
#include "bootsim/suite/record.h"
#include "bootsim/suite/spec.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

namespace fs = std::filesystem;

struct RecordArguments {
  Arguments run;  // those of `bootsim run`
  std::string out = "-";
  bool exact = false, golden = false, help = false;
};

/// Takes its own options out of those of `bootsim run`.
RecordArguments sorted(const Arguments& arguments) {
  RecordArguments mine;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "-o" || word == "--output") {
      if (i + 1 == arguments.size()) throw emu::Error(emu::ErrorKind::kUsage, "-o needs FILE");
      mine.out = arguments[++i];
    } else if (word == "--exact") {
      mine.exact = true;
    } else if (word == "--golden") {
      mine.golden = true;
    } else if (word == "--help" || word == "-h") {
      mine.help = true;
    } else {
      mine.run.push_back(word);
    }
  }
  if (mine.golden && mine.out == "-")
    throw emu::Error(emu::ErrorKind::kUsage, "--golden needs -o FILE: the trace is written beside it");
  return mine;
}

void print_help() {
  fmt::print(
      "Boots a medium and writes a spec (docs/specs.md) that says what it did.\n\nExamples:\n"
      "  bootsim record rescue.iso -o boots/rescue.yaml\n"
      "  bootsim record live.iso --until 'screen:GNU GRUB' -o boots/live.yaml --golden\n\n"
      "Usage: bootsim record IMAGE... [options of `bootsim run`] [-o FILE] [--exact] [--golden]\n\nOptions:\n"
      "  -o FILE                 where the spec goes; default: stdout\n"
      "  --exact                 list every disk call instead of one for each thing that was read\n"
      "  --golden                record the whole trace too, as FILE with .golden.jsonl in place of .yaml\n"
      "  --help, -h              this text\n\n"
      "Exit codes: 0 recorded, whatever the boot did; 2 usage; 6 a medium cannot be read.\n");
}

/// A spec that its own run does not fulfil would be our defect; nobody else should find it.
void check(const std::string& text, const std::string& path, const RunResult& result,
           const std::vector<CallRecord>& calls) {
  const Spec spec = parse_spec(text, path, {});
  const auto found = differences(spec, result, calls);
  if (!found.empty())
    throw emu::Error(emu::ErrorKind::kInternal,
                     fmt::format("the recorded spec does not fit its own run: {}", found.front().text));
}

}  // namespace

int record(const Arguments& arguments) {
  const RecordArguments mine = sorted(arguments);
  if (mine.help) {
    print_help();
    return exit_code::kReached;
  }
  check_writable(mine.out, "-o");
  const RunWords words = sort_run_words(mine.run);
  std::string trace;
  RunHooks hooks;
  hooks.trace_vectors.set(0x13);
  hooks.trace_lines = [&](std::string_view piece) { trace += piece; };
  const RunResult result = run(parse_run_options(mine.run), hooks);
  const std::vector<CallRecord> calls = read_trace(trace, "the trace").calls;

  RecordOptions options{.folder = {}, .exact = mine.exact, .golden = {}};
  const fs::path out(mine.out);
  if (mine.out != "-") options.folder = out.parent_path().empty() ? "." : out.parent_path().string();
  if (mine.golden) options.golden = out.stem().string() + ".golden.jsonl";
  const std::string text = recorded_spec(words, result, calls, options);
  check(text, mine.out == "-" ? "stdout" : mine.out, result, calls);
  Output file(mine.out, "-o");
  file.write(text);
  file.flush();
  if (mine.golden) {
    Output golden((out.parent_path() / options.golden).string(), "--golden");
    golden.write(normalised_trace(calls, std::bitset<256>().set(0x13)));
    golden.flush();
  }
  if (mine.out != "-") fmt::print(stderr, "bootsim: {}", verdict_line(result));
  return exit_code::kReached;
}

}  // namespace bootsim::commands
