#include "bootsim/install/mkimage.h"

#include <cstdio>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "bootsim/commands/commands.h"
#include "bootsim/install/firmware.h"
#include "bootsim/run.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

using install::ImageOptions;

struct MkimageArguments {
  ImageOptions options;
  std::vector<std::string_view> of_disks;  ///< options given that only a disk has
  bool help = false;
};

void set_kind(MkimageArguments& arguments, ImageOptions::Kind kind) {
  if (arguments.options.kind) throw emu::Error(emu::ErrorKind::kUsage, "one of --iso, --disk and --floppy, please");
  arguments.options.kind = kind;
}

void set_table(MkimageArguments& arguments, std::string_view name, std::string_view) {
  if (name != "mbr" && name != "gpt")
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("--table {}: mbr or gpt", name));
  arguments.of_disks.push_back("--table");
  arguments.options.table = name == "gpt" ? ImageOptions::Table::kGpt : ImageOptions::Table::kMbr;
}

void set_file_system(MkimageArguments& arguments, std::string_view name, std::string_view) {
  using FileSystem = ImageOptions::FileSystem;
  constexpr std::pair<std::string_view, FileSystem> kNames[] = {{"fat12", FileSystem::kFat12},
                                                                {"fat16", FileSystem::kFat16},
                                                                {"fat32", FileSystem::kFat32},
                                                                {"ext4", FileSystem::kExt4}};
  if (name != "fat12") arguments.of_disks.push_back("--fs");
  for (const auto& [known, value] : kNames)
    if (known == name) return void(arguments.options.file_system = value);
  throw emu::Error(emu::ErrorKind::kUsage, fmt::format("--fs {}: fat12, fat16, fat32 or ext4", name));
}

void set_stage2(MkimageArguments& arguments, std::string_view where, std::string_view) {
  if (where != "file" && where != "embedded")
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("--stage2 {}: embedded or file", where));
  arguments.of_disks.push_back("--stage2");
  arguments.options.stage2_as_file = where == "file";
}

constexpr Option<MkimageArguments> kOptions[] = {
    {"--iso", Takes::kNothing, "", "an ISO 9660 image that boots as a CD and as a disk",
     [](MkimageArguments& a, std::string_view, std::string_view) { set_kind(a, ImageOptions::Kind::kIso); }},
    {"--disk", Takes::kNothing, "", "a disk with one partition for DIR",
     [](MkimageArguments& a, std::string_view, std::string_view) { set_kind(a, ImageOptions::Kind::kDisk); }},
    {"--floppy", Takes::kNothing, "", "a floppy",
     [](MkimageArguments& a, std::string_view, std::string_view) { set_kind(a, ImageOptions::Kind::kFloppy); }},
    {"--size", Takes::kValue, "SIZE", "of the image: 64M; by default what DIR needs, 1440K for floppies",
     [](MkimageArguments& a, std::string_view size, std::string_view) { a.options.size = parse_size(size); }},
    {"--table", Takes::kValue, "NAME", "of a disk: mbr (default) or gpt", set_table},
    {"--fs", Takes::kValue, "NAME", "of a disk: fat12, fat16, fat32 or ext4; default: fat16, fat32 from 512M on",
     set_file_system},
    {"--stage2", Takes::kValue, "WHERE",
     "on a disk: embedded (default; behind the MBR, or in a BIOS boot\npartition) or file (of the partition)",
     set_stage2},
    {"--label", Takes::kValue, "TEXT", "volume label; default BOOTSIM",
     [](MkimageArguments& a, std::string_view text, std::string_view) { a.options.label = text; }},
    {"--seed", Takes::kValue, "TEXT", "serial numbers and UUIDs come from this; default: from DIR's contents",
     [](MkimageArguments& a, std::string_view text, std::string_view) { a.options.seed = text; }},
    {"--help", Takes::kNothing, "", "this text",
     [](MkimageArguments& a, std::string_view, std::string_view) { a.help = true; }},
    {"-h", Takes::kNothing, "", "the same",
     [](MkimageArguments& a, std::string_view, std::string_view) { a.help = true; }},
};

/// An option that would do nothing is a mistake, and the image not the one that was meant.
void check_kind(const MkimageArguments& arguments) {
  const ImageOptions& options = arguments.options;
  if (options.kind == ImageOptions::Kind::kDisk) return;
  const bool iso = options.kind == ImageOptions::Kind::kIso;
  const auto refuse = [&](std::string_view option) {
    throw emu::Error(emu::ErrorKind::kUsage,
                     fmt::format("{} does not go with {}; leave it out", option, iso ? "--iso" : "--floppy"));
  };
  if (!arguments.of_disks.empty()) refuse(arguments.of_disks.front());
  if (iso && options.size != 0) refuse("--size");
  if (iso && options.file_system != ImageOptions::FileSystem::kAutomatic) refuse("--fs");
}

void set_path(MkimageArguments& arguments, std::string_view path) {
  std::string& free = arguments.options.output.empty() ? arguments.options.output : arguments.options.folder;
  if (!free.empty()) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim mkimage` takes OUT and one DIR");
  free = path;
}

}  // namespace

int mkimage(const Arguments& list) {
  MkimageArguments arguments;
  apply_arguments<MkimageArguments>(list, kOptions, arguments, set_path);
  if (arguments.help) {
    fmt::print(
        "Makes a bootable medium out of a folder, with bootsim's boot loader on it. SOURCE_DATE_EPOCH fixes "
        "all times.\n\n"
        "Examples:\n  bootsim mkimage --iso rescue.iso rescue/\n  bootsim mkimage --disk stick.img rescue/ "
        "--table gpt --fs ext4\n"
        "  bootsim mkimage --floppy floppy.img files/\n\nOptions:\n{}",
        options_help(shapes_of<MkimageArguments>(kOptions)));
    return exit_code::kReached;
  }
  if (!arguments.options.kind)
    throw emu::Error(emu::ErrorKind::kUsage, "`bootsim mkimage` needs --iso, --disk or --floppy");
  check_kind(arguments);
  if (arguments.options.folder.empty()) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim mkimage` needs OUT and DIR");
  install::make_image(arguments.options, install::firmware, [](const std::string& line) { fmt::print("{}\n", line); });
  return exit_code::kReached;
}

}  // namespace bootsim::commands
