// Which bytes of a medium have been read by now, by which calls, and in which order.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "debugger/views/disk_map.h"

namespace ui {

/// Ranges of bytes that do not overlap nor touch.
class ByteSet {
 public:
  using Part = std::function<void(std::uint64_t begin, std::uint64_t end)>;
  /// `fresh` hears of the parts that had not been in it.
  void add(std::uint64_t begin, std::uint64_t end, const Part& fresh);
  /// Its parts between two bytes.
  void visit(std::uint64_t begin, std::uint64_t end, const Part& part) const;
  void clear() { ranges_.clear(); }
  bool empty() const { return ranges_.empty(); }
  std::uint64_t first() const { return ranges_.empty() ? 0 : ranges_.begin()->first; }
  std::uint64_t end() const { return ranges_.empty() ? 0 : ranges_.rbegin()->second; }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // begin -> end
};

/// The transfers of a run so far, in the order of the calls.
class DiskReads {
 public:
  void forget();
  /// Looks at no more than `budget` calls; true: at all. Going back in time takes transfers away: then `generation()`
  /// is another, and what was computed from them is void.
  bool take(std::span<const debugger::LoggedCall> known, std::size_t happened,
            const std::vector<debugger::views::MediumRow>& media, std::size_t budget);
  std::span<const debugger::views::Transfer> transfers() const { return transfers_; }
  std::uint64_t generation() const { return generation_; }
  /// Numbers of the calls that moved this byte; at most `most`.
  std::vector<std::uint64_t> calls_at(std::size_t medium, std::uint64_t byte, std::size_t most) const;
  const debugger::views::Transfer* of_call(std::uint64_t number) const;

 private:
  std::vector<debugger::views::Transfer> transfers_;
  std::size_t next_ = 0;             // call to look at, by number - 1
  emu::Nanoseconds last_begin_ = 0;  // of the call before
  std::uint64_t generation_ = 0;
};

/// One owner of bytes, as far as it was read.
struct OwnerReads {
  std::uint64_t bytes = 0;
  std::uint64_t first_call = 0;  ///< 0: never read
};

/// What a part of a medium is shown as.
struct DiskCell {
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};
  std::uint32_t owner = kNobody;  ///< of what was read first, else of most of its bytes
  std::uint64_t moved = 0;        ///< bytes that were read or written
  std::uint64_t first_call = 0;   ///< 0: never read nor written
  std::uint32_t calls = 0;
  bool written = false;
};

/// A part of one medium, cut into cells of equal size, and the reads of all of it.
class DiskPicture {
 public:
  /// Another medium.
  void set_medium(std::size_t medium, const debugger::views::MediumMap& map);
  /// From `begin` to `end` in at most `most` cells of whole sectors.
  void lay_out(std::uint64_t begin, std::uint64_t end, std::size_t most);
  /// Takes in what is new.
  void follow(const DiskReads& reads);

  std::span<const DiskCell> cells() const { return cells_; }
  std::uint64_t cell_bytes() const { return unit_; }
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }
  const ByteSet& moved() const { return moved_; }
  /// Indices of owners that were read, the first read first.
  std::span<const std::uint32_t> read_owners() const { return read_owners_; }
  const OwnerReads& owner(std::uint32_t index) const { return owners_[index]; }
  std::uint64_t last_call() const { return last_call_; }
  /// The cell of a byte in view.
  std::size_t cell_of(std::uint64_t byte) const { return static_cast<std::size_t>((byte - begin_) / unit_); }

 private:
  void begin_again();
  void clear_cells();
  void add(const debugger::views::Transfer& transfer);
  void add_to_cells(const debugger::views::Transfer& transfer);
  void add_bytes(std::uint64_t begin, std::uint64_t end);
  void find_owners();

  const debugger::views::MediumMap* map_ = nullptr;
  std::size_t medium_ = 0;
  std::uint64_t begin_ = 0, end_ = 0, unit_ = 1;
  std::size_t most_ = 0;
  std::vector<DiskCell> cells_;
  ByteSet moved_;
  std::vector<OwnerReads> owners_;
  std::vector<std::uint32_t> read_owners_;
  std::vector<debugger::views::Transfer> mine_;
  std::size_t followed_ = 0;  // transfers of the run that were taken in
  std::uint64_t generation_ = 0, last_call_ = 0;
};

}  // namespace ui
