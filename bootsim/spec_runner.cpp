#include "bootsim/spec_runner.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/core.h>

#include "bootsim/report.h"
#include "bootsim/spec_compare.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {

SpecOutcome run_spec(const Spec& spec) {
  SpecOutcome outcome;
  std::string trace;
  RunHooks hooks;
  hooks.trace_vectors = spec.call_vectors();
  if (hooks.trace_vectors.any()) hooks.trace_lines = [&](std::string_view piece) { trace += piece; };
  try {
    outcome.result = run(spec.options, hooks);
  } catch (const emu::Error& error) {
    outcome.result.exit = error.exit_code();
    outcome.result.verdict = "error";
    outcome.result.message = error.what();
  }
  outcome.differences = differences(spec, outcome.result, trace);
  return outcome;
}

int run_specs(const std::vector<Spec>& specs, int threads,
              const std::function<void(const Spec&, const SpecOutcome&)>& report) {
  std::mutex mutex;
  std::condition_variable finished;
  std::vector<std::optional<SpecOutcome>> outcomes(specs.size());
  std::size_t next = 0;
  const auto work = [&] {
    for (;;) {
      std::unique_lock lock(mutex);
      if (next >= specs.size()) return;
      const std::size_t mine = next++;
      lock.unlock();
      SpecOutcome outcome = run_spec(specs[mine]);
      lock.lock();
      outcomes[mine] = std::move(outcome);
      finished.notify_one();
    }
  };
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(work);

  int failed = 0;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    std::unique_lock lock(mutex);
    finished.wait(lock, [&] { return outcomes[i].has_value(); });
    const SpecOutcome outcome = std::move(*outcomes[i]);
    lock.unlock();
    failed += outcome.differences.empty() ? 0 : 1;
    report(specs[i], outcome);
    lock.lock();
    outcomes[i].emplace();  // its screen and log are not needed any more
  }
  return failed;
}

std::string outcome_text(const Spec& spec, const SpecOutcome& outcome) {
  const RunResult& result = outcome.result;
  if (outcome.differences.empty()) {
    return fmt::format("ok    {} ({} virtual, {:.2f} s)\n", spec.name, format_time(result.virtual_time), result.wall_ms / 1000);
  }
  std::string text = fmt::format("FAIL  {} ({})\n", spec.name, spec.file);
  for (const std::string& difference : outcome.differences) text += fmt::format("  {}\n", difference);
  return text + framed_screen(result);
}

}  // namespace bootsim
