#include "ui/panes/prompt_logic.h"

#include <algorithm>

#include "bootsim/debug/shell.h"
#include "emu/text.h"

namespace ui {
namespace {

constexpr std::size_t kMostLines = 200;

bool is_of(std::span<const bootsim::ShellCommand> family, const bootsim::ShellCommand& command) {
  return std::any_of(family.begin(), family.end(),
                     [&](const bootsim::ShellCommand& c) { return c.name == command.name; });
}

}  // namespace

CommandKind kind_of_command(std::string_view line) {
  const bootsim::ShellCommand* command = bootsim::Shell::find(emu::take_word(line));
  if (!command) return CommandKind::kLook;
  if (command->name == "quit") return CommandKind::kQuit;
  if (command->name == "goto" || command->name == "source") return CommandKind::kBack;
  if (is_of(bootsim::motion_commands(), *command)) return CommandKind::kForward;
  return is_of(bootsim::reverse_commands(), *command) && command->name != "history" ? CommandKind::kBack
                                                                                    : CommandKind::kLook;
}

void PromptHistory::add(std::string line) {
  if (lines_.empty() || lines_.back() != line) lines_.push_back(std::move(line));
  if (lines_.size() > kMostLines) lines_.erase(lines_.begin());
  at_ = lines_.size();
}

const std::string& PromptHistory::older(const std::string& typed) {
  if (at_ == lines_.size()) typed_ = typed;
  if (at_ > 0) --at_;
  return at_ < lines_.size() ? lines_[at_] : typed_;
}

const std::string& PromptHistory::newer(const std::string& typed) {
  if (at_ == lines_.size())
    typed_ = typed;
  else
    ++at_;
  return at_ < lines_.size() ? lines_[at_] : typed_;
}

std::string completed(std::string_view line, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::string common = words.front();
  for (const std::string& word : words) {
    const auto differ = std::mismatch(common.begin(), common.end(), word.begin(), word.end());
    common.erase(differ.first, common.end());
  }
  const std::size_t space = line.rfind(' ');
  const std::size_t begun = space == line.npos ? line.size() : line.size() - space - 1;
  std::string rest = begun < common.size() ? common.substr(begun) : std::string();
  if (words.size() == 1) rest += ' ';
  return rest;
}

}  // namespace ui
