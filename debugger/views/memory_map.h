// The memory map as the BIOS reports it, what the bus decodes, and who wrote what by disk calls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "debugger/call_log.h"
#include "emu/memory.h"

namespace bios {
class Bios;
}

namespace debugger::views {

/// "640 KiB", "127 MiB", "12 B": exact.
std::string size_words(std::uint64_t bytes);

struct E820Row {
  std::uint64_t base = 0, size = 0;
  std::string type;  ///< "RAM", "reserved"
};
/// As INT 15h/E820h says it now, with what an option ROM has taken of low memory.
std::vector<E820Row> e820_view(bios::Bios& bios);
std::string to_text(const std::vector<E820Row>& rows);

struct RegionRow {
  std::uint64_t base = 0, size = 0;
  std::string name;  ///< "RAM", "video ROM", ...
};
std::vector<RegionRow> regions_view(const emu::Memory& memory);
std::string to_text(const std::vector<RegionRow>& rows);

/// A range of memory and the disk call that filled it last, as far as no later one did.
struct WriterRow {
  std::uint64_t first = 0, last = 0;  ///< physical
  std::uint64_t call = 0;
  std::string words;  ///< "INT 13h/02h read sectors call 1: drive 80h LBA 0, MBR"
};
std::vector<WriterRow> writers_view(const CallLog& calls, const DriveFacts& drives);
std::string to_text(const std::vector<WriterRow>& rows);

}  // namespace debugger::views
