// What a serial line or debug console has sent, in lines that can be shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ui {

/// Follows a text that grows, or becomes shorter when the guest goes back in time; looks only at what is new.
class TextTail {
 public:
  /// `whole`: all that has been sent. True: something has changed.
  bool follow(std::string_view whole);
  void forget();

  /// UTF-8, without control characters and the escape sequences of terminals. The last one may grow yet.
  const std::vector<std::string>& lines() const { return lines_; }
  bool empty() const { return taken_ == 0; }
  /// The next line from `from` on, going round, in which `text` stands without regard to case; -1: none.
  int find(std::string_view text, int from) const;

 private:
  void take(unsigned char byte);
  void end_line();

  enum class Escape : std::uint8_t { kNone, kBegun, kSequence } escape_ = Escape::kNone;
  std::vector<std::string> lines_;
  std::vector<std::size_t> ends_;  // of each finished line: how much of the text was taken then
  std::size_t taken_ = 0;
  bool cursor_moved_ = false;  // by an escape sequence: what follows stands elsewhere, so it is a line of its own
};

}  // namespace ui
