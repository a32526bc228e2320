// One sector of a medium: what it belongs to, which calls moved it, and its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "debugger/views/disk_map.h"
#include "ui/pane.h"
#include "ui/panes/disk_reads.h"

namespace ui {

class DiskSector {
 public:
  void select(std::size_t medium, std::uint64_t byte);
  void forget();
  std::optional<std::uint64_t> byte(std::size_t medium) const {
    return byte_ && medium == medium_ ? byte_ : std::nullopt;
  }
  /// While the guest stands still.
  void read(Boot& boot, const debugger::views::MediumRow& row, const debugger::views::MediumMap& map,
            const DiskReads& reads);
  /// Returns another byte to select, where the user asked for the next or previous sector.
  std::optional<std::uint64_t> draw(App& app, const debugger::views::MediumMap& map);

 private:
  struct Call {
    std::uint64_t number = 0;
    std::string words;
  };
  void draw_calls(App& app);
  void draw_bytes(App& app);
  std::string dump() const;

  std::size_t medium_ = 0;
  std::optional<std::uint64_t> byte_;
  std::string place_, file_;
  std::vector<Call> calls_;
  bool more_calls_ = false;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace ui
