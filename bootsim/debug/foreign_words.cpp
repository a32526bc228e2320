#include "bootsim/debug/foreign_words.h"

#include <algorithm>

namespace bootsim {
namespace {

constexpr ForeignWord kWords[] = {
    // Bochs (user manual, 8.12 "Using Bochs internal debugger")
    {"pb", "break phys", true},
    {"pbreak", "break phys", true},
    {"modebp", "break mode", true},
    {"ptime", "print time", true},
    {"print-string", "x/s", true},
    {"dump_cpu", "registers", true},
    {"sb", "`step N` executes N instructions, `goto time T` runs to a virtual time"},
    {"sba", "`goto time T` runs to a virtual time"},
    {"show", "`log int13`, `log mode` or `log port 60h` say what happens as the guest runs on"},
    {"trace", "`log PLACE` says what happens as the guest runs on; `display/i $pc` and `step` show each instruction"},
    {"trace-reg", "`display ax` shows a register at each stop"},
    {"trace-mem", "`log write ADDRESS` and `log read ADDRESS` say who uses memory"},
    {"setpmem", "`set byte [ADDRESS] = VALUE`, word, dword or qword"},
    {"writemem", "`x/512xb ADDRESS` shows memory"},
    {"slist", "`goto call N` and `goto time T` go back without snapshots of yours; `history` says how far"},
    // gdb
    {"frame", "`stack` shows all of them"},
    {"up", "`stack` shows all callers"},
    {"down", "`stack` shows all callers"},
    {"jump", "`set ip = VALUE`, and `set cs = VALUE` in real mode"},
    {"layout", "`display/i $pc` and `display ax` show at each stop what a layout would"},
    {"tui", "`display/i $pc` and `display ax` show at each stop what it would; `bootsim gui` has windows"},
    {"checkpoint", "`goto call N` and `goto time T` go back; `history` says how far"},
    {"record", "everything is recorded; `reverse-step`, `reverse-next` and `reverse-continue` go back"},
    {"target", "`bootsim debug IMAGE --gdb tcp:PORT` lets gdb in"},
};

}  // namespace

std::span<const ForeignWord> all_foreign_words() { return kWords; }

const ForeignWord* find_foreign_word(std::string_view word) {
  const auto found = std::find_if(std::begin(kWords), std::end(kWords), [&](const ForeignWord& w) { return w.word == word; });
  return found == std::end(kWords) ? nullptr : &*found;
}

}  // namespace bootsim
