// The debugger's prompt without its looks: what kind of command a line is, lines typed before, words to complete.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ui {

/// How a command is to be run.
enum class CommandKind {
  kLook,     ///< between two instructions
  kForward,  ///< it runs the guest
  kBack,     ///< it may go through time
  kQuit,
};
CommandKind kind_of_command(std::string_view line);

/// Lines typed before, walked through with the arrow keys.
class PromptHistory {
 public:
  explicit PromptHistory(std::vector<std::string> lines = {}) : lines_(std::move(lines)), at_(lines_.size()) {}
  /// A line that was entered; not twice the same in a row. The walk begins anew.
  void add(std::string line);
  /// `typed` is what stands at the prompt now; it is there again after the newest.
  const std::string& older(const std::string& typed);
  const std::string& newer(const std::string& typed);
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;  // oldest first
  std::size_t at_;                  // lines_.size(): what is being typed
  std::string typed_;
};

/// What the words of a completion add to `line`: as much as they have in common, a blank when there is only one.
std::string completed(std::string_view line, const std::vector<std::string>& words);

}  // namespace ui
