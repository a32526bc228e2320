// What the memory pane shows: a window on the linear address space, who filled it, and what changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "debugger/views/low_memory.h"
#include "debugger/views/memory_map.h"
#include "debugger/views/writer_map.h"
#include "ui/pane.h"
#include "ui/panes/page_history.h"

namespace ui {

/// One byte of the window.
struct ByteCell {
  std::uint8_t value = 0;
  bool present = false;
  bool changed = false;    ///< since the last stop
  std::uint64_t call = 0;  ///< the disk call that filled it; 0: none
};

/// A disk call whose bytes are in the window.
struct Writer {
  std::string words;
  std::string file;
};

class MemoryView {
 public:
  /// So much can be scrolled through; a window does not reach across its multiples.
  static constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;

  /// The window from now on.
  void set_window(std::uint64_t first, std::uint64_t size) { first_ = first, size_ = size; }
  void update(Boot& boot, const Moment& moment);
  /// The tables beside the bytes; only when they are shown.
  void update_tables(Boot& boot);
  void forget();

  std::uint64_t first() const { return cells_first_; }
  const std::vector<ByteCell>& cells() const { return cells_; }
  /// Nothing: not in the window, or not present.
  const ByteCell* cell(std::uint64_t linear) const;
  /// As a little-endian number, when all its bytes are in the window.
  std::optional<std::uint64_t> number(std::uint64_t linear, std::uint64_t size) const;
  const Writer* writer(std::uint64_t call) const;
  /// What lies at the byte that was asked for last.
  void ask_name(std::uint64_t linear) { asked_name_ = linear; }
  const std::string& name() const { return name_; }

  const std::vector<debugger::views::LowRange>& low() const { return low_; }
  const debugger::views::WriterMap& writers() const { return writers_; }
  const std::vector<debugger::views::E820Row>& e820() const { return e820_; }
  const std::vector<debugger::views::RegionRow>& regions() const { return regions_; }
  bool paging() const { return paging_; }

 private:
  void read_cells(Boot& boot, const Moment& moment);
  void name_writers(Boot& boot);

  std::uint64_t first_ = 0, size_ = 512;
  std::uint64_t cells_first_ = 0;
  std::vector<ByteCell> cells_;
  debugger::views::WriterMap writers_;
  std::map<std::uint64_t, Writer> named_;  // by call; those in the window
  std::vector<debugger::views::LowRange> low_;
  std::vector<debugger::views::E820Row> e820_;
  std::vector<debugger::views::RegionRow> regions_;
  PageHistory history_;
  std::optional<std::uint64_t> asked_name_;
  std::string name_;
  emu::Nanoseconds now_ = 0, stopped_at_ = -1;
  std::uint64_t stops_ = 0;
  int frames_ = 0;  // since low_ was looked at
  bool paging_ = false;
};

}  // namespace ui
