#include "bios/disk_timing.h"

#include <algorithm>

namespace bios {

namespace {

using devices::media::Attach;
using emu::kMicrosecond;
using emu::kMillisecond;
using emu::kSecond;
using emu::Nanoseconds;

// Floppies.
constexpr Nanoseconds kStepPerTrack = 3 * kMillisecond;
constexpr Nanoseconds kHeadSettle = 15 * kMillisecond;
constexpr Nanoseconds kTurn300Rpm = 60 * kSecond / 300;
constexpr Nanoseconds kTurn360Rpm = 60 * kSecond / 360;
constexpr Nanoseconds kDataShareOfSlot = 85;  // percent; the rest is gap 3

// Hard disks.
constexpr Nanoseconds kDiskCommand = 100 * kMicrosecond;
constexpr Nanoseconds kDiskShortSeek = 1 * kMillisecond;
constexpr Nanoseconds kDiskFullStroke = 12 * kMillisecond;  // on top of the short seek
constexpr Nanoseconds kDiskTurn = 60 * kSecond / 7200;
constexpr std::uint64_t kDiskSectorsPerTrack = 1628;  // 100 MB/s at 7200 rpm
constexpr Nanoseconds kDiskNanosecondsPerKilobyte = 10 * kMicrosecond;

// CDs.
constexpr Nanoseconds kCdCommand = 200 * kMicrosecond;
constexpr Nanoseconds kCdShortSeek = 80 * kMillisecond;
constexpr Nanoseconds kCdFullStroke = 40 * kMillisecond;  // on top of the short seek
constexpr std::uint64_t kCdCapacity = 360'000;            // sectors of an 80-minute disc
constexpr Nanoseconds kCdSector = 568'889;                // 2048 bytes at 3.6 MB/s
constexpr std::uint64_t kCdReadAhead = 256;               // sectors: 512 KB

// USB sticks.
constexpr Nanoseconds kUsbCommand = 1 * kMillisecond;
constexpr Nanoseconds kUsbNanosecondsPerKilobyte = 1'000'000 / 30;

Nanoseconds bytes_at(Nanoseconds per_kilobyte, std::uint64_t sectors, std::uint32_t sector_size) {
  return static_cast<Nanoseconds>(sectors * sector_size) * per_kilobyte / 1000;
}

// Time from `now` until the disk has turned to `slot` of `slots`.
Nanoseconds rotation(Nanoseconds now, Nanoseconds turn, std::uint64_t slot, std::uint64_t slots) {
  const Nanoseconds wanted = turn * static_cast<Nanoseconds>(slot) / static_cast<Nanoseconds>(slots);
  const Nanoseconds wait = wanted - now % turn;
  return wait >= 0 ? wait : wait + turn;
}

Nanoseconds floppy_seek(const Mechanism& m, HeadState& heads, std::uint64_t lba) {
  const std::uint64_t per_cylinder = std::uint64_t{m.geometry.heads} * m.geometry.sectors;
  if (per_cylinder == 0) return 0;
  const auto cylinder = static_cast<std::uint32_t>(lba / per_cylinder);
  const std::uint32_t tracks = cylinder > heads.cylinder ? cylinder - heads.cylinder : heads.cylinder - cylinder;
  heads.cylinder = cylinder;
  return tracks == 0 ? 0 : tracks * kStepPerTrack + kHeadSettle;
}

Nanoseconds floppy_access(const Mechanism& m, HeadState& heads, std::uint64_t lba, std::uint64_t count,
                          Nanoseconds now) {
  const std::uint32_t slots = m.geometry.sectors;
  if (slots == 0 || count == 0) return 0;
  const Nanoseconds turn = m.slow_rotor ? kTurn300Rpm : kTurn360Rpm;
  const Nanoseconds seek = floppy_seek(m, heads, lba);
  const Nanoseconds wait = rotation(now + seek, turn, lba % slots, slots);
  const Nanoseconds slot = turn / slots;
  return seek + wait + static_cast<Nanoseconds>(count - 1) * slot + slot * kDataShareOfSlot / 100;
}

Nanoseconds by_distance(Nanoseconds full_stroke, std::uint64_t from, std::uint64_t to, std::uint64_t extent) {
  const std::uint64_t distance = std::min(from > to ? from - to : to - from, extent);
  // In thousandths of the stroke: no overflow whatever the size of the medium.
  const std::uint64_t per_mille = extent >= 1000 ? std::min<std::uint64_t>(distance / (extent / 1000), 1000) : 0;
  return full_stroke * static_cast<Nanoseconds>(per_mille) / 1000;
}

Nanoseconds disk_seek(const Mechanism& m, HeadState& heads, std::uint64_t lba, Nanoseconds now) {
  if (lba == heads.next_lba) return 0;
  const Nanoseconds seek = kDiskShortSeek + by_distance(kDiskFullStroke, heads.next_lba, lba, m.sectors);
  heads.next_lba = lba;
  return seek + rotation(now + seek, kDiskTurn, lba % kDiskSectorsPerTrack, kDiskSectorsPerTrack);
}

// The laser moves to `lba`, unless the drive is reading ahead there: then its sectors have been coming since
// stream_start. Returns the seek.
Nanoseconds cd_seek(const Mechanism& m, HeadState& heads, std::uint64_t lba, Nanoseconds now) {
  const bool streaming = heads.stream_start >= 0;
  if (streaming && lba >= heads.next_lba && lba - heads.next_lba < kCdReadAhead) {
    heads.stream_start += static_cast<Nanoseconds>(lba - heads.next_lba) * kCdSector;
    heads.next_lba = lba;
    return 0;
  }
  const Nanoseconds seek =
      kCdShortSeek + by_distance(kCdFullStroke, heads.next_lba, lba, std::max(m.sectors, kCdCapacity));
  heads.next_lba = lba;
  heads.stream_start = now + seek;
  return seek;
}

Nanoseconds cd_access(const Mechanism& m, HeadState& heads, std::uint64_t lba, std::uint64_t count, Nanoseconds now) {
  cd_seek(m, heads, lba, now);
  // When the cache was full the drive stopped, with kCdReadAhead sectors read.
  const Nanoseconds oldest = now - static_cast<Nanoseconds>(kCdReadAhead) * kCdSector;
  const Nanoseconds start = std::max(heads.stream_start, oldest);
  const Nanoseconds end = start + static_cast<Nanoseconds>(count) * kCdSector;
  heads.next_lba = lba + count;
  heads.stream_start = end;
  return std::max<Nanoseconds>(end - now, 0) + kCdCommand;
}

}  // namespace

Nanoseconds access_time(const Mechanism& m, HeadState& heads, std::uint64_t lba, std::uint64_t count, Nanoseconds now) {
  switch (m.kind) {
    case Attach::kFloppy:
    case Attach::kUsbFloppy: return floppy_access(m, heads, lba, count, now);
    case Attach::kHardDisk: {
      const Nanoseconds seek = disk_seek(m, heads, lba, now);
      heads.next_lba = lba + count;
      return kDiskCommand + seek + bytes_at(kDiskNanosecondsPerKilobyte, count, m.sector_size);
    }
    case Attach::kCd: return cd_access(m, heads, lba, count, now);
    case Attach::kUsbHardDisk: return kUsbCommand + bytes_at(kUsbNanosecondsPerKilobyte, count, m.sector_size);
  }
  return 0;
}

Nanoseconds refusal_time(const Mechanism& m) {
  switch (m.kind) {
    case Attach::kFloppy:
    case Attach::kUsbFloppy: return 2 * (m.slow_rotor ? kTurn300Rpm : kTurn360Rpm);
    case Attach::kHardDisk: return kDiskCommand;
    case Attach::kCd: return 2 * kCdCommand;
    case Attach::kUsbHardDisk: return 2 * kUsbCommand;
  }
  return 0;
}

Nanoseconds seek_time(const Mechanism& m, HeadState& heads, std::uint64_t lba, Nanoseconds now) {
  switch (m.kind) {
    case Attach::kFloppy:
    case Attach::kUsbFloppy: return floppy_seek(m, heads, lba);
    case Attach::kHardDisk: return kDiskCommand + disk_seek(m, heads, lba, now);
    case Attach::kCd: return kCdCommand + cd_seek(m, heads, lba, now);
    case Attach::kUsbHardDisk: return kUsbCommand;
  }
  return 0;
}

}  // namespace bios
