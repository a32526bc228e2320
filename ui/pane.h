// What every pane of the window is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "debugger/views/listing.h"
#include "emu/position.h"
#include "emu/types.h"
#include "ui/boot.h"
#include "ui/engine.h"

namespace ui {

class App;

// --- Places that one pane can ask another to show (App::show)
struct CodeAt {
  std::uint64_t linear = 0;
  std::optional<debugger::views::CodeSpace> space = {};  ///< the segment to read it in, when that is not one of now
};
struct MemoryAt {
  std::uint64_t linear = 0;
  std::uint64_t size = 1;  ///< bytes to mark
};
struct SectorAt {
  std::uint8_t drive = 0;
  std::uint64_t lba = 0;  ///< in the drive's own sectors
};
struct CallAt {
  std::uint64_t number = 0;  ///< of INT 13h, from 1
};
using Place = std::variant<CodeAt, MemoryAt, SectorAt, CallAt>;

/// What the window knows of the PC in this frame.
struct Moment {
  Phase phase = Phase::kEmpty;
  std::uint64_t boots = 0;  ///< another number: another boot, forget what was cached
  std::uint64_t stops = 0;  ///< another number: the guest has stopped again; mark what changed
  emu::Nanoseconds now = 0;
  emu::Nanoseconds furthest = 0;  ///< times between now and this are known, and lie ahead
  bool stopped() const { return phase == Phase::kStopped; }
};

/// One tab. A frame has two halves: update() reads what the pane is about to show, while the guest stands still; draw()
/// shows it with the guest running on. So update() is short and reads only what is visible (remember from draw() which
/// rows those are), and draw() never touches the PC.
class Pane {
 public:
  virtual ~Pane() = default;
  /// For settings and tests: "calls".
  virtual const char* id() const = 0;
  /// On its tab: "Disk calls".
  virtual const char* title() const = 0;

  /// Only when the pane is visible, and not while the guest travels through time.
  virtual void update(Boot& boot, const Moment& moment) = 0;
  /// Inside an ImGui child window. `moment` is of the last update(), its phase of now. Called without a boot, too: then
  /// say what to do (App::empty_state).
  virtual void draw(App& app, const Moment& moment) = 0;
  /// Before the first update() of another boot.
  virtual void forget() {}
  /// True: shows this place, and its tab comes to the front.
  virtual bool show(App& app, const Place& place) {
    static_cast<void>(app), static_cast<void>(place);
    return false;
  }
  /// What it wants to be as it is next time: column widths, a filter.
  virtual void save(nlohmann::json& settings) const { static_cast<void>(settings); }
  virtual void restore(const nlohmann::json& settings) { static_cast<void>(settings); }
  /// What it shows, for tests.
  virtual void describe(nlohmann::json& state) const { static_cast<void>(state); }
};

}  // namespace ui
