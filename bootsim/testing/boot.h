// One boot for tests in C++: run it, then look at what it did.
#pragma once

#include <string>
#include <vector>

#include "bootsim/arguments.h"
#include "bootsim/run.h"
#include "bootsim/suite/call_record.h"

namespace bootsim::testing {

/// A finished boot.
class Boot {
 public:
  /// Boots what the words of `bootsim run` say: {"disk.img", "--until", "screen:ready"}. Throws emu::Error for host
  /// faults (a medium that is missing); whatever the guest does is a result.
  explicit Boot(const Arguments& words);

  const RunResult& result() const { return result_; }
  int exit() const { return result_.exit; }  ///< docs/exit-codes.md
  const std::string& verdict() const { return result_.verdict; }
  /// The final text screen, its lines joined by newlines.
  const std::string& screen() const { return screen_; }
  /// All that COM1 sent.
  const std::string& serial() const { return result_.serial; }
  /// Every BIOS call, in the order of their begins.
  const std::vector<CallRecord>& calls() const { return calls_; }
  /// Those of one interrupt, numbered from 1 as `bootsim run --trace` numbers INT 13h's.
  std::vector<CallRecord> calls(std::uint8_t vector) const;
  std::vector<CallRecord> int13() const { return calls(0x13); }

 private:
  RunResult result_;
  std::string screen_;
  std::vector<CallRecord> calls_;
};

}  // namespace bootsim::testing
