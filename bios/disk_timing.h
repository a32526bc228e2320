// How long a drive of the period takes: the virtual time of disk calls.
//
// The model, per drive (all figures are those of common drives of their kind; no randomness):
//   floppy     3 ms per track plus 15 ms to settle when the head moves; then the disk turns until the first
//   sector comes
//              by (300 rpm; 360 rpm for 1.2 MB drives), its position being virtual time modulo one turn, with
//              sector 1 of every track at the index; then the sectors pass. A sector's data ends at 85 % of
//              its slot: a caller that asks for the next sector within the gap does not wait for another
//              turn. The motor is always up to speed.
//   hard disk  0.1 ms per command; 1 ms to 13 ms seek by distance and the turn of 7200 rpm until the sector
//   comes by,
//              unless the access goes on where the last one ended; 100 MB/s.
//   CD         24x: 80 ms to 120 ms seek by distance, then 3.6 MB/s. The drive reads ahead up to 512 KB: a
//   request that
//              goes on there waits only for what has not passed under the head yet. 0.2 ms per command.
//   USB stick  1 ms per command, 30 MB/s. A USB floppy is a floppy.
//   An access that fails at once takes a disk one command, a CD or stick two (the second asks why: REQUEST SENSE), a
//   floppy two turns, in which the controller looks for the sector.
#pragma once

#include <cstdint>

#include "devices/media/medium.h"
#include "emu/types.h"

namespace bios {

/// What a mechanism remembers between accesses. Plain data.
struct HeadState {
  std::uint64_t next_lba = 0;          ///< where the last access ended
  std::uint32_t cylinder = 0;          ///< floppy
  emu::Nanoseconds stream_start = -1;  ///< CD: when next_lba began to pass under the head; -1: not streaming
};

/// What the model needs to know of a drive.
struct Mechanism {
  devices::media::Attach kind = devices::media::Attach::kFloppy;
  devices::media::Geometry geometry;  ///< floppies: CHS of the medium
  std::uint64_t sectors = 0;          ///< of the whole medium
  std::uint32_t sector_size = 512;
  bool slow_rotor = true;  ///< floppies: 300 rpm; else 360
};

/// Time from the command at `now` until `count` sectors from `lba` on have been transferred; the heads move
/// there.
emu::Nanoseconds access_time(const Mechanism& mechanism, HeadState& heads, std::uint64_t lba, std::uint64_t count,
                             emu::Nanoseconds now);
/// Time until the drive says that it will not do it. The heads stay.
emu::Nanoseconds refusal_time(const Mechanism& mechanism);
/// Time for moving the heads to `lba` only.
emu::Nanoseconds seek_time(const Mechanism& mechanism, HeadState& heads, std::uint64_t lba, emu::Nanoseconds now);

}  // namespace bios
