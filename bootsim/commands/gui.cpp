// `bootsim gui`: starts the window, which is a program of its own, so that the others need no display libraries.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "bootsim/commands/commands.h"
#include "bootsim/run.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kProgram = "bootsim-gui";

void print_help() {
  fmt::print(
      "Opens a window on a boot: its screen, every disk call, the code, memory, and a time line to go back on.\n\n"
      "Examples:\n"
      "  bootsim gui                                 choose a medium there, or drop one on the window\n"
      "  bootsim gui rescue.iso                      boot it and watch\n"
      "  bootsim gui stick.img --as usb-hd --stopped stand before the first instruction\n\n"
      "Usage: bootsim gui [IMAGE...] [options of `bootsim run`] [--stopped] [--symbols FILE]\n\n"
      "  --stopped               stop before the first instruction\n"
      "  --symbols FILE          names and source lines: a NASM map or listing, an ELF file, System.map; repeatable\n"
      "  --help, -h              this text\n\n"
      "docs/gui.md describes the window. It needs a display; `bootsim debug` does the same on a terminal, and\n"
      "`bootsim report` writes a boot as a page to read.\n"
      "Exit codes: 0 the window was closed; 2 usage, no display, or bootsim-gui is not installed.\n");
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

/// Beside this program, where both are installed; in the build tree; in PATH. Empty: nowhere.
fs::path find_program() {
  std::vector<fs::path> places;
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error) places = {self.parent_path() / kProgram, self.parent_path().parent_path() / "ui" / kProgram};
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path ? path : ""; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    places.push_back(fs::path(rest.substr(0, end)) / kProgram);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const fs::path& place : places) {
    if (is_program(place)) return place;
  }
  return {};
}

[[noreturn]] void refuse(const std::string& why) {
  throw emu::Error(
      emu::ErrorKind::kUsage,
      fmt::format("gui: {}; `bootsim debug` steps through a boot on a terminal, `bootsim report` writes it as a page",
                  why));
}

}  // namespace

int gui(const Arguments& arguments) {
  for (const std::string& word : arguments) {
    if (word != "--help" && word != "-h") continue;
    print_help();
    return exit_code::kReached;
  }
  if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY"))
    refuse("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)");
  const fs::path program = find_program();
  if (program.empty()) refuse(fmt::format("the program {} is not installed", kProgram));
  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::fflush(nullptr);
  execv(program.c_str(), pointers.data());
  refuse(fmt::format("{} cannot be started", program.string()));
}

}  // namespace bootsim::commands
