// Asks who called in the mode that the present one was entered from: a journey into the past that leaves everything
// where it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "debugger/views/call_stack.h"

namespace ui {

class App;

class CallersFinder {
 public:
  /// For the stack with this number: any that differs when the guest or its stack does.
  void ask(App& app, std::uint64_t stack);
  /// Forgets an answer about another stack, and a question that nobody will answer since the guest was moved instead.
  void keep_for(std::uint64_t stack);
  void forget() { answer_.reset(); }

  bool under_way() const { return answer_ && !answer_->done; }
  /// Null: nobody asked, or it is under way. Those of the present mode, and behind each kMode those of the one before.
  const std::vector<debugger::views::Frame>* frames() const {
    return answer_ && answer_->done ? &answer_->frames : nullptr;
  }

 private:
  struct Answer {
    std::uint64_t stack = 0;
    std::vector<debugger::views::Frame> frames;
    std::atomic<bool> done = false;  // the frames are written before
  };
  std::shared_ptr<Answer> answer_;
};

}  // namespace ui
