#include "ui/engine.h"

#include <algorithm>

#include "emu/error.h"

namespace ui {
namespace {

/// A guest that is ahead by less is not made to wait.
constexpr std::chrono::milliseconds kLeastWait{2};
/// A waiting guest looks so often whether the window wants something.
constexpr std::chrono::milliseconds kLongestWait{20};

}  // namespace

Engine::Engine() : thread_([this] { work(); }) {}

Engine::~Engine() {
  halt();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    jobs_.clear();
  }
  wake_.notify_all();
  thread_.join();
}

// --- The window's side

void Engine::open(bootsim::RunOptions options, bool run, Edit prepare) {
  halt();
  const std::lock_guard lock(mutex_);
  jobs_.clear();
  edits_.clear();
  jobs_.push_back({.motion = nullptr, .open = std::move(options), .run = run, .prepare = std::move(prepare)});
  status_.phase = Phase::kOpening;
  wake_.notify_all();
}

void Engine::move(Motion motion, Phase phase) {
  halt();
  const std::lock_guard lock(mutex_);
  if (status_.phase == Phase::kEmpty || status_.phase == Phase::kFailed) return;
  jobs_.push_back({.motion = std::move(motion), .open = {}, .run = false, .prepare = nullptr, .phase = phase});
  wake_.notify_all();
}

void Engine::halt() {
  const std::lock_guard lock(mutex_);
  std::erase_if(jobs_, [](const Job& job) { return job.motion != nullptr; });
  halted_ = true;
  if (debugger_) debugger_->interrupt();
  wake_.notify_all();
}

void Engine::edit(Edit edit) {
  const std::lock_guard lock(mutex_);
  edits_.push_back(std::move(edit));
  wake_engine();
}

void Engine::set_speed(Speed speed) {
  speed_ = speed;
  speed_changed_ = true;
  const std::lock_guard lock(mutex_);
  wake_engine();
}

void Engine::wake_engine() {
  if (debugger_) debugger_->pause();
  wake_.notify_all();
}

Status Engine::status() const {
  const std::lock_guard lock(mutex_);
  Status status = status_;
  status.busy = busy_ || !jobs_.empty() || (!edits_.empty() && debugger_);
  return status;
}

std::vector<std::string> Engine::take_messages() {
  const std::lock_guard lock(mutex_);
  return std::exchange(messages_, {});
}

std::optional<Engine::Look> Engine::look(std::chrono::microseconds patience) {
  looking_ = true;
  {
    const std::lock_guard lock(mutex_);
    if (status_.phase == Phase::kRunning) wake_engine();
  }
  if (pc_mutex_.try_lock_for(patience)) {
    if (boot_) return Look(*this);
    pc_mutex_.unlock();
  }
  end_look();
  return std::nullopt;
}

Engine::Look::~Look() {
  if (!engine_) return;
  engine_->pc_mutex_.unlock();
  engine_->end_look();
}

void Engine::end_look() {
  {
    const std::lock_guard lock(mutex_);  // or the engine misses it between its look and its wait
    looking_ = false;
  }
  wake_.notify_all();
}

// --- The engine's thread

void Engine::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      busy_ = false;
      wake_.wait(lock, [this] { return closing_ || !jobs_.empty() || (!edits_.empty() && debugger_); });
      if (closing_) break;
      busy_ = true;
      if (!jobs_.empty()) {
        job = std::move(jobs_.front());
        jobs_.pop_front();
        halted_ = false;
        if (debugger_) debugger_->forget_interrupt();
      }
    }
    const std::lock_guard pc(pc_mutex_);
    if (job.open) {
      open_now(job);
    } else {
      run_edits();
    }
    if (job.motion) move_now(job);
  }
  const std::lock_guard pc(pc_mutex_);
  const std::lock_guard lock(mutex_);
  debugger_ = nullptr;
  boot_.reset();
}

void Engine::open_now(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    debugger_ = nullptr;
  }
  boot_.reset();
  try {
    boot_ = std::make_unique<Boot>(std::move(*job.open));
  } catch (const emu::Error& error) {
    return set_phase(Phase::kFailed, error.what());
  }
  boot_->machine().watch(10 * emu::kMicrosecond, [this] { watch(); });
  boot_->debugger().on_pause = [this] { paused(); };
  {
    const std::lock_guard lock(mutex_);
    debugger_ = &boot_->debugger();
    ++status_.boots;
  }
  try {
    if (job.prepare) job.prepare(*boot_);
  } catch (const emu::Error& error) {
    say(error.what());
  }
  if (!job.run) return stopped(boot_->debugger().last_stop());
  move_now({.motion = [](debugger::Debugger& d) { return d.go(); }, .open = {}, .run = false, .prepare = nullptr});
}

void Engine::move_now(const Job& job) {
  set_phase(job.phase);
  pace_.begin(job.phase == Phase::kRunning ? speed() : Speed::kUnlimited, boot_->now(), boot_->machine().idle_time(),
              Pace::Clock::now());
  speed_changed_ = false;
  debugger::Stop stop;
  try {
    stop = job.motion(boot_->debugger());
  } catch (const emu::Error& error) {
    say(error.what());
    stop = boot_->debugger().last_stop();
  }
  run_edits();
  stopped(std::move(stop));
}

/// Now and then while the guest runs, in the middle of its work: asks for a pause when there is a reason.
void Engine::watch() {
  if (pace_.speed() == Speed::kUnlimited && !halted_ && !speed_changed_) return;
  if (halted_) boot_->debugger().interrupt();
  const bool ahead = pace_.ahead(boot_->now(), boot_->machine().idle_time(), Pace::Clock::now()) > kLeastWait;
  if (ahead || speed_changed_) boot_->debugger().pause();
}

/// Between two instructions of a running guest.
void Engine::paused() {
  run_edits();
  if (speed_changed_.exchange(false))
    pace_.begin(speed(), boot_->now(), boot_->machine().idle_time(), Pace::Clock::now());
  if (looking_) {
    pc_mutex_.unlock();
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !looking_ || closing_; });
    }
    pc_mutex_.lock();
  }
  keep_pace();
}

void Engine::keep_pace() {
  while (!halted_ && !speed_changed_) {
    const auto ahead = pace_.ahead(boot_->now(), boot_->machine().idle_time(), Pace::Clock::now());
    if (ahead <= std::chrono::nanoseconds(0)) return;
    pc_mutex_.unlock();
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, std::min<std::chrono::nanoseconds>(ahead, kLongestWait),
                     [this] { return closing_ || halted_ || !edits_.empty() || speed_changed_; });
    }
    pc_mutex_.lock();
    run_edits();
  }
}

void Engine::run_edits() {
  std::vector<Edit> edits;
  {
    const std::lock_guard lock(mutex_);
    edits = std::exchange(edits_, {});
  }
  if (!boot_) return;
  for (const Edit& edit : edits) {
    try {
      edit(*boot_);
    } catch (const std::exception& error) {
      say(error.what());
    }
  }
}

void Engine::set_phase(Phase phase, std::string words) {
  const std::lock_guard lock(mutex_);
  status_.phase = phase;
  status_.words = std::move(words);
}

void Engine::stopped(debugger::Stop stop) {
  const std::lock_guard lock(mutex_);
  status_.phase = jobs_.empty() ? Phase::kStopped : status_.phase;
  status_.words = stop.words;
  status_.stop = std::move(stop);
  ++status_.stops;
}

void Engine::say(std::string message) {
  const std::lock_guard lock(mutex_);
  messages_.push_back(std::move(message));
}

}  // namespace ui
