#include "ui/boot_choice.h"

#include <algorithm>

#include <fmt/core.h>

#include "bootsim/suite/command_line.h"
#include "bootsim/suite/spec.h"
#include "devices/media/identify.h"
#include "devices/media/image.h"
#include "emu/error.h"
#include "ui/file_list.h"

namespace ui {

bootsim::Arguments words_of(const BootChoice& choice) {
  bootsim::Arguments words;
  for (const BootChoice::Medium& medium : choice.media) {
    // A path that begins with a dash would be an option.
    words.push_back(medium.path.starts_with("-") ? "./" + medium.path : medium.path);
    if (!medium.attach.empty()) words.insert(words.end(), {"--as", medium.attach});
  }
  if (!choice.memory.empty() && choice.memory != BootChoice{}.memory)
    words.insert(words.end(), {"--mem", choice.memory});
  std::string quirks;
  for (const std::string& quirk : choice.quirks) quirks += (quirks.empty() ? "" : ",") + quirk;
  if (!quirks.empty()) words.insert(words.end(), {"--quirk", quirks});
  const std::vector<std::string> more = bootsim::split_words(choice.options);
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

bootsim::RunOptions options_of(const BootChoice& choice) {
  bootsim::RunOptions options = bootsim::parse_run_options(words_of(choice));
  if (options.help)
    throw emu::Error(emu::ErrorKind::kUsage, "--help: `bootsim run --help` in a terminal lists the options");
  if (!options.gdb.empty())
    throw emu::Error(emu::ErrorKind::kUsage, "--gdb: not in the window; `bootsim debug` serves gdb");
  return options;
}

std::string command_of(const BootChoice& choice) { return "bootsim run " + bootsim::shell_line(words_of(choice)); }

const char* attach_words(std::string_view attach) {
  if (attach == "cd") return "CD or DVD";
  if (attach == "hd") return "Hard disk";
  if (attach == "floppy") return "Floppy";
  if (attach == "usb-hd") return "USB stick";
  if (attach == "usb-floppy") return "USB floppy";
  return "As it looks";
}

Outlook look_at_medium(const std::string& path) {
  if (looks_packed(path))
    return {
        .attach = {}, .words = "Packed: it is unpacked when it is booted, then attached as it looks.", .error = false};
  try {
    const auto medium = devices::media::open_image(path);
    const devices::media::Identification found = devices::media::identify(*medium);
    std::string words = found.reason;
    for (const std::string& warning : found.warnings) words += "\n" + warning;
    return {std::string(bootsim::attach_word(found.attach)), std::move(words), false};
  } catch (const std::exception& error) {
    return {.attach = {}, .words = error.what(), .error = true};
  }
}

}  // namespace ui
