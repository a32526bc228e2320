#include "bootsim/commands/commands.h"

int main(int argc, char** argv) { return bootsim::commands::main({argv + 1, argv + argc}); }
