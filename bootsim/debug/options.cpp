#include "bootsim/debug/options.h"

#include <span>

#include <fmt/core.h>

#include "bootsim/debug/queued_keys.h"

namespace bootsim {
namespace {

using DebugOption = Option<DebugOptions>;

constexpr DebugOption kOptions[] = {
    {"-x", Takes::kValue, "FILE", "run the debugger commands in FILE; repeatable",
     [](DebugOptions& o, std::string_view v, std::string_view) {
       o.scripts.push_back({true, std::string(v)});
     }},
    {"-e", Takes::kValue, "COMMAND", "run one debugger command; repeatable, in order with -x",
     [](DebugOptions& o, std::string_view v, std::string_view) {
       o.scripts.push_back({false, std::string(v)});
     }},
    {"--no-history", Takes::kNothing, "", "keep nothing to go back to",
     [](DebugOptions& o, std::string_view, std::string_view) { o.history = false; }},
};

}  // namespace

DebugOptions parse_debug_options(const Arguments& arguments) {
  DebugOptions options;
  // One table: the options of run behind those of debug.
  std::vector<OptionShape> shapes = shapes_of<DebugOptions>(kOptions);
  const std::size_t own = shapes.size();
  for (const auto& option : run_options()) shapes.push_back({option.name, option.takes, option.value, option.help});
  for (const ArgumentStep& step : split_arguments(arguments, shapes)) {
    const auto index = static_cast<std::size_t>(step.option);
    if (step.option < 0) {
      add_image(options.run, step.value);
    } else if (index < own) {
      kOptions[index].apply(options, step.value, step.second);
    } else {
      run_options()[index - own].apply(options.run, step.value, step.second);
    }
  }
  check_run_options(options.run);
  return options;
}

std::vector<std::string> left_to_the_user(const RunOptions& options, bool attended) {
  const RunOptions defaults;
  std::vector<std::string> words;
  const auto add = [&words](bool given, const char* sentence) {
    if (given) words.emplace_back(sentence);
  };
  if (const auto unseen = QueuedKeys::first_unseen(options.type); unseen != options.type.end()) {
    words.push_back(fmt::format(
        "--type-at {}: cannot be waited for here, so this and what follows is not typed; the command `type` presses keys",
        unseen->when->text));
  }
  add(!options.until.empty() || !options.fail_on.empty(), "--until and --fail-on: not here; `break` stops");
  add(attended && (options.limit != defaults.limit || options.wall_limit.has_value()),
      "--limit and --wall-limit: not where somebody can press Ctrl-C; `goto time` goes to a time");
  add(options.trace.has_value(), "--trace: not here; `calls` and `log int13` show calls");
  add(options.screen || !options.screenshot.empty(), "--screen and --screenshot: not here; `screen` shows the screen");
  add(!options.json.empty(), "--json: not here; `bootsim run` writes it");
  return words;
}

std::string debug_help() {
  return "Stops a boot where you say, looks around, and goes on - or back.\n"
         "\n"
         "Examples:\n"
         "  bootsim debug rescue.iso                              a prompt before the first instruction; `help` lists commands\n"
         "  bootsim debug disk.img -e 'break int13/42 if lba == 63' -e continue -e registers\n"
         "  bootsim debug disk.img -x findings.cmd </dev/null     a script, as in a test\n"
         "\n"
         "Usage: bootsim debug [IMAGE...] [options]\n"
         "\n"
         "Options:\n" +
         options_help(shapes_of<DebugOptions>(kOptions)) +
         "\n"
         "and those of `bootsim run`, which see.\n"
         "\n"
         "Commands come from -x and -e, then from the terminal; from stdin when that is none and there is no script. A command that\n"
         "fails ends the scripts. Where there is neither a terminal nor --gdb, `continue` and the like also end when the guest comes to\n"
         "rest as in `bootsim run`, after --limit (120 s each), and at --wall-limit (all of them together).\n"
         "\n"
         "Exit codes: 0, 1 a command failed, 2 usage, 4 a limit ended a motion, 6 bad medium, 70 internal error.\n";
}

}  // namespace bootsim
