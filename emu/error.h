// The one exception type: host faults (a bad file, a full disk, a bad option). Guest faults are values, never
// exceptions.
#pragma once

#include <stdexcept>
#include <string>

namespace emu {

/// What a host fault means for the process's exit code (documented in docs/exit-codes.md).
enum class ErrorKind {
  kUsage = 2,      ///< a bad option, pattern or specification file
  kMedium = 6,     ///< a medium is missing, empty, unreadable, a directory or a broken archive
  kInternal = 70,  ///< our own bug, or a host resource that ran out
};

/// The message says what is wrong, where, and what to do about it; it ends without a period or newline.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }
  int exit_code() const { return static_cast<int>(kind_); }

 private:
  ErrorKind kind_;
};

}  // namespace emu
