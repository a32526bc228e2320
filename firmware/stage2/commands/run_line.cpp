#include "stage2/commands/command.h"

namespace stage2 {

bool Args::option(Text name, Text& value) const {
  for (const String& word : words) {
    const Text text = word;
    if (starts_with(text, "--") && text.from(2).first(name.size) == name && text.size > name.size + 2 &&
        text[name.size + 2] == '=') {
      value = text.from(name.size + 3);
      return true;
    }
  }
  return false;
}

bool Args::has(Text name) const {
  for (const String& word : words)
    if (starts_with(word, "--") && word.text().from(2) == name) return true;
  return false;
}

Vector<Text> Args::plain() const {
  Vector<Text> plain;
  for (const String& word : words)
    if (!starts_with(word, "--")) plain.push_back(word);
  return plain;
}

Result run_line(Session& session, Text line) {
  SplitLine split = split_line(line, session);
  if (split.words.empty()) return {};
  const Command* command = find_command(split.words[0]);
  if (command == nullptr) return fail("there is no command `{}`; `help` lists them", split.words[0]);
  split.words.erase(0);
  Args args;
  args.words = move(split.words);
  args.line = move(split.rest);
  return command->run(session, args);
}

}  // namespace stage2
