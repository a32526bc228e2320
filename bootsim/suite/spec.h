// Boot specs: one boot and what must come of it, as a YAML file (docs/specs.md).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bootsim/options.h"
#include "bootsim/pattern.h"

namespace bootsim {

/// A call that the boot must make: the keys of the JSON Lines trace with the values that they must have.
struct ExpectedCall {
  std::string text;                                           ///< as written, for reports
  std::uint8_t vector = 0;
  std::vector<std::pair<std::string, std::string>> fields;    ///< "lba" -> "17"; values as trace_value() writes them
};

enum class CallMatch {
  kPrefix,     ///< the first calls of the boot are these
  kInOrder,    ///< these calls happen in this order, others in between
};

struct Spec {
  std::string file;                       ///< its path
  std::string name;                       ///< the file's name without .yaml
  RunOptions options;
  int exit = 0;
  std::optional<std::string> reason;
  std::vector<Pattern> screen;            ///< all must match the final screen
  std::vector<Pattern> serial;            ///< all must match what COM1 sent
  CallMatch call_match = CallMatch::kInOrder;
  std::vector<ExpectedCall> calls;

  /// The interrupts that `calls` names.
  std::bitset<256> call_vectors() const;
};

/// Reads a spec. Media that are no absolute paths are looked for beside the file, then in `media_directories`.
/// Throws emu::Error(kUsage), the message beginning with FILE:LINE:COLUMN, for anything that is not understood, unknown
/// keys included.
Spec read_spec(const std::string& path, const std::vector<std::string>& media_directories);
/// The same for a text; `path` is used for messages and for the media's folder.
Spec parse_spec(const std::string& text, const std::string& path, const std::vector<std::string>& media_directories);

/// Splits a line as a shell does: blanks separate, quotes ' and " keep together, a backslash takes the next character.
std::vector<std::string> split_words(std::string_view line);

}  // namespace bootsim
