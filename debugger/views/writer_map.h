// Which disk call filled which memory, kept up to date while a guest runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "debugger/call_log.h"

namespace debugger::views {

/// Ranges of physical memory, each with the last disk call that filled it.
class WriterMap {
 public:
  struct Piece {
    std::uint64_t last = 0;  ///< address of its last byte
    std::uint64_t call = 0;  ///< number of an INT 13h
  };
  /// Takes in what has happened since the last time, at most so many calls. False: there are more, ask again. What time
  /// took back is forgotten, by starting again.
  bool update(const CallLog& calls, const DriveFacts& drives, std::size_t most = ~std::size_t{0});
  void clear() { *this = {}; }

  /// By the address of their first byte; they do not overlap.
  const std::map<std::uint64_t, Piece>& pieces() const { return pieces_; }
  /// The call that filled a byte.
  std::optional<std::uint64_t> call_at(std::uint64_t address) const;

 private:
  bool take(const LoggedCall& logged, const DriveFacts& drives);
  void paint(std::uint64_t first, std::uint64_t last, std::uint64_t call);
  void split(std::uint64_t at);

  /// The last call taken in, to see whether it is still the same.
  struct Mark {
    std::uint64_t number = 0;
    emu::Position position;
    std::optional<std::uint64_t> lba;
    bool finished = false;
  };
  static Mark mark(const LoggedCall& logged);

  std::map<std::uint64_t, Piece> pieces_;
  std::vector<std::uint64_t> pending_;  // numbers of calls that had not returned
  Mark taken_;
};

/// "INT 13h/42h extended read, call 7: drive E0h LBA 1395, /boot/grub/core.img".
std::string writer_words(const LoggedCall& logged);

}  // namespace debugger::views
