// The thread that runs the guest, and how the window talks to it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ui/boot.h"
#include "ui/pace.h"

namespace ui {

/// What the engine is doing.
enum class Phase {
  kEmpty,  ///< no medium yet
  kOpening,
  kStopped,     ///< the guest stands still; Status::stop says why
  kRunning,     ///< it runs, and can be looked at
  kTravelling,  ///< it goes through time; what panes show is from before
  kFailed,      ///< a medium could not be opened; Status::words says why
};

struct Status {
  Phase phase = Phase::kEmpty;
  debugger::Stop stop;      ///< kStopped
  std::string words;        ///< kFailed: the error; else what is shown in the status bar
  std::uint64_t boots = 0;  ///< counts opened media: another number is another boot
  std::uint64_t stops = 0;  ///< counts stops: another number, and registers may be marked as changed
  bool busy = false;        ///< something was asked for that has not ended
};

/// Runs one boot on a thread of its own. All functions are for the window's thread and return at once.
class Engine {
 public:
  using Motion = std::function<debugger::Stop(debugger::Debugger&)>;
  using Edit = std::function<void(Boot&)>;

  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Closes what was open and assembles another PC. With `run`, it starts; else it stands before its first instruction.
  /// Called with the PC, before that, on the engine's thread: `prepare` sets the breakpoints of before, say.
  void open(bootsim::RunOptions options, bool run, Edit prepare = nullptr);
  /// The present motion ends first. `phase`: kRunning, or kTravelling for those that go back.
  void move(Motion motion, Phase phase = Phase::kRunning);
  /// Ends the present motion.
  void halt();
  /// Something to do with the PC between two instructions, also while it runs: typing, breakpoints, changing memory.
  /// emu::Error becomes a message.
  void edit(Edit edit);
  void set_speed(Speed speed);
  Speed speed() const { return speed_.load(std::memory_order_relaxed); }

  Status status() const;
  /// Errors of edits and motions since the last time, for people.
  std::vector<std::string> take_messages();

  /// As long as it lives the guest stands still, and may be looked at; nothing else.
  class Look {
   public:
    Boot& boot() const { return *engine_->boot_; }
    Look(Look&& other) noexcept : engine_(std::exchange(other.engine_, nullptr)) {}
    Look& operator=(Look&&) = delete;
    ~Look();

   private:
    friend class Engine;
    explicit Look(Engine& engine) : engine_(&engine) {}
    Engine* engine_;
  };
  /// Nothing: there is no boot, or it cannot be stopped within `patience`, because it travels in time.
  std::optional<Look> look(std::chrono::microseconds patience = std::chrono::milliseconds(4));

 private:
  struct Job {
    Motion motion;  // or
    std::optional<bootsim::RunOptions> open;
    bool run = false;
    Edit prepare;
    Phase phase = Phase::kRunning;
  };

  void work();
  void open_now(Job& job);
  void move_now(const Job& job);
  void run_edits();
  void paused();
  void keep_pace();
  void watch();
  void wake_engine();
  void end_look();
  void set_phase(Phase phase, std::string words = {});
  void stopped(debugger::Stop stop);
  void say(std::string message);

  // Guards the boot: the engine's thread holds it while the guest runs.
  std::timed_mutex pc_mutex_;
  std::unique_ptr<Boot> boot_;
  std::atomic<bool> looking_ = false;  // the window wants it, or has it
  std::atomic<bool> halted_ = false;   // the present motion is to end
  Pace pace_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::vector<Edit> edits_;
  std::vector<std::string> messages_;
  Status status_;
  debugger::Debugger* debugger_ = nullptr;  // boot_'s
  bool closing_ = false, busy_ = false;

  std::atomic<Speed> speed_ = Speed::kFull;
  std::atomic<bool> speed_changed_ = false;
  std::thread thread_;
};

}  // namespace ui
