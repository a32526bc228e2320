// A boot in the window: the PC, its debugger, and what is known of it so far.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootsim/assembly.h"
#include "bootsim/debug/queued_keys.h"
#include "bootsim/debug/shell.h"
#include "bootsim/options.h"
#include "debugger/debugger.h"
#include "ui/key_log.h"
#include "ui/recorder.h"

namespace ui {

/// Belongs to the engine's thread. Others look at it through Engine::look(), and change nothing.
class Boot {
 public:
  /// Opens the media. Throws emu::Error for what cannot be had. Nothing runs yet.
  explicit Boot(bootsim::RunOptions options);
  Boot(const Boot&) = delete;
  Boot& operator=(const Boot&) = delete;

  const bootsim::RunOptions& options() const { return options_; }
  bootsim::Assembly& assembly() { return assembly_; }
  bootsim::Pc& pc() { return assembly_.pc(); }
  emu::Machine& machine() { return assembly_.pc().machine(); }
  debugger::Debugger& debugger() { return debugger_; }
  const Recorder& recorder() const { return recorder_; }

  emu::Nanoseconds now() { return machine().clock().now(); }
  /// The furthest time that was reached.
  emu::Nanoseconds furthest() { return debugger_.travel()->last().time; }
  /// How media were attached, warnings of the BIOS, what breakpoints that log said.
  const std::vector<std::string>& notices() const { return notices_; }

  /// Does something to the PC that a person does: types, moves the mouse, changes a register. What had been seen of the
  /// future is forgotten.
  void input(const std::function<void()>& action);
  /// Presses and releases keys at a person's pace.
  void type(const std::vector<bootsim::KeyPress>& keys);
  /// A key goes down or up, by its make or break code.
  void press(const std::vector<std::uint8_t>& codes);
  /// The guest's mouse, in counts of its own; right and down are positive. Bit 0 of `buttons` left, 1 right, 2 middle.
  void move_mouse(int dx, int dy, std::uint8_t buttons);
  /// What was typed by these.
  const KeyLog& keys() const { return keys_; }

  /// One line to the debugger's prompt; its answer. Not for commands that run the guest: motions go through the engine.
  std::string command(std::string_view line);
  /// Words that may stand at the end of such a line.
  std::vector<std::string> complete(std::string_view line) const { return shell_.complete(line); }

 private:
  void note_keys(const std::vector<std::uint8_t>& codes);

  bootsim::RunOptions options_;
  std::vector<std::string> notices_;
  bootsim::Assembly assembly_;
  bootsim::QueuedKeys queued_keys_;
  debugger::Debugger debugger_;
  Recorder recorder_;
  KeyLog keys_;
  std::string shell_output_;
  bootsim::Shell shell_;
};

/// A sentence for each option given that `bootsim run` acts on and the window does not.
std::vector<std::string> unused_options(const bootsim::RunOptions& options);

/// Did the boot end by itself in a way that asks for a diagnosis?
bool boot_failed(const debugger::Stop& stop);

}  // namespace ui
