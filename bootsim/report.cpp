#include "bootsim/report.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "bootsim/units.h"

namespace bootsim {
namespace {

using nlohmann::ordered_json;

/// Tenths of a millisecond are all that host times are good for.
double rounded(double ms) { return static_cast<double>(static_cast<long long>(ms * 10 + 0.5)) / 10; }

std::string plural(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace

std::string verdict_line(const RunResult& result) {
  const std::string reason = result.reason.empty() ? "" : fmt::format(" ({})", result.reason);
  return fmt::format("{}{}: {}; {}, {}, {} virtual, {} wall\n", result.verdict, reason, result.message,
                     plural(result.disk_calls, "disk call"), plural(result.sectors, "sector"),
                     format_time(result.virtual_time),
                     format_time(static_cast<emu::Nanoseconds>(result.wall_ms * emu::kMillisecond)));
}

std::string diagnosis_text(const RunResult& result) {
  if (!result.diagnosis) return {};
  return fmt::format("why: {}\n", result.diagnosis->text);
}

std::string framed_screen(const RunResult& result) {
  if (!result.graphics.empty()) {
    return fmt::format(
        "(the screen shows {} graphics, in which there is no text to find: --screenshot FILE.png saves it)\n",
        result.graphics);
  }
  std::size_t last = result.screen.size();
  while (last > 0 && result.screen[last - 1].find_first_not_of(' ') == std::string::npos) --last;
  if (last == 0) return {};
  const std::string rule(80, '-');
  std::string text = rule + '\n';
  for (std::size_t i = 0; i < last; ++i) text += result.screen[i] + '\n';
  return text + rule + '\n';
}

std::string json_summary(const RunResult& result) {
  ordered_json steps = ordered_json::array();
  for (const ReachedStep& step : result.steps) {
    steps.push_back(
        {{"condition", step.condition}, {"virtual_ns", step.virtual_time}, {"wall_ms", rounded(step.wall_ms)}});
  }
  ordered_json by_function = ordered_json::object();
  for (const auto& [function, count] : result.disk_calls_by_function)
    by_function[fmt::format("{:02x}", function)] = count;
  ordered_json summary;
  summary["verdict"] = result.verdict;
  summary["exit"] = result.exit;
  summary["reason"] = result.reason.empty() ? ordered_json() : ordered_json(result.reason);
  summary["message"] = result.message;
  if (result.diagnosis) {
    summary["diagnosis"] = {
        {"rule", result.diagnosis->rule}, {"text", result.diagnosis->text}, {"evidence", result.diagnosis->evidence}};
  }
  summary["steps"] = std::move(steps);
  summary["int13"] = {
      {"calls", result.disk_calls}, {"sectors", result.sectors}, {"by_function", std::move(by_function)}};
  summary["virtual_ns"] = result.virtual_time;
  summary["wall_ms"] = rounded(result.wall_ms);
  summary["screen"] = result.screen;
  summary["graphics"] = result.graphics.empty() ? ordered_json() : ordered_json(result.graphics);
  summary["engine"] = result.engine;
  // Messages may quote guest bytes and file names that are no UTF-8.
  return summary.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace bootsim
