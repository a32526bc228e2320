// Who hears how a suite goes: people, CI systems, scripts.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "bootsim/suite/difference.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

struct SuiteTotals {
  std::size_t passed = 0;
  std::size_t failed = 0;
  double wall_ms = 0;
};

/// All calls come one after the other; `started` in the order of the starts, `ended` in the order of the specs.
class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void begin(std::size_t specs) { (void)specs; }
  virtual void started(const Spec& spec) { (void)spec; }
  virtual void ended(const Spec& spec, const SpecOutcome& outcome) = 0;
  virtual void finish(const SuiteTotals& totals) { (void)totals; }
};

/// A line for each spec, the whole story for each that failed, and the sum, on stdout.
std::unique_ptr<Reporter> make_text_reporter();
/// TAP version 13 on stdout, failures explained in its YAML blocks.
std::unique_ptr<Reporter> make_tap_reporter();
/// GitHub's workflow commands on stdout: failures are annotations at the expectation's line of the spec.
std::unique_ptr<Reporter> make_github_reporter();
/// A JUnit XML file. Throws emu::Error(kUsage) when it cannot be created (so the next one).
std::unique_ptr<Reporter> make_junit_reporter(const std::string& path);
/// A JSON file: docs/specs.md has its keys.
std::unique_ptr<Reporter> make_json_reporter(const std::string& path);
/// A line on stderr, which is a terminal, that says how far the suite is. Name it before and behind the reporter that
/// writes to the same terminal: `erase_only` is the one in front.
std::unique_ptr<Reporter> make_progress_reporter(bool erase_only);

/// "FAIL  NAME (FILE)" with the differences, the final screen and how to look closer.
std::string failure_text(const Spec& spec, const SpecOutcome& outcome);

}  // namespace bootsim
