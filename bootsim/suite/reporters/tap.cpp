// The Test Anything Protocol, version 13 (testanything.org): Perl's prove 3.42 takes no later one, and of YAML no `|-`.
#include <cstdio>

#include <fmt/core.h>

#include "bootsim/suite/reporter.h"
#include "bootsim/units.h"

namespace bootsim {
namespace {

/// A description must not look like a directive (#) or escape (\).
std::string description(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '#' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

class TapReporter : public Reporter {
 public:
  void begin(std::size_t specs) override { fmt::print("TAP version 13\n1..{}\n", specs); }
  void ended(const Spec& spec, const SpecOutcome& outcome) override {
    ++number_;
    fmt::print("{} {} - {}\n", outcome.passed() ? "ok" : "not ok", number_, description(spec.name));
    if (!outcome.passed()) explain(spec, outcome);
    std::fflush(stdout);
  }

 private:
  static void explain(const Spec& spec, const SpecOutcome& outcome) {
    fmt::print("  ---\n  message: |\n");
    const std::string text = failure_text(spec, outcome);
    for (const std::string_view line : split(text, '\n')) {
      if (!line.empty()) fmt::print("    {}\n", line);
    }
    fmt::print("  ...\n");
  }

  std::size_t number_ = 0;
};

}  // namespace

std::unique_ptr<Reporter> make_tap_reporter() { return std::make_unique<TapReporter>(); }

}  // namespace bootsim
