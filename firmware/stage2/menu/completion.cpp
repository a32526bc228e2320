#include "stage2/menu/completion.h"

#include "stage2/commands/command.h"

namespace stage2 {
namespace {

// Where a path begins in a word such as --set=x, initrd=/boot/x or --file=(hd0,0)/x
Text path_part(Text word) {
  const size_t equals = find(word, '=');
  return equals < word.size ? word.from(equals + 1) : word;
}

// A name as it is typed: blanks behind a backslash.
String escaped(Text name) {
  String typed;
  for (size_t i = 0; i < name.size; ++i) {
    if (name[i] == ' ') typed += '\\';
    typed += name[i];
  }
  return typed;
}

String unescaped(Text typed) {
  String name;
  for (size_t i = 0; i < typed.size; ++i)
    if (typed[i] != '\\') name += typed[i];
  return name;
}

}  // namespace

Vector<String> Completion::complete(Text line) {
  Vector<String> answers;
  const size_t begin = last_word_begin(line);
  const Text word = line.from(begin);
  if (trim(line.first(begin)).empty()) {
    for (size_t i = 0; i < kCommandCount; ++i)
      if (starts_with(kCommands[i].name, word)) answers.push_back(kCommands[i].name);
    return answers;
  }
  const Text path = path_part(word);
  if (!path.empty() && path[0] == '(' && find(path, ')') == path.size) {
    add_devices(word, answers);
  } else {
    add_files(word, answers);
  }
  return answers;
}

void Completion::add_devices(Text word, Vector<String>& answers) {
  const Text path = path_part(word);
  const Text before = word.first(word.size - path.size);
  for (const Device& device : session_.volumes.candidates()) {
    const String name = device_name(device);
    if (starts_with(name, path)) answers.push_back(format("{}{}/", before, name));
  }
}

void Completion::add_files(Text word, Vector<String>& answers) {
  size_t begin = word.size;
  while (begin > 0 && word[begin - 1] != '/' && word[begin - 1] != ')' && word[begin - 1] != '=') --begin;
  const String prefix = unescaped(word.from(begin));
  const Text before = word.first(begin);
  const String folder = unescaped(path_part(before));
  lib32::Directory directory;
  if (!session_.volumes.open_directory(session_.root(), folder.empty() ? Text("/") : folder.text(), directory).ok())
    return;
  auto* entry = new lib32::Entry;
  while (directory.next(*entry))
    if (starts_with(entry->name(), prefix))
      answers.push_back(
          format("{}{}{}", before, escaped(entry->name()), entry->kind == lib32::Kind::kDirectory ? "/" : ""));
  delete entry;
}

}  // namespace stage2
