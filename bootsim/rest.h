// Tells when a guest does nothing any more but wait.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "emu/machine.h"
#include "emu/types.h"

namespace bootsim {

/// What shows that a guest is busy.
struct Activity {
  std::uint64_t screen_version = 0;
  std::uint64_t serial_bytes = 0;
  std::uint64_t disk_calls = 0;
  std::uint64_t keys = 0;
  bool operator==(const Activity&) const = default;
};

/// How the guest came to rest.
enum class Rest {
  kKeyWait,  ///< it asks the BIOS for a key, and nobody will type one
  kIdle,     ///< it halts and wakes again, without asking the BIOS for anything: an operating system at rest
  kHalt,     ///< nothing can wake it
};

struct Resting {
  Rest how = Rest::kKeyWait;
  emu::Nanoseconds since = 0;  ///< when the guest last did something that can be seen
};

/// "the loader has waited for a key since 1.2 s; nobody will type one"; of kKeyWait and kIdle.
std::string to_string(const Resting& resting);

/// Call look() every millisecond of virtual time.
class RestDetector {
 public:
  /// A guest that blocks in INT 16h and hooks neither the timer nor the keyboard can do nothing else.
  static constexpr emu::Nanoseconds kBlocked = 1 * emu::kSecond;
  /// A guest that polls, halts between ticks or has hooks may still act: a loader's time-out, for example. The longest
  /// usual one is a minute.
  static constexpr emu::Nanoseconds kIdle = 62 * emu::kSecond;

  /// Says how, once the guest has come to rest.
  std::optional<Resting> look(const emu::Machine& machine, const Activity& activity);

 private:
  struct Mark {
    emu::Nanoseconds time = 0;
    emu::Nanoseconds idle = 0;
    std::uint64_t polls = 0;
  };
  Activity last_;
  Mark quiet_since_;
  Mark blocked_since_;
};

/// A guest's handler is reached by INT 08h, 09h or 1Ch: the vector leads out of the BIOS's segment F000h.
bool hooks_timer_or_keyboard(const emu::Memory& memory);

}  // namespace bootsim
