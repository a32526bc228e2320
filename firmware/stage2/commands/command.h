#pragma once

#include "stage2/session.h"

/// The commands, and how a line becomes a call of one.
///
/// A new command is a file in this folder with one function, declared below and named in a row of table.cpp.
namespace stage2 {

/// A command's arguments, after quotes and variables have been resolved.
struct Args {
  Vector<String> words;  ///< without the command's own name
  String line;           ///< the same as one text, as it stood, but with the variables' values

  size_t size() const { return words.size(); }
  Text operator[](size_t i) const { return words[i]; }
  /// The value of `--name=value`; false when the option is not there. Options may stand anywhere.
  bool option(Text name, Text& value) const;
  /// `--name` alone.
  bool has(Text name) const;
  /// The words that are no options.
  Vector<Text> plain() const;
};

struct Command {
  const char* name;
  const char* usage;  ///< the arguments
  const char* help;   ///< one line
  Result (*run)(Session& session, const Args& args);
};

extern const Command kCommands[];
extern const size_t kCommandCount;

/// Null when there is none of that name.
const Command* find_command(Text name);

/// Runs one line of native syntax; empty lines and comments do nothing.
Result run_line(Session& session, Text line);

// One file each, in the order of the table.
Result background_command(Session& session, const Args& args);
Result boot_command(Session& session, const Args& args);
Result cat_command(Session& session, const Args& args);
Result chainloader_command(Session& session, const Args& args);
Result configfile_command(Session& session, const Args& args);
Result echo_command(Session& session, const Args& args);
Result find_file_command(Session& session, const Args& args);
Result halt_command(Session& session, const Args& args);
Result help_command(Session& session, const Args& args);
Result initrd_command(Session& session, const Args& args);
Result isoboot_command(Session& session, const Args& args);
Result linux_command(Session& session, const Args& args);
Result localboot_command(Session& session, const Args& args);
Result ls_command(Session& session, const Args& args);
Result map_command(Session& session, const Args& args);
Result partnew_command(Session& session, const Args& args);
Result pause_command(Session& session, const Args& args);
Result reboot_command(Session& session, const Args& args);
Result root_command(Session& session, const Args& args);
Result search_command(Session& session, const Args& args);
Result serial_command(Session& session, const Args& args);
Result set_command(Session& session, const Args& args);
Result terminal_command(Session& session, const Args& args);
Result unset_command(Session& session, const Args& args);

}  // namespace stage2
