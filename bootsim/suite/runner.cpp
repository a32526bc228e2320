#include "bootsim/suite/runner.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/core.h>

#include "bootsim/diagnosis.h"
#include "bootsim/html_report/html_report.h"
#include "bootsim/install/host_tool.h"
#include "bootsim/output.h"
#include "bootsim/report.h"
#include "bootsim/suite/build.h"
#include "bootsim/suite/compare.h"
#include "bootsim/suite/golden.h"
#include "bootsim/suite/observer.h"
#include "emu/error.h"

namespace bootsim {
namespace {

void save(const std::filesystem::path& path, std::string_view text) {
  Output file(path.string(), "--keep");
  file.write(text);
  file.flush();
}

/// DIR/NAME/, made.
std::filesystem::path folder_of(const std::string& directory, const Spec& spec) {
  std::filesystem::path folder = std::filesystem::path(directory) / spec.name;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw emu::Error(emu::ErrorKind::kUsage, fmt::format("--keep: {}: {}", folder.string(), error.message()));
  return folder;
}

/// What there is to look at.
void keep(const std::string& directory, const Spec& spec, const SpecOutcome& outcome) {
  const std::filesystem::path folder = folder_of(directory, spec);
  std::string screen;
  for (const std::string& line : outcome.result.screen) (screen += line) += '\n';
  save(folder / "screen.txt", screen);
  save(folder / "serial.log", outcome.result.serial);
  save(folder / "summary.json", json_summary(outcome.result));
  save(folder / "trace.jsonl", outcome.trace);
  if (!outcome.passed()) save(folder / "failure.txt", failure_text(spec, outcome));
}

void boot(const RunOptions& options, const Spec& spec, SpecObserver& observer, HtmlReport* report,
          SpecOutcome& outcome) {
  RunHooks hooks;
  hooks.trace_vectors = spec.call_vectors();
  hooks.trace_lines = [&](std::string_view piece) { outcome.trace += piece; };
  observer.attach(hooks);
  if (report) report->attach(hooks);
  outcome.result = run(options, hooks);
}

/// What the program would say and return.
void fail(RunResult& result, int exit, std::string message) {
  result.exit = exit;
  result.verdict = "error";
  result.message = std::move(message);
}

void hold_against_recording(const GoldenTrace& golden, const std::vector<CallRecord>& calls,
                            const RunnerOptions& options, SpecOutcome& outcome) {
  if (options.bless && outcome.differences.empty()) {
    outcome.blessed = bless(golden, calls);
    return;
  }
  auto found = golden_difference(golden, calls);
  if (!found) return;
  if (options.bless) found->text += "\n    not blessed, because something else is wrong";
  outcome.differences.push_back(std::move(*found));
}

std::vector<CallRecord> calls_of(const std::string& trace) {
  return trace.empty() ? std::vector<CallRecord>() : read_trace(trace, "the trace").calls;
}

/// Holds a boot that took place against its spec; when it fails, asks why.
void judge(const Spec& spec, const RunOptions& booted, const SpecObserver& observer, const RunnerOptions& options,
           SpecOutcome& outcome) {
  const std::vector<CallRecord> calls = calls_of(outcome.trace);
  outcome.differences = differences(spec, outcome.result, calls);
  outcome.differences.insert(outcome.differences.end(), observer.differences().begin(), observer.differences().end());
  if (spec.golden) hold_against_recording(*spec.golden, calls, options, outcome);
  if (!outcome.passed()) outcome.result.diagnosis = diagnose(booted, outcome.result);
}

/// The workers' side: takes specs in their order, leaves outcomes.
class Pool {
 public:
  Pool(const std::vector<Spec>& specs, const RunnerOptions& options, const std::vector<Reporter*>& reporters)
      : specs_(specs), options_(options), reporters_(reporters), outcomes_(specs.size()) {
    const int threads = std::min(options.threads, static_cast<int>(specs.size()));
    for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { work(); });
  }
  ~Pool() {
    const std::lock_guard lock(mutex_);
    next_ = specs_.size();  // whoever leaves early (an output that cannot be written) waits for what is under way only
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  SpecOutcome take(std::size_t index) {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [&] { return outcomes_[index].has_value(); });
    SpecOutcome outcome = std::move(*outcomes_[index]);
    outcomes_[index].emplace();
    return outcome;
  }
  /// Reporters are called under this.
  std::mutex& mutex() { return mutex_; }

 private:
  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      if (next_ >= specs_.size()) return;
      const std::size_t mine = next_++;
      for (Reporter* reporter : reporters_) reporter->started(specs_[mine]);
      lock.unlock();
      SpecOutcome outcome = run_spec(specs_[mine], options_);
      lock.lock();
      outcomes_[mine] = std::move(outcome);
      finished_.notify_one();
    }
  }

  const std::vector<Spec>& specs_;
  const RunnerOptions& options_;
  const std::vector<Reporter*>& reporters_;
  std::mutex mutex_;
  std::condition_variable finished_;
  std::vector<std::optional<SpecOutcome>> outcomes_;
  std::size_t next_ = 0;
  std::vector<std::jthread> workers_;  // the last member: they end before what they use
};

}  // namespace

SpecOutcome run_spec(const Spec& spec, const RunnerOptions& options) {
  SpecOutcome outcome;
  SpecObserver observer(spec, [&] { return calls_of(outcome.trace); });
  try {
    std::optional<install::TemporaryFolder> folder;
    if (!spec.builds.empty()) folder.emplace();
    const RunOptions built = folder ? build_media(spec, folder->path("media")) : spec.options;
    std::optional<HtmlReport> report;
    if (!options.keep.empty()) report.emplace();
    boot(built, spec, observer, report ? &*report : nullptr, outcome);
    judge(spec, built, observer, options, outcome);
    if (report) {
      const std::string complaint = outcome.passed() ? "" : failure_text(spec, outcome);
      save(folder_of(options.keep, spec) / "report.html",
           report->page(spec.arguments, built, outcome.result, complaint));
    }
    return outcome;
  } catch (const BuildError& error) {
    fail(outcome.result, error.exit_code(), error.what());
    outcome.differences.push_back({.text = fmt::format("media: {}", error.what()), .place = error.place(), .call = {}});
    return outcome;
  } catch (const emu::Error& error) {
    fail(outcome.result, error.exit_code(), error.what());
  } catch (const std::exception& error) {
    fail(outcome.result, exit_code::kInternal, fmt::format("internal error: {}; please report this", error.what()));
  }
  outcome.differences = differences(spec, outcome.result, {});
  return outcome;
}

SuiteTotals run_specs(const std::vector<Spec>& specs, const RunnerOptions& options,
                      const std::vector<Reporter*>& reporters) {
  const auto start = std::chrono::steady_clock::now();
  SuiteTotals totals;
  for (Reporter* reporter : reporters) reporter->begin(specs.size());
  {
    Pool pool(specs, options, reporters);
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const SpecOutcome outcome = pool.take(i);
      ++(outcome.passed() ? totals.passed : totals.failed);
      if (!options.keep.empty()) keep(options.keep, specs[i], outcome);
      const std::lock_guard lock(pool.mutex());
      for (Reporter* reporter : reporters) reporter->ended(specs[i], outcome);
    }
  }
  totals.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  for (Reporter* reporter : reporters) reporter->finish(totals);
  return totals;
}

}  // namespace bootsim
