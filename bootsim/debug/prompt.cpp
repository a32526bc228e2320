#include "bootsim/debug/prompt.h"

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

#include <fmt/core.h>
#include <histedit.h>

#include "bootsim/user_folders.h"

namespace bootsim {
namespace {

constexpr int kHistoryLines = 1000;
constexpr const char* kName = "bootsim";

struct EndEditLine {
  void operator()(EditLine* editor) const { el_end(editor); }
};
struct EndHistory {
  void operator()(History* history) const { history_end(history); }
};

char* prompt_text(EditLine* editor) {
  static char text[] = "(bootsim) ", more[] = "> ";
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  return static_cast<const Shell*>(data)->collecting() ? more : text;
}

/// Empty: there is no place for it.
std::string history_file() {
  const std::filesystem::path folder = user_folder(UserFolder::kState);
  if (folder.empty()) return {};
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  return folder / "history";
}

/// The longest beginning that all words share.
std::string common_beginning(const std::vector<std::string>& words) {
  std::string common = words.front();
  for (const std::string& word : words) {
    std::size_t same = 0;
    while (same < common.size() && same < word.size() && common[same] == word[same]) ++same;
    common.resize(same);
  }
  return common;
}

unsigned char complete(EditLine* editor, int) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  const LineInfo* line = el_line(editor);
  const std::string_view before(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer));
  const std::vector<std::string> words = static_cast<const Shell*>(data)->complete(before);
  if (words.empty()) return CC_ERROR;
  const std::size_t begun = before.size() - (before.rfind(' ') == before.npos ? 0 : before.rfind(' ') + 1);
  std::string rest = common_beginning(words).substr(begun);
  if (words.size() == 1) rest += ' ';
  if (!rest.empty()) return el_insertstr(editor, rest.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  std::putchar('\n');
  for (const std::string& word : words) fmt::print("{}  ", word);
  std::putchar('\n');
  return CC_REDISPLAY;
}

}  // namespace

void prompt_on_terminal(Shell& shell) {
  const std::unique_ptr<History, EndHistory> history(history_init());
  const std::unique_ptr<EditLine, EndEditLine> editor(el_init(kName, stdin, stdout, stderr));
  HistEvent event;
  ::history(history.get(), &event, H_SETSIZE, kHistoryLines);
  ::history(history.get(), &event, H_SETUNIQUE, 1);
  const std::string file = history_file();
  if (!file.empty()) ::history(history.get(), &event, H_LOAD, file.c_str());
  el_set(editor.get(), EL_CLIENTDATA, &shell);
  el_set(editor.get(), EL_PROMPT, prompt_text);
  el_set(editor.get(), EL_EDITOR, "emacs");
  el_set(editor.get(), EL_SIGNAL, 0);  // Ctrl-C belongs to the guest
  el_set(editor.get(), EL_HIST, ::history, history.get());
  el_set(editor.get(), EL_ADDFN, "complete", "complete a word", complete);
  el_set(editor.get(), EL_BIND, "^I", "complete", nullptr);
  while (!shell.done()) {
    int size = 0;
    const char* line = el_gets(editor.get(), &size);
    if (!line || size <= 0) break;
    shell.debugger().forget_interrupt();  // Ctrl-C at the prompt stops nothing
    const std::string_view text = trimmed(std::string_view(line, static_cast<std::size_t>(size)));
    if (text.empty()) {
      shell.execute(shell.repeatable());
      continue;
    }
    ::history(history.get(), &event, H_ENTER, std::string(text).c_str());
    shell.execute(text);
  }
  if (!file.empty()) ::history(history.get(), &event, H_SAVE, file.c_str());
}

bool commands_from_pipe(Shell& shell) {
  bool all_worked = true;
  for (std::string line; !shell.done() && std::getline(std::cin, line);) {
    if (!trimmed(line).empty() && trimmed(line).front() != '#') shell.print(fmt::format("> {}\n", trimmed(line)));
    all_worked &= shell.execute(line);
  }
  return all_worked;
}

}  // namespace bootsim
