#include "bootsim/failure_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

#include "emu/text.h"

namespace bootsim {
namespace {

/// Last words of boot sectors and loaders: a line begins with `words`. Each is followed by a wait, a halt or a reboot
/// in the program that prints it.
struct LastWords {
  std::string_view words;
  std::string_view program;
};
constexpr std::array<LastWords, 20> kLastWords = {{
    {"GRUB Hard Disk Error", "GRUB 2 boot.img"},
    {"GRUB Floppy Error", "GRUB 2 boot.img"},
    {"GRUB Geom Error", "GRUB 2 boot.img"},
    {"GRUB Read Error", "GRUB 2 boot.img"},
    {"GRUB loading.. Hard Disk Error", "GRUB 2 diskboot.img"},
    {"Boot error", "SYSLINUX boot sector"},
    {"Missing operating system", "MBRs"},
    {"Operating system load error", "SYSLINUX mbr.bin"},
    {"Operating system loading error", "SYSLINUX mbr.bin"},
    {"Error loading operating system", "Microsoft MBR"},
    {"Invalid partition table", "Microsoft MBR"},
    {"Multiple active partitions", "SYSLINUX mbr.bin"},
    {"Missing OS", "SYSLINUX gptmbr.bin"},
    {"No bootable partition", "FreeBSD boot0 and others"},
    {"NTLDR is missing", "Windows 2000 boot sector"},
    {"BOOTMGR is missing", "Windows boot sector"},
    {"A disk read error occurred", "NTFS boot sector"},
    {"Non-System disk or disk error", "MS-DOS boot sector"},
    {"This is not a bootable disk", "mkfs.fat or mkntfs boot sector"},
    {"isolinux: Failed to load", "ISOLINUX"},
}};

/// The same, where a loader goes on in the line of its greeting.
constexpr std::array<LastWords, 1> kLastWordsInLine = {{
    {"Load error - Boot error", "SYSLINUX ldlinux.sys"},
}};

// What a loader says about its trouble, and what it offers then. Lower case; compared with the lower-case screen.
constexpr std::array<std::string_view, 13> kTrouble = {
    "error",  "fail",      "missing",   "not bootable", "not a boot",          "no bootable", "invalid",
    "cannot", "could not", "unable to", "corrupt",      "no operating system", "not found"};
constexpr std::array<std::string_view, 8> kOffers = {
    "any key to reboot", "any key to restart", "any key to try again", "key to reboot",
    "key to restart",    "any key when ready", "ctrl+alt+del to res",  "ctrl-alt-del to re"};

// How loaders begin a line about an error, the most telling first. Lower case.
constexpr std::array<std::string_view, 6> kErrorBegins = {"error",     "could not", "failed to",
                                                          "unable to", "cannot",    "no such"};

constexpr std::size_t kLastLines = 4;   // where last words stand
constexpr std::size_t kErrorLines = 6;  // an offer on the last lines, its error at most this far up

template <std::size_t N>
bool contains_any(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return text.find(w) != std::string::npos; });
}

/// The last `count` lines that hold anything, first one first.
std::vector<std::string> last_lines(const std::vector<std::string>& screen, std::size_t count) {
  std::vector<std::string> lines;
  for (auto line = screen.rbegin(); line != screen.rend() && lines.size() < count; ++line) {
    if (const std::string_view text = emu::trimmed(*line); !text.empty()) lines.emplace_back(text);
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

}  // namespace

std::optional<std::string> known_failure(const std::vector<std::string>& screen, Rest rest) {
  const std::vector<std::string> lines = last_lines(screen, kErrorLines);
  const std::size_t tail = lines.size() > kLastLines ? lines.size() - kLastLines : 0;
  if (!lines.empty() && lines.back().starts_with("grub rescue>")) return "the prompt \"grub rescue>\" (GRUB 2)";
  for (std::size_t i = tail; i < lines.size(); ++i) {
    for (const LastWords& known : kLastWords) {
      if (lines[i].starts_with(known.words)) return fmt::format("\"{}\" ({})", lines[i], known.program);
    }
    for (const LastWords& known : kLastWordsInLine) {
      if (lines[i].ends_with(known.words)) return fmt::format("\"{}\" ({})", lines[i], known.program);
    }
  }
  if (rest != Rest::kKeyWait || lines.empty()) return std::nullopt;
  const bool offer = std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(tail), lines.end(),
                                 [](const std::string& line) { return contains_any(emu::lower(line), kOffers); });
  if (!offer) return std::nullopt;
  const auto trouble = std::find_if(lines.rbegin(), lines.rend(),
                                    [](const std::string& line) { return contains_any(emu::lower(line), kTrouble); });
  if (trouble == lines.rend()) return std::nullopt;
  return fmt::format("\"{}\", then a key wait", *trouble);
}

std::optional<std::string> error_line(const std::vector<std::string>& screen) {
  for (const std::string_view words : kErrorBegins) {
    for (auto line = screen.rbegin(); line != screen.rend(); ++line) {
      std::string text(emu::trimmed(*line));
      if (emu::lower(text).starts_with(words)) return text;
    }
  }
  return std::nullopt;
}

}  // namespace bootsim
