// What ends the debugger's motions when nobody is there to press Ctrl-C.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "bootsim/assembly.h"
#include "bootsim/debug/queued_keys.h"
#include "bootsim/options.h"
#include "bootsim/pc_guest.h"
#include "bootsim/rest.h"
#include "debugger/debugger.h"

namespace bootsim {

/// A motion that waits for a stop ends when the guest has come to rest, as `bootsim run` does; after --limit; and at
/// --wall-limit, which counts from the start of the program.
class Unattended {
 public:
  /// All must outlive it.
  Unattended(Assembly& assembly, debugger::Debugger& debugger, const QueuedKeys& keys, const RunOptions& options);
  ~Unattended() { debugger_.gives_up = nullptr; }
  Unattended(const Unattended&) = delete;
  Unattended& operator=(const Unattended&) = delete;

  /// A limit has ended a motion.
  bool reached_limit() const { return reached_limit_; }

 private:
  std::optional<std::string> look(emu::Nanoseconds began);
  /// `lasts`: how long the motion has, in virtual time.
  std::optional<std::string> limit_words(emu::Nanoseconds lasts);
  std::optional<std::string> rest_words();

  debugger::Debugger& debugger_;
  const QueuedKeys& keys_;
  const RunOptions& options_;
  const std::string& serial_;
  PcGuest guest_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  RestDetector rest_;
  emu::Nanoseconds began_ = -1, last_look_ = -1;  // of the motion that rest_ has seen
  bool reached_limit_ = false;
};

}  // namespace bootsim
