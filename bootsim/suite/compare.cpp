#include "bootsim/suite/compare.h"

#include <algorithm>

#include <fmt/format.h>

#include "bootsim/suite/call_sequence.h"

namespace bootsim {
namespace {

/// Differences as they are found.
class Comparison {
 public:
  Comparison(const Spec& spec, const RunResult& result) : spec_(spec), result_(result) {}

  void verdict() {
    if (result_.exit != spec_.exit) {
      const std::string_view hint =
          result_.exit == exit_code::kMedium ? "; media lie beside the spec, or where --media-dir DIR says" : "";
      differs(spec_.exit_place, fmt::format("exit: expected {}, got {} ({}: {}{})", spec_.exit, result_.exit,
                                            result_.verdict, result_.message, hint));
    }
    if (spec_.reason && *spec_.reason != result_.reason) {
      differs(spec_.reason_place, fmt::format("reason: expected {}, got {}", *spec_.reason,
                                              result_.reason.empty() ? "none" : result_.reason));
    }
    const auto& wanted = spec_.verdicts;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), result_.verdict) == wanted.end()) {
      differs(spec_.verdict_place,
              fmt::format("verdict: expected {}, got {}", fmt::join(wanted, " or "), result_.verdict));
    }
  }

  void screen() {
    const std::string screen = fmt::format("{}", fmt::join(result_.screen, "\n"));
    for (const ExpectedText& wanted : spec_.screen) {
      if (wanted.pattern.matches(screen)) continue;
      differs(wanted.place,
              fmt::format("screen: /{}/ does not match{}", wanted.pattern.source(),
                          result_.graphics.empty() ? "" : fmt::format(": {} graphics", result_.graphics)));
    }
  }

  void serial() {
    constexpr std::size_t kShown = 500;
    for (const ExpectedText& wanted : spec_.serial) {
      if (wanted.pattern.matches(result_.serial)) continue;
      const std::size_t shown = std::min(result_.serial.size(), kShown);
      differs(wanted.place,
              fmt::format("serial: /{}/ does not match {} bytes{}{}", wanted.pattern.source(), result_.serial.size(),
                          shown > 0 ? ", which end in:\n" : "", result_.serial.substr(result_.serial.size() - shown)));
    }
  }

  void numbers() {
    for (const ExpectedNumber& wanted : spec_.numbers) {
      const std::uint64_t value = wanted.key == "sectors"      ? result_.sectors
                                  : wanted.key == "disk-calls" ? result_.disk_calls
                                                               : result_.virtual_time / emu::kMillisecond;
      const Captures none;
      if (wanted.pattern.matches(debugger::Value::of(value), CallNames({}, none))) continue;
      differs(wanted.place, fmt::format("{}: expected {}, got {}", wanted.key, wanted.pattern.text(), value));
    }
  }

  void calls(const std::vector<CallRecord>& calls) {
    for (const CallSequence& sequence : spec_.calls) {
      auto found = difference(sequence, calls);
      if (!found) continue;
      const auto call =
          std::find_if(calls.begin(), calls.end(), [&](const CallRecord& c) { return found->call == c.seq; });
      found->call = call == calls.end() ? std::nullopt : disk_call_number(calls, *call);
      differences_.push_back(std::move(*found));
    }
  }

  std::vector<Difference> take() { return std::move(differences_); }

 private:
  void differs(Place place, std::string text) {
    differences_.push_back({.text = std::move(text), .place = place, .call = {}});
  }

  const Spec& spec_;
  const RunResult& result_;
  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> differences(const Spec& spec, const RunResult& result, const std::vector<CallRecord>& calls) {
  Comparison comparison(spec, result);
  comparison.verdict();
  comparison.screen();
  comparison.serial();
  comparison.numbers();
  comparison.calls(calls);
  return comparison.take();
}

}  // namespace bootsim
