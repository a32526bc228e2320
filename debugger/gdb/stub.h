// GDB's remote serial protocol over a Debugger: one packet in, one reply out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "debugger/debugger.h"
#include "debugger/gdb/registers.h"

namespace debugger::gdb {

/// One connection. Packets that continue the guest come back when it stands still again; Debugger::interrupt() ends
/// them from another thread.
class Stub {
 public:
  struct Hooks {
    /// Runs a command of the debugger's prompt for `monitor`; returns what it prints.
    std::function<std::string(const std::string& command)> monitor;
    /// Takes a payload that goes before the reply: text for gdb's console.
    std::function<void(std::string_view payload)> send;
  };
  /// What the client asked for when it left.
  enum class Farewell { kNone, kDetach, kKill };

  /// Layout and architecture are those of the mode that the CPU is in now.
  Stub(Debugger& debugger, Hooks hooks);
  /// Takes its breakpoints away.
  ~Stub();
  Stub(const Stub&) = delete;
  Stub& operator=(const Stub&) = delete;

  /// The reply to a payload; nothing for `k`, to which none belongs. An empty reply says "not supported".
  std::optional<std::string> handle(std::string_view payload);
  Farewell farewell() const { return farewell_; }
  /// After QStartNoAckMode neither side acknowledges packets.
  bool acknowledges() const { return acknowledges_; }

 private:
  std::string query(std::string_view payload);
  std::string features(std::string_view offset_and_length) const;
  std::string monitor(std::string_view hex);
  std::string resume(std::string_view payload);
  std::string resume_threads(std::string_view actions);
  Stop go();
  std::string reverse(char direction);
  /// gdb's type of a breakpoint or watchpoint, and its address.
  using Point = std::pair<char, std::uint64_t>;
  /// Which of gdb's own points a stop is of.
  std::vector<Point> points_at(const Stop& stop) const;
  /// The reply to a resumption; text goes before it.
  std::string stopped(const Stop& stop);
  std::string stop_packet(const Stop& stop) const;
  std::string read_memory(std::string_view range);
  std::string write_memory(std::string_view header, std::string_view bytes);
  std::string read_register(std::string_view number);
  std::string write_register(std::string_view assignment);
  std::string write_all_registers(std::string_view digits);
  std::string set_point(std::string_view point, bool insert);
  void say(std::string_view text);

  Debugger& debugger_;
  Hooks hooks_;
  RegisterLayout layout_;
  std::map<Point, int> points_;  // -> number of the breakpoint
  bool acknowledges_ = true;
  Farewell farewell_ = Farewell::kNone;
};

}  // namespace debugger::gdb
