#include "emu/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

#include "emu/error.h"

namespace emu {

namespace {

constexpr std::uint64_t kVideoWindow = 0xA0000;
constexpr std::uint64_t kHighMemory = 0x100000;
constexpr std::uint64_t kFourGiB = 0x1'0000'0000;

std::uint64_t end_of(const Region& r) { return r.base.value + r.size; }

/// The part [from, to) of a region, with the host pointer moved along.
Region slice(const Region& r, std::uint64_t from, std::uint64_t to) {
  Region part = r;
  if (part.host) part.host += from - r.base.value;
  part.base = PhysAddr(from);
  part.size = to - from;
  return part;
}

}  // namespace

Memory::Memory(std::uint64_t ram_size) : ram_size_(ram_size) {
  void* p = mmap(nullptr, ram_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED)
    throw Error(ErrorKind::kInternal, "cannot reserve " + std::to_string(ram_size >> 20) +
                                          " MB of memory for the guest; give a smaller --mem");
  ram_ = static_cast<std::uint8_t*>(p);
  journal_.add_block(ram_, ram_size);

  const std::uint64_t low = ram_below_4g();
  auto ram = [this](std::uint64_t base, std::uint64_t size, std::uint64_t offset) {
    return Region{PhysAddr(base), size, RegionKind::kRam, ram_ + offset, nullptr, "RAM"};
  };
  auto hole = [](std::uint64_t base, std::uint64_t end) {
    return Region{PhysAddr(base), end - base, RegionKind::kHole, nullptr, nullptr, "unmapped"};
  };
  regions_.push_back(ram(0, kVideoWindow, 0));
  regions_.push_back(hole(kVideoWindow, kHighMemory));
  if (low > kHighMemory) regions_.push_back(ram(kHighMemory, low - kHighMemory, kHighMemory));
  regions_.push_back(hole(std::max(low, kHighMemory), kFourGiB));
  if (ram_above_4g() > 0) regions_.push_back(ram(kFourGiB, ram_above_4g(), low));
  regions_.push_back(hole(kFourGiB + ram_above_4g(), kAddressSpace));
}

Memory::~Memory() { munmap(ram_, ram_size_); }

const Region& Memory::region_at(PhysAddr address) const {
  const auto it = std::upper_bound(regions_.begin(), regions_.end(), address,
                                   [](PhysAddr a, const Region& r) { return a < r.base; });
  return *(it - 1);  // the first region starts at 0
}

void Memory::read(PhysAddr address, std::span<std::uint8_t> out) const {
  std::uint64_t a = address.value;
  std::size_t done = 0;
  while (done < out.size()) {
    if (a >= kAddressSpace) return void(std::fill(out.begin() + done, out.end(), 0xFF));
    const Region& r = region_at(PhysAddr(a));
    const std::size_t n = std::min<std::uint64_t>(out.size() - done, end_of(r) - a);
    if (r.host) {
      std::memcpy(out.data() + done, r.host + (a - r.base.value), n);
    } else if (r.kind == RegionKind::kMmio) {
      for (std::size_t i = 0; i < n; ++i)
        out[done + i] = static_cast<std::uint8_t>(r.device->mmio_peek(PhysAddr(a + i), 1));
    } else {
      std::memset(out.data() + done, 0xFF, n);
    }
    done += n;
    a += n;
  }
}

void Memory::write_region(const Region& r, PhysAddr address, std::span<const std::uint8_t> bytes, bool even_rom) {
  if (r.on_bus) device_writes_ += (bytes.size() + 3) / 4;
  if (r.kind == RegionKind::kRam || (even_rom && r.kind == RegionKind::kRom)) {
    std::uint8_t* host = r.host + (address.value - r.base.value);
    journal_.about_to_change(host, bytes.size());
    if (listener_) listener_->memory_changing(address, bytes.size());
    std::memcpy(host, bytes.data(), bytes.size());
    if (listener_) listener_->memory_written(r, address, bytes.size());
  } else if (r.kind == RegionKind::kMmio) {
    for (std::size_t i = 0; i < bytes.size(); ++i) r.device->mmio_write(address + i, bytes[i], 1);
  }
}

void Memory::write_anywhere(PhysAddr address, std::span<const std::uint8_t> bytes, bool even_rom) {
  while (!bytes.empty() && address.value < kAddressSpace) {
    const Region& r = region_at(address);
    const std::size_t n = std::min<std::uint64_t>(bytes.size(), end_of(r) - address.value);
    write_region(r, address, bytes.first(n), even_rom);
    bytes = bytes.subspan(n);
    address = address + n;
  }
}

void Memory::write(PhysAddr address, std::span<const std::uint8_t> bytes) { write_anywhere(address, bytes, false); }
void Memory::write_rom(PhysAddr address, std::span<const std::uint8_t> bytes) { write_anywhere(address, bytes, true); }

void Memory::fill(PhysAddr address, std::uint64_t size, std::uint8_t value) {
  std::array<std::uint8_t, kPage> chunk;
  chunk.fill(value);
  while (size > 0 && address.value < kAddressSpace) {
    const std::uint64_t n = std::min<std::uint64_t>(size, chunk.size());
    write(address, std::span(chunk.data(), n));
    address = address + n;
    size -= n;
  }
}

void Memory::read(FarPtr p, std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    // Up to the segment's end, and never across the 1 MiB line, where the A20 gate can fold the address back.
    std::size_t n = std::min<std::size_t>(out.size(), 0x10000 - p.off);
    if (p.linear() < kHighMemory) n = std::min<std::size_t>(n, kHighMemory - p.linear());
    read(phys(p), out.first(n));
    out = out.subspan(n);
    p = p.plus(static_cast<std::uint16_t>(n));
  }
}

void Memory::write(FarPtr p, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    std::size_t n = std::min<std::size_t>(bytes.size(), 0x10000 - p.off);
    if (p.linear() < kHighMemory) n = std::min<std::size_t>(n, kHighMemory - p.linear());
    write(phys(p), bytes.first(n));
    bytes = bytes.subspan(n);
    p = p.plus(static_cast<std::uint16_t>(n));
  }
}

void Memory::replace(Region region) {
  const std::uint64_t from = region.base.value, size = region.size;
  if (from % kPage != 0 || size % kPage != 0 || size == 0 || size > kAddressSpace || from > kAddressSpace - size)
    throw Error(ErrorKind::kInternal, "cannot map " + region.name + ": not whole pages of the address space");
  const std::uint64_t to = end_of(region);
  if (listener_) listener_->mapping_changing(region.base, region.size);
  std::vector<Region> next;
  next.reserve(regions_.size() + 2);
  bool placed = false;
  for (const Region& r : regions_) {
    if (r.base.value < from) next.push_back(slice(r, r.base.value, std::min(end_of(r), from)));
    if (!placed && end_of(r) > from) {
      next.push_back(region);
      placed = true;
    }
    if (end_of(r) > to) next.push_back(slice(r, std::max(r.base.value, to), end_of(r)));
  }
  regions_ = std::move(next);
  if (listener_) listener_->mapping_changed(PhysAddr(from), to - from);
}

/// What lies between the first and the last difference is changed at once.
void Memory::restore_map(const std::vector<Region>& regions) {
  const auto same = [](const Region& a, const Region& b) {
    return a.base == b.base && a.size == b.size && a.kind == b.kind && a.host == b.host && a.device == b.device;
  };
  std::size_t head = 0, tail = 0;
  const std::size_t shorter = std::min(regions.size(), regions_.size());
  while (head < shorter && same(regions[head], regions_[head])) ++head;
  if (head == regions.size() && head == regions_.size()) return;
  while (tail < shorter - head && same(regions[regions.size() - 1 - tail], regions_[regions_.size() - 1 - tail]))
    ++tail;
  const std::uint64_t from = regions[head].base.value;
  const std::uint64_t to = tail == 0 ? kAddressSpace : regions[regions.size() - tail].base.value;
  if (listener_) listener_->mapping_changing(PhysAddr(from), to - from);
  regions_ = regions;
  if (listener_) listener_->mapping_changed(PhysAddr(from), to - from);
}

void Memory::map_rom(PhysAddr base, std::span<const std::uint8_t> image, std::string_view name) {
  const std::uint64_t size = (image.size() + kPage - 1) / kPage * kPage;
  auto* host = static_cast<std::uint8_t*>(std::aligned_alloc(kPage, size));
  if (!host) throw Error(ErrorKind::kInternal, "out of memory while mapping a ROM");
  rom_images_.emplace_back(host, std::free);
  std::memcpy(host, image.data(), image.size());
  std::memset(host + image.size(), 0xFF, size - image.size());
  journal_.add_block(host, size);
  replace({base, size, RegionKind::kRom, host, nullptr, std::string(name)});
}

void Memory::map_device_ram(PhysAddr base, std::uint64_t size, std::uint8_t* host, std::string_view name) {
  replace({base, size, RegionKind::kRam, host, nullptr, std::string(name), true});
}

void Memory::map_mmio(PhysAddr base, std::uint64_t size, MmioDevice& device, std::string_view name) {
  replace({base, size, RegionKind::kMmio, nullptr, &device, std::string(name), true});
}

void Memory::unmap(PhysAddr base, std::uint64_t size) {
  replace({base, size, RegionKind::kHole, nullptr, nullptr, "unmapped"});
}

void Memory::set_a20(bool enabled) {
  const std::uint64_t mask = enabled ? ~std::uint64_t{0} : ~(std::uint64_t{1} << 20);
  if (mask == a20_mask_) return;
  a20_mask_ = mask;
  if (listener_) listener_->a20_changed();
}

}  // namespace emu
