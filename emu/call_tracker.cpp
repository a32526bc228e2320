#include "emu/call_tracker.h"

#include <algorithm>

#include "emu/timing.h"

namespace emu {

namespace {

constexpr std::uint16_t kRomSegment = 0xF000;
constexpr std::uint8_t kNoBootDevice = 0x18, kBootstrap = 0x19;
// A guest that never returns, or that calls from everywhere, must not make the lists grow.
constexpr std::size_t kMostOpen = 64;
constexpr std::size_t kMostHooks = 64;
constexpr std::size_t kMostWatched = 1024;  // more than kMostOpen: the oldest is nobody's any more

std::uint32_t stack_linear(const Registers& r) { return (std::uint32_t{r.ss()} << 4) + r.sp(); }

/// Where the instruction began that pushed this return address: INT n is 2 bytes; a hook that chains on uses a far
/// call, direct (9A, 5 bytes) or through memory (FF /3, 3 to 5 bytes with a segment prefix).
FarPtr instruction_before(const Memory& memory, FarPtr resume) {
  const auto byte = [&](std::uint16_t back) {
    return memory.read<std::uint8_t>(FarPtr{resume.seg, static_cast<std::uint16_t>(resume.off - back)});
  };
  const auto before = [&](std::uint16_t n) { return FarPtr{resume.seg, static_cast<std::uint16_t>(resume.off - n)}; };
  if (byte(2) == 0xCD) return before(2);
  if (byte(5) == 0x9A) return before(5);
  if (byte(4) == 0xFF && byte(3) == 0x1E) {
    const std::uint8_t prefix = byte(5);
    return before(prefix == 0x2E || prefix == 0x26 || prefix == 0x36 || prefix == 0x3E ? 5 : 4);
  }
  return before(2);
}

}  // namespace

void CallTracker::add(CallObserver& observer, const std::bitset<256>& vectors) {
  // One that asks for another vector is told of each call once all the same.
  if (std::find(observers_.begin(), observers_.end(), &observer) == observers_.end()) observers_.push_back(&observer);
  for (std::size_t v = 0; v < vectors.size(); ++v)
    if (vectors[v] && !vectors_[v]) looked_.push_back({static_cast<std::uint8_t>(v), {}});
  vectors_ |= vectors;
}

FarPtr CallTracker::target(std::uint8_t vector) const {
  const auto entry = memory_.read<std::uint32_t>(PhysAddr(vector * 4u));
  return {static_cast<std::uint16_t>(entry >> 16), static_cast<std::uint16_t>(entry)};
}

void CallTracker::look_at_vectors() {
  for (Hook& hook : looked_) {
    const FarPtr now = target(hook.vector);
    if (now == hook.entry) continue;
    hook.entry = now;
    if (now.seg != kRomSegment) know(hook);
  }
}

void CallTracker::know(Hook hook) {
  const auto known = std::find_if(hooks_.begin(), hooks_.end(),
                                  [&](const Hook& h) { return h.vector == hook.vector && h.entry == hook.entry; });
  if (known != hooks_.end()) hooks_.erase(known);
  if (hooks_.size() == kMostHooks) hooks_.erase(hooks_.begin());
  hooks_.push_back(hook);
  watch(hook.entry.linear());
}

void CallTracker::interrupt(std::uint8_t vector) {
  if (!vectors_[vector]) return;
  const Registers in = host_.tracker_registers();
  drop_abandoned(in);
  const FarPtr entry = target(vector);
  const FarPtr resume = in.cs_ip();
  const FarPtr caller{resume.seg, static_cast<std::uint16_t>(resume.off - 2)};
  const std::uint32_t frame = (std::uint32_t{in.ss()} << 4) + static_cast<std::uint16_t>(in.sp() - 6);
  constexpr Nanoseconds kIntTime = 2 + kInterruptTime;  // its length in bytes, and what it takes
  begin(vector, {host_.tracker_time() - kIntTime}, caller, resume, frame, in,
        entry.seg == kRomSegment ? std::nullopt : std::optional(entry));
}

void CallTracker::begin(std::uint8_t vector, Position position, FarPtr caller, FarPtr resume, std::uint32_t frame,
                        const Registers& in, std::optional<FarPtr> hook) {
  if (hook) watch(resume.linear());
  const int depth = static_cast<int>(open_.size());
  if (open_.size() == kMostOpen) {
    abandon(std::move(open_.front()));
    open_.erase(open_.begin());
  }
  Open& open = open_.emplace_back();
  open.call.sequence = next_sequence_++;
  open.call.vector = vector;
  open.call.depth = depth;
  open.call.begin = host_.tracker_time();
  open.call.position = position;
  open.call.caller = caller;
  open.call.in = in;
  open.call.hook = hook;
  open.frame = frame;
  open.resume = resume;
  for (CallObserver* observer : observers_) observer->call_begins(open.call);
}

/// Calls come back to few places: the list is short, and what was watched stays so.
void CallTracker::watch(std::uint64_t linear) {
  const auto known = std::find(watched_.begin(), watched_.end(), linear);
  if (known != watched_.end()) {
    std::rotate(known, known + 1, watched_.end());
    return;
  }
  if (watched_.size() == kMostWatched) {
    host_.tracker_unwatch(watched_.front());
    watched_.erase(watched_.begin());
  }
  watched_.push_back(linear);
  host_.tracker_watch(linear);
}

void CallTracker::reached_rom(std::uint8_t vector, const Registers& at_trap) {
  if (!vectors_[vector]) return;
  if (vector == kNoBootDevice || vector == kBootstrap) {
    // They do not return and take a fresh stack: nothing that is open can end any more.
    for (Open& open : open_) abandon(std::move(open));
    open_.clear();
    return;
  }
  if (Open* open = open_with(vector, stack_linear(at_trap))) {
    open->call.hook.reset();  // whoever hooked it passed it on
  } else {
    begin_by_frame(vector, host_.tracker_trap_position(), at_trap, std::nullopt);
  }
}

CallTracker::Open* CallTracker::open_with(std::uint8_t vector, std::uint32_t frame) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const Open& open) { return open.call.vector == vector && open.frame == frame; });
  return found == open_.end() ? nullptr : &*found;
}

/// No INT made the frame that IP, CS and FLAGS lie in.
void CallTracker::begin_by_frame(std::uint8_t vector, Position position, const Registers& at_entry,
                                 std::optional<FarPtr> hook) {
  const auto on_stack = [&](std::uint16_t up) {
    return memory_.read<std::uint16_t>(FarPtr{at_entry.ss(), static_cast<std::uint16_t>(at_entry.sp() + up)});
  };
  const FarPtr resume{on_stack(2), on_stack(0)};
  Registers in = at_entry;
  in.set_real_segment(Seg::kCs, resume.seg);
  in.rip = resume.off;
  in.set_sp(static_cast<std::uint16_t>(at_entry.sp() + 6));
  in.rflags = on_stack(4);
  begin(vector, position, instruction_before(memory_, resume), resume, stack_linear(at_entry), in, hook);
}

/// Memory that was a hook once may be anything later: only a hook that the vector leads to, or that a hook calls, is
/// one now.
void CallTracker::arrive(const Hook& hook, const Registers& r) {
  if (Open* open = open_with(hook.vector, stack_linear(r))) {
    open->call.hook = hook.entry;
    return;
  }
  const bool inside =
      std::any_of(open_.begin(), open_.end(), [&](const Open& open) { return open.call.vector == hook.vector; });
  if (inside || target(hook.vector) == hook.entry) begin_by_frame(hook.vector, {host_.tracker_time()}, r, hook.entry);
}

void CallTracker::answered_by_rom(std::optional<std::uint8_t> vector, const Registers& answer) {
  const std::uint32_t frame = stack_linear(answer);
  for (std::size_t i = open_.size(); i-- > 0;) {
    if ((vector && open_[i].call.vector != *vector) || open_[i].frame != frame) continue;
    Registers& out = open_[i].call.out;
    out = answer;
    out.set_real_segment(Seg::kCs, open_[i].resume.seg);
    out.rip = open_[i].resume.off;
    out.rflags = memory_.read<std::uint16_t>(FarPtr{answer.ss(), static_cast<std::uint16_t>(answer.sp() + 4)});
    out.set_sp(static_cast<std::uint16_t>(answer.sp() + 6));
    return end(i);
  }
}

void CallTracker::reached(std::uint64_t linear) {
  if (!host_.tracker_in_real_mode()) return;
  const Registers r = host_.tracker_registers();
  end_where(linear, r);
  const auto hook =
      std::find_if(hooks_.begin(), hooks_.end(), [&](const Hook& h) { return h.entry.linear() == linear; });
  if (hook != hooks_.end()) arrive(*hook, r);
}

void CallTracker::end_where(std::uint64_t linear, const Registers& r) {
  const std::uint32_t sp = stack_linear(r);
  for (std::size_t i = open_.size(); i-- > 0;)
    if (open_[i].resume.linear() == linear && open_[i].frame + 6 == sp) {
      open_[i].call.out = r;
      return end(i);
    }
}

/// The call at `index` has its `out`.
void CallTracker::end(std::size_t index) {
  // Calls inside this one that have not ended never will.
  for (std::size_t i = open_.size(); i-- > index + 1;) {
    abandon(std::move(open_[i]));
    open_.pop_back();
  }
  InterruptCall& done = open_.back().call;
  done.end = host_.tracker_time();
  done.finished = true;
  for (CallObserver* observer : observers_) observer->call_ends(done);
  open_.pop_back();
}

/// A call whose frame lies below the caller's present stack pointer was left by a jump (a boot loader entered from INT
/// 19h, a long jump out of a handler).
void CallTracker::drop_abandoned(const Registers& r) {
  const std::uint32_t sp = stack_linear(r);
  while (!open_.empty() && open_.back().call.in.ss() == r.ss() && open_.back().frame + 6 <= sp) {
    abandon(std::move(open_.back()));
    open_.pop_back();
  }
}

/// Such calls are reported when the run ends; beyond a number of them, at once.
void CallTracker::abandon(Open open) {
  if (abandoned_.size() < kMostOpen) {
    abandoned_.push_back(std::move(open));
    return;
  }
  for (CallObserver* observer : observers_) observer->call_ends(open.call);
}

void CallTracker::report_unfinished() {
  for (Open& open : open_) abandoned_.push_back(std::move(open));
  open_.clear();
  std::sort(abandoned_.begin(), abandoned_.end(),
            [](const Open& a, const Open& b) { return a.call.sequence < b.call.sequence; });
  for (const Open& open : abandoned_)
    for (CallObserver* observer : observers_) observer->call_ends(open.call);
  abandoned_.clear();
}

CallTracker::Saved CallTracker::save() const { return {next_sequence_, open_, abandoned_, looked_, hooks_, watched_}; }

void CallTracker::restore(const Saved& saved) {
  const auto in = [](const std::vector<std::uint64_t>& list, std::uint64_t linear) {
    return std::find(list.begin(), list.end(), linear) != list.end();
  };
  for (const std::uint64_t linear : watched_)
    if (!in(saved.watched, linear)) host_.tracker_unwatch(linear);
  for (const std::uint64_t linear : saved.watched)
    if (!in(watched_, linear)) host_.tracker_watch(linear);
  next_sequence_ = saved.next_sequence;
  open_ = saved.open;
  abandoned_ = saved.abandoned;
  looked_ = saved.looked;
  hooks_ = saved.hooks;
  watched_ = saved.watched;
}

void CallTracker::tell_time_went_back() {
  for (CallObserver* observer : observers_) observer->time_went_back(host_.tracker_time(), next_sequence_);
}

}  // namespace emu
