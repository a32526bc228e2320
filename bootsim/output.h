// Where the program's outputs go: a file, stdout or stderr.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace bootsim {

/// A file that is created at once and closed at the end; "-" is stdout.
class Output {
 public:
  /// Throws emu::Error(kUsage) when the file cannot be created. `what` names the option in messages.
  Output(const std::string& path, std::string_view what);
  static Output to_stderr();
  /// Throws emu::Error(kInternal) when the disk is full or the reader is gone.
  void write(std::string_view text);
  void flush();
  /// Readers want every line as it comes.
  bool is_terminal() const;

 private:
  Output() = default;
  struct Close {
    void operator()(std::FILE* file) const;
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string name_;
};

/// Throws what Output's constructor would throw, as far as that shows before it is tried, and touches nothing: for what
/// is written only when the boot was one to keep.
void check_writable(const std::string& path, std::string_view what);

bool stderr_is_terminal();

}  // namespace bootsim
