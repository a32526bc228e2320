#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

// `set root=(hd0,1)` is what `root (hd0,1)` is; GRUB 2 writes it without brackets.
Result assign(Session& session, Text name, Text value) {
  if (name != Text("root")) return session.set_variable(name, value), Result();
  if (!value.empty() && value[0] == '(' && value[value.size - 1] == ')') value = value.from(1).first(value.size - 2);
  Device device;
  if (Result result = parse_device(value, session.volumes.cd_drive(), device); !result.ok()) return result;
  session.set_root(device);
  return {};
}

Result set_command(Session& session, const Args& args) {
  if (args.size() == 0) {
    for (const Variable& variable : session.variables()) print("{}={}\n", variable.name, variable.value);
    return {};
  }
  for (const String& word : args.words) {
    const size_t equals = find(word, '=');
    const Text name = word.text().first(equals);
    if (equals == word.size() || name.empty()) return fail("set NAME=VALUE, not `{}`", word);
    for (size_t i = 0; i < name.size; ++i)
      if (!is_name_char(name[i])) return fail("`{}`: names are made of letters, digits and _", name);
    if (Result result = assign(session, name, word.text().from(equals + 1)); !result.ok()) return result;
  }
  return {};
}

}  // namespace stage2
