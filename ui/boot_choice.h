// What a person has chosen to boot, and how, before it becomes options.
#pragma once

#include <string>
#include <vector>

#include "bootsim/arguments.h"
#include "bootsim/options.h"

namespace ui {

struct BootChoice {
  struct Medium {
    std::string path;
    std::string attach;  ///< "cd", "usb-hd", ...; empty: as it looks
    bool operator==(const Medium&) const = default;
  };
  std::vector<Medium> media;  ///< the first is booted, unless the options say otherwise
  std::string memory = "128M";
  std::vector<std::string> quirks;  ///< by their names, "dl=80" too
  std::string options;              ///< further ones, as on the command line of `bootsim run`
};

/// The words of `bootsim run` for it.
bootsim::Arguments words_of(const BootChoice& choice);
/// Throws emu::Error(kUsage): what is wrong, for people.
bootsim::RunOptions options_of(const BootChoice& choice);
/// The line to type in a shell.
std::string command_of(const BootChoice& choice);

/// How a file would be attached, and why: read from its first sectors. For packed files it says that they are unpacked
/// first.
struct Outlook {
  std::string attach;  ///< "cd"; empty: not known, or the file cannot be read
  std::string words;   ///< for people
  bool error = false;
};
Outlook look_at_medium(const std::string& path);

/// "a CD drive" for "cd".
const char* attach_words(std::string_view attach);

}  // namespace ui
