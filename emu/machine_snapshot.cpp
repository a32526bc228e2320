// What a snapshot holds of the machine itself, and how it is put back.
#include <utility>

#include "emu/machine_core.h"

namespace emu {

/// Everything that changes while a machine runs.
class Machine::Core::CoreSnapshot : public Snapshot {
 public:
  Position position() const override { return at; }

  Position at;
  Cpu::Saved cpu;
  State core;
  std::vector<Nanoseconds> watchers;
  CallTracker::Saved calls;
  decltype(std::declval<const SnapshotParts>().save()) parts;
  std::any clock, ports, machine;
  std::vector<Region> map;
  bool a20 = true;
  std::shared_ptr<const PageJournal::Image> pages;
};

namespace {

/// A part that need not be registered.
template <class T>
std::any copy_of(T& object) {
  SnapshotParts one;
  one.add("", object);
  return std::move(one.save().front());
}
template <class T>
void put_back(T& object, const std::any& saved) {
  SnapshotParts one;
  one.add("", object);
  one.restore({saved});
}

}  // namespace

std::shared_ptr<const Snapshot> Machine::Core::save() {
  auto s = std::make_shared<CoreSnapshot>();
  s->at = m_.position();
  s->cpu = cpu_.save();
  s->core = s_;
  for (const Watcher& w : watchers_) s->watchers.push_back(w.next);
  s->calls = tracker_.save();
  s->parts = m_.parts_.save();
  s->clock = copy_of(m_.clock_);
  s->ports = copy_of(m_.ports_);
  s->machine = copy_of(m_);
  s->map = m_.memory_.regions();
  s->a20 = m_.memory_.a20_enabled();
  s->pages = m_.memory_.journal().save(cpu_.uses_kit());
  cpu_.pages_are_clean();
  return s;
}

/// Parts first: what they change elsewhere while they are put back is put back after them.
void Machine::Core::restore(const Snapshot& snapshot) {
  const auto& s = static_cast<const CoreSnapshot&>(snapshot);
  Memory& memory = m_.memory_;
  m_.parts_.restore(s.parts);
  put_back(m_.ports_, s.ports);
  put_back(m_, s.machine);
  tracker_.restore(s.calls);
  memory.restore_map(s.map);
  memory.set_a20(s.a20);
  memory.journal().restore(*s.pages, cpu_.uses_kit(), [this](std::uint8_t* page, const std::uint8_t* contents) {
    cpu_.page_replaced(page, contents);
  });
  put_back(m_.clock_, s.clock);
  cpu_.restore(s.cpu);
  s_ = s.core;
  // A watcher that was added since keeps its own time.
  for (std::size_t i = 0; i < watchers_.size() && i < s.watchers.size(); ++i) watchers_[i].next = s.watchers[i];
  for (std::size_t i = s.watchers.size(); i < watchers_.size(); ++i)
    watchers_[i].next = m_.clock_.now() + watchers_[i].interval;
  stop_requested_ = at_breakpoint_ = watch_hit_ = false;
  look_where_execution_is();
  if (irq_pending()) cpu_.interrupt_line_raised();
  tracker_.tell_time_went_back();
}

}  // namespace emu
