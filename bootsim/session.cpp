#include "bootsim/session.h"

#include <algorithm>
#include <ctime>

#include <fmt/core.h>

#include "bios/boot.h"
#include "bios/drives.h"
#include "bootsim/host_files.h"
#include "bootsim/png.h"
#include "bootsim/version.h"
#include "debugger/kernel_entry.h"
#include "emu/error.h"

namespace bootsim {
namespace {

/// How often the PC is looked at, in virtual time.
constexpr emu::Nanoseconds kTick = emu::kMillisecond;
/// With --wall-limit. A guest that rewrites its own code can keep the host busy for a second in a tick.
constexpr emu::Nanoseconds kHostClockInterval = 20 * emu::kMicrosecond;

bool waits_for_kernel(const std::vector<Condition>& conditions) {
  for (const Condition& condition : conditions) {
    if (condition.kind == Condition::Kind::kKernel) return true;
  }
  return false;
}

}  // namespace

Session::Session(const RunOptions& options, const RunHooks& hooks)
    : options_(options),
      hooks_(hooks),
      assembly_(options, hooks.notice),
      pc_(&assembly_.pc()),
      serial_(assembly_.serial()),
      guest_(*pc_, serial_) {
  typist_ = std::make_unique<Typist>(options.type, pc_->machine().clock(), pc_->keyboard());
  for (const Condition& condition : options.until) until_.emplace_back(condition);
  for (const Condition& condition : options.fail_on) fail_on_.emplace_back(condition);
  const bool traced_on_stderr = options.trace && options.trace->file.empty();
  if (options.progress || (stderr_is_terminal() && !options.quiet && !traced_on_stderr && hooks.notice)) {
    status_ = std::make_unique<StatusLine>();
  }
  attach_traces();
  if (options.gdb.empty()) {
    watch_calls();
    watch_conditions();
  }
  if (hooks.assembled) hooks.assembled(*pc_);
}

Session::~Session() = default;

void Session::attach_traces() {
  emu::Machine& machine = pc_->machine();
  const auto attach = [&](const debugger::Trace::Options& options, debugger::Trace::Sink sink) {
    traces_.push_back(std::make_unique<debugger::Trace>(options, assembly_.trace_header(), machine.memory(),
                                                        assembly_.drive_files(), std::move(sink)));
    machine.observe_calls(*traces_.back(), options.vectors);
    machine.snapshot_parts().add("trace", *traces_.back());
  };
  if (options_.trace) {
    const std::string& file = options_.trace->file;
    trace_output_ = std::make_unique<Output>(file.empty() ? Output::to_stderr() : Output(file, "--trace"));
    const bool line_by_line = file.empty() || trace_output_->is_terminal();
    attach({.format = options_.trace->format, .vectors = options_.trace->vectors, .line_by_line = line_by_line},
           [this, line_by_line](std::string_view piece) {
             trace_output_->write(piece);
             if (line_by_line) trace_output_->flush();
           });
  }
  if (hooks_.trace_lines) {
    attach({.format = debugger::TraceFormat::kJsonLines, .vectors = hooks_.trace_vectors}, hooks_.trace_lines);
  }
  statistics_ = std::make_unique<debugger::DiskStatistics>(machine.memory());
  machine.observe_calls(*statistics_, std::bitset<256>().set(0x13));
  machine.snapshot_parts().add("disk statistics", *statistics_);
}

std::vector<Condition> Session::conditions() const {
  std::vector<Condition> all = options_.until;
  all.insert(all.end(), options_.fail_on.begin(), options_.fail_on.end());
  const std::vector<Condition> typed = typist_->conditions();
  all.insert(all.end(), typed.begin(), typed.end());
  return all;
}

void Session::watch_calls() {
  if (const auto vectors = called_vectors(conditions()); vectors.any()) pc_->machine().observe_calls(*this, vectors);
}

void Session::watch_conditions() {
  emu::Machine& machine = pc_->machine();
  const std::vector<Condition> all = conditions();
  for (const Condition& condition : all) {
    if (condition.kind == Condition::Kind::kAddress) machine.add_breakpoint(condition.address.linear());
  }
  if (waits_for_kernel(all) || hooks_.kernel_entered) {
    for (const std::uint64_t entry : debugger::kKernelEntries) machine.add_breakpoint(entry);
  }
  machine.on_mode_change([this](emu::CpuMode from, emu::CpuMode to) { mode_changed(from, to); });
  machine.watch(kTick, [this] { tick(); });
  if (options_.wall_limit) machine.watch(kHostClockInterval, [this] { look_at_host_clock(); });
}

void Session::write_notices() {
  const auto& notices = pc_->bios().notices();
  for (; notices_written_ < notices.size(); ++notices_written_) {
    if (!hooks_.notice) continue;
    if (status_) status_->erase();
    hooks_.notice(notices[notices_written_].text);
  }
}

void Session::finish() {
  pc_->machine().report_unfinished_calls();
  for (const auto& trace : traces_) trace->finish();
  if (trace_output_) trace_output_->flush();
  write_notices();
  status_.reset();
  result_.disk_calls = statistics_->calls();
  result_.sectors = statistics_->sectors();
  result_.last_disk_call = statistics_->last_begin();
  result_.disk_calls_by_function = statistics_->by_function();
  result_.virtual_time = pc_->machine().clock().now();
  if (const auto text = pc_->vga().text_screen()) result_.screen = text->lines();
  if (const auto size = pc_->vga().graphics_resolution())
    result_.graphics = fmt::format("{}x{}", size->width, size->height);
  result_.serial = std::move(serial_);
  result_.engine = engine_word(pc_->machine().engine_path());
  if (!options_.screenshot.empty()) save_screenshot();
  if (options_.persist) {
    for (const auto& overlay : assembly_.media().overlays) overlay->persist();
  }
  result_.wall_ms = wall_ms();
  if (hooks_.ended) hooks_.ended(*pc_, result_);
}

void Session::save_screenshot() {
  const std::vector<std::uint8_t> png = encode_png(pc_->vga().render());
  Output file(options_.screenshot, "--screenshot");
  file.write({reinterpret_cast<const char*>(png.data()), png.size()});
  file.flush();
}

RunResult run(const RunOptions& options, const RunHooks& hooks) { return Session(options, hooks).run(); }

}  // namespace bootsim
