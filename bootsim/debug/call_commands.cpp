// Commands about disk calls, drives and what they moved.
#include <algorithm>

#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "debugger/call_here.h"
#include "debugger/views/calls.h"
#include "debugger/views/drives.h"
#include "debugger/views/memory_map.h"
#include "emu/text.h"

namespace bootsim {
namespace {

namespace views = debugger::views;

std::string line(const debugger::LoggedCall& c, std::string_view open = "under way") {
  std::string text = fmt::format("{:>5}  {:>10}  {}  {} → {}", c.number, debugger::format_trace_time(c.call.begin),
                                 far_words(c.call.caller), call_words(c.described),
                                 c.call.finished ? debugger::result_words(c.call) : open);
  if (c.call.hook) text += fmt::format(" (by {})", far_words(*c.call.hook));
  if (!c.file.empty()) text += "  " + c.file;
  return text + "\n";
}

void calls(Shell& shell, std::string_view arguments) {
  const auto all = shell.debugger().calls().all();
  std::string_view rest = arguments;
  if (arguments.starts_with("if ")) {
    take_word(rest);
    const auto filter = views::CallFilter::parse_condition(rest, shell.debugger().names());
    for (const debugger::LoggedCall& c : all) {
      if (filter.holds({c.call, c.described, c.number, c.file})) shell.print(line(c));
    }
    return;
  }
  const std::uint64_t most = count_argument(shell, arguments, 20, ~std::uint64_t{0});
  const std::size_t first = all.size() - std::min<std::uint64_t>(all.size(), most);
  if (all.empty()) shell.print("no disk call yet\n");
  for (std::size_t i = first; i < all.size(); ++i) shell.print(line(all[i]));
}

/// The INT 13h that is next, as if it had begun.
std::optional<debugger::LoggedCall> next_disk_call(Shell& shell) {
  auto here = debugger::call_here(shell.debugger());
  if (!here || here->begun || here->number == 0) return std::nullopt;
  here->call.begin = shell.machine().clock().now();
  return debugger::LoggedCall{
      .number = here->number, .call = here->call, .described = std::move(here->described), .file = {}};
}

/// Without a number: the one at hand, or the last.
void call(Shell& shell, std::string_view arguments) {
  const debugger::CallLog& log = shell.debugger().calls();
  const auto next = next_disk_call(shell);
  const std::uint64_t number = count_argument(shell, arguments, log.count() + (next ? 1 : 0), ~std::uint64_t{0});
  const bool is_next = next && next->number == number;
  const debugger::LoggedCall* c = is_next ? &*next : log.find(number);
  if (!c && log.count() == 0) refuse_command("there is no disk call yet");
  if (!c) refuse_command(fmt::format("there is no disk call {} yet; `goto call {}` goes there", number, number));
  shell.print(line(*c, is_next ? "about to begin" : "under way"));
  const auto words = [](const emu::Registers& r) {
    return fmt::format("AX {:04X}  BX {:04X}  CX {:04X}  DX {:04X}  SI {:04X}  DI {:04X}  DS {:04X}  ES {:04X}  {}",
                       r.ax(), r.bx(), r.cx(), r.dx(), r.si(), r.di(), r.ds(), r.es(),
                       r.rflags & emu::flag::kCarry ? "CF" : "cf");
  };
  shell.print(fmt::format("  in   {}\n", words(c->call.in)));
  if (c->call.finished)
    shell.print(fmt::format("  out  {}\n  took {}\n", words(c->call.out),
                            debugger::format_trace_time(c->call.end - c->call.begin)));
}

void drives(Shell& shell, std::string_view) {
  shell.print(to_text(views::drives_view(shell.debugger().target().bios.drives())));
}
void sectors(Shell& shell, std::string_view) { shell.print(to_text(views::sectors_view(shell.debugger().calls()))); }
void writers(Shell& shell, std::string_view) {
  shell.print(to_text(views::writers_view(shell.debugger().calls(), shell.debugger().target().drives)));
}

constexpr ShellCommand kCommands[] = {
    {"calls", "", "[N | if CONDITION]", "the last N disk calls (20), or those for which a condition holds",
     "calls if cf", calls, Does::kLook},
    {"call", "", "[N]", "one disk call with its registers", "call 17", call, Does::kLook},
    {"drives", "", "", "the BIOS's drives, their media and geometry", "drives", drives, Does::kLook},
    {"sectors", "", "", "which sectors were read or written, by which call", "sectors", sectors, Does::kLook},
    {"writers", "", "", "which disk call filled which memory last", "writers", writers, Does::kLook},
};

}  // namespace

std::span<const ShellCommand> call_commands() { return kCommands; }

}  // namespace bootsim
