#include "bootsim/debug/foreign_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "emu/text.h"

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
    {"proceed", "next", true},
    {"vga", "screen", true},
    {"unwatch", "`delete N` removes a watchpoint; `breakpoints` lists them"},
    {"dreg", "debug registers break nothing here; `break` and `watch` do"},
    {"fpu", "x87 and SSE registers are not shown"},
    {"tm", "`break mode real` and `break mode protected` stop where the mode changes"},
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
    {"restart", "goto start", true},
    {"start", "`goto start` goes back to the first instruction, `until PLACE` ahead"},
    {"reverse-finish", "`stack` names the caller: `tbreak` there and `reverse-continue`"},
    {"printf", "`print EXPRESSION`, and `echo TEXT`"},
    {"shell", "this prompt runs no other programs"},
    {"define", "`source FILE` runs a script, `commands N ...` at each stop of a breakpoint"},
    {"save", "put `break` commands into a script; `-x FILE` or `source FILE` runs it"},
    {"handle", "a PC has no signals; `log int8` or `break int6` see interrupts and exceptions"},
    {"ptype", "there are no types: `x/4xw ADDRESS`, `print word [ADDRESS]`"},
    {"frame", "`stack` shows all of them"},
    {"up", "`stack` shows all callers"},
    {"down", "`stack` shows all callers"},
    {"jump", "`set ip = VALUE`, and `set cs = VALUE` in real mode"},
    {"layout", "`display/i $pc` and `display ax` show at each stop what a layout would"},
    {"tui", "`display/i $pc` and `display ax` show at each stop what it would; `bootsim gui` has windows"},
    {"checkpoint", "`goto call N` and `goto time T` go back; `history` says how far"},
    {"record", "everything is recorded; `reverse-step`, `reverse-next` and `reverse-continue` go back"},
    // rr
    {"when", "history", true},
    {"seek-ticks", "`goto time T`, `goto call N`; `print time` says what now is"},
    {"target", "`bootsim debug IMAGE --gdb tcp:PORT` lets gdb in"},
};

}  // namespace

std::span<const ForeignWord> all_foreign_words() { return kWords; }

const ForeignWord* find_foreign_word(std::string_view word) {
  const auto found =
      std::find_if(std::begin(kWords), std::end(kWords), [&](const ForeignWord& w) { return w.word == word; });
  return found == std::end(kWords) ? nullptr : &*found;
}

std::optional<int> bytes_of_type(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, int>, 8> kTypes = {{{"char", 1},
                                                                              {"int8_t", 1},
                                                                              {"int16_t", 2},
                                                                              {"short", 2},
                                                                              {"int64_t", 8},
                                                                              {"long long", 8},
                                                                              {"int", 4},
                                                                              {"long", 4}}};
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return type.find(t.first) != type.npos; });
  return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

std::string from_gdb(std::string_view expression) {
  const bool braces = expression.starts_with('{');
  const std::size_t begin = expression.find(braces ? '{' : '('), end = expression.find(braces ? '}' : ')');
  const std::string_view before = expression.substr(0, std::min(begin, expression.size()));
  const bool cast = braces || (emu::trimmed(before) == "*" && end != expression.npos &&
                               expression.substr(begin, end - begin).find('*') != expression.npos);
  const auto size =
      cast && end != expression.npos ? bytes_of_type(expression.substr(begin, end - begin)) : std::nullopt;
  if (!size) return std::string(expression);
  const std::string_view word = *size == 1 ? "byte" : *size == 2 ? "word" : *size == 4 ? "dword" : "qword";
  return fmt::format("{} [{}]", word, emu::trimmed(expression.substr(end + 1)));
}

}  // namespace bootsim
