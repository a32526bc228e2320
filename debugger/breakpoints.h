// What stops the guest on the user's behalf, how it is written, and which of it has happened.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/call_log.h"
#include "debugger/expression.h"
#include "debugger/machine_names.h"
#include "debugger/symbols.h"
#include "emu/call_tracker.h"
#include "emu/io_ports.h"
#include "emu/machine.h"

namespace debugger {

/// What a breakpoint waits for.
enum class BreakKind : std::uint8_t {
  kAddress,  ///< execution of `first`
  kRange,    ///< execution enters first..last
  kOutside,  ///< execution leaves first..last; not to ROM, from which it returns
  kCall,     ///< an INT
  kPort,     ///< IN or OUT at a port in first..last
  kMode,     ///< the CPU enters a mode
  kMemory,   ///< an access to physical first..last
  kVector,   ///< a write to the IVT entry of `vector`
  kA20,      ///< the A20 gate opens or closes
  kSector,   ///< a disk call that reads or writes a sector in first..last
};

/// Which change of mode.
enum class BreakMode : std::uint8_t { kAny, kReal, kProtected, kLong, kVm86, kUnreal };

struct Breakpoint {
  int id = 0;  ///< given by Breakpoints::add
  BreakKind kind = BreakKind::kAddress;
  std::string text;                      ///< as written, or composed for those that a program sets
  std::uint64_t first = 0, last = 0;     ///< linear addresses, physical ones (kMemory), ports or sectors; inclusive
  bool on_read = true, on_write = true;  ///< kPort, kMemory, kSector
  bool physical = false;    ///< kAddress, kMemory: as written; linear ones are translated when they are set
  std::uint8_t vector = 0;  ///< kCall, kVector
  std::optional<std::uint16_t> function;  ///< kCall: AH, or AX when `function_is_ax`
  bool function_is_ax = false;
  std::optional<std::uint64_t> number;  ///< kCall: only the INT 13h with this number
  std::optional<std::uint8_t> drive;    ///< kSector
  BreakMode mode = BreakMode::kAny;
  std::optional<bool> gate;  ///< kA20: only when it becomes this
  std::optional<Expression> condition;
  bool at_return = false;  ///< kCall: when it returns, because the condition asks for results
  bool asks_file = false;  ///< the condition asks for `file`: Breakpoints::due
  bool enabled = true;
  bool once = false;                  ///< gone after it stopped
  std::uint64_t rests_after = 0;      ///< switched off after so many stops; 0: never
  bool logs = false;                  ///< says so and goes on
  bool internal = false;              ///< the debugger's own; not listed
  std::uint64_t hits = 0;             ///< times that it happened and its condition held
  std::uint64_t ignore = 0;           ///< so many hits more do not stop
  std::vector<std::string> commands;  ///< for the front end, when it stops
};

/// One that happened.
struct Hit {
  int id = 0;
  std::string words;                      ///< "INT 13h/42h extended read: drive E0h LBA 63 +1 → 0000:7C00"
  emu::Position position;                 ///< where to stand for it: the INT itself, or behind an access
  std::optional<emu::FarPtr> returns_to;  ///< a call that has been answered: where its caller goes on
  bool begins_call = false;               ///< a call that is about to begin
  std::optional<std::uint64_t> watched;   ///< the address accessed
  std::vector<std::string> commands;      ///< of the breakpoint, which may be gone by now
};

/// Reads a breakpoint as the user writes it. Throws ExpressionError or emu::Error(kUsage).
///
///     0000:7C00     7C00h     main+3     cs:ip           an address (linear, or segment:offset)
///     boot.asm:23                                       a source line
///     phys 7C00h                                        a physical address
///     int13     int13/42     int15/e820     call 17     an INT, one function of it; the 17th disk call
///     port 60h     port 3F8h..3FFh write                 IN, OUT
///     mode     mode protected | long | real | unreal | vm86
///     write 7C00h..7DFFh     read word..     access ADDRESS len 4     memory (also with phys before the address)
///     ivt 13h     a20     a20 on
///     sector 63     sector 63..70 drive 80h write
///     range 1000:0000..1000:FFFF     outside 7C00h..7DFFh     execution enters it, or leaves it
///   and behind any of them: if CONDITION. In front: once, log.
/// `here`, when given, says what names mean where addresses and numbers are asked for now: NamesHere.
Breakpoint parse_breakpoint(std::string_view text, const MachineNames& names, const Names* here = nullptr);
/// Gives it another condition, with the checks of parse_breakpoint; without a text, none. Its text says so. Throws
/// ExpressionError or emu::Error(kUsage), and changes nothing then.
void set_condition(Breakpoint& breakpoint, std::string_view condition, const MachineNames& names);

/// All that are set. None set costs nothing; each costs what it watches.
class Breakpoints : private emu::CallObserver, private emu::PortObserver {
 public:
  Breakpoints(emu::Machine& machine, const MachineNames& names, const CallLog& calls, DriveFacts& drives);
  ~Breakpoints() override;

  /// Sets it and returns its number: from 1, or below 0 for internal ones. Throws emu::Error(kUsage) for what cannot be
  /// watched.
  int add(Breakpoint breakpoint);
  bool remove(int id);
  Breakpoint* find(int id);
  std::vector<const Breakpoint*> all() const;  ///< the user's, by number
  /// Enabled or not: the guest's speed follows.
  bool enable(int id, bool enabled);

  // --- For the debugger
  /// The machine stopped at a watched address: what of it is the user's.
  void reached(std::uint64_t linear);
  /// What happened since the last time; one-shot ones are gone then.
  std::vector<Hit> take_hits();
  bool has_hits() const { return !hits_.empty(); }
  /// While muted nothing counts, logs or stops: time is run again.
  void mute(bool muted) { muted_ = muted; }
  /// Hits are reported, but change nothing: no counts, no logs, none is gone afterwards. For looking back.
  void rehearse(bool rehearsing) { rehearsing_ = rehearsing; }
  /// The call whose INT is at this position has had its say already.
  void skip_call(std::optional<emu::Position> position) { skipped_call_ = position; }
  std::function<void(const Breakpoint&, const std::string&)> on_log;
  /// Asked to stop: once per hit that is to stop.
  std::function<void()> on_hit;

 private:
  struct Entry {
    Breakpoint breakpoint;
    bool armed = false;
    emu::WatchId watch = 0;  // kMemory, kVector, kRange, kOutside, kMode
    std::string mode_words;  // kMode: what changed at the last stop
  };
  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;
  void time_went_back(emu::Nanoseconds now, std::uint64_t next_sequence) override;
  void port_used(const emu::PortAccess& access) override;
  void at_call(const emu::InterruptCall& call);
  bool mode_wanted(int id, emu::CpuMode from, emu::CpuMode to);
  bool memory_used(int id, const emu::MemoryAccess& access);
  void look_at_a20();
  void watch_memory(Entry& entry);
  void observe_ports();

  void arm(Entry& entry);
  void disarm(Entry& entry);
  void observe(std::uint8_t vector);
  void hit(Breakpoint& breakpoint, const Names& names, Hit hit);
  bool due(const Breakpoint& b, const emu::InterruptCall& call) const;
  static bool calls_match(const Breakpoint& b, const emu::InterruptCall& call, const DescribedCall& described,
                          std::uint64_t number);

  emu::Machine& machine_;
  const MachineNames& names_;
  const CallLog& calls_;
  DriveFacts& drives_;
  std::map<int, Entry> entries_;
  std::map<std::uint64_t, int> users_;  // of each code address
  std::bitset<256> observed_;
  std::vector<Hit> hits_;
  int next_id_ = 1;
  int next_internal_id_ = -1;
  bool muted_ = false, rehearsing_ = false;
  bool ports_observed_ = false;
  bool a20_ = true;  // as it was after the last port access
  std::optional<emu::Position> skipped_call_;
};

/// The addresses that a breakpoint of kind kAddress, kRange or kOutside covers, in words.
std::string place_words(const Breakpoint& breakpoint);

}  // namespace debugger
