#include "stage2/commands/command.h"
#include "stage2/console/console.h"

namespace stage2 {

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
    session.set_variable(name, word.text().from(equals + 1));
  }
  return {};
}

}  // namespace stage2
