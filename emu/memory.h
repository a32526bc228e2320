// Physical memory: RAM, ROM, device windows and holes, with one function through which the host writes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "emu/page_journal.h"
#include "emu/types.h"

namespace emu {

/// A device window in memory whose accesses have side effects. size is 1, 2, 4 or 8.
class MmioDevice {
 public:
  virtual ~MmioDevice() = default;
  virtual std::uint64_t mmio_read(PhysAddr address, int size) = 0;
  virtual void mmio_write(PhysAddr address, std::uint64_t value, int size) = 0;
  /// What a read would give, without its side effects.
  virtual std::uint64_t mmio_peek(PhysAddr address, int size) const = 0;
};

/// What lies at a range of physical addresses.
enum class RegionKind { kRam, kRom, kMmio, kHole };

/// One contiguous range; regions cover the address space without gaps or overlaps.
struct Region {
  PhysAddr base;
  std::uint64_t size = 0;
  RegionKind kind = RegionKind::kHole;
  std::uint8_t* host = nullptr;  ///< kRam and kRom: where the bytes are
  MmioDevice* device = nullptr;  ///< kMmio
  std::string name;
  bool on_bus = false;  ///< a device's, behind a bus: the host's writes are counted
};

/// Told about changes that translated code or an address translation could have cached. The CPU is the one
/// listener.
class MemoryListener {
 public:
  virtual ~MemoryListener() = default;
  /// The host is about to write these bytes of RAM or ROM, and has written them.
  virtual void memory_changing(PhysAddr address, std::uint64_t size) {
    static_cast<void>(address), static_cast<void>(size);
  }
  virtual void memory_written(const Region& region, PhysAddr address, std::uint64_t size) = 0;
  /// The regions covering [base, base + size) are about to change, and have changed.
  virtual void mapping_changing(PhysAddr base, std::uint64_t size) = 0;
  virtual void mapping_changed(PhysAddr base, std::uint64_t size) = 0;
  virtual void a20_changed() = 0;
};

/// What write() stores as one value: plain data, but not a span of bytes (itself plain data), whose bytes are
/// meant.
template <class T>
concept GuestValue = std::is_trivially_copyable_v<T> && !std::is_convertible_v<const T&, std::span<const std::uint8_t>>;

/// The physical address space. RAM is one anonymous mapping (untouched pages cost nothing): the part below
/// kRamHole at address 0, what exceeds it from 4 GiB on. Initially A0000h-FFFFFh is a hole; devices and the
/// BIOS map theirs there.
///
/// Invariants: every host write goes through write(); ROM and holes ignore guest writes; holes read all ones.
/// Page granularity: regions are multiples of 4096 bytes.
class Memory {
 public:
  static constexpr std::uint64_t kPage = 4096;
  static constexpr std::uint64_t kRamHole = 0xC000'0000;      ///< RAM below 4 GiB ends here at the latest
  static constexpr std::uint64_t kAddressSpace = 1ull << 36;  ///< what the CPU can address

  /// ram_size: bytes, a multiple of 64 KiB, 1 MiB to 32 GiB. Throws Error when the host cannot provide it.
  explicit Memory(std::uint64_t ram_size);
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  std::uint64_t ram_size() const { return ram_size_; }
  std::uint64_t ram_below_4g() const { return std::min(ram_size_, kRamHole); }
  std::uint64_t ram_above_4g() const { return ram_size_ - ram_below_4g(); }
  /// The RAM block (below-4G part first); for the CPU and for tests. Host writes go through write().
  std::uint8_t* ram() { return ram_; }
  const std::uint8_t* ram() const { return ram_; }

  // --- Host access. Addresses are bus addresses: no paging, no A20 gate.
  /// Copies bytes out without side effects: RAM, ROM, peek of a device window, FFh in holes.
  void read(PhysAddr address, std::span<std::uint8_t> out) const;
  /// The one way in which the host writes guest memory: stores to RAM (device windows get mmio_write; ROM and
  /// holes ignore it) and discards translated code for the range.
  void write(PhysAddr address, std::span<const std::uint8_t> bytes);
  /// As write(), but ROM is written too: for the machine's own firmware set-up.
  void write_rom(PhysAddr address, std::span<const std::uint8_t> bytes);
  /// As write() of `size` equal bytes; it ends at the end of the address space.
  void fill(PhysAddr address, std::uint64_t size, std::uint8_t value);
  /// How often the host has written to devices' memory, in accesses of up to four bytes: each takes bus time.
  std::uint64_t device_writes() const { return device_writes_; }

  template <class T>
  requires std::is_trivially_copyable_v<T> T read(PhysAddr address)
  const {
    T value;
    if (const std::uint8_t* p = ram_span(address, sizeof(T))) {
      std::memcpy(&value, p, sizeof(T));
    } else {
      read(address, std::span(reinterpret_cast<std::uint8_t*>(&value), sizeof(T)));
    }
    return value;
  }
  template <GuestValue T>
  void write(PhysAddr address, const T& value) {
    write(address, std::span(reinterpret_cast<const std::uint8_t*>(&value), sizeof(T)));
  }

  // --- Real-mode host access: what the CPU would reach at seg:off now, with the A20 gate, wrapping at 64
  // KiB.
  /// Bus address of a linear address below 10FFF0h under the present A20 gate.
  PhysAddr through_a20(std::uint32_t linear) const { return PhysAddr(linear & a20_mask_); }
  PhysAddr phys(FarPtr p) const { return through_a20(p.linear()); }
  template <class T>
  requires std::is_trivially_copyable_v<T> T read(FarPtr p)
  const {
    if (p.off <= 0x10000 - sizeof(T)) return read<T>(phys(p));
    T value;
    read(p, std::span(reinterpret_cast<std::uint8_t*>(&value), sizeof(T)));
    return value;
  }
  template <GuestValue T>
  void write(FarPtr p, const T& value) {
    write(p, std::span(reinterpret_cast<const std::uint8_t*>(&value), sizeof(T)));
  }
  void read(FarPtr p, std::span<std::uint8_t> out) const;
  void write(FarPtr p, std::span<const std::uint8_t> bytes);

  // --- The map. Throws Error(kInternal) for what is not whole pages of the address space.
  void map_rom(PhysAddr base, std::span<const std::uint8_t> image, std::string_view name);
  /// RAM that a device owns (video memory); `host` must stay valid until it is mapped over or unmapped.
  void map_device_ram(PhysAddr base, std::uint64_t size, std::uint8_t* host, std::string_view name);
  void map_mmio(PhysAddr base, std::uint64_t size, MmioDevice& device, std::string_view name);
  void unmap(PhysAddr base, std::uint64_t size);
  /// Any region, for what switches memory: one that regions() had, say. Its host memory must stay valid.
  void map(Region region) { replace(std::move(region)); }
  const std::vector<Region>& regions() const { return regions_; }
  const Region& region_at(PhysAddr address) const;

  // --- Snapshots
  /// Copies of the pages that hold RAM, ROM and what devices gave to keep().
  PageJournal& journal() { return journal_; }
  const PageJournal& journal() const { return journal_; }
  /// Device memory (whole pages) that the guest writes into directly: it belongs to snapshots. A device that writes
  /// there itself says so first, by journal().about_to_change().
  void keep(std::uint8_t* host, std::uint64_t size) { journal_.add_block(host, size); }
  /// Puts an earlier map back; its host memory is still there.
  void restore_map(const std::vector<Region>& regions);

  // --- The A20 gate. Off: address bit 20 reads as 0.
  bool a20_enabled() const { return a20_mask_ == ~std::uint64_t{0}; }
  void set_a20(bool enabled);
  std::uint64_t a20_mask() const { return a20_mask_; }

  void set_listener(MemoryListener* listener) { listener_ = listener; }
  MemoryListener* listener() const { return listener_; }

  /// Host pointer when [address, +size) is plain guest RAM below the A0000h window or above 1 MiB; else null.
  /// Read only.
  const std::uint8_t* ram_span(PhysAddr address, std::uint64_t size) const {
    const std::uint64_t a = address.value;
    // No sum of the two: it wraps near 2^64.
    const auto fits_below = [&](std::uint64_t end) { return a <= end && size <= end - a; };
    if (fits_below(0xA0000) || (a >= 0x100000 && fits_below(ram_below_4g()))) return ram_ + a;
    return nullptr;
  }

 private:
  void replace(Region region);
  void write_region(const Region& region, PhysAddr address, std::span<const std::uint8_t> bytes, bool even_rom);
  void write_anywhere(PhysAddr address, std::span<const std::uint8_t> bytes, bool even_rom);

  std::uint64_t ram_size_;
  std::uint8_t* ram_ = nullptr;
  std::vector<Region> regions_;  // sorted by base, covering the address space
  std::vector<std::unique_ptr<std::uint8_t[], void (*)(void*)>> rom_images_;
  PageJournal journal_;
  MemoryListener* listener_ = nullptr;
  std::uint64_t a20_mask_ = ~std::uint64_t{0};
  std::uint64_t device_writes_ = 0;
};

}  // namespace emu
