#include "bootsim/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/core.h>

#include "emu/error.h"

namespace bootsim {
namespace {

[[noreturn]] void refuse(const std::string& path, std::string_view what, int error) {
  throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{}: cannot write {}: {}", what, path, std::strerror(error)));
}

}  // namespace

void Output::Close::operator()(std::FILE* file) const {
  if (file == stdout || file == stderr) {
    std::fflush(file);
  } else {
    std::fclose(file);
  }
}

Output::Output(const std::string& path, std::string_view what) : name_(path == "-" ? "stdout" : path) {
  file_.reset(path == "-" ? stdout : std::fopen(path.c_str(), "wb"));
  if (!file_) refuse(path, what, errno);
}

void check_writable(const std::string& path, std::string_view what) {
  if (path == "-") return;
  const std::filesystem::path file(path);
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) refuse(path, what, EISDIR);
  const bool exists = std::filesystem::exists(file, ignored);
  const std::string asked = exists ? path : file.has_parent_path() ? file.parent_path().string() : ".";
  if (access(asked.c_str(), exists ? W_OK : W_OK | X_OK) != 0) refuse(path, what, errno);
}

Output Output::to_stderr() {
  Output output;
  output.file_.reset(stderr);
  output.name_ = "stderr";
  return output;
}

void Output::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    throw emu::Error(emu::ErrorKind::kInternal, fmt::format("cannot write {}: {}", name_, std::strerror(errno)));
  }
}

void Output::flush() {
  if (std::fflush(file_.get()) != 0) {
    throw emu::Error(emu::ErrorKind::kInternal, fmt::format("cannot write {}: {}", name_, std::strerror(errno)));
  }
}

bool Output::is_terminal() const { return isatty(fileno(file_.get())) != 0; }

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

}  // namespace bootsim
