#include "debugger/views/paging.h"

#include <array>
#include <span>

#include <fmt/core.h>

#include "emu/page_walk.h"

namespace debugger::views {
namespace {

namespace entry = emu::page_entry;

/// Tables that refer to themselves map more than anybody wants to walk; 4 GiB of 4 KiB pages need 2053.
constexpr int kMostTables = 8192;

struct Rights {
  bool writable = true, user = true, executable = true;
};

class Walk {
 public:
  Walk(const emu::Memory& memory, const emu::SystemRegisters& registers, std::size_t most, PagingView& view)
      : memory_(memory),
        tables_(registers),
        no_execute_(registers.efer & emu::efer::kNoExecute),
        most_(most),
        view_(view) {}

  void run() {
    view_.format = tables_.format;
    table(tables_.root, tables_.levels, 0, {});
  }

 private:
  using Levels = std::span<const emu::PageLevel>;

  /// Holes read as ones, which would be entries; a look at a device window would be wrong in other ways.
  bool is_memory(std::uint64_t address) const {
    const emu::RegionKind kind = memory_.region_at(emu::PhysAddr(address)).kind;
    return address < emu::Memory::kAddressSpace && (kind == emu::RegionKind::kRam || kind == emu::RegionKind::kRom);
  }

  /// `levels`: this table's and those below it.
  void table(std::uint64_t address, Levels levels, std::uint64_t linear, Rights rights) {
    const emu::PageLevel& level = levels.front();
    const std::size_t count = level.entries(), width = tables_.entry_size;
    address &= memory_.a20_mask();
    if (!is_memory(address)) return;
    if (++seen_ > kMostTables) view_.more = true;
    std::array<std::uint8_t, emu::Memory::kPage> bytes;
    memory_.read(emu::PhysAddr(address), std::span(bytes).first(count * width));
    for (std::size_t i = 0; i < count && !view_.more; ++i) {
      std::uint64_t e = 0;
      for (std::size_t b = width; b-- > 0;) e = e << 8 | bytes[i * width + b];
      if (e & entry::kPresent) follow(e, levels, canonical(linear | std::uint64_t{i} << level.shift), rights);
    }
  }

  void follow(std::uint64_t e, Levels levels, std::uint64_t linear, Rights rights) {
    const emu::PageLevel& level = levels.front();
    if (level.has_rights) {
      rights.writable = rights.writable && (e & entry::kWritable);
      rights.user = rights.user && (e & entry::kUser);
      const bool forbidden = tables_.entry_size == 8 && no_execute_ && (e & entry::kNoExecute);
      rights.executable = rights.executable && !forbidden;
    }
    const std::uint64_t frame = tables_.frame(level, e);
    if (!tables_.is_page(level, e)) return table(frame, levels.subspan(1), linear, rights);
    add({.linear = linear,
         .physical = frame & memory_.a20_mask(),
         .size = level.page_size(),
         .writable = rights.writable,
         .user = rights.user,
         .executable = rights.executable});
  }

  /// Long mode: the uppermost bit that is translated counts for all above it.
  std::uint64_t canonical(std::uint64_t linear) const {
    const unsigned bits = tables_.levels.front().shift + tables_.levels.front().bits;
    return bits > 32 && (linear >> (bits - 1) & 1) ? linear | ~std::uint64_t{0} << bits : linear;
  }

  void add(const MappedRange& range) {
    MappedRange* last = view_.ranges.empty() ? nullptr : &view_.ranges.back();
    const bool goes_on = last && last->linear + last->size == range.linear &&
                         last->physical + last->size == range.physical && last->writable == range.writable &&
                         last->user == range.user && last->executable == range.executable;
    if (goes_on) {
      last->size += range.size;
    } else if (view_.ranges.size() < most_) {
      view_.ranges.push_back(range);
    } else {
      view_.more = true;
    }
  }

  const emu::Memory& memory_;
  const emu::PageTables tables_;
  bool no_execute_;
  std::size_t most_;
  PagingView& view_;
  int seen_ = 0;  // tables
};

}  // namespace

PagingView paging_view(const emu::Memory& memory, const emu::SystemRegisters& registers, std::size_t most) {
  PagingView view{
      .enabled = (registers.cr0 & emu::cr0::kPaging) != 0, .format = {}, .cr3 = registers.cr3, .ranges = {}};
  if (view.enabled) Walk(memory, registers, most, view).run();
  return view;
}

std::string rights_words(const MappedRange& range) {
  return fmt::format("{}{}{}", range.writable ? "read/write" : "read only", range.user ? ", user" : "",
                     range.executable ? "" : ", no execute");
}

std::string to_text(const PagingView& view) {
  if (!view.enabled) return "paging is off: linear addresses are physical\n";
  std::string text = fmt::format("{} page tables, CR3 {:08X}h\n", view.format, view.cr3);
  for (const MappedRange& r : view.ranges) {
    text += fmt::format("{:08X}h..{:08X}h → {:08X}h  {}{}\n", r.linear, r.linear + r.size - 1, r.physical,
                        rights_words(r), r.linear == r.physical ? "  (identity)" : "");
  }
  if (view.more) text += "... and more\n";
  return text;
}

}  // namespace debugger::views
