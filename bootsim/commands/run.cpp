#include "bootsim/run.h"

#include <cstdio>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/commands/run_and_tell.h"
#include "bootsim/diagnosis.h"
#include "bootsim/output.h"
#include "bootsim/report.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

/// Does another output already use stdout, so that the verdict must go to stderr?
bool stdout_is_taken(const RunOptions& options) {
  return options.serial == "-" || options.debugcon == "-" || options.json == "-" ||
         (options.trace && options.trace->file == "-");
}

/// A plain run shows where it ended; one with goals shows the screen when it missed them, or when asked.
bool wants_screen(const RunOptions& options, const RunResult& result) {
  return options.screen || (!options.quiet && (options.until.empty() || result.exit != exit_code::kReached));
}

void write_summary(const RunOptions& options, const RunResult& result) {
  if (options.json.empty()) return;
  Output json(options.json, "--json");
  json.write(json_summary(result));
  json.flush();
}

/// Runs; when the run cannot even begin (a missing medium, say), the JSON summary says so too.
RunResult run_or_explain(const RunOptions& options, const RunHooks& hooks, const Finished& finished) {
  try {
    return bootsim::run(options, hooks);
  } catch (const emu::Error& error) {
    RunResult result;
    result.exit = error.exit_code();
    result.verdict = "error";
    result.message = error.what();
    write_summary(options, result);
    if (finished) finished(result);
    throw;
  }
}

}  // namespace

int run_and_tell(const RunOptions& options, RunHooks hooks, const Finished& finished, bool quiet_stdout) {
  if (!options.quiet) hooks.notice = [](std::string_view text) { fmt::print(stderr, "bootsim: {}\n", text); };
  RunResult result = run_or_explain(options, hooks, finished);
  // A diagnosis boots the medium once more: not what was seen when gdb had its hands in it.
  if (options.gdb.empty()) result.diagnosis = diagnose(options, result);

  std::FILE* const out = quiet_stdout || stdout_is_taken(options) ? stderr : stdout;
  if (wants_screen(options, result)) fmt::print(out, "{}", framed_screen(result));
  if (!options.quiet) fmt::print(out, "{}{}", verdict_line(result), diagnosis_text(result));
  write_summary(options, result);
  if (finished) finished(result);
  return result.exit;
}

int run(const Arguments& arguments) {
  const RunOptions options = parse_run_options(arguments);
  if (options.help) {
    fmt::print("{}", run_help());
    return exit_code::kReached;
  }
  return run_and_tell(options, {}, nullptr, false);
}

}  // namespace bootsim::commands
