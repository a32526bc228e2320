// Page tables, walked as the CPU does (Intel SDM vol. 3, 4.3-4.5), wherever in memory they lie.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "emu/memory.h"
#include "emu/registers.h"

namespace emu {

/// Bits of an entry of any table (Intel SDM vol. 3, tables 4-5 to 4-19).
namespace page_entry {
inline constexpr std::uint64_t kPresent = 1, kWritable = 1 << 1, kUser = 1 << 2, kPageSize = 1 << 7;
inline constexpr std::uint64_t kNoExecute = std::uint64_t{1} << 63;
inline constexpr std::uint64_t kAddress = 0x000F'FFFF'FFFF'F000;  ///< 52 bits
}  // namespace page_entry

/// One level of tables.
struct PageLevel {
  std::string_view table;  ///< "PML4", "page directory"
  unsigned shift, bits;    ///< of the linear address: the bits that number an entry
  bool may_be_page;        ///< an entry with kPageSize maps a page, where the CPU has large pages
  bool has_rights;         ///< PAE's directory pointers have none

  std::uint64_t entries() const { return std::uint64_t{1} << bits; }
  std::uint64_t page_size() const { return std::uint64_t{1} << shift; }
};

/// What the control registers make of CR3. Paging is taken to be on.
struct PageTables {
  std::string_view format;  ///< "32-bit", "PAE", "4-level", "5-level"
  std::span<const PageLevel> levels;
  std::uint64_t root;   ///< the first table's physical address
  unsigned entry_size;  ///< bytes: 4 or 8
  bool large_pages;

  explicit PageTables(const SystemRegisters& registers);
  bool is_page(const PageLevel& level, std::uint64_t entry) const {
    return level.shift == kPageShift || (level.may_be_page && large_pages && (entry & page_entry::kPageSize));
  }
  /// The physical address of the page or of the next table.
  std::uint64_t frame(const PageLevel& level, std::uint64_t entry) const;

  static constexpr unsigned kPageShift = 12;
};

/// The way to an address, and where it ends.
struct PageWalk {
  std::optional<std::uint64_t> physical;  ///< nothing: not mapped
  std::string_view table;                 ///< of the last entry
  std::uint64_t index = 0, address = 0;   ///< that entry's number, and where it lies
  std::uint64_t entry = 0;
};
/// Rights are left aside; the A20 gate counts, as for any access.
PageWalk walk_pages(const Memory& memory, const PageTables& tables, std::uint64_t linear);

}  // namespace emu
