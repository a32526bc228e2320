// Commands about symbols and source lines.
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "bootsim/install/firmware.h"
#include "debugger/annotate.h"
#include "debugger/machine_names.h"

namespace bootsim {
namespace {

constexpr std::uint32_t kListed = 10;  // lines

void symbol(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  if (arguments.empty()) {
    for (const debugger::Symbol& s : d.symbols().all()) shell.print(fmt::format("{:08X}  {}\n", s.linear, s.name));
    return shell.print(d.symbols().all().empty() ? "no symbols; `symbols FILE [BASE]` loads some\n" : "");
  }
  const std::uint64_t linear = d.address(arguments);
  const debugger::Surroundings around{shell.machine(), shell.machine().ports(), d.symbols(), &d.target().drives};
  const std::string name = debugger::name_of_linear(linear, around);
  shell.print(fmt::format("{:08X}  {}\n", linear, name.empty() ? "nothing is known here" : name));
}

void say_loaded(Shell& shell, const debugger::LoadedSymbols& loaded, std::string_view of) {
  std::string what = loaded.symbols > 0 ? fmt::format("{} symbols", loaded.symbols) : "";
  if (loaded.lines > 0) what += fmt::format("{}{} source lines", what.empty() ? "" : " and ", loaded.lines);
  shell.print(fmt::format("{} from {}{}{}\n", what, loaded.format == "ELF" ? "an " : "a ", loaded.format,
                          of.empty() ? "" : fmt::format(": {}", of)));
}

/// Beside the program: in the tree where it was built, or installed.
std::filesystem::path firmware_folder() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* folder : {"../firmware", "../share/bootsim/firmware"}) {
    if (std::filesystem::is_directory(program / folder, error)) return (program / folder).lexically_normal();
  }
  refuse_command("bootsim's firmware was not installed with its symbols; name a file instead");
}

/// A piece of our firmware: which of its files say what, and where it runs.
struct FirmwarePiece {
  std::string_view binary;  // in this program
  std::vector<std::string_view> files;
  std::uint64_t runs_at;
  std::uint64_t code = 0x64;  // bytes from there on: code that is the same on every medium
};

/// Is this piece in memory there? Some of its bytes are this installation's own: BPB, lists of sectors, tables.
bool runs(Shell& shell, const FirmwarePiece& piece) {
  constexpr std::size_t kEnough = 48;
  std::array<std::uint8_t, kEnough> there{};
  if (!debugger::read_linear(shell.machine(), piece.runs_at + piece.code, there)) return false;
  if (std::set<std::uint8_t>(there.begin(), there.end()).size() < kEnough / 4) return false;  // zeros are in everything
  const auto all = install::firmware(piece.binary);
  return std::search(all.begin(), all.end(), there.begin(), there.end()) != all.end();
}

/// Those pieces that are in memory now: most of them run at the same places as others.
void load_firmware_symbols(Shell& shell) {
  static const std::vector<FirmwarePiece> kPieces = {{"mbr", {"mbr.map", "mbr.lst"}, 0x600},
                                                     {"gptmbr", {"gptmbr.map", "gptmbr.lst"}, 0x600},
                                                     {"isohybrid", {"isohybrid.map", "isohybrid.lst"}, 0x600},
                                                     {"boot_fat16", {"boot_fat16.map", "boot_fat16.lst"}, 0x7C00},
                                                     {"boot_fat32", {"boot_fat32.map", "boot_fat32.lst"}, 0x7C00},
                                                     {"boot_raw", {"boot_raw.map", "boot_raw.lst"}, 0x7C00},
                                                     {"cdboot", {"cdboot.map", "cdboot.lst"}, 0x600},
                                                     {"stage2", {"stage2/head.map", "stage2/head.lst"}, 0x8000, 0x200},
                                                     {"stage2", {"stage2/stage2_body"}, 0x8400},
                                                     {"memdisk", {"memdisk/memdisk_part32"}, 0x100000}};
  const std::filesystem::path folder = firmware_folder();
  bool any = false;
  for (const FirmwarePiece& piece : kPieces) {
    if (!runs(shell, piece)) continue;
    any = true;
    for (const std::string_view file : piece.files)
      say_loaded(shell, shell.debugger().symbols().load(folder / file), file);
  }
  if (!any) refuse_command("none of bootsim's firmware is in memory now; run to where it is and say so again");
}

void load_symbols(Shell& shell, std::string_view arguments) {
  std::string_view rest = arguments;
  const std::string path(take_word(rest));
  if (path.empty()) return symbol(shell, {});
  if (path == "firmware") return load_firmware_symbols(shell);
  const std::uint64_t base = rest.empty() ? 0 : shell.debugger().address(rest);
  const auto loaded = shell.debugger().symbols().load(path, base);
  say_loaded(shell, loaded, {});
}

/// Lines around a place: FILE:LINE, an address, or here; on from there without one.
void list(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  const debugger::SourceLines& lines = d.symbols().lines();
  const auto here = lines.at(d.linear_ip());
  std::string file;
  std::uint32_t first = 0;
  if (arguments.empty() && shell.repeats("list") && shell.next_line()) {
    std::tie(file, first) = *shell.next_line();
  } else {
    auto place = debugger::parse_source_place(arguments);
    if (place) {
      d.symbols().line_address({place->file, 1});  // refuses files that nobody knows
      place->file = *lines.file_named(place->file);
    } else {
      place = arguments.empty() ? here : lines.at(d.address(arguments));
    }
    if (!place)
      refuse_command("no source line is known there; `symbols FILE` reads a NASM listing or an ELF file with DWARF");
    file = place->file;
    first = place->line > kListed / 2 ? place->line - kListed / 2 : 1;
  }
  std::uint32_t line = first;
  for (; line < first + kListed; ++line) {
    const auto text = lines.text({file, line});
    if (!text && line > first) break;
    if (!text) refuse_command(fmt::format("{} line {} cannot be read", file, first));
    const bool is_here = here && here->file == file && here->line == line;
    shell.print(fmt::format("{} {:>5}  {}\n", is_here ? "*" : " ", line, *text));
  }
  shell.next_line() = std::pair(file, line);
}

/// Which line an address is of, or where a line's code is.
void line_of(Shell& shell, std::string_view arguments) {
  debugger::Debugger& d = shell.debugger();
  const debugger::SourceLines& lines = d.symbols().lines();
  const std::uint64_t linear = arguments.empty() ? d.linear_ip() : d.address(arguments);
  const auto place = lines.at(linear);
  if (!place) refuse_command(fmt::format("no source line is known of {:X}h", linear));
  shell.print(fmt::format("{:08X}  {}:{}\n", linear, place->file, place->line));
}

constexpr ShellCommand kCommands[] = {
    {"symbols", "file symbol-file add-symbol-file ldsym", "FILE [BASE] | firmware",
     "read a NASM map or listing, ELF file or System.map; list what is known", "symbols mbr.map", load_symbols,
     Does::kLook},
    {"symbol", "sym whatis", "ADDRESS", "what lies there, by name", "symbol 413h", symbol, Does::kLook},
    {"list", "l", "[FILE:LINE | ADDRESS]", "source lines, here or there", "list boot.asm:23", list, Does::kLook},
    {"line", "", "[FILE:LINE | ADDRESS]", "which source line an address is of, or where a line's code lies",
     "info line main.cpp:40", line_of, Does::kLook},
};

}  // namespace

std::span<const ShellCommand> source_commands() { return kCommands; }

}  // namespace bootsim
