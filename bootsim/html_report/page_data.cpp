#include "bootsim/html_report/page_data.h"

#include <nlohmann/json.hpp>

namespace bootsim::html_report {
namespace {

using nlohmann::ordered_json;

std::string_view mode_word(emu::CpuMode mode) {
  switch (mode) {
    case emu::CpuMode::kReal: return "real";
    case emu::CpuMode::kVm86: return "vm86";
    case emu::CpuMode::kProtected16: return "protected16";
    case emu::CpuMode::kProtected32: return "protected";
    case emu::CpuMode::kLong: return "long";
  }
  return {};
}

ordered_json moments_json(const std::vector<Moment>& moments) {
  ordered_json list = ordered_json::array();
  for (const Moment& moment : moments) list.push_back({moment.time, moment.words});
  return list;
}

ordered_json modes_json(const std::vector<ModeChange>& changes) {
  ordered_json list = ordered_json::array();
  for (const ModeChange& change : changes) list.insert(list.end(), {change.time, std::string(mode_word(change.mode))});
  return list;
}

ordered_json screens_json(const std::vector<Screen>& screens) {
  ordered_json list = ordered_json::array();
  for (const Screen& screen : screens) list.push_back({screen.begin, screen.end});
  return list;
}

ordered_json steps_json(const std::vector<ReachedStep>& steps) {
  ordered_json list = ordered_json::array();
  for (const ReachedStep& step : steps) list.push_back({step.virtual_time, step.condition});
  return list;
}

/// "</script>" and "<!--" must not end the element that the JSON is in.
std::string without_markup(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string page_data(const Recorder& recorder, const RunResult& result, const std::string& debug_line) {
  ordered_json data;
  data["debug"] = debug_line;
  data["end"] = result.virtual_time;
  data["evidence"] = result.diagnosis ? ordered_json(result.diagnosis->evidence) : ordered_json::array();
  data["calls"] = columns_json(recorder.calls().rows());
  data["texts"] = recorder.calls().texts().json();
  data["modes"] = modes_json(recorder.mode_changes());
  data["video"] = moments_json(recorder.video_modes());
  data["keys"] = moments_json(recorder.keys());
  data["steps"] = steps_json(result.steps);
  data["screens"] = screens_json(recorder.screens().screens());
  data["drives"] = recorder.drive_maps();
  return without_markup(data.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

}  // namespace bootsim::html_report
