// What people read: a line for each spec, and the whole story of those that failed.
#include <cstdio>

#include <fmt/core.h>

#include "bootsim/report.h"
#include "bootsim/suite/command_line.h"
#include "bootsim/suite/reporter.h"
#include "bootsim/units.h"

namespace bootsim {
namespace {

/// Later lines of a difference stand under its first.
std::string indented(std::string_view text) {
  std::string result;
  for (const std::string_view line : split(text, '\n')) result += fmt::format("{}{}\n", line.empty() ? "" : "  ", line);
  return result;
}

class TextReporter : public Reporter {
 public:
  void ended(const Spec& spec, const SpecOutcome& outcome) override {
    if (outcome.passed()) {
      fmt::print("ok    {} ({} virtual, {:.2f} s)\n", spec.name, format_time(outcome.result.virtual_time),
                 outcome.result.wall_ms / 1000);
      if (!outcome.blessed.empty()) fmt::print("{}", indented(outcome.blessed));
    } else {
      fmt::print("{}", failure_text(spec, outcome));
    }
    std::fflush(stdout);
  }
  void finish(const SuiteTotals& totals) override {
    fmt::print("{} of {} passed\n", totals.passed, totals.passed + totals.failed);
  }
};

}  // namespace

std::string failure_text(const Spec& spec, const SpecOutcome& outcome) {
  std::string text = fmt::format("FAIL  {} ({})\n", spec.name, spec.file);
  for (const Difference& difference : outcome.differences) {
    const Place& place = difference.place;
    text += indented(place.line > 0 ? fmt::format("{}:{}: {}", place.line, place.column, difference.text)
                                    : difference.text);
  }
  text += framed_screen(outcome.result) + diagnosis_text(outcome.result);
  if (const std::string command = debug_command(spec, outcome); !command.empty())
    text += fmt::format("look closer: {}\n", command);
  return text;
}

std::unique_ptr<Reporter> make_text_reporter() { return std::make_unique<TextReporter>(); }

}  // namespace bootsim
