// INT 13h: moving sectors between a medium and guest memory.
#include <algorithm>

#include "bios/int13.h"

namespace bios::int13 {

namespace {

constexpr std::uint64_t kChunk = 64 * 1024;
constexpr std::uint64_t kMegabyte = 0x100000;

// Splits [buffer + done, +size) where the A20 gate may fold the address back, and gives bus addresses.
template <class Copy>
void for_each_run(const emu::Memory& memory, const Buffer& buffer, std::uint64_t done, std::uint64_t size, Copy copy) {
  std::uint64_t at = 0;
  while (at < size) {
    std::uint64_t address = buffer.address + done + at;
    std::uint64_t n = size - at;
    if (buffer.real_mode) {
      n = std::min(n, kMegabyte - address % kMegabyte);
      address = memory.through_a20(static_cast<std::uint32_t>(address)).value;
    }
    copy(emu::PhysAddr(address), at, n);
    at += n;
  }
}

void move_sectors(Request& request, Operation operation, std::uint64_t lba, std::uint64_t count, const Buffer& buffer) {
  Drive& drive = *request.drive;
  emu::Memory& memory = request.memory();
  const std::uint64_t size = count * drive.sector_size;
  const std::uint64_t from = drive.base_offset + lba * drive.sector_size;
  std::vector<std::uint8_t>& bounce = request.bios.drives().bounce(std::min(size, kChunk));
  for (std::uint64_t done = 0; done < size; done += kChunk) {
    const std::span<std::uint8_t> part(bounce.data(), std::min(size - done, kChunk));
    if (operation == Operation::kRead) {
      drive.medium->read(from + done, part);
      for_each_run(memory, buffer, done, part.size(),
                   [&](emu::PhysAddr to, std::uint64_t at, std::uint64_t n) { memory.write(to, part.subspan(at, n)); });
    } else {
      for_each_run(memory, buffer, done, part.size(), [&](emu::PhysAddr at_bus, std::uint64_t at, std::uint64_t n) {
        memory.read(at_bus, part.subspan(at, n));
      });
      drive.media->write(from + done, part);
    }
  }
}

}  // namespace

Status medium_status(Drive& drive) {
  if (!drive.ready()) {
    return drive.drive_class == DriveClass::kFloppy ? kTimeOut
           : drive.drive_class == DriveClass::kCd   ? kNoMedia
                                                    : kNotReady;
  }
  if (drive.changed) {
    drive.changed = false;
    return kChanged;
  }
  return kOk;
}

bool refused_by_drive(const Transferred& done) {
  return done.status != kOk && done.status != kDmaBoundary && done.sectors == 0;
}

Transferred transfer(Request& request, Operation operation, std::uint64_t lba, std::uint64_t count, Buffer buffer) {
  Drive& drive = *request.drive;
  if (const Status status = medium_status(drive); status != kOk) return {status, 0};
  const bool write = operation == Operation::kWrite;
  if (write && drive.read_only()) return {kWriteProtected, 0};

  Transferred result{kOk, lba < drive.sectors ? std::min(count, drive.sectors - lba) : 0};
  if (result.sectors < count) result.status = kSectorNotFound;
  Drives& drives = request.bios.drives();
  if (!drives.faults().none()) {
    if (const auto fault = drives.faults().transfer(write, lba, count); fault && fault->good_sectors < count) {
      result.sectors = std::min(result.sectors, fault->good_sectors);
      result.status = static_cast<Status>(fault->status);
    }
  }
  if (result.sectors > 0 && operation != Operation::kVerify)
    move_sectors(request, operation, lba, result.sectors, buffer);
  if (result.sectors > 0)
    request.call.take_time(drives.access_time(drive, lba, result.sectors, request.bios.clock().now()));
  return result;
}

}  // namespace bios::int13
