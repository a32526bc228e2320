// Page tables, walked as the CPU does (Intel SDM vol. 3, chapter 4), wherever in memory they lie.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emu/machine.h"

namespace debugger::views {

/// A run of linear addresses that the page tables map in one piece and with the same rights.
struct MappedRange {
  std::uint64_t linear = 0;  ///< canonical: the upper half of long mode's begins with FFFF8h
  std::uint64_t physical = 0;
  std::uint64_t size = 0;
  bool writable = true, user = true;  ///< what all levels of tables allow
  bool executable = true;
};

struct PagingView {
  bool enabled = false;
  std::string format;  ///< "32-bit", "PAE", "4-level", "5-level"
  std::uint64_t cr3 = 0;
  std::vector<MappedRange> ranges;  ///< ascending
  bool more = false;                ///< there are more than `most`, or more tables than anybody reads
};

/// A table that does not lie in RAM maps nothing. The A20 gate counts, as for any access.
PagingView paging_view(const emu::Memory& memory, const emu::SystemRegisters& registers, std::size_t most = 256);
inline PagingView paging_view(const emu::Machine& machine, std::size_t most = 256) {
  return paging_view(machine.memory(), machine.system_registers(), most);
}
/// "read/write, user, no execute"
std::string rights_words(const MappedRange& range);
std::string to_text(const PagingView& view);

}  // namespace debugger::views
