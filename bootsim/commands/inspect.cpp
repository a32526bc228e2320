#include "bootsim/inspect.h"

#include <cstdio>

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/commands/commands.h"
#include "bootsim/run.h"
#include "devices/media/image.h"
#include "emu/error.h"

namespace bootsim::commands {
namespace {

struct InspectOptions {
  bool json = false;
  bool help = false;
  std::string image;
};

constexpr Option<InspectOptions> kOptions[] = {
    {"--json", Takes::kNothing, "", "for scripts; docs/inspect.md names the keys",
     [](InspectOptions& o, std::string_view, std::string_view) { o.json = true; }},
    {"--help", Takes::kNothing, "", "this text",
     [](InspectOptions& o, std::string_view, std::string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same",
     [](InspectOptions& o, std::string_view, std::string_view) { o.help = true; }},
};

void set_image(InspectOptions& options, std::string_view path) {
  if (!options.image.empty()) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim inspect` takes one IMAGE");
  options.image = path;
}

}  // namespace

int inspect(const Arguments& arguments) {
  InspectOptions options;
  apply_arguments<InspectOptions>(arguments, kOptions, options, set_image);
  if (options.help) {
    fmt::print(
        "Shows what is on a boot medium, and what a BIOS may dislike about it.\n\nExamples:\n"
        "  bootsim inspect rescue.iso\n  bootsim inspect stick.img.xz --json\n\nOptions:\n{}",
        options_help(shapes_of<InspectOptions>(kOptions)));
    return exit_code::kReached;
  }
  if (options.image.empty()) throw emu::Error(emu::ErrorKind::kUsage, "`bootsim inspect` needs an IMAGE");
  const auto medium = devices::media::open_image(options.image);
  const InspectReport report = bootsim::inspect(*medium, options.image);
  if (options.json) {
    fmt::print("{}\n", to_json(report).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}", to_text(report));
  }
  return exit_code::kReached;
}

}  // namespace bootsim::commands
