#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string_view>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/run.h"
#include "bootsim/version.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

struct Command {
  std::string_view name;
  int (*run)(const Arguments&);
  std::string_view help;
};

constexpr std::array<Command, 14> kCommands = {{
    {"run", run, "boot a medium and say how far it got"},
    {"report", report, "boot a medium and write a page about it, for a browser"},
    {"debug", debug, "stop a boot where you say, look around, go on or back"},
    {"gui", gui, "watch a boot in a window, step through it, go back in time"},
    {"test", test, "run boot specs"},
    {"record", record, "boot a medium and write a first spec of it"},
    {"diff", diff, "say what changed between two traces"},
    {"matrix", matrix, "boot a medium under every quirk and way of attaching it"},
    {"inspect", inspect, "show what is on a medium, and what a BIOS may dislike about it"},
    {"calls", calls, "list the BIOS functions that exist"},
    {"quirks", quirks, "list the quirks of BIOSes that `run --quirk` can show"},
    {"install", install, "put bootsim's boot loader on a disk or floppy, check it, take it away"},
    {"mkimage", mkimage, "make a bootable ISO, disk or floppy out of a folder"},
    {"firmware", firmware, "list or extract the boot sectors, the loader and the memory disk in this program"},
}};

void print_help() {
  fmt::print(
      "bootsim: a PC that exists to be watched while it boots\n\n"
      "Examples:\n"
      "  bootsim run rescue.iso --trace      boot a CD, with every BIOS disk call it makes\n"
      "  bootsim debug rescue.iso            stop on the disk call that goes wrong, and go back from there\n"
      "  bootsim inspect rescue.iso          what is on it\n"
      "  bootsim test tests/boots            check boots against their descriptions\n\n"
      "Commands:\n");
  for (const Command& command : kCommands) fmt::print("  {:<10} {}\n", command.name, command.help);
  fmt::print("  {:<10} {}\n\n`bootsim COMMAND --help` says more; `bootsim --version` names the engine.\n", "help",
             "this text, or that of a command");
}

int dispatch(const Arguments& arguments) {
  if (arguments.empty()) {
    print_help();
    return exit_code::kUsage;
  }
  const std::string& name = arguments.front();
  Arguments rest(arguments.begin() + 1, arguments.end());
  const bool help = name == "help" || name == "--help" || name == "-h";
  if (name == "--version") {
    fmt::print("{}", version_text());
    return exit_code::kReached;
  }
  if (help && rest.empty()) {
    print_help();
    return exit_code::kReached;
  }
  const std::string& wanted = help ? rest.front() : name;
  const auto command =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& c) { return c.name == wanted; });
  if (command == kCommands.end()) {
    throw emu::Error(emu::ErrorKind::kUsage,
                     fmt::format("there is no command \"{}\"; `bootsim help` lists them", wanted));
  }
  return command->run(help ? Arguments{"--help"} : rest);
}

}  // namespace

int main(const Arguments& arguments) {
  try {
    return dispatch(arguments);
  } catch (const emu::Error& error) {
    fmt::print(stderr, "bootsim: {}\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    fmt::print(stderr, "bootsim: internal error: {}; please report this\n", error.what());
    return exit_code::kInternal;
  }
}

}  // namespace bootsim::commands
