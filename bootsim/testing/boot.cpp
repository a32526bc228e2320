#include "bootsim/testing/boot.h"

#include <fmt/format.h>

#include "bootsim/options.h"

namespace bootsim::testing {

Boot::Boot(const Arguments& words) {
  std::string trace;
  RunHooks hooks;
  hooks.trace_vectors = parse_trace_calls("all");
  hooks.trace_lines = [&](std::string_view piece) { trace += piece; };
  result_ = run(parse_run_options(words), hooks);
  screen_ = fmt::format("{}", fmt::join(result_.screen, "\n"));
  calls_ = read_trace(trace, "the trace").calls;
}

std::vector<CallRecord> Boot::calls(std::uint8_t vector) const {
  std::vector<CallRecord> chosen;
  for (const CallRecord& call : calls_) {
    if (call.vector != vector) continue;
    chosen.push_back(call);
    chosen.back().seq = chosen.size();
  }
  return chosen;
}

}  // namespace bootsim::testing
