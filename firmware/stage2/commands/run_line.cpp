#include "stage2/commands/command.h"
#include "stage2/config/foreign.h"

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

namespace {

// A word that another loader knows is said with the file that it names, if any.
Result unknown_command(const SplitLine& split) {
  const Text word = split.words[0];
  const char* reason = why_no_command(word);
  if (reason == nullptr) return fail("there is no command `{}`; `help` lists them", word);
  if (word == Text("com32") && split.words.size() > 1) return fail("{}: {}", split.words[1], reason);
  return fail("`{}`: {}", word, reason);
}

}  // namespace

Result run_line(Session& session, Text line) {
  SplitLine split = split_line(line, session);
  if (split.words.empty()) return {};
  const Command* command = find_command(split.words[0]);
  if (command == nullptr) return unknown_command(split);
  split.words.erase(0);
  Args args;
  args.words = move(split.words);
  args.line = move(split.rest);
  return command->run(session, args);
}

}  // namespace stage2
