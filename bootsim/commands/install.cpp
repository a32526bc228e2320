#include "bootsim/install/install.h"

#include <cstdio>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/install/backup.h"
#include "bootsim/install/firmware.h"
#include "bootsim/run.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

struct InstallArguments {
  install::InstallOptions options;
  bool check = false;
  bool uninstall = false;
  bool help = false;
  std::string backup;
  std::string disk;
};

constexpr Option<InstallArguments> kOptions[] = {
    {"--partition", Takes::kValue, "N", "stage2 becomes a file of partition N, whose boot sector loads it",
     [](InstallArguments& o, std::string_view n, std::string_view) {
       o.options.partition = static_cast<int>(parse_number(n));
     }},
    {"--embed", Takes::kNothing, "",
     "with --partition: stage2 goes behind the MBR or into the\nBIOS boot partition; partition N has the "
     "configuration",
     [](InstallArguments& o, std::string_view, std::string_view) { o.options.embed = true; }},
    {"--floppy", Takes::kNothing, "", "DISK has no partition table; without a file system its\nfirst sectors are used",
     [](InstallArguments& o, std::string_view, std::string_view) { o.options.floppy = true; }},
    {"--mbr-only", Takes::kNothing, "", "write only the MBR, which boots the active partition",
     [](InstallArguments& o, std::string_view, std::string_view) { o.options.mbr_only = true; }},
    {"--no-mbr", Takes::kNothing, "", "with --partition: leave the MBR as it is",
     [](InstallArguments& o, std::string_view, std::string_view) { o.options.no_mbr = true; }},
    {"--check", Takes::kNothing, "", "write nothing; say what is installed and whether it is whole",
     [](InstallArguments& o, std::string_view, std::string_view) { o.check = true; }},
    {"--uninstall", Takes::kNothing, "", "bring back what was replaced",
     [](InstallArguments& o, std::string_view, std::string_view) { o.uninstall = true; }},
    {"--backup", Takes::kValue, "FILE",
     "where what is replaced is kept; default: DISK.bootsim-backup,\nfor devices in /var/lib/bootsim",
     [](InstallArguments& o, std::string_view file, std::string_view) { o.backup = file; }},
    {"--force", Takes::kNothing, "",
     "replace others' data behind the MBR; uninstall although\nsectors were changed since",
     [](InstallArguments& o, std::string_view, std::string_view) { o.options.force = true; }},
    {"--help", Takes::kNothing, "", "this text",
     [](InstallArguments& o, std::string_view, std::string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same",
     [](InstallArguments& o, std::string_view, std::string_view) { o.help = true; }},
};

void set_disk(InstallArguments& arguments, std::string_view path) {
  if (!arguments.disk.empty()) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim install` takes one DISK");
  arguments.disk = path;
}

void print_help() {
  fmt::print(
      "Puts bootsim's boot loader on a raw image or block device. Without --partition, stage2 goes behind the MBR or "
      "into\n"
      "the BIOS boot partition; on a medium without partitions it becomes a file. Partition tables and BPBs "
      "stay as they are.\n\n"
      "Examples:\n"
      "  bootsim install stick.img                  MBR and stage2\n"
      "  bootsim install stick.img --partition 1    MBR, boot sector of partition 1, stage2 as a file in it\n"
      "  bootsim install floppy.img                 boot sector, stage2 as a file\n"
      "  bootsim install stick.img --check          exit code 0: installed and whole; 1: not\n\nOptions:\n{}",
      options_help(shapes_of<InstallArguments>(kOptions)));
}

int check(const InstallArguments& arguments) {
  const install::RawDisk disk(arguments.disk, false);
  const install::CheckResult result = install::check(disk, install::firmware);
  for (const std::string& line : result.lines) fmt::print("{}\n", line);
  return result.good ? exit_code::kReached : exit_code::kNotReached;
}

}  // namespace

int install(const Arguments& list) {
  InstallArguments arguments;
  apply_arguments<InstallArguments>(list, kOptions, arguments, set_disk);
  if (arguments.help) {
    print_help();
    return exit_code::kReached;
  }
  if (arguments.disk.empty())
    throw emu::Error(emu::ErrorKind::kUsage, "`bootsim install` needs a DISK: an image or a block device");
  if (arguments.check) return check(arguments);
  install::refuse_if_in_use(arguments.disk);
  install::RawDisk disk(arguments.disk, true);
  if (arguments.backup.empty()) arguments.backup = install::default_backup_path(disk);
  install::Installer installer{disk, install::firmware, arguments.backup,
                               [](const std::string& line) { fmt::print("{}\n", line); }};
  if (arguments.uninstall) {
    installer.uninstall(arguments.options.force);
  } else {
    installer.install(arguments.options);
    fmt::print("what was replaced is in {}\n", arguments.backup);
  }
  return exit_code::kReached;
}

}  // namespace bootsim::commands
