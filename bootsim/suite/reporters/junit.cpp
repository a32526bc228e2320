// JUnit XML, as the CI systems read it: testsuites, testsuite, testcase, failure.
#include <fmt/core.h>

#include "bootsim/output.h"
#include "bootsim/suite/reporter.h"

namespace bootsim {
namespace {

/// How long the well-formed UTF-8 sequence at the front of `text` is, 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80                      ? 1
                             : byte(0) >= 0xC2 && byte(0) < 0xE0 ? 2
                             : (byte(0) & 0xF0) == 0xE0          ? 3
                             : (byte(0) & 0xF8) == 0xF0          ? 4
                                                                 : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

/// Text for an element or an attribute. XML 1.0 cannot hold most control characters: they become '?'.
std::string xml(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = utf8_length(text);
    const bool control = length == 1 && static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    if (length == 0 || control)
      result += '?';
    else if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

class JunitReporter : public Reporter {
 public:
  explicit JunitReporter(const std::string& path) : file_(path, "--junit") {}

  void ended(const Spec& spec, const SpecOutcome& outcome) override {
    const std::size_t slash = spec.name.rfind('/');
    const bool nested = slash != std::string::npos;
    cases_ += fmt::format("  <testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"{:.3f}\"",
                          xml(nested ? "bootsim." + spec.name.substr(0, slash) : "bootsim"),
                          xml(nested ? spec.name.substr(slash + 1) : spec.name), xml(spec.file),
                          outcome.result.wall_ms / 1000);
    if (outcome.passed()) {
      cases_ += "/>\n";
      return;
    }
    const std::string& first = outcome.differences.front().text;
    cases_ += fmt::format(">\n    <failure type=\"{}\" message=\"{}\">{}</failure>\n  </testcase>\n",
                          xml(outcome.result.verdict), xml(first.substr(0, first.find('\n'))),
                          xml(failure_text(spec, outcome)));
  }
  void finish(const SuiteTotals& totals) override {
    const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"{:.3f}\"",
                                           totals.passed + totals.failed, totals.failed, totals.wall_ms / 1000);
    file_.write(
        fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"bootsim\" {}>\n"
                    " <testsuite name=\"bootsim\" {}>\n{} </testsuite>\n</testsuites>\n",
                    counts, counts, cases_));
    file_.flush();
  }

 private:
  Output file_;
  std::string cases_;
};

}  // namespace

std::unique_ptr<Reporter> make_junit_reporter(const std::string& path) { return std::make_unique<JunitReporter>(path); }

}  // namespace bootsim
