// `bootsim report`: a boot as one HTML page.
#include <cstdio>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/commands/run_and_tell.h"
#include "bootsim/html_report/html_report.h"
#include "bootsim/output.h"
#include "bootsim/run.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

struct ReportArguments {
  Arguments run;    // those of `bootsim run`
  std::string out;  // empty: named after the first medium
  bool help = false;
};

/// Takes its own options out of those of `bootsim run`.
ReportArguments sorted(const Arguments& arguments) {
  ReportArguments mine;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "-o" || word == "--output") {
      if (i + 1 == arguments.size() || arguments[i + 1].empty())
        throw emu::Error(emu::ErrorKind::kUsage, "-o needs FILE");
      mine.out = arguments[++i];
    } else if (word == "--help" || word == "-h") {
      mine.help = true;
    } else {
      mine.run.push_back(word);
    }
  }
  return mine;
}

/// "rescue.iso.html", in the current directory.
std::string default_name(const RunOptions& options) {
  std::string path = !options.media.empty() ? options.media.front().path
                     : options.kernel       ? options.kernel->kernel
                                            : options.bios_rom;
  path = path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
  return (path.empty() ? "boot" : path) + ".html";
}

void print_help() {
  fmt::print(
      "Boots a medium and writes a page about it that a browser opens, from anywhere: what was read, shown and started, and why\n"
      "it failed.\n\nExamples:\n"
      "  bootsim report rescue.iso                                 writes rescue.iso.html\n"
      "  bootsim report live.iso --until 'screen:GNU GRUB' -o boot.html    in CI: the exit code is that of `run`\n\n"
      "Usage: bootsim report [IMAGE...] [options of `bootsim run`] [-o FILE]\n\nOptions:\n"
      "  -o FILE                 where the page goes; - is stdout; default: IMAGE's name and .html, in this directory\n"
      "  --help, -h              this text\n\n"
      "and those of `bootsim run`, which see. Exit codes are those of `bootsim run`; the page is written whatever the boot did.\n");
}

bool claims_stdout(const RunOptions& options) {
  return options.serial == "-" || options.debugcon == "-" || options.json == "-" ||
         (options.trace && options.trace->file == "-");
}

}  // namespace

int report(const Arguments& arguments) {
  const ReportArguments mine = sorted(arguments);
  if (mine.help) {
    print_help();
    return exit_code::kReached;
  }
  const RunOptions options = parse_run_options(mine.run);
  const std::string out = mine.out.empty() ? default_name(options) : mine.out;
  if (out == "-" && claims_stdout(options)) {
    throw emu::Error(emu::ErrorKind::kUsage,
                     "only one of -o, --serial, --debugcon, --json and --trace can write to stdout (-)");
  }
  Output file(out, "-o");  // before the boot: what cannot be written is known at once
  HtmlReport page;
  RunHooks hooks;
  page.attach(hooks);
  const auto write = [&](const RunResult& result) {
    file.write(page.page(mine.run, options, result));
    file.flush();
    if (out != "-" && !options.quiet) fmt::print(stderr, "bootsim: the report is in {}\n", out);
  };
  return run_and_tell(options, std::move(hooks), write, out == "-");
}

}  // namespace bootsim::commands
