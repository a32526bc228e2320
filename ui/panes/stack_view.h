// What the stack pane shows: frames, the words on the stack, interrupt vectors.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "debugger/views/call_stack.h"
#include "debugger/views/ivt.h"
#include "ui/pane.h"

namespace ui {

/// A word on the stack.
struct StackWord {
  std::uint16_t ss = 0;
  std::uint64_t offset = 0;  ///< SS:offset
  std::uint64_t linear = 0;
  std::uint64_t value = 0;
  int size = 2;       ///< bytes
  int frame = -1;     ///< the frame that this word belongs to
  std::string words;  ///< what it is, at the frame's first words
};

/// One line of the vector table: who answers, or whom a hook passes its calls on to.
struct VectorLine {
  std::uint8_t vector = 0;
  std::string purpose;
  int hop = 0;  ///< 0: who answers
  bool hooked = false;
  debugger::views::HookOwner owner;
};

/// Hooked vectors come first.
std::vector<VectorLine> vector_lines(std::vector<debugger::views::VectorRow> rows);

class StackView {
 public:
  void update_stack(Boot& boot, const Moment& moment);
  void update_vectors(Boot& boot, const Moment& moment, bool hooked_only);
  void forget() { *this = {}; }

  /// Of the present mode.
  const std::vector<debugger::views::Frame>& frames() const { return frames_; }
  /// Another number: the guest is elsewhere, or its stack is another.
  std::uint64_t stack() const { return fingerprint_; }
  /// In real mode, and the CPU has been in protected mode before: who called may be found there.
  bool may_have_callers_before() const { return entered_; }
  const std::vector<StackWord>& words() const { return words_; }
  const std::vector<VectorLine>& vectors() const { return vectors_; }
  bool protected_mode() const { return protected_mode_; }

 private:
  void read_words(const emu::Machine& machine);

  std::vector<debugger::views::Frame> frames_;
  std::vector<StackWord> words_;
  std::vector<VectorLine> vectors_;
  std::array<std::uint8_t, 1024> table_{};  // the IVT, as vectors_ has it
  std::uint64_t fingerprint_ = 0;           // of the stack, as frames_ and words_ have it
  std::uint64_t stops_ = 0;                 // when that was
  bool entered_ = false;
  bool known_ = false, vectors_known_ = false, hooked_only_ = true, protected_mode_ = false;
  int frames_since_ = 0;  // pictures drawn since the vectors were looked at
};

}  // namespace ui
