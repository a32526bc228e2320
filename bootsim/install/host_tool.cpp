#include "bootsim/install/host_tool.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/core.h>

#include "bootsim/units.h"
#include "devices/media/host_file.h"
#include "emu/error.h"

extern char** environ;

namespace bootsim::install {
namespace {

namespace fs = std::filesystem;

/// Words of our own for the child, and the caller's environment without what they replace.
std::vector<std::string> environment_for(const ToolRun& run) {
  std::vector<std::pair<std::string, std::string>> own = {
      {"LC_ALL", "C"}, {"TZ", "UTC"}, {"MTOOLSRC", "/dev/null"}, {"MTOOLS_SKIP_CHECK", "1"}, {"MTOOLS_NO_VFAT", "0"}};
  own.insert(own.end(), run.environment.begin(), run.environment.end());
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& [key, value] : own) replaced = replaced || key == name;
    if (!replaced) result.emplace_back(text);
  }
  for (const auto& [key, value] : own) result.push_back(key + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string last_line(const std::string& text) {
  const auto lines = split(text, '\n');
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    if (!line->empty()) return std::string(*line);
  return "no message";
}

}  // namespace

std::string find_tool(const HostTool& tool) {
  const char* path = std::getenv("PATH");
  const std::string folders = fmt::format("{}:/usr/sbin:/sbin", path == nullptr ? "/usr/bin:/bin" : path);
  for (const std::string_view folder : split(folders, ':')) {
    const std::string candidate = fmt::format("{}/{}", folder, tool.name);
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw emu::Error(emu::ErrorKind::kUsage,
                   fmt::format("this needs {}: install the package {}", tool.name, tool.package));
}

ToolOutput run_tool(const HostTool& tool, const ToolRun& run) {
  const TemporaryFolder folder;
  write_file(folder.path("in"), run.input);
  std::vector<std::string> words{find_tool(tool)}, variables = environment_for(run);
  words.insert(words.end(), run.arguments.begin(), run.arguments.end());
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, folder.path("in").c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, folder.path("out").c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, folder.path("err").c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  pid_t child = 0;
  const int error =
      ::posix_spawn(&child, words[0].c_str(), &files, nullptr, pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  if (error != 0)
    throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{} cannot be started: {}", tool.name, std::strerror(error)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ToolOutput output{text_of(folder.path("out")), text_of(folder.path("err"))};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw emu::Error(emu::ErrorKind::kMedium,
                     fmt::format("{} failed: {}", tool.name, last_line(output.err.empty() ? output.out : output.err)));
  }
  return output;
}

TemporaryFolder::TemporaryFolder() {
  path_ = devices::media::temporary_directory() + "/bootsim-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr)
    throw emu::Error(emu::ErrorKind::kInternal,
                     fmt::format("no temporary folder {}: {}; set TMPDIR", path_, std::strerror(errno)));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
}

}  // namespace bootsim::install
