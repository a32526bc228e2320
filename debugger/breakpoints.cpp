#include "debugger/breakpoints.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "debugger/cpu_mode.h"
#include "emu/error.h"
#include "emu/text.h"

namespace debugger {
namespace {

/// The event's own fields in front of what the machine knows.
class EventNames : public Names {
 public:
  using Fields = std::array<std::pair<std::string_view, std::uint64_t>, 3>;
  EventNames(const Fields& fields, const Names& outer) : fields_(fields), outer_(outer) {}

  std::optional<Value> lookup(std::string_view name) const override {
    for (const auto& [field, value] : fields_) {
      if (field == name) return Value::of(value);
    }
    return outer_.lookup(name);
  }
  std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const override {
    return outer_.linear(selector, offset);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override { return outer_.read(linear, out); }

 private:
  Fields fields_;
  const Names& outer_;
};

/// A disk call's fields, and the file that its first sector belongs to.
class DiskCallNames : public Names {
 public:
  DiskCallNames(const CallNames& call, const DescribedCall& described, DriveFacts* drives)
      : call_(call), described_(described), drives_(drives) {}

  std::optional<Value> lookup(std::string_view name) const override {
    return drives_ && emu::same_words(name, kFileField) ? file_value(described_, *drives_) : call_.lookup(name);
  }
  std::optional<std::uint64_t> linear(std::uint16_t selector, std::uint64_t offset) const override {
    return call_.linear(selector, offset);
  }
  bool read(std::uint64_t linear, std::span<std::uint8_t> out) const override { return call_.read(linear, out); }

 private:
  const CallNames& call_;
  const DescribedCall& described_;
  DriveFacts* drives_;  // null: the drive is a hook's
};

bool mode_matches(BreakMode wanted, emu::CpuMode from, emu::CpuMode to, const emu::Registers& registers) {
  const bool was_protected = from == emu::CpuMode::kProtected16 || from == emu::CpuMode::kProtected32;
  switch (wanted) {
    case BreakMode::kAny: return true;
    case BreakMode::kReal: return to == emu::CpuMode::kReal;
    case BreakMode::kLong: return to == emu::CpuMode::kLong;
    case BreakMode::kVm86: return to == emu::CpuMode::kVm86;
    case BreakMode::kUnreal: return is_unreal(to, registers);
    case BreakMode::kProtected:
      return (to == emu::CpuMode::kProtected16 || to == emu::CpuMode::kProtected32) && !was_protected;
  }
  return false;
}

bool is_span(BreakKind kind) { return kind == BreakKind::kRange || kind == BreakKind::kOutside; }

}  // namespace

Breakpoints::Breakpoints(emu::Machine& machine, const MachineNames& names, const CallLog& calls, DriveFacts& drives)
    : machine_(machine), names_(names), calls_(calls), drives_(drives) {}

Breakpoints::~Breakpoints() {
  if (ports_observed_) machine_.ports().observe(nullptr);
}

int Breakpoints::add(Breakpoint breakpoint) {
  Entry entry{.breakpoint = std::move(breakpoint)};
  entry.breakpoint.id = entry.breakpoint.internal ? next_internal_id_-- : next_id_;
  if (entry.breakpoint.enabled) arm(entry);
  if (!entry.breakpoint.internal) ++next_id_;
  const int id = entry.breakpoint.id;
  entries_.emplace(id, std::move(entry));
  return id;
}

bool Breakpoints::remove(int id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return false;
  disarm(found->second);
  entries_.erase(found);
  return true;
}

Breakpoint* Breakpoints::find(int id) {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second.breakpoint;
}

std::vector<const Breakpoint*> Breakpoints::all() const {
  std::vector<const Breakpoint*> result;
  for (const auto& [id, entry] : entries_) {
    if (!entry.breakpoint.internal) result.push_back(&entry.breakpoint);
  }
  return result;
}

bool Breakpoints::enable(int id, bool enabled) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return false;
  if (enabled) arm(found->second);
  if (!enabled) disarm(found->second);
  found->second.breakpoint.enabled = enabled;
  return true;
}

// --- Arming

void Breakpoints::arm(Entry& entry) {
  if (std::exchange(entry.armed, true)) return;
  Breakpoint& b = entry.breakpoint;
  switch (b.kind) {
    case BreakKind::kAddress:
      if (users_[b.first]++ == 0) machine_.add_breakpoint(b.first);
      return;
    case BreakKind::kCall: return observe(b.vector);
    case BreakKind::kSector: return observe(0x13);
    case BreakKind::kPort:
    case BreakKind::kA20: return observe_ports();  // the gate moves by ports alone
    case BreakKind::kMode:
      entry.watch = machine_.watch_mode(
          [this, id = b.id](emu::CpuMode from, emu::CpuMode to) { return mode_wanted(id, from, to); });
      return;
    case BreakKind::kMemory:
    case BreakKind::kVector: return watch_memory(entry);
    case BreakKind::kRange:
    case BreakKind::kOutside:
      entry.watch = machine_.watch_execution(b.first, b.last, b.kind == BreakKind::kOutside);
      return;
  }
}

void Breakpoints::disarm(Entry& entry) {
  if (!std::exchange(entry.armed, false)) return;
  const Breakpoint& b = entry.breakpoint;
  if (b.kind == BreakKind::kAddress && --users_[b.first] == 0) {
    users_.erase(b.first);
    machine_.remove_breakpoint(b.first);
  }
  if (!entry.watch) return;
  const emu::WatchId watch = std::exchange(entry.watch, 0);
  if (b.kind == BreakKind::kMode) return machine_.unwatch_mode(watch);
  is_span(b.kind) ? machine_.unwatch_execution(watch) : machine_.unwatch_memory(watch);
}

void Breakpoints::observe_ports() {
  a20_ = machine_.a20();
  if (std::exchange(ports_observed_, true)) return;
  machine_.ports().observe(this);
  machine_.observe_calls(*this, {});  // of no call: when time goes back, the gate is what it was
}

void Breakpoints::watch_memory(Entry& entry) {
  const Breakpoint& b = entry.breakpoint;
  const auto physical =
      b.physical ? emu::PhysAddr(b.first) : machine_.translate(b.first).value_or(emu::PhysAddr(b.first));
  const auto kind = static_cast<emu::AccessKind>((b.on_read ? 1 : 0) | (b.on_write ? 2 : 0));
  entry.watch =
      machine_.watch_memory(physical, b.last - b.first + 1, kind,
                            [this, id = b.id](const emu::MemoryAccess& access) { return memory_used(id, access); });
}

/// The machine has no way to end an observation; one that nobody needs any more costs a look at an empty list.
void Breakpoints::observe(std::uint8_t vector) {
  if (observed_[vector]) return;
  observed_.set(vector);
  machine_.observe_calls(*this, std::bitset<256>().set(vector));
}

// --- What happens

void Breakpoints::hit(Breakpoint& breakpoint, const Names& names, Hit hit) {
  if (muted_ || !breakpoint.enabled) return;
  if (breakpoint.condition && !breakpoint.condition->holds(names)) return;
  hit.id = breakpoint.id;
  if (!rehearsing_) {
    ++breakpoint.hits;
    if (breakpoint.ignore > 0) {
      --breakpoint.ignore;
      return;
    }
  }
  if (breakpoint.logs) {
    if (rehearsing_) return;
    if (on_log) on_log(breakpoint, hit.words);
    return;
  }
  hits_.push_back(std::move(hit));
  if (on_hit) on_hit();
}

std::vector<Hit> Breakpoints::take_hits() {
  std::vector<Hit> result = std::exchange(hits_, {});
  std::stable_sort(result.begin(), result.end(), [](const Hit& a, const Hit& b) { return a.id < b.id; });
  for (Hit& h : result) {
    Breakpoint* b = find(h.id);
    if (b) h.commands = b->commands;
    if (!b || rehearsing_) continue;
    if (b->once) {
      remove(h.id);
    } else if (b->rests_after > 0 && --b->rests_after == 0) {
      enable(h.id, false);
    }
  }
  return result;
}

void Breakpoints::reached(std::uint64_t linear) {
  for (auto& [id, entry] : entries_) {
    Breakpoint& b = entry.breakpoint;
    const bool mode = b.kind == BreakKind::kMode;
    const bool here =
        b.kind == BreakKind::kAddress ? b.first == linear : (mode || is_span(b.kind)) && machine_.crossed(entry.watch);
    if (here && entry.armed)
      hit(b, names_, {.words = mode ? entry.mode_words : place_words(b), .position = machine_.position()});
  }
}

void Breakpoints::call_begins(const emu::InterruptCall& call) {
  if (skipped_call_ == call.position) return;
  at_call(call);
}
void Breakpoints::call_ends(const emu::InterruptCall& call) {
  if (call.finished) at_call(call);
}

void Breakpoints::time_went_back(emu::Nanoseconds, std::uint64_t) { a20_ = machine_.a20(); }

void Breakpoints::at_call(const emu::InterruptCall& call) {
  if (muted_) return;
  std::optional<DescribedCall> described;
  const LoggedCall* logged = calls_.find_sequence(call.sequence);
  const std::uint64_t number = logged ? logged->number : 0;
  for (auto& [id, entry] : entries_) {
    Breakpoint& b = entry.breakpoint;
    if (!entry.armed || (b.kind != BreakKind::kCall && b.kind != BreakKind::kSector) || !due(b, call)) continue;
    if (b.kind == BreakKind::kCall && b.vector != call.vector) continue;
    if (!described)
      described = logged ? logged->described : describe_call(call.vector, call.in, machine_.memory(), &drives_);
    if (!calls_match(b, call, *described, number)) continue;
    const CallNames fields(call, *described, number, &machine_.memory(), names_);
    const DiskCallNames names(fields, *described, b.asks_file && !call.hook ? &drives_ : nullptr);
    std::string words = call_words(*described);
    if (call.finished) words += fmt::format(" → {}", result_words(call));
    hit(b, names,
        {.words = std::move(words),
         .position = call.finished ? emu::Position{call.end} : call.position,
         .returns_to = call.finished ? std::optional(call.in.cs_ip()) : std::nullopt,
         .begins_call = !call.finished});
  }
}

/// Where INT 13h leads to the BIOS, a sector's file is known at the INT. A hook may have drives of its own: who has
/// answered shows at the end.
bool Breakpoints::due(const Breakpoint& b, const emu::InterruptCall& call) const {
  if (!b.asks_file || b.at_return) return b.at_return == call.finished;
  return call.finished == is_hooked(call.vector, machine_.memory());
}

bool Breakpoints::calls_match(const Breakpoint& b, const emu::InterruptCall& call, const DescribedCall& described,
                              std::uint64_t number) {
  if (b.kind == BreakKind::kCall) {
    if (b.number && *b.number != number) return false;
    return !b.function || *b.function == (b.function_is_ax ? call.in.ax() : call.in.ah());
  }
  if (call.vector != 0x13 || !moves_sectors(described)) return false;
  const bios::Arguments& a = described.arguments;
  if (!a.lba || *a.count == 0 || (b.drive && a.drive != b.drive)) return false;
  if (a.writes_medium ? !b.on_write : !b.on_read) return false;
  // Without the sum of both, which a hostile LBA makes wrap.
  return *a.lba <= b.last && (b.first <= *a.lba || b.first - *a.lba < *a.count);
}

void Breakpoints::look_at_a20() {
  const bool now = machine_.a20();
  if (std::exchange(a20_, now) == now) return;
  for (auto& [id, entry] : entries_) {
    Breakpoint& b = entry.breakpoint;
    if (!entry.armed || b.kind != BreakKind::kA20 || b.gate.value_or(now) != now) continue;
    hit(b, names_,
        {.words = fmt::format("the A20 gate {}",
                              now ? "opens: addresses reach beyond 1 MiB" : "closes: addresses wrap at 1 MiB"),
         .position = {machine_.clock().now() + 1}});
  }
}

bool Breakpoints::memory_used(int id, const emu::MemoryAccess& access) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return false;
  Breakpoint& b = found->second.breakpoint;
  const EventNames names({{{"address", access.address.value}, {"value", access.new_value}, {"old", access.old_value}}},
                         names_);
  std::string words = fmt::format("{}{} of {} bytes at {:05X}h", access.by_host ? "BIOS or device " : "",
                                  access.write ? "write" : "read", access.size, access.address.value);
  if (const int digits = static_cast<int>(std::min<std::uint32_t>(access.size, 8)) * 2; access.write) {
    const std::uint64_t mask = digits == 16 ? ~std::uint64_t{0} : (std::uint64_t{1} << (digits * 4)) - 1;
    words += fmt::format(": {:0{}X}h → {:0{}X}h", access.old_value & mask, digits, access.new_value & mask, digits);
  }
  const std::size_t before = hits_.size();
  hit(b, names,
      {.words = std::move(words),
       .position = {access.position.time + 1},
       .returns_to = {},
       .watched = access.address.value});
  return hits_.size() > before;
}

void Breakpoints::port_used(const emu::PortAccess& access) {
  look_at_a20();
  for (auto& [id, entry] : entries_) {
    Breakpoint& b = entry.breakpoint;
    const std::uint32_t end = access.port + static_cast<std::uint32_t>(access.size);
    if (!entry.armed || b.kind != BreakKind::kPort || !(access.write ? b.on_write : b.on_read)) continue;
    if (access.port > b.last || end <= b.first) continue;
    const EventNames names(
        {{{"port", access.port}, {"value", access.value}, {"size", static_cast<std::uint64_t>(access.size)}}}, names_);
    const std::string_view owner = machine_.ports().owner(access.port);
    hit(b, names,
        {.words = fmt::format("{} port {:X}h{} {} {:0{}X}h", access.write ? "OUT to" : "IN from", access.port,
                              owner.empty() ? " (nobody's)" : fmt::format(" ({})", owner), access.write ? "←" : "→",
                              access.value, access.size * 2),
         .position = {machine_.clock().now() + 1}});
  }
}

bool Breakpoints::mode_wanted(int id, emu::CpuMode from, emu::CpuMode to) {
  Entry& entry = entries_.at(id);
  const emu::Registers registers = machine_.registers();
  if (!mode_matches(entry.breakpoint.mode, from, to, registers)) return false;
  const bool unreal = is_unreal(to, registers);
  entry.mode_words = fmt::format("from {} to {}{}", mode_words(from), mode_words(to),
                                 unreal ? " with limits beyond 64 KiB (unreal mode)" : "");
  return true;
}

std::string place_words(const Breakpoint& b) {
  const auto number = [](std::uint64_t n) { return fmt::format("{:04X}h", n); };
  switch (b.kind) {
    case BreakKind::kAddress: return fmt::format("at {}", b.text.empty() ? number(b.first) : b.text);
    case BreakKind::kRange: return fmt::format("execution enters {}..{}", number(b.first), number(b.last));
    case BreakKind::kOutside: return fmt::format("execution leaves {}..{}", number(b.first), number(b.last));
    default: return b.text;
  }
}

}  // namespace debugger
