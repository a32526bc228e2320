// GitHub's workflow commands ("::error file=...,line=...::message"), which appear beside the spec's line.
#include <cstdio>

#include <fmt/core.h>

#include "bootsim/suite/reporter.h"

namespace bootsim {
namespace {

/// Line ends and % as %XX; in a property also what separates properties.
std::string escaped(std::string_view text, bool property) {
  std::string result;
  for (const char c : text) {
    const bool separator = property && (c == ':' || c == ',');
    if (c == '%' || c == '\r' || c == '\n' || separator) {
      result += fmt::format("%{:02X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result;
}

class GithubReporter : public Reporter {
 public:
  void ended(const Spec& spec, const SpecOutcome& outcome) override {
    for (const Difference& difference : outcome.differences) {
      std::string where = fmt::format("file={}", escaped(spec.file, true));
      if (difference.place.line > 0)
        where += fmt::format(",line={},col={}", difference.place.line, difference.place.column);
      fmt::print("::error {},title={}::{}\n", where, escaped(spec.name, true), escaped(difference.text, false));
    }
    std::fflush(stdout);
  }
};

}  // namespace

std::unique_ptr<Reporter> make_github_reporter() { return std::make_unique<GithubReporter>(); }

}  // namespace bootsim
