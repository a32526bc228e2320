#include "debugger/views/paging.h"

#include <array>
#include <span>

#include <fmt/core.h>

namespace debugger::views {
namespace {

namespace cr0 {
constexpr std::uint64_t kPaging = std::uint64_t{1} << 31;
}
namespace cr4 {
constexpr std::uint64_t kPse = 1 << 4, kPae = 1 << 5, kLa57 = 1 << 12;
}
namespace efer {
constexpr std::uint64_t kLongModeActive = 1 << 10, kNoExecute = 1 << 11;
}
namespace entry {
constexpr std::uint64_t kPresent = 1, kWritable = 1 << 1, kUser = 1 << 2, kPageSize = 1 << 7;
constexpr std::uint64_t kNoExecute = std::uint64_t{1} << 63;
constexpr std::uint64_t kAddress = 0x000F'FFFF'FFFF'F000;  // 52 bits
}  // namespace entry

/// Tables that refer to themselves map more than anybody wants to walk; 4 GiB of 4 KiB pages need 2053.
constexpr int kMostTables = 8192;

struct Rights {
  bool writable = true, user = true, executable = true;
};

class Walk {
 public:
  Walk(const emu::Memory& memory, const emu::SystemRegisters& registers, std::size_t most, PagingView& view)
      : memory_(memory), registers_(registers), most_(most), view_(view) {}

  void run() {
    const bool pae = registers_.cr4 & cr4::kPae;
    if (registers_.efer & efer::kLongModeActive) {
      const bool five = registers_.cr4 & cr4::kLa57;
      view_.format = five ? "5-level" : "4-level";
      table(registers_.cr3 & entry::kAddress, five ? 48 : 39, 0, {});
    } else if (pae) {
      view_.format = "PAE";
      table(registers_.cr3 & 0xFFFF'FFE0, 30, 0, {});
    } else {
      view_.format = "32-bit";
      wide_ = false;
      table(registers_.cr3 & 0xFFFF'F000, 22, 0, {});
    }
  }

 private:
  bool pae_directory(unsigned shift) const { return view_.format == "PAE" && shift == 30; }

  /// Holes read as ones, which would be entries; a look at a device window would be wrong in other ways.
  bool is_memory(std::uint64_t address) const {
    const emu::RegionKind kind = memory_.region_at(emu::PhysAddr(address)).kind;
    return address < emu::Memory::kAddressSpace && (kind == emu::RegionKind::kRam || kind == emu::RegionKind::kRom);
  }

  /// `shift`: of the linear address bits that choose an entry of this table.
  void table(std::uint64_t address, unsigned shift, std::uint64_t linear, Rights rights) {
    const std::size_t count = pae_directory(shift) ? 4 : wide_ ? 512 : 1024, width = wide_ ? 8 : 4;
    address &= memory_.a20_mask();
    if (!is_memory(address)) return;
    if (++tables_ > kMostTables) view_.more = true;
    std::array<std::uint8_t, emu::Memory::kPage> bytes;
    memory_.read(emu::PhysAddr(address), std::span(bytes).first(count * width));
    for (std::size_t i = 0; i < count && !view_.more; ++i) {
      std::uint64_t e = 0;
      for (std::size_t b = width; b-- > 0;) e = e << 8 | bytes[i * width + b];
      if (e & entry::kPresent) follow(e, shift, canonical(linear | std::uint64_t{i} << shift), rights);
    }
  }

  void follow(std::uint64_t e, unsigned shift, std::uint64_t linear, Rights rights) {
    if (!pae_directory(shift)) {  // whose entries have no rights
      rights.writable = rights.writable && (e & entry::kWritable);
      rights.user = rights.user && (e & entry::kUser);
      rights.executable =
          rights.executable && !(wide_ && (e & entry::kNoExecute) && (registers_.efer & efer::kNoExecute));
    }
    const bool large = (e & entry::kPageSize) && (shift == 21 || (shift == 30 && !pae_directory(shift)) ||
                                                  (shift == 22 && (registers_.cr4 & cr4::kPse)));
    if (shift != 12 && !large)
      return table(e & (wide_ ? entry::kAddress : 0xFFFF'F000), wide_ ? shift - 9 : 12, linear, rights);
    const std::uint64_t size = std::uint64_t{1} << shift;
    std::uint64_t physical = e & entry::kAddress & ~(size - 1);
    if (!wide_) physical = (e & 0xFFFF'F000 & ~(size - 1)) | (large ? (e >> 13 & 0xFF) << 32 : 0);  // PSE-36
    add({.linear = linear,
         .physical = physical & memory_.a20_mask(),
         .size = size,
         .writable = rights.writable,
         .user = rights.user,
         .executable = rights.executable});
  }

  /// The uppermost bit that is translated counts for all above it.
  std::uint64_t canonical(std::uint64_t linear) const {
    const unsigned bits = view_.format == "5-level" ? 57 : view_.format == "4-level" ? 48 : 0;
    return bits != 0 && (linear >> (bits - 1) & 1) ? linear | ~std::uint64_t{0} << bits : linear;
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
  const emu::SystemRegisters& registers_;
  std::size_t most_;
  PagingView& view_;
  bool wide_ = true;  // entries of 8 bytes
  int tables_ = 0;
};

}  // namespace

PagingView paging_view(const emu::Memory& memory, const emu::SystemRegisters& registers, std::size_t most) {
  PagingView view{.enabled = (registers.cr0 & cr0::kPaging) != 0, .format = {}, .cr3 = registers.cr3, .ranges = {}};
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
