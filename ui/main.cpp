#include <cstdio>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "bootsim/run.h"
#include "emu/error.h"
#include "ui/boot.h"
#include "ui/window.h"

namespace {

/// The file behind the option at `at`, which moves on to it.
std::string file_behind(const std::vector<std::string>& arguments, std::size_t& at) {
  if (at + 1 == arguments.size()) throw emu::Error(emu::ErrorKind::kUsage, arguments[at] + " wants a file");
  return arguments[++at];
}

/// Options of the window's own are taken out of `arguments`; the rest is `bootsim run`'s.
ui::WindowOptions window_options(const std::vector<std::string>& arguments) {
  ui::WindowOptions options;
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--stopped") {
      options.stopped = true;
    } else if (arguments[i] == "--no-settings") {
      options.settings = false;
    } else if (arguments[i] == "--script") {
      options.script = file_behind(arguments, i);
    } else if (arguments[i] == "--symbols") {
      options.symbols.push_back(file_behind(arguments, i));
    } else {
      rest.push_back(arguments[i]);
    }
  }
  if (rest.empty() && !options.symbols.empty())
    throw emu::Error(emu::ErrorKind::kUsage, "--symbols wants a medium beside it");
  if (!rest.empty()) options.boot = bootsim::parse_run_options(rest);
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const ui::WindowOptions options = window_options({argv + 1, argv + argc});
    if (options.boot) {
      for (const std::string& words : ui::unused_options(*options.boot)) fmt::print(stderr, "bootsim gui: {}\n", words);
    }
    return ui::run_window(options);
  } catch (const emu::Error& error) {
    fmt::print(stderr, "bootsim gui: {}\n", error.what());
    return error.kind() == emu::ErrorKind::kMedium ? bootsim::exit_code::kMedium : bootsim::exit_code::kUsage;
  }
}
