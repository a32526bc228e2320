#include "bootsim/install/firmware.h"

#include <cstdio>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/output.h"
#include "bootsim/run.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

struct FirmwareOptions {
  bool help = false;
  std::string name;
  std::string output;
};

constexpr Option<FirmwareOptions> kOptions[] = {
    {"--list", Takes::kNothing, "", "the names and sizes in bytes; so does no NAME",
     [](FirmwareOptions& o, std::string_view, std::string_view) { o.name.clear(); }},
    {"-o", Takes::kValue, "FILE", "where the binary goes; - is stdout",
     [](FirmwareOptions& o, std::string_view file, std::string_view) { o.output = file; }},
    {"--help", Takes::kNothing, "", "this text",
     [](FirmwareOptions& o, std::string_view, std::string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same",
     [](FirmwareOptions& o, std::string_view, std::string_view) { o.help = true; }},
};

void set_name(FirmwareOptions& options, std::string_view name) {
  if (!options.name.empty()) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim firmware` takes one NAME");
  options.name = name.ends_with(".bin") ? name.substr(0, name.size() - 4) : name;
}

}  // namespace

int firmware(const Arguments& arguments) {
  FirmwareOptions options;
  apply_arguments<FirmwareOptions>(arguments, kOptions, options, set_name);
  if (options.help) {
    fmt::print(
        "Lists the firmware in this program, or extracts one binary.\n\nExamples:\n"
        "  bootsim firmware --list\n  bootsim firmware memdisk -o memdisk.bin\n\nOptions:\n{}",
        options_help(shapes_of<FirmwareOptions>(kOptions)));
    return exit_code::kReached;
  }
  if (options.name.empty()) {
    for (const install::FirmwareFile& file : install::all_firmware())
      fmt::print("{:<14} {:>7}\n", file.name, file.bytes.size());
    return exit_code::kReached;
  }
  const install::Bytes bytes = install::firmware(options.name);
  if (options.output.empty())
    throw emu::Error(emu::ErrorKind::kUsage, "`bootsim firmware NAME` needs -o FILE (- is stdout)");
  Output output(options.output, "-o");
  output.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  output.flush();
  return exit_code::kReached;
}

}  // namespace bootsim::commands
