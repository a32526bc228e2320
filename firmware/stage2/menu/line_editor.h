#pragma once

#include "stage2/base/string.h"

namespace stage2 {

/// What Tab offers. `line` up to the cursor; the answers are whole last words.
class Completer {
 public:
  virtual Vector<String> complete(Text line) = 0;

 protected:
  ~Completer() = default;
};

/// One line, edited at the place of the cursor, with a history. Longer lines than the screen scroll sideways.
class LineEditor {
 public:
  explicit LineEditor(Completer* completer = nullptr) : completer_(completer) {}

  /// True: Enter, and `line` is what was typed. False: Escape, when the line is empty or `escape_leaves`.
  /// With `keep`, editing begins with what `line` holds.
  bool read(Text prompt, String& line, bool keep = false, bool escape_leaves = false);

 private:
  void redraw();
  bool edit(u16 key);
  void recall(size_t entry);
  void complete();
  void remember();

  Completer* completer_;
  Vector<String> history_;
  size_t recalled_ = 0;
  String prompt_;
  String line_;
  size_t cursor_ = 0;
  size_t first_shown_ = 0;
  size_t drawn_ = 0;  ///< columns used at the last drawing
};

}  // namespace stage2
