// Work beside the window, which can be called off.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace ui {

/// One piece of work at a time, on a thread of its own. All functions are for one thread, the window's.
class Background {
 public:
  /// Looks at the flag now and then; true: return soon. Must not throw.
  using Work = std::function<void(const std::atomic<bool>& cancelled)>;

  Background() = default;
  ~Background() { cancel(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Calls off what is under way.
  void begin(Work work) {
    cancel();
    running_ = true;
    thread_ = std::thread([this, work = std::move(work)] {
      work(cancelled_);
      running_ = false;
    });
  }
  /// Returns when the work has ended.
  void cancel() {
    cancelled_ = true;
    if (thread_.joinable()) thread_.join();
    cancelled_ = false;
  }
  bool running() const { return running_; }

 private:
  std::atomic<bool> cancelled_ = false, running_ = false;
  std::thread thread_;
};

}  // namespace ui
