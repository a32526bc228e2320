#include "bootsim/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/core.h>

#include "emu/error.h"

namespace bootsim {

void Output::Close::operator()(std::FILE* file) const {
  if (file == stdout || file == stderr) {
    std::fflush(file);
  } else {
    std::fclose(file);
  }
}

Output::Output(const std::string& path, std::string_view what) : name_(path == "-" ? "stdout" : path) {
  file_.reset(path == "-" ? stdout : std::fopen(path.c_str(), "wb"));
  if (!file_) {
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{}: cannot write {}: {}", what, path, std::strerror(errno)));
  }
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
