#include "bootsim/diagnosis.h"

#include <algorithm>
#include <array>
#include <memory>

#include "bootsim/diagnosis/rules.h"
#include "bootsim/further_run.h"
#include "debugger/kernel_entry.h"
#include "emu/error.h"

namespace bootsim {

using diagnosing::Evidence;
using diagnosing::Rule;

namespace {

using Rows = std::span<const Rule> (*)();
constexpr std::array<Rows, 42> kAll = {
    diagnosing::shifted_rules,       diagnosing::file_rules,       diagnosing::media_rules,
    diagnosing::catalog_rules,       diagnosing::boot_image_rules, diagnosing::memdisk_rules,
    diagnosing::bpb_rules,           diagnosing::hybrid_rules,     diagnosing::mbr_rules,
    diagnosing::register_rules,      diagnosing::quirk_rules,      diagnosing::loop_rules,
    diagnosing::overwrite_rules,     diagnosing::wrap_rules,       diagnosing::pointer_rules,
    diagnosing::gpt_rules,           diagnosing::list_rules,       diagnosing::syslinux_list_rules,
    diagnosing::read_rules,          diagnosing::kernel_rules,     diagnosing::kernel_file_rules,
    diagnosing::address_rules,       diagnosing::stack_rules,      diagnosing::program_rules,
    diagnosing::interrupt_rules,     diagnosing::wait_rules,       diagnosing::long_mode_rules,
    diagnosing::protected_rules,     diagnosing::mode_rules,       diagnosing::exception_rules,
    diagnosing::crash_rules,         diagnosing::astray_rules,     diagnosing::screen_rules,
    diagnosing::syslinux_file_rules, diagnosing::names_rules,      diagnosing::prompt_rules,
    diagnosing::words_rules,         diagnosing::way_rules,        diagnosing::function_rules,
    diagnosing::program_end_rules,   diagnosing::last_words_rules, diagnosing::stop_rules};

/// Did the boot fail? A plain run that ends in a key wait or at rest has reached what it can.
bool failed(const RunResult& result) {
  switch (result.exit) {
    case exit_code::kReached: return result.verdict == "halted";
    case exit_code::kNotReached:
    case exit_code::kBootFailed:
    case exit_code::kLimit:
    case exit_code::kCrashed:
    case exit_code::kReset: return true;
    default: return false;
  }
}

/// What a run that halted without a goal must show before it counts as failed: its last read went wrong.
bool halted_in_trouble(const Evidence& evidence) {
  if (evidence.result.exit != exit_code::kReached) return true;
  return evidence.fatal_read() != nullptr;
}

/// With a kernel running, the loader has done its work.
constexpr std::array<Rows, 4> kInKernel = {diagnosing::quirk_rules, diagnosing::kernel_rules,
                                           diagnosing::kernel_file_rules, diagnosing::words_rules};

std::optional<Diagnosis> ask_rules(const Evidence& evidence) {
  if (!halted_in_trouble(evidence)) return std::nullopt;
  const auto asked = evidence.in_kernel() ? std::span<const Rows>(kInKernel) : std::span<const Rows>(kAll);
  for (const Rows rows : asked) {
    for (const Rule& rule : rows()) {
      auto answer = rule.look(evidence);
      if (!answer) continue;
      std::sort(answer->evidence.begin(), answer->evidence.end());
      answer->evidence.erase(std::unique(answer->evidence.begin(), answer->evidence.end()), answer->evidence.end());
      return Diagnosis{std::string(rule.facts.name), std::move(answer->text), std::move(answer->evidence)};
    }
  }
  return std::nullopt;
}

/// What a guest did behind its last disk call is of no use when it only ran into a time limit.
constexpr emu::Nanoseconds kBehindLastCall = 2 * emu::kSecond;

/// A loader that tries the same read for ever has shown it after this many calls.
constexpr std::uint64_t kManyCalls = 100'000;

bool same(const RunResult& a, const RunResult& b) {
  if (a.exit == exit_code::kLimit) return a.disk_calls == b.disk_calls && a.last_disk_call == b.last_disk_call;
  return a.verdict == b.verdict && a.message == b.message && a.virtual_time == b.virtual_time &&
         a.disk_calls == b.disk_calls;
}

}  // namespace

std::optional<Diagnosis> diagnose(const RunOptions& given, const RunResult& result) {
  if (!failed(result) || !given.bios_rom.empty()) return std::nullopt;
  RunOptions options = without_outputs(given);
  if (given.wall_limit) {  // the second run has what the first has left
    const auto left = *given.wall_limit - static_cast<emu::Nanoseconds>(result.wall_ms * emu::kMillisecond);
    if (left <= 0) return std::nullopt;
    options.wall_limit = left;
  }
  if (result.exit == exit_code::kLimit)
    // A call that was waiting for its drive may have passed the limit: the second run must not begin another
    // one.
    options.limit = std::min({given.limit, result.virtual_time, result.last_disk_call + kBehindLastCall});
  std::optional<Diagnosis> diagnosis;
  std::unique_ptr<debugger::DriveFiles> files;
  std::unique_ptr<debugger::CallRecorder> recorder;
  RunHooks hooks;
  std::optional<emu::Nanoseconds> kernel;
  bool enough = false;
  hooks.assembled = [&](Pc& pc) {
    files = std::make_unique<debugger::DriveFiles>(pc.bios().drives());
    recorder = std::make_unique<debugger::CallRecorder>(pc.machine().memory(), *files);
    pc.machine().observe_calls(*recorder, debugger::CallRecorder::vectors());
    pc.machine().on_mode_change([&, machine = &pc.machine()](emu::CpuMode, emu::CpuMode to) {
      if (!kernel && debugger::has_linux_boot_params(machine->registers(), to, machine->memory()))
        kernel = machine->clock().now();
    });
    pc.machine().watch(emu::kMillisecond, [&, machine = &pc.machine()] {
      if (enough || recorder->count() < kManyCalls) return;
      enough = true;
      options.limit = machine->clock().now();  // the run reads it whenever it goes on
      machine->request_stop();
    });
  };
  hooks.ended = [&](Pc& pc, const RunResult& again) {
    // What --persist or the host's clock changed cannot be asked again.
    if (enough || same(result, again)) diagnosis = ask_rules(Evidence(options, result, pc, *recorder, *files, kernel));
  };
  try {
    run(options, hooks);
  } catch (const emu::Error&) {
    return std::nullopt;  // a medium that cannot be opened a second time: the first run's verdict stands
                          // alone
  }
  return diagnosis;
}

std::span<const DiagnosisRule> diagnosis_rules() {
  static const std::vector<DiagnosisRule> kFacts = [] {
    std::vector<DiagnosisRule> facts;
    for (const Rows rows : kAll) {
      for (const Rule& rule : rows()) facts.push_back(rule.facts);
    }
    return facts;
  }();
  return kFacts;
}

}  // namespace bootsim
