// The suite as one JSON document, for scripts.
#include <nlohmann/json.hpp>

#include "bootsim/output.h"
#include "bootsim/report.h"
#include "bootsim/suite/command_line.h"
#include "bootsim/suite/reporter.h"

namespace bootsim {
namespace {

using nlohmann::ordered_json;

ordered_json difference_json(const Difference& difference) {
  ordered_json object = {
      {"text", difference.text}, {"line", difference.place.line}, {"column", difference.place.column}};
  if (difference.call) object["call"] = *difference.call;
  return object;
}

class JsonReporter : public Reporter {
 public:
  explicit JsonReporter(const std::string& path) : file_(path, "--json") {}

  void ended(const Spec& spec, const SpecOutcome& outcome) override {
    ordered_json differences = ordered_json::array();
    for (const Difference& difference : outcome.differences) differences.push_back(difference_json(difference));
    const std::string debug = outcome.passed() ? std::string() : debug_command(spec, outcome);
    specs_.push_back({{"name", spec.name},
                      {"file", spec.file},
                      {"passed", outcome.passed()},
                      {"differences", std::move(differences)},
                      {"debug", debug.empty() ? ordered_json() : ordered_json(debug)},
                      {"run", ordered_json::parse(json_summary(outcome.result))}});
  }
  void finish(const SuiteTotals& totals) override {
    ordered_json suite = {{"passed", totals.passed},
                          {"failed", totals.failed},
                          {"wall_ms", static_cast<std::int64_t>(totals.wall_ms)},
                          {"specs", std::move(specs_)}};
    // Differences quote what guests wrote, which may be no UTF-8.
    file_.write(suite.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n');
    file_.flush();
  }

 private:
  Output file_;
  ordered_json specs_ = ordered_json::array();
};

}  // namespace

std::unique_ptr<Reporter> make_json_reporter(const std::string& path) { return std::make_unique<JsonReporter>(path); }

}  // namespace bootsim
