// A PC with drives whose media are in memory, for calling the disk BIOS directly.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "bios/bios.h"
#include "bios/boot.h"
#include "bios/call_table.h"
#include "bios/drives.h"
#include "devices/media/memory_medium.h"

namespace bios {

using devices::media::Attach;
using devices::media::MemoryMedium;

/// Bytes in which every 512-byte sector begins with its own number (32 bits, little-endian).
inline std::vector<std::uint8_t> numbered_sectors(std::uint64_t sectors) {
  std::vector<std::uint8_t> bytes(sectors * 512);
  for (std::uint64_t i = 0; i < sectors; ++i)
    for (int b = 0; b < 4; ++b) bytes[i * 512 + b] = static_cast<std::uint8_t>(i >> (8 * b));
  return bytes;
}

inline AttachedMedium medium_of(Attach attach, std::vector<std::uint8_t> bytes, bool read_only = false) {
  return {attach, std::make_shared<MemoryMedium>(std::move(bytes), "test", read_only)};
}
inline AttachedMedium floppy_1440() { return medium_of(Attach::kFloppy, numbered_sectors(2880)); }
/// 16 MiB + a little: 33 cylinders of 16 heads and 63 sectors.
inline AttachedMedium small_disk() { return medium_of(Attach::kHardDisk, numbered_sectors(33 * 16 * 63)); }

/// Faults of reads, for Options::faults.
inline Fault fault_at_call(std::uint64_t call, Fault::On on = Fault::On::kRead) {
  Fault fault;
  fault.on = on;
  fault.call = call;
  return fault;
}
inline Fault fault_every(std::uint64_t every, bool short_transfer = false) {
  Fault fault;
  fault.every = every;
  fault.short_transfer = short_transfer;
  return fault;
}
inline Fault fault_at_lba(std::uint64_t first, std::uint64_t last, std::uint8_t status) {
  Fault fault;
  fault.lba_first = first;
  fault.lba_last = last;
  fault.status = status;
  return fault;
}

class DiskPc {
 public:
  struct Result {
    emu::Registers regs;
    std::uint16_t flags = 0;
    emu::Nanoseconds time = 0;
    bool cf() const { return flags & emu::flag::kCarry; }
    std::uint8_t ah() const { return regs.ah(); }
    std::uint8_t al() const { return regs.al(); }
  };

  explicit DiskPc(std::vector<AttachedMedium> media, Options options = {})
      : bios({memory, ports, clock, system}, std::move(options), std::move(media)) {
    memory.write<std::uint16_t>(emu::PhysAddr(0x40E), kEbda);
    bios.drives().post();
  }

  Result call(emu::Registers in, std::uint8_t vector = 0x13) {
    Result result{in, emu::flag::kInterrupt | 2, 0};
    Call call(vector, result.regs, result.flags);
    const Function* function = find_function(vector, in.ax());
    if (!function) return result;
    function->handler(bios, call);
    result.flags = call.flags();
    result.time = call.duration();
    return result;
  }
  Result call(std::uint8_t ah, std::uint8_t dl) {
    emu::Registers regs;
    regs.set_ah(ah);
    regs.set_dl(dl);
    return call(regs);
  }
  static emu::Registers chs(std::uint8_t ah, std::uint8_t dl, int c, int h, int s, int count, emu::FarPtr buffer) {
    emu::Registers regs;
    regs.set_ax(static_cast<std::uint16_t>(ah << 8 | count));
    regs.set_cx(static_cast<std::uint16_t>((c & 0xFF) << 8 | (c >> 2 & 0xC0) | s));
    regs.set_dx(static_cast<std::uint16_t>(h << 8 | dl));
    regs.set_real_segment(emu::Seg::kEs, buffer.seg);
    regs.set_bx(buffer.off);
    return regs;
  }
  /// A disk address packet at kPacket.
  emu::Registers edd(std::uint8_t ah, std::uint8_t dl, std::uint64_t lba, std::uint16_t count, emu::FarPtr buffer) {
    memory.write<std::uint16_t>(kPacket, 0x10);
    memory.write<std::uint16_t>(kPacket.plus(2), count);
    memory.write<std::uint16_t>(kPacket.plus(4), buffer.off);
    memory.write<std::uint16_t>(kPacket.plus(6), buffer.seg);
    memory.write<std::uint64_t>(kPacket.plus(8), lba);
    return with_packet(ah, dl);
  }
  static emu::Registers with_packet(std::uint8_t ah, std::uint8_t dl) {
    emu::Registers regs;
    regs.set_ah(ah);
    regs.set_dl(dl);
    regs.set_real_segment(emu::Seg::kDs, kPacket.seg);
    regs.set_si(kPacket.off);
    return regs;
  }
  std::uint16_t packet_count() { return memory.read<std::uint16_t>(kPacket.plus(2)); }
  std::uint8_t byte(std::uint32_t address) { return memory.read<std::uint8_t>(emu::PhysAddr(address)); }
  std::uint32_t dword(std::uint32_t address) { return memory.read<std::uint32_t>(emu::PhysAddr(address)); }

  static constexpr std::uint16_t kEbda = 0x9FC0;
  static constexpr emu::FarPtr kPacket{0x0060, 0x0000};

 private:
  struct NoSystem : emu::SystemControl {
    void set_a20(bool) override {}
    bool a20() const override { return true; }
    void request_reset(std::string_view) override {}
  };

 public:
  emu::Memory memory{4u << 20};
  emu::IoPorts ports;
  emu::Clock clock;
  NoSystem system;
  Bios bios;
};

}  // namespace bios
