#include "emu/machine.h"

#include <utility>

#include "emu/machine_core.h"

namespace emu {

Machine::Machine(const Options& options) : options_(options), memory_(options.ram_size) {}
Machine::~Machine() = default;

/// The engine is opened at the first reset: by then every device has mapped its memory, and nothing is mapped twice.
void Machine::build_core() {
  if (!core_) core_ = std::make_unique<Core>(*this);
}

void Machine::reset() {
  memory_.set_a20(true);
  for (const auto& action : reset_actions_) action();
  build_core();
  core_->reset();
  reset_cause_.clear();
}

StopReason Machine::run(Nanoseconds until) { return core_->run(until); }

StopReason Machine::step(std::uint64_t count) { return core_->step(count); }
StopReason Machine::run_to(Position position, bool stop_at_breakpoints) {
  return core_->run_to(position.time, stop_at_breakpoints, false);
}
StopReason Machine::run_past(Position position, bool stop_at_breakpoints) {
  return core_->run_to(position.time, stop_at_breakpoints, true);
}
std::optional<Position> Machine::passed() const {
  const auto time = core_->cpu().passed();
  return time ? std::optional(Position{*time}) : std::nullopt;
}

std::shared_ptr<const Snapshot> Machine::save_snapshot() { return core_->save(); }
void Machine::restore_snapshot(const Snapshot& snapshot) { core_->restore(snapshot); }
std::uint64_t Machine::snapshot_bytes() const { return memory_.journal().bytes(); }

void Machine::request_stop() {
  if (core_) core_->request_stop();
}

void Machine::request_reset(std::string_view cause) {
  reset_cause_ = cause;
  if (core_) core_->end_by_wire(StopReason::kReset);
}

void Machine::power_off(std::string_view how) {
  stop_detail_ = how;
  if (core_) core_->end_by_wire(StopReason::kPowerOff);
}

void Machine::interrupt_line_changed() {
  if (core_) core_->interrupt_line_changed();
}

void Machine::note_idle_poll() {
  ++idle_polls_;
  if (core_) core_->note_idle_poll();
}

Registers Machine::registers() const { return core_->cpu().registers(); }
void Machine::set_registers(const Registers& registers) { core_->cpu().set_registers(registers); }
CpuMode Machine::mode() const { return core_->mode(); }
EnginePath Machine::engine_path() const { return core_->cpu().uses_kit() ? EnginePath::kKit : EnginePath::kPublic; }

const std::string& Machine::engine_refusal() const { return core_->cpu().kit_refusal(); }

std::uint64_t Machine::engine_replacements() const { return core_->cpu().engine_replacements(); }

SystemRegisters Machine::system_registers() const {
  SystemRegisters s;
  std::uint64_t cr[5];
  EngineSegment gdt, idt;
  core_->cpu().read_system_registers(cr, s.efer, gdt, idt);
  s.cr0 = cr[0];
  s.cr2 = cr[2];
  s.cr3 = cr[3];
  s.cr4 = cr[4];
  s.gdt_base = gdt.base;
  s.gdt_limit = gdt.limit;
  s.idt_base = idt.base;
  s.idt_limit = idt.limit;
  return s;
}

std::optional<PhysAddr> Machine::translate(std::uint64_t linear) const {
  const std::uint64_t physical = core_->cpu().translate(linear);
  if (physical >= Memory::kAddressSpace) return std::nullopt;
  return PhysAddr(physical);
}

void Machine::observe_calls(CallObserver& observer, const std::bitset<256>& vectors) {
  build_core();
  core_->tracker().add(observer, vectors);
}
void Machine::watch(Nanoseconds interval, std::function<void()> watcher) {
  build_core();
  core_->watch(interval, std::move(watcher));
}
void Machine::add_breakpoint(std::uint64_t linear) {
  build_core();
  core_->add_breakpoint(linear);
}
void Machine::remove_breakpoint(std::uint64_t linear) {
  if (core_) core_->remove_breakpoint(linear);
}
WatchId Machine::watch_memory(PhysAddr base, std::uint64_t size, AccessKind kind, WatchAction action) {
  build_core();
  return core_->watch_memory(base, size, kind, std::move(action));
}
void Machine::unwatch_memory(WatchId id) {
  if (core_) core_->unwatch_memory(id);
}
WatchId Machine::watch_execution(std::uint64_t first, std::uint64_t last, bool outside) {
  build_core();
  return core_->watch_execution(first, last, outside);
}
void Machine::unwatch_execution(WatchId id) {
  if (core_) core_->unwatch_execution(id);
}
void Machine::heed_breakpoint_here() {
  if (core_) core_->heed_breakpoint_here();
}
WatchId Machine::watch_mode(std::function<bool(CpuMode, CpuMode)> wanted) {
  build_core();
  return core_->watch_mode(std::move(wanted));
}
void Machine::unwatch_mode(WatchId id) {
  if (core_) core_->unwatch_mode(id);
}
bool Machine::crossed(WatchId id) const { return core_ && core_->crossed(id); }
void Machine::on_mode_change(std::function<void(CpuMode, CpuMode)> action) {
  build_core();
  core_->on_mode_change(std::move(action));
}
void Machine::report_unfinished_calls() {
  if (core_) core_->tracker().report_unfinished();
}

EnginePath probe_engine(std::string* why_not_kit) {
  Machine::Options options;
  options.ram_size = 1u << 20;
  Machine machine(options);
  machine.reset();
  if (why_not_kit) *why_not_kit = machine.engine_refusal();
  return machine.engine_path();
}

}  // namespace emu
