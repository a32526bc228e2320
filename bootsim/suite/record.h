// Writes a first spec from a run.
#pragma once

#include <string>
#include <vector>

#include "bootsim/run.h"
#include "bootsim/suite/call_record.h"
#include "bootsim/suite/command_line.h"

namespace bootsim {

struct RecordOptions {
  std::string folder;  ///< of the spec: media are named from there; empty: as they were given
  bool exact = false;  ///< every call, instead of one for each thing that was read
  std::string golden;  ///< the golden trace beside the spec, which the caller writes; empty: none
};

/// The spec as YAML: what was booted and typed, how it ended, the screen's telling line, and the calls by which a
/// reader recognises the boot.
std::string recorded_spec(const RunWords& words, const RunResult& result, const std::vector<CallRecord>& calls,
                          const RecordOptions& options);

/// A call as a spec writes it: "{call: 13/42, drive: "e0", lba: 16, cf: 0}". `exact`: by its sectors and who answered;
/// else by its file, where it has one.
std::string spec_call(const CallRecord& call, bool exact);
/// The last line of a screen that holds a word, without the blanks around it; empty: none.
std::string telling_line(const std::vector<std::string>& screen);
/// A text as one YAML value, quoted where needed.
std::string yaml_value(std::string_view text);
/// A pattern that matches this text.
std::string quoted_pattern(std::string_view text);

}  // namespace bootsim
