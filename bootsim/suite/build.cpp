#include "bootsim/suite/build.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/core.h>

#include "bootsim/install/host_tool.h"
#include "bootsim/units.h"
#include "devices/media/host_file.h"

extern char** environ;

namespace bootsim {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLinesShown = 20;
constexpr install::HostTool kNasm{"nasm", "nasm"};

std::string last_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::string shown;
  const auto lines = split(text, '\n');
  for (std::size_t i = lines.size() > kLinesShown ? lines.size() - kLinesShown : 0; i < lines.size(); ++i) {
    if (!lines[i].empty()) shown += fmt::format("\n    {}", lines[i]);
  }
  return shown;
}

/// Runs a program in `folder`, its words in `log`. The exit status, as a shell says it.
int run_in(const std::string& folder, Arguments words, const std::string& spec_folder, const std::string& log) {
  std::vector<std::string> variables = {"SPEC_DIR=" + spec_folder};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("SPEC_DIR=")) variables.emplace_back(*entry);
  }
  std::vector<char*> arguments, environment;
  for (std::string& word : words) arguments.push_back(word.data());
  for (std::string& variable : variables) environment.push_back(variable.data());
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw emu::Error(emu::ErrorKind::kInternal,
                     fmt::format("{} cannot be started: {}", words[0], devices::media::error_text(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The image that the command left: the one it names, or the only file.
fs::path product(const BuiltMedium& medium, const fs::path& folder) {
  std::error_code ignored;
  if (!medium.file.empty()) {
    const fs::path file = folder / medium.file;
    if (fs::is_regular_file(file, ignored)) return file;
    throw BuildError(medium.place, fmt::format("`{}` did not make {}", medium.command, medium.file));
  }
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    if (!found.empty())
      throw BuildError(medium.place,
                       fmt::format("`{}` made several files; `file: NAME` says which is the medium", medium.command));
    found = entry.path();
  }
  if (found.empty()) {
    throw BuildError(
        medium.place,
        fmt::format("`{}` left no file in its folder; it is run in a new one, and SPEC_DIR names the spec's",
                    medium.command));
  }
  return found;
}

void fill(const BuiltMedium& medium, const fs::path& image) {
  if (medium.size == 0) return;
  const std::uint64_t size = fs::file_size(image);
  if (size > medium.size)
    throw BuildError(medium.place, fmt::format("the medium has {} bytes, more than `size: {}`", size, medium.size));
  fs::resize_file(image, medium.size);
}

fs::path build(const Spec& spec, const BuiltMedium& medium, const fs::path& folder, const std::string& log) {
  const std::string spec_folder = absolute_folder_of(spec.file);
  std::error_code ignored;
  Arguments words = {"/bin/sh", "-c", medium.command};
  if (!medium.nasm.empty()) {
    const std::string source = fs::absolute(medium.nasm, ignored).string();
    words = {install::find_tool(kNasm), "-f", "bin", "-I", spec_folder + "/", "-o", "image", source};
  }
  const int status = run_in(folder.string(), words, spec_folder, log);
  if (status != 0) {
    throw BuildError(medium.place, fmt::format("{} failed with exit code {}:{}",
                                               medium.nasm.empty() ? '`' + medium.command + '`' : "nasm " + medium.nasm,
                                               status, last_lines(log)));
  }
  const fs::path image = medium.nasm.empty() ? product(medium, folder) : folder / "image";
  fill(medium, image);
  return image;
}

}  // namespace

std::string absolute_folder_of(const std::string& file) {
  std::error_code ignored;
  const fs::path folder = fs::path(file).parent_path();
  return fs::absolute(folder.empty() ? fs::path(".") : folder, ignored).lexically_normal().string();
}

RunOptions build_media(const Spec& spec, const std::string& folder) {
  Arguments arguments = spec.arguments;
  for (std::size_t i = 0; i < spec.builds.size(); ++i) {
    const BuiltMedium& medium = spec.builds[i];
    try {
      const fs::path room = fs::path(folder) / fmt::format("{}", i + 1);
      fs::create_directories(room);
      arguments[medium.argument] = build(spec, medium, room, room.string() + ".log").string();
    } catch (const BuildError&) {
      throw;
    } catch (const std::exception& error) {
      throw BuildError(medium.place, error.what());
    }
  }
  return parse_run_options(arguments);
}

bool runs_commands(const Spec& spec) {
  return std::any_of(spec.builds.begin(), spec.builds.end(),
                     [](const BuiltMedium& medium) { return !medium.command.empty(); });
}

}  // namespace bootsim
