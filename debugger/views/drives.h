// The BIOS's drives, and which calls read or wrote their sectors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bios/drives.h"
#include "debugger/call_log.h"

namespace debugger::views {

struct DriveRow {
  std::uint8_t number = 0;
  std::string words;   ///< "hard disk 80h"
  std::string medium;  ///< its file; empty: nothing in the drive
  std::uint64_t sectors = 0;
  std::uint32_t sector_size = 0;
  devices::media::Geometry geometry;  ///< as INT 13h/08h says; all zero for CDs
  bool emulated = false;              ///< by El Torito
};
std::vector<DriveRow> drives_view(const bios::Drives& drives);
std::string to_text(const std::vector<DriveRow>& rows);

/// Sectors that follow each other and were moved by the same calls.
struct SectorRange {
  std::uint8_t drive = 0;
  std::uint64_t first = 0, last = 0;
  std::vector<std::uint64_t> reads;  ///< numbers of the calls that read them
  std::vector<std::uint64_t> writes;
};
/// Failed calls moved nothing. Ascending by drive and sector.
std::vector<SectorRange> sectors_view(const CallLog& calls);
std::string to_text(const std::vector<SectorRange>& ranges);

}  // namespace debugger::views
