// Boot specs: one boot and what must come of it, as a YAML file (docs/specs.md).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/options.h"
#include "bootsim/pattern.h"
#include "bootsim/suite/call_sequence.h"
#include "bootsim/suite/difference.h"
#include "debugger/expression.h"

namespace bootsim {

/// A pattern that the final screen or COM1's output must match.
struct ExpectedText {
  Pattern pattern;
  Place place;
};

/// `sectors: <= 600` and its like.
struct ExpectedNumber {
  std::string key;  ///< "sectors", "disk-calls", "virtual-ms"
  debugger::Pattern pattern;
  Place place;
};

/// How much of a file, or of a structure of a medium, INT 13h must have read.
struct ExpectedReads {
  enum class HowMuch { kFully, kPartly, kSome, kNever };
  std::string file;  ///< "/boot/grub/core.img"
  HowMuch how_much = HowMuch::kFully;
  Place place;
};

/// What memory must hold in the end: a condition, or bytes at an address.
struct ExpectedMemory {
  debugger::Expression expression;  ///< the condition, or the address
  std::optional<std::vector<std::uint8_t>> bytes;
  Place place;
};

/// How a Linux kernel must be entered.
struct ExpectedHandoff {
  bool entered = true;
  std::optional<Pattern> command_line;
  std::optional<std::string> kernel;  ///< the file on a medium, whose protected-mode code lies where setup wants it
  std::vector<std::string> initrds;   ///< files on the media, one behind the other; or one "sha256:..."
  Place place;
};

/// A whole trace, recorded beside the spec.
struct GoldenTrace {
  std::string file;  ///< its path
  std::bitset<256> vectors;
  Place place;
};

/// A medium that is made before each boot.
struct BuiltMedium {
  std::size_t argument = 0;  ///< which of the spec's arguments is its path
  std::string command;       ///< for /bin/sh, in a folder of its own; empty: `nasm` is assembled
  std::string nasm;          ///< path of the source
  std::string file;          ///< what the command makes; empty: the one file that it leaves
  std::uint64_t size = 0;    ///< the image is filled with zeros up to it
  Place place;
};

struct Spec {
  std::string file;     ///< its path
  std::string name;     ///< the file's name without .yaml, or its path below a folder
  Arguments arguments;  ///< the command line of `bootsim run` that it stands for
  RunOptions options;   ///< what that means
  std::vector<BuiltMedium> builds;
  std::vector<std::string> profiles;  ///< quirks under which it must pass too, each by itself

  int exit = 0;
  Place exit_place;
  std::optional<std::string> reason;
  Place reason_place;
  std::vector<std::string> verdicts;  ///< one of them; empty: any
  Place verdict_place;
  std::vector<ExpectedText> screen;  ///< all must match the final screen
  std::vector<ExpectedText> serial;  ///< all must match what COM1 sent
  std::vector<CallSequence> calls;
  std::vector<ExpectedNumber> numbers;
  std::vector<ExpectedReads> reads;
  std::vector<ExpectedMemory> memory;
  std::optional<ExpectedHandoff> handoff;
  std::optional<GoldenTrace> golden;

  /// The interrupts whose calls are traced: INT 13h and those that the spec names.
  std::bitset<256> call_vectors() const;
};

/// Reads a spec. Media that are no absolute paths are looked for beside the file, then in `media_directories`.
/// Throws emu::Error(kUsage), the message beginning with FILE:LINE:COLUMN, for anything that is not understood, unknown
/// keys included.
Spec read_spec(const std::string& path, const std::vector<std::string>& media_directories);
/// The same for a text; `path` is used for messages and for the media's folder.
Spec parse_spec(const std::string& text, const std::string& path, const std::vector<std::string>& media_directories);

/// The same boot under a quirk; its name is NAME[PROFILE].
Spec under_profile(Spec spec, const std::string& profile);

/// Splits a line as a shell does: blanks separate, quotes ' and " keep together, a backslash takes the next character.
/// Throws emu::Error(kUsage) when a quote is not closed.
std::vector<std::string> split_words(std::string_view line);

}  // namespace bootsim
