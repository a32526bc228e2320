// Help, scripts, keys, the end.
#include <fmt/core.h>

#include "bootsim/debug/foreign_words.h"
#include "bootsim/debug/shell.h"
#include "bootsim/keys.h"

namespace bootsim {
namespace {

void help_of(Shell& shell, const ShellCommand& command) {
  shell.print(fmt::format("{}{}{}\n  {}\n  example: {}\n", command.name, command.arguments.empty() ? "" : " ",
                          command.arguments, command.help, command.example));
  if (!command.aliases.empty()) shell.print(fmt::format("  also: {}\n", command.aliases));
}

std::string foreign_words(const ForeignWord& word) {
  return word.same ? fmt::format("the same as `{}`", word.here) : std::string(word.here);
}

void help_of_foreign_words(Shell& shell) {
  shell.print("words of Bochs and gdb that are no names of commands here; `help COMMAND` has those that are:\n");
  for (const ForeignWord& word : all_foreign_words())
    shell.print(fmt::format("  {:<12} {}\n", word.word, foreign_words(word)));
}

constexpr std::string_view kPlaces =
    "where a breakpoint stops:\n"
    "  0000:7C00   7C00h   main+3   boot.asm:23       an instruction; phys 7C00h by its physical address\n"
    "  int13   int13/42   int15/e820   call 17       an INT, one function of it, the 17th disk call\n"
    "  sector 63   sector 63..70 drive 80h write     a disk call that moves these sectors\n"
    "  port 60h   port 3F8h..3FFh write              IN and OUT\n"
    "  mode   mode protected|long|real|unreal|vm86   the CPU changes its mode\n"
    "  write ADDRESS [len N]   read ..   access ..   memory (physical with phys before the address)\n"
    "  ivt 13   a20   a20 on                         a vector is rewritten; the A20 gate moves\n"
    "  range 7C00h..7DFFh   outside 7C00h..7DFFh     execution enters it, or leaves it\n"
    "in front: once, log. Behind: if CONDITION, such as\n"
    "  if drive == 80h && lba in 16..63      if cf      if word [es:bx+510] != AA55h\n"
    "Names: registers and flag bits; of calls drive lba count buffer cylinder head sector int call depth caller, of disk calls\n"
    "file, and once they have returned cf status bytes by; of ports port value; of memory address value old; symbols; $variables.\n";

void help(Shell& shell, std::string_view arguments) {
  if (arguments == "places") return shell.print(kPlaces);
  if (arguments == "bochs" || arguments == "gdb") return help_of_foreign_words(shell);
  if (!arguments.empty()) {
    const ShellCommand* command = Shell::find(arguments);
    const ForeignWord* foreign = command ? nullptr : find_foreign_word(arguments);
    if (foreign) return shell.print(fmt::format("{}: {}\n", arguments, foreign_words(*foreign)));
    if (!command) refuse_command(fmt::format("there is no command \"{}\"", arguments));
    return help_of(shell, *command);
  }
  for (const auto& family : Shell::families()) {
    for (const ShellCommand& command : family)
      shell.print(fmt::format("  {:<17} {:<29} {}\n", command.name, command.arguments, command.help));
    shell.print("\n");
  }
  shell.print(
      "`help COMMAND` shows an example and other names; `help places` what breakpoints can wait for; `help bochs` what words\n"
      "of Bochs and gdb mean here.\n");
}

void type(Shell& shell, std::string_view arguments) {
  const std::vector<KeyPress> keys = parse_keys(arguments);
  if (keys.empty()) refuse_command("type what? type linux<Enter>");
  shell.type(keys);
}

void source(Shell& shell, std::string_view arguments) {
  if (!shell.execute_file(std::string(arguments))) refuse_command(fmt::format("a command of {} failed", arguments));
}
void echo(Shell& shell, std::string_view arguments) { shell.print(fmt::format("{}\n", arguments)); }
void quit(Shell& shell, std::string_view) { shell.quit(); }
void here(Shell& shell, std::string_view) { shell.tell_stop(shell.debugger().last_stop()); }

constexpr ShellCommand kCommands[] = {
    {"help", "h", "[COMMAND | places | bochs]", "this list, or more about a command", "help break", help},
    {"type", "", "KEYS", "press keys; the guest sees them as it runs on", "type linux<Enter>", type},
    {"here", "status", "", "why and where the guest stands", "here", here, Does::kLook},
    {"source", "", "FILE", "run a script", "source findings.cmd", source},
    {"echo", "", "TEXT", "write a line", "echo second try", echo},
    {"quit", "q exit", "", "leave", "quit", quit},
};

}  // namespace

std::span<const ShellCommand> general_commands() { return kCommands; }

}  // namespace bootsim
