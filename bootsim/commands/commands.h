// The subcommands of the program: arguments in, exit code out. Each throws emu::Error for what the user must mend.
#pragma once

#include "bootsim/arguments.h"

namespace bootsim::commands {

int run(const Arguments& arguments);
int report(const Arguments& arguments);
int debug(const Arguments& arguments);
int gui(const Arguments& arguments);
int test(const Arguments& arguments);
int record(const Arguments& arguments);
int diff(const Arguments& arguments);
int matrix(const Arguments& arguments);
int inspect(const Arguments& arguments);
int calls(const Arguments& arguments);
int quirks(const Arguments& arguments);
int install(const Arguments& arguments);
int mkimage(const Arguments& arguments);
int firmware(const Arguments& arguments);

/// The whole program: chooses the subcommand, turns errors into one line on stderr and an exit code.
int main(const Arguments& arguments);

}  // namespace bootsim::commands
