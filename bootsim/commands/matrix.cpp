// `bootsim matrix`: one medium under every quirk and way of attaching it.
#include <algorithm>
#include <cstdio>
#include <thread>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/commands/commands.h"
#include "bootsim/output.h"
#include "bootsim/report.h"
#include "bootsim/suite/matrix.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

struct MatrixArguments {
  Arguments run;
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool help = false;
};

/// Takes -j out of the options of `bootsim run`; --json stays where it is and is taken from there.
MatrixArguments sorted(const Arguments& arguments) {
  MatrixArguments mine;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word.starts_with("-j") && !word.starts_with("--")) {
      if (word == "-j" && i + 1 == arguments.size()) throw emu::Error(emu::ErrorKind::kUsage, "-j needs N");
      const std::uint64_t threads = parse_number(word == "-j" ? arguments[++i] : word.substr(2));
      if (threads < 1 || threads > 1024) throw emu::Error(emu::ErrorKind::kUsage, "-j: 1 to 1024");
      mine.threads = static_cast<int>(threads);
    } else if (word == "--help" || word == "-h") {
      mine.help = true;
    } else {
      mine.run.push_back(word);
    }
  }
  return mine;
}

void print_help() {
  fmt::print(
      "Boots one medium under every --quirk and in every way of attaching it, and prints one table of outcomes with the\n"
      "call at which each parts from the plain BIOS. `!` marks those that end otherwise than the plain one.\n\nExamples:\n"
      "  bootsim matrix rescue.iso\n"
      "  bootsim matrix stick.img --as usb-hd --until 'screen:GNU GRUB' --json matrix.json\n\n"
      "Usage: bootsim matrix IMAGE [options of `bootsim run`] [-j N]\n\n"
      "Without --as the ways are those that the contents allow: cd; hd and usb-hd; floppy and usb-floppy.\n"
      "Exit codes: 0 all end as with the plain BIOS, 1 some do not, 2 usage, 6 the medium cannot be read.\n");
}

void write_json(const std::string& path, const std::vector<MatrixCell>& cells) {
  using nlohmann::ordered_json;
  ordered_json rows = ordered_json::array();
  for (const MatrixCell& cell : cells) {
    rows.push_back({{"attached", cell.attached},
                    {"profile", cell.profile.empty() ? ordered_json() : ordered_json(cell.profile)},
                    {"as_good", cell.as_good},
                    {"parts", cell.parts.empty() ? ordered_json() : ordered_json(cell.parts)},
                    {"call", cell.call ? ordered_json(*cell.call) : ordered_json()},
                    {"run", ordered_json::parse(json_summary(cell.result))}});
  }
  Output file(path, "--json");
  file.write(rows.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n');
  file.flush();
}

}  // namespace

int matrix(const Arguments& arguments) {
  const MatrixArguments mine = sorted(arguments);
  if (mine.help) {
    print_help();
    return exit_code::kReached;
  }
  const RunOptions options = parse_run_options(mine.run);
  if (options.trace || !options.serial.empty() || !options.debugcon.empty() || !options.screenshot.empty() ||
      options.persist) {
    throw emu::Error(
        emu::ErrorKind::kUsage,
        "`bootsim matrix` boots many times: --trace, --serial, --debugcon, --screenshot and --persist are for one run");
  }
  const std::vector<MatrixCell> cells = boot_matrix(mine.run, mine.threads);
  if (options.json != "-") fmt::print("{}", matrix_text(cells));
  if (!options.json.empty()) write_json(options.json, cells);
  const bool all = std::all_of(cells.begin(), cells.end(), [](const MatrixCell& cell) { return cell.as_good; });
  return all ? exit_code::kReached : exit_code::kNotReached;
}

}  // namespace bootsim::commands
