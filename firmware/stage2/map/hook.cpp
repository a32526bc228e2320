// Puts resident.asm into low memory and takes it out again.

#include "lib32/memory.h"
#include "memdisk/memory_map.h"
#include "stage2/bios.h"
#include "stage2/map/drive_maps.h"
#include "stage2/memory/map.h"

extern "C" const stage2::u8 map_resident[], map_resident_end[];  // embed.asm

namespace stage2 {
namespace {

// ---- layouts shared with resident.asm and resident/*.inc

struct [[gnu::packed]] Header {
  u16 hook13, hook15, patch_area, end;
};

struct [[gnu::packed]] SafeHook {
  u8 jump[3];
  char signature[8], vendor[8];
  u32 old, flags, mbft;
};

struct [[gnu::packed]] Map {
  u8 drive, flags, type, count;
  u16 cylinders, heads;
  u8 sectors_per_track, shift;
  u16 diskette_table;
  u32 sectors, base;
  u16 packet;
};
constexpr u8 kMapReadOnly = 0x01, kMapEdd = 0x02, kMapCd = 0x04, kMapElTorito = 0x20, kMapExtents = 0x40,
             kMapRedirect = 0x80;

struct [[gnu::packed]] Backing {
  u8 drive, shift;
  u16 heads;
  u8 sectors_per_track, unused;
};

struct [[gnu::packed]] PatchArea {
  u16 gdt_limit;
  u32 gdt_address;
  u8 descriptors[66];
  Map maps[kMostMaps];
  u16 maps_end, stack_top, memory_kib_16m, memory_64k_above, memory_kib, bounce;
  u8 floppy_count, disk_count, mover, unused;
  u32 e820_count;
  u32 old15;
};

// ---- places of the PC (RBIL MEMORY.LST)
constexpr u32 kVector13 = 0x13 * 4, kVector15 = 0x15 * 4, kVector1e = 0x1e * 4;
constexpr u32 kEquipment = 0x410, kLowMemoryKib = 0x413, kHardDisks = 0x475;
constexpr u16 kEquipmentFloppies = 0xc1;

constexpr u32 kLowest = 0x90000;  // stage2, its stack and its heap end below
constexpr u32 kMost = 0x10000;    // all within a segment, and within a 64 KiB page as the bounce buffer wants it
constexpr u32 kStack = 512;       // for the hook itself
constexpr u32 kBiosStack = 1024;  // when the BIOS reads on it
constexpr u64 kMib = 0x100000;

u16 word(u32 address) { return *physical<volatile u16>(address); }
u32 dword(u32 address) { return *physical<volatile u32>(address); }
u8 byte(u32 address) { return *physical<volatile u8>(address); }
void set_word(u32 address, u16 value) { *physical<volatile u16>(address) = value; }
void set_dword(u32 address, u32 value) { *physical<volatile u32>(address) = value; }
void set_byte(u32 address, u8 value) { *physical<volatile u8>(address) = value; }

u32 floppies(u16 equipment) { return (equipment & 1) ? (equipment >> 6 & 3) + 1u : 0; }

}  // namespace

/// Lays everything out for `base` = 0 at first, to learn the size, then copies it to where it is to stay.
class HookInstaller {
 public:
  explicit HookInstaller(DriveMaps& maps) : maps_(maps) {}

  Result run() {
    memdisk::MemoryMap ram;
    for (const MemoryRange& range : read_memory_map()) ram.add(range.base, range.length, range.type);
    for (const DriveMap& map : maps_.list_)
      if (!map.redirect && map.place.kind == Placement::Kind::kMemory)
        ram.reserve(map.place.memory, ((map.place.count << 9) + 4095) & ~u64{4095});
    constexpr u32 kSplits = 2;  // that taking low memory away may add
    lay_out(ram.count() + kSplits);
    const u32 low_end = u32{word(kLowMemoryKib)} << 10;
    u32 top = low_end;
    if (const u64 usable = ram.ram_from(0); usable != 0 && usable < top) top = u32(usable);
    const u32 bytes = u32(image_.size());
    if (bytes > kMost || top < kLowest + bytes)
      return fail("{} bytes of low memory are needed to map drives; there are {}", bytes,
                  top > kLowest ? top - kLowest : 0);
    base_ = (top - bytes) & ~1023u;
    ram.reserve(base_, low_end - base_);
    if (ram.count() > ranges_room_) return fail("the memory map has too many ranges");
    fill_memory(ram);
    fill_addresses();
    maps_.base_ = base_;
    maps_.bytes_ = low_end - base_;
    memcpy(physical<void>(base_), image_.begin(), bytes);
    take_over();
    return {};
  }

 private:
  template <class T>
  T& at(u32 offset) {
    return *reinterpret_cast<T*>(image_.begin() + offset);
  }
  PatchArea& patch() { return at<PatchArea>(at<Header>(0).patch_area); }

  /// Appends `bytes` bytes, zeros; where they are.
  u32 take(u32 bytes) {
    const u32 offset = u32(image_.size());
    for (u32 i = 0; i < bytes; ++i) image_.push_back(0);
    return offset;
  }

  void lay_out(u32 ranges) {
    for (const u8* p = map_resident; p != map_resident_end; ++p) image_.push_back(*p);
    ranges_room_ = ranges;
    table_ = take(ranges * u32(sizeof(memdisk::Range)));
    count_drives();
    u32 sector = 0;
    for (size_t i = 0; i < maps_.list_.size(); ++i) {
      lay_out_map(maps_.list_[i], u32(i));
      if (maps_.list_[i].place.kind == Placement::Kind::kExtents)
        sector = lib32::max(sector, 512u << maps_.list_[i].place.shift);
    }
    patch().maps_end = u16(offset_of_map(u32(maps_.list_.size())));
    take(-u32(image_.size()) & 15);
    const u32 bounce = take(sector);
    patch().bounce = u16(bounce);
    const u32 stack = sector == 0 ? kStack : kBiosStack;
    patch().stack_top = u16(take(stack) + stack);
    patch().floppy_count = u8(floppy_count_);
    patch().disk_count = u8(disk_count_);
  }

  u32 offset_of_map(u32 index) {
    return at<Header>(0).patch_area + u32(offsetof(PatchArea, maps)) + index * u32(sizeof(Map));
  }

  // What 40:10 and 40:75 say, and at least enough for the highest map.
  void count_drives() {
    floppy_count_ = floppies(maps_.saved_.equipment);
    disk_count_ = maps_.saved_.hard_disks;
    for (const DriveMap& map : maps_.list_) {
      if (map.is_cd()) continue;
      u32& count = map.is_floppy() ? floppy_count_ : disk_count_;
      count = lib32::max(count, (map.drive & 0x7fu) + 1);
    }
  }

  void lay_out_map(const DriveMap& from, u32 index) {
    Map map = {};
    map.drive = from.drive;
    const bool fixed = from.read_only || from.is_cd() || from.place.shift != 0;
    map.flags = u8((fixed && !from.redirect) || from.read_only ? kMapReadOnly : 0);
    if (from.redirect) {
      map.flags |= kMapRedirect;
      map.base = from.real;
    } else {
      if (!from.is_floppy()) map.flags |= kMapEdd;
      if (from.is_cd()) map.flags |= kMapCd;
      map.type = from.is_floppy() ? from.geometry.floppy_type : u8(0);
      map.count = u8(from.is_floppy() ? floppy_count_ : disk_count_);
      map.cylinders = u16(from.geometry.cylinders);
      map.heads = u16(from.geometry.heads);
      map.sectors_per_track = u8(from.geometry.sectors);
      map.shift = from.is_cd() ? 11 : 9;
      map.sectors = from.sectors;
      if (from.is_floppy()) map.diskette_table = lay_out_diskette_table(from);
      if (from.has_packet) {
        map.flags |= kMapElTorito;
        map.packet = u16(take(sizeof(BootPacket) + 1));
        at<BootPacket>(map.packet) = from.packet;
      }
      if (from.place.kind == Placement::Kind::kMemory) {
        map.base = from.place.memory;
      } else {
        map.flags |= kMapExtents;
        map.base = lay_out_extents(from.place);
      }
    }
    at<Map>(offset_of_map(index)) = map;
  }

  u16 lay_out_diskette_table(const DriveMap& map) {
    const u32 offset = take(16);
    memdisk::make_diskette_table(map.geometry, image_.begin() + offset);
    if (map.drive == 0) diskette_table_ = offset;
    return u16(offset);
  }

  u32 lay_out_extents(const Placement& place) {
    const u32 offset = take(sizeof(Backing));
    at<Backing>(offset) = {place.drive, place.shift, place.heads, place.sectors_per_track, 0};
    const u32 list = take(u32(place.extents.size() * sizeof(MapExtent)));
    const u32 sectors = take(u32(place.sectors.size() * 512));
    for (u32 i = 0; i < place.extents.size(); ++i) {
      MapExtent extent = place.extents[i];
      if (extent.lba >= kInline) extent.lba = kInline | (sectors + u32(extent.lba) * 512);
      at<MapExtent>(list + i * u32(sizeof extent)) = extent;
    }
    for (u32 i = 0; i < place.sectors.size(); ++i)
      memcpy(image_.begin() + sectors + i * 512, place.sectors[i].bytes, 512);
    return offset;
  }

  void fill_memory(const memdisk::MemoryMap& ram) {
    PatchArea& p = patch();
    const u64 kib = ram.ram_from(kMib) >> 10;
    const u64 above = ram.ram_from(16 * kMib) >> 16;
    p.memory_kib = u16(lib32::min<u64>(kib, 0xffff));
    p.memory_kib_16m = u16(lib32::min<u64>(kib, 15 * 1024));
    p.memory_64k_above = u16(lib32::min<u64>(above, 0xffff));
    p.e820_count = ram.count();
    for (u32 i = 0; i < ram.count(); ++i) at<memdisk::Range>(table_ + i * u32(sizeof(memdisk::Range))) = ram[i];
  }

  void fill_addresses() {
    PatchArea& p = patch();
    p.gdt_address = base_ + at<Header>(0).patch_area;  // the descriptor is the GDT's first
    p.old15 = maps_.saved_.vector15;
    at<SafeHook>(at<Header>(0).hook13).old = maps_.saved_.vector13;
  }

  u32 far_pointer(u32 offset) const { return base_ / 16 << 16 | offset; }

  void take_over() {
    const Header& header = at<Header>(0);
    set_word(kLowMemoryKib, u16(base_ >> 10));
    set_dword(kVector13, far_pointer(header.hook13));
    set_dword(kVector15, far_pointer(header.hook15));
    set_byte(kHardDisks, u8(disk_count_));
    u16 equipment = maps_.saved_.equipment;
    if (floppy_count_ != 0)
      equipment = u16((equipment & ~kEquipmentFloppies) | 1 | (lib32::min(floppy_count_, 4u) - 1) << 6);
    set_word(kEquipment, equipment);
    // A real floppy drive needs the table that it has.
    if (diskette_table_ != 0 && floppies(maps_.saved_.equipment) == 0)
      set_dword(kVector1e, far_pointer(diskette_table_));
  }

  DriveMaps& maps_;
  Vector<u8> image_;
  u32 base_ = 0, table_ = 0, ranges_room_ = 0, floppy_count_ = 0, disk_count_ = 0, diskette_table_ = 0;
};

Result DriveMaps::hook(Session& session) {
  if (hooked())
    if (Result result = unhook(session); !result.ok()) return result;
  if (list_.empty()) return fail("no drive is mapped yet: map FILE (0xA0)");
  saved_ = {dword(kVector13), dword(kVector15),    dword(kVector1e),
            word(kEquipment), word(kLowMemoryKib), byte(kHardDisks)};
  if (Result result = HookInstaller(*this).run(); !result.ok()) return result;
  active_ = list_;
  reread_memory_map();
  session.volumes.forget_all();
  return {};
}

Result DriveMaps::unhook(Session& session) {
  if (!hooked()) return fail("no drive is hooked");
  const Header& header = *physical<const Header>(base_);
  const u32 segment = base_ / 16 << 16;
  if (dword(kVector13) != (segment | header.hook13) || dword(kVector15) != (segment | header.hook15))
    return fail("somebody has hooked INT 13h or 15h after `map --hook`: it stays");
  set_dword(kVector13, saved_.vector13);
  set_dword(kVector15, saved_.vector15);
  set_dword(kVector1e, saved_.vector1e);
  set_word(kEquipment, saved_.equipment);
  set_word(kLowMemoryKib, saved_.low_memory);
  set_byte(kHardDisks, saved_.hard_disks);
  base_ = bytes_ = 0;
  active_.clear();
  reread_memory_map();
  session.volumes.forget_all();
  return {};
}

}  // namespace stage2
