// What lies where on the media, and through which drives the guest sees them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bios/drives.h"
#include "debugger/call_log.h"
#include "debugger/sector_files.h"
#include "devices/media/medium.h"

namespace debugger::views {

/// A drive's sectors lie in a medium from byte `base` on.
struct DriveWindow {
  std::uint8_t drive = 0;
  std::uint64_t base = 0;
  std::uint64_t sectors = 0;
  std::uint32_t sector_size = 512;
  bool emulated = false;  ///< by El Torito: a part of a CD
};

struct MediumRow {
  std::shared_ptr<devices::media::Medium> medium;
  devices::media::Attach attach = devices::media::Attach::kHardDisk;
  std::vector<DriveWindow> drives;  ///< ascending; the emulated one last
};
/// The media of the drives, ejected ones too, each once, by the number of their first drive.
std::vector<MediumRow> media_view(const bios::Drives& drives);

/// Bytes of one medium that belong together; `end` is the first behind them.
struct OwnedRun {
  std::uint64_t begin = 0, end = 0;
  std::uint32_t owner = 0;  ///< index in MediumMap::owners
};

struct Owner {
  std::string name;         ///< in the words of sector_files.h, without offset
  std::uint64_t bytes = 0;  ///< of all its runs
};

/// A part of a medium with a place in some table.
struct DiskMark {
  enum class Kind : std::uint8_t { kPartition, kBootImage } kind = Kind::kPartition;
  std::uint64_t begin = 0, end = 0;
  std::string name;   ///< "partition 1", "boot image 0"
  std::string words;  ///< "FAT16, active", "El Torito, no emulation"
};

struct MediumMap {
  std::uint64_t size = 0;           ///< bytes
  std::uint32_t sector_size = 512;  ///< 2048 for CDs
  std::vector<OwnedRun> runs;       ///< ascending, disjoint
  std::vector<Owner> owners;
  std::vector<DiskMark> marks;  ///< by begin

  /// The run that this byte is in; null: nobody's.
  const OwnedRun* run_at(std::uint64_t byte) const;
};
MediumMap medium_map(const devices::media::Medium& medium, devices::media::Attach attach, const SectorFiles& files);

/// Bytes of a medium that a call moved.
struct Transfer {
  std::size_t medium = 0;  ///< index in the media of media_view()
  std::uint64_t begin = 0, end = 0;
  std::uint64_t call = 0;  ///< its number
  bool writes = false;
};
/// Nothing for calls that moved no sectors, that failed, and those whose drive is a hook's invention.
std::optional<Transfer> transfer_of(const LoggedCall& logged, const std::vector<MediumRow>& media);

}  // namespace debugger::views
