#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <fmt/core.h>
#include <unistd.h>

#include "bootsim/commands/commands.h"
#include "bootsim/debug/options.h"
#include "bootsim/debug/prompt.h"
#include "bootsim/debug/queued_keys.h"
#include "bootsim/debug/shell.h"
#include "bootsim/debug/unattended.h"
#include "bootsim/gdb_server.h"
#include "bootsim/run.h"
#include "debugger/debugger.h"

namespace bootsim::commands {
namespace {

/// Whom Ctrl-C stops. A signal handler has no other way to know.
debugger::Debugger* g_interrupted = nullptr;  // NOLINT: see above

void on_interrupt(int) {
  if (g_interrupted) g_interrupted->interrupt();
}

/// Ctrl-C stops the guest as long as this lives.
class InterruptedByKey {
 public:
  explicit InterruptedByKey(debugger::Debugger& debugger) {
    g_interrupted = &debugger;
    struct sigaction action = {};
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &before_);
  }
  ~InterruptedByKey() {
    sigaction(SIGINT, &before_, nullptr);
    g_interrupted = nullptr;
  }
  InterruptedByKey(const InterruptedByKey&) = delete;
  InterruptedByKey& operator=(const InterruptedByKey&) = delete;

 private:
  struct sigaction before_ = {};
};

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

/// Where escape sequences are understood and wanted (no-color.org).
bool wants_colour() {
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool refused = no_colour && *no_colour != '\0';
  return isatty(STDOUT_FILENO) != 0 && !refused && terminal && std::string_view(terminal) != "dumb";
}

/// Up to the first command that fails, as gdb does: what follows counts on it. False: one did.
bool run_scripts(Shell& shell, const std::vector<DebugScript>& scripts) {
  for (const DebugScript& script : scripts) {
    if (shell.done()) break;
    if (!script.is_file) shell.print(fmt::format("> {}\n", script.text));
    if (!(script.is_file ? shell.execute_file(script.text) : shell.execute(script.text))) return false;
  }
  return true;
}

}  // namespace

int debug(const Arguments& arguments) {
  const DebugOptions options = parse_debug_options(arguments);
  if (options.run.help) {
    write(debug_help());
    return exit_code::kReached;
  }
  const bool quiet = options.run.quiet;
  const std::function<void(std::string_view)> notice = [quiet](std::string_view text) {
    if (!quiet) fmt::print(stderr, "bootsim: {}\n", text);
  };
  const bool on_terminal = isatty(STDIN_FILENO) != 0;
  const bool attended = on_terminal || !options.run.gdb.empty();
  for (const std::string& words : left_to_the_user(options.run, attended)) notice(words);
  Assembly assembly(options.run, notice);
  Pc& pc = assembly.pc();
  QueuedKeys keys(assembly, options.run.type);
  debugger::Debugger debugger({pc.machine(), pc.bios(), pc.vga(), assembly.drive_files()},
                              {.history = options.history, .travel = {}});
  std::optional<Unattended> unattended;
  if (!attended) unattended.emplace(assembly, debugger, keys, options.run);
  Shell shell(assembly, debugger, write, {.colour = wants_colour()});
  const InterruptedByKey interrupted(debugger);
  bool all_worked = run_scripts(shell, options.scripts);
  if (!shell.done() && !options.run.gdb.empty()) {
    serve_gdb(options.run.gdb, shell, notice);
    if (!on_terminal) shell.quit();
  }
  if (!shell.done() && on_terminal) {
    if (options.scripts.empty()) shell.show_stop(debugger.last_stop());
    prompt_on_terminal(shell);
    all_worked = true;  // whoever types has seen what failed
  } else if (!shell.done() && options.scripts.empty()) {
    all_worked = commands_from_pipe(shell);
  }
  all_worked &= shell.end_of_input();
  if (options.run.persist) {
    for (const auto& overlay : assembly.media().overlays) overlay->persist();
  }
  if (!all_worked) return exit_code::kNotReached;
  return unattended && unattended->reached_limit() ? exit_code::kLimit : exit_code::kReached;
}

}  // namespace bootsim::commands
