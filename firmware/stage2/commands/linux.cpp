#include "stage2/commands/command.h"
#include "stage2/linux/kernel.h"

namespace stage2 {
namespace {

// What follows the first word that is no option, as it stands: quotes belong to the kernel.
Text behind_file(Text line, size_t options) {
  for (size_t word = 0; word <= options; ++word) {
    char quote = 0;
    size_t i = 0;
    for (; i < line.size && (quote != 0 || !is_space(line[i])); ++i) {
      if (line[i] == '\\' && quote != '\'') {
        ++i;
      } else if (quote != 0 ? line[i] == quote : line[i] == '"' || line[i] == '\'') {
        quote = quote == 0 ? line[i] : char(0);
      }
    }
    line = trim(line.from(i));
  }
  return line;
}

}  // namespace

Result linux_command(Session& session, const Args& args) {
  // GRUB Legacy's --type=linux and --no-mem-option stand before the file and say nothing new.
  size_t options = 0;
  while (options < args.size() && starts_with(args[options], "--")) ++options;
  if (options == args.size()) return fail("linux FILE [COMMAND LINE]");
  LinuxKernel* kernel;
  if (Result result = LinuxKernel::load(session, {{}, args[options]}, behind_file(args.line, options), kernel);
      !result.ok())
    return result;
  session.set_loaded(kernel);
  return {};
}

}  // namespace stage2
