#include "memdisk/resident.h"

#include "lib32/memory.h"
#include "memdisk/bios.h"

// The binaries that start32.asm embeds
extern "C" const uint8_t resident_chs[], resident_chs_end[];
extern "C" const uint8_t resident_edd[], resident_edd_end[];
extern "C" const uint8_t resident_el_torito[], resident_el_torito_end[];

namespace memdisk {
namespace {

// ---- layouts shared with resident.asm and resident/*.inc

struct Header {
  uint16_t hook13;
  uint16_t hook15;
  uint16_t patch_area;
  uint16_t mbft;
  uint16_t end;
} __attribute__((packed));

struct SafeHook {
  uint8_t jump[3];
  char signature[8];
  char vendor[8];
  uint32_t old;
  uint32_t flags;
  uint32_t mbft;
} __attribute__((packed));

struct Map {
  uint8_t drive;
  uint8_t flags;
  uint8_t type;
  uint8_t count;
  uint16_t cylinders;
  uint16_t heads;
  uint8_t sectors_per_track;
  uint8_t shift;
  uint16_t diskette_table;
  uint32_t sectors;
  uint32_t base;
  uint16_t packet;
} __attribute__((packed));

constexpr uint8_t kMapReadOnly = 0x01;
constexpr uint8_t kMapEdd = 0x02;
constexpr uint8_t kMapCd = 0x04;
constexpr uint8_t kMapHideClass = 0x08;
constexpr uint8_t kMapHideAll = 0x10;
constexpr uint8_t kMapElTorito = 0x20;

constexpr uint8_t kMoverRaw = 0x01;
constexpr uint8_t kMoverBig = 0x02;
constexpr uint8_t kMoverInt = 0x04;

struct ElToritoPacket {  // "specification packet", El Torito 1.0 figure 7
  uint8_t size;
  uint8_t media;
  uint8_t drive;
  uint8_t controller;
  uint32_t lba;
  uint16_t device;
  uint16_t cache_segment;
  uint16_t load_segment;
  uint16_t load_sectors;
  uint8_t cylinders_low;
  uint8_t cylinders_high_and_sectors;
  uint8_t heads;
} __attribute__((packed));
static_assert(sizeof(ElToritoPacket) == 19);

struct PatchArea {
  uint16_t gdt_limit;
  uint32_t gdt_address;
  uint8_t descriptors[66];
  Map map;
  uint16_t maps_end;
  uint16_t stack_top;
  uint16_t memory_kib_16m;
  uint16_t memory_64k_above;
  uint16_t memory_kib;
  uint8_t mover;
  uint8_t padding;
  uint32_t e820_count;
  uint32_t old15;
  uint8_t diskette_table[16];
  uint32_t old1e;
  ElToritoPacket el_torito;
} __attribute__((packed));

// ---- layouts that others define

struct Mdi {  // memdisk.txt, "The MEMDISK info structure"
  uint16_t bytes;
  uint8_t minor;
  uint8_t major;
  uint32_t disk;
  uint32_t sectors;
  uint32_t command_line;
  uint32_t old13;
  uint32_t old15;
  uint16_t low_memory;
  uint8_t loader;
  uint8_t sector_shift;
  uint16_t diskette_table;
} __attribute__((packed));
static_assert(sizeof(Mdi) == 30);
// The release of MEMDISK whose interface this is
constexpr uint8_t kMajor = 6;
constexpr uint8_t kMinor = 4;

struct Mbft {  // memdisk.txt, "mBFT": an ACPI table header, a pointer, the MDI
  char signature[4];
  uint32_t length;
  uint8_t revision;
  uint8_t checksum;
  char oem_id[6];
  char oem_table_id[8];
  uint8_t oem_and_creator[12];
  uint32_t safe_hook;
  Mdi mdi;
} __attribute__((packed));
static_assert(sizeof(Mbft) == 70);

// ---- places of the PC (RBIL MEMORY.LST)
constexpr uint32_t kVector13 = 0x13 * 4;
constexpr uint32_t kVector15 = 0x15 * 4;
constexpr uint32_t kVector1e = 0x1e * 4;
constexpr uint32_t kEquipment = 0x410;
constexpr uint32_t kLowMemoryKib = 0x413;
constexpr uint32_t kHardDisks = 0x475;

struct Blob {
  const uint8_t* begin;
  uint32_t bytes;
};

Blob choose_form(const Disk& disk) {
  if (disk.boot.lba != 0)
    return {resident_el_torito, static_cast<uint32_t>(resident_el_torito_end - resident_el_torito)};
  if (disk.edd) return {resident_edd, static_cast<uint32_t>(resident_edd_end - resident_edd)};
  return {resident_chs, static_cast<uint32_t>(resident_chs_end - resident_chs)};
}

uint32_t far_pointer(uint32_t base, uint32_t offset) { return base / 16 << 16 | offset; }

class Installer {
 public:
  Installer(const Disk& disk, const Options& options, const char* line, uint8_t loader, MemoryMap& map)
      : disk_(disk), options_(options), line_(line), loader_(loader), map_(map), form_(choose_form(disk)) {}

  Installed run() {
    place();
    memcpy(&at<uint8_t>(0), form_.begin, form_.bytes);
    header_ = &at<Header>(0);
    patch_ = &at<PatchArea>(header_->patch_area);
    fill_drive();
    fill_memory();
    fill_structures();
    hook();
    return {base_, bytes_};
  }

 private:
  template <typename T>
  T& at(uint32_t offset) const {
    return physical<T>(base_ + offset);
  }

  // Right below the end of low memory: code and data, memory map, command line, stack.
  void place() {
    while (line_[line_bytes_++] != '\0') {
    }
    low_memory_ = physical<uint16_t>(kLowMemoryKib);
    uint32_t top = low_memory_ * 1024U;
    uint64_t ram = map_.ram_from(0);
    if (ram != 0 && ram < top) top = static_cast<uint32_t>(ram);
    uint32_t fixed = form_.bytes + line_bytes_ + options_.stack;
    uint32_t ranges = map_.count();
    while (true) {  // taking the memory away may add a range, which takes memory
      base_ = (top - fixed - ranges * static_cast<uint32_t>(sizeof(Range))) & ~1023U;
      bytes_ = low_memory_ * 1024U - base_;
      MemoryMap map = map_;
      map.reserve(base_, bytes_);
      if (map.count() <= ranges) break;
      ranges = map.count();
    }
    map_.reserve(base_, bytes_);
    table_ = form_.bytes;
    line_at_ = table_ + map_.count() * static_cast<uint32_t>(sizeof(Range));
    stack_top_ = (top - base_) & ~3U;
  }

  void fill_drive() {
    Map& map = patch_->map;
    map.drive = disk_.drive;
    map.flags = static_cast<uint8_t>((options_.read_only ? kMapReadOnly : 0) | (disk_.edd ? kMapEdd : 0) |
                                     (disk_.is_cd ? kMapCd : 0) | (options_.hide_class ? kMapHideClass : 0) |
                                     (options_.hide_all ? kMapHideAll : 0) | (disk_.boot.lba != 0 ? kMapElTorito : 0));
    bool floppy = disk_.drive < 0x80;
    map.type = floppy ? disk_.geometry.floppy_type : 0;
    map.count = count_drives();
    map.cylinders = static_cast<uint16_t>(disk_.geometry.cylinders);
    map.heads = static_cast<uint16_t>(disk_.geometry.heads);
    map.sectors_per_track = static_cast<uint8_t>(disk_.geometry.sectors);
    map.shift = disk_.shift;
    map.sectors = disk_.sectors;
    map.base = disk_.base;
    map.diskette_table = offset_of(patch_->diskette_table);
    if (floppy) make_diskette_table(disk_.geometry, patch_->diskette_table);
    patch_->maps_end = static_cast<uint16_t>(offset_of(&map) + sizeof map);
    patch_->stack_top = static_cast<uint16_t>(stack_top_);
    if (disk_.boot.lba != 0) fill_el_torito();

    switch (options_.mover) {
      case Mover::kSafeInt: patch_->mover = 0; break;
      case Mover::kInt: patch_->mover = kMoverInt; break;
      case Mover::kRaw: patch_->mover = kMoverRaw; break;
      case Mover::kBigRaw: patch_->mover = kMoverRaw | kMoverBig; break;
    }
    patch_->gdt_address = base_ + offset_of(patch_);  // the descriptor is the GDT's first
  }

  // Drives of the disk's kind, this one included, in the BIOS data area as well.
  uint8_t count_drives() {
    bool hide = options_.hide_class || options_.hide_all;
    uint16_t& equipment = physical<uint16_t>(kEquipment);
    uint8_t& hard_disks = physical<uint8_t>(kHardDisks);
    real_floppies_ = (equipment & 1) == 0 ? 0 : (equipment >> 6 & 3) + 1U;
    uint32_t count = disk_.drive < 0x80 ? real_floppies_ : hard_disks;
    if (hide) count = 0;
    if (options_.hide_all) {
      hard_disks = 0;
      equipment = static_cast<uint16_t>(equipment & ~0xc1);
    }
    if (disk_.drive >= 0xe0) return 1;
    uint32_t least = (disk_.drive & 0x7fU) + 1;
    if (++count < least) count = least;
    if (disk_.drive >= 0x80) {
      hard_disks = static_cast<uint8_t>(count);
    } else {
      uint32_t coded = (count > 4 ? 4 : count) - 1;
      equipment = static_cast<uint16_t>((equipment & ~0xc0) | 1 | coded << 6);
    }
    return static_cast<uint8_t>(count);
  }

  void fill_el_torito() {
    patch_->map.packet = offset_of(&patch_->el_torito);
    ElToritoPacket& packet = patch_->el_torito;
    const Geometry& g = disk_.geometry;
    packet = {sizeof packet,
              static_cast<uint8_t>(disk_.boot.emulation),
              disk_.drive,
              0,
              disk_.boot.lba,
              0,
              0,
              disk_.boot.load_segment,
              disk_.boot.load_sectors,
              0xff,
              0xcf,
              0xff};
    if (disk_.is_cd) return;
    packet.cylinders_low = static_cast<uint8_t>(g.cylinders);
    packet.cylinders_high_and_sectors = static_cast<uint8_t>((g.cylinders >> 8 & 3) << 6 | g.sectors);
    packet.heads = static_cast<uint8_t>(g.heads);
  }

  void fill_memory() {
    constexpr uint64_t kMib = 0x100000;
    uint64_t low = map_.ram_from(kMib);
    uint64_t high = map_.ram_from(16 * kMib);
    uint64_t kib = low >> 10;
    patch_->memory_kib = static_cast<uint16_t>(kib > 0xffff ? 0xffff : kib);
    patch_->memory_kib_16m = static_cast<uint16_t>(kib > 15 * 1024 ? 15 * 1024 : kib);
    uint64_t above = high >> 16;
    patch_->memory_64k_above = static_cast<uint16_t>(above > 0xffff ? 0xffff : above);
    patch_->e820_count = map_.count();
    for (unsigned i = 0; i < map_.count(); ++i) at<Range>(table_ + i * static_cast<uint32_t>(sizeof(Range))) = map_[i];
  }

  void fill_structures() {
    memcpy(&at<char>(line_at_), line_, line_bytes_);
    Mbft& mbft = at<Mbft>(header_->mbft);
    memcpy(mbft.signature, "mBFT", 4);
    mbft.length = sizeof mbft;
    mbft.revision = 1;
    memcpy(mbft.oem_id, "MEMDSK", 6);
    memcpy(mbft.oem_table_id, "Syslinux", 8);
    mbft.safe_hook = base_ + header_->hook13;
    Mdi& mdi = mbft.mdi;
    mdi = {sizeof mdi,
           kMinor,
           kMajor,
           disk_.base,
           disk_.sectors,
           far_pointer(base_, line_at_),
           physical<uint32_t>(kVector13),
           physical<uint32_t>(kVector15),
           low_memory_,
           loader_,
           disk_.shift,
           0};
    // A real floppy drive needs the table that it has.
    bool own_table = disk_.drive < 0x80 && (real_floppies_ == 0 || options_.hide_class || options_.hide_all);
    if (own_table) mdi.diskette_table = offset_of(patch_->diskette_table);
    uint8_t sum = 0;
    auto* bytes = reinterpret_cast<const uint8_t*>(&mbft);
    for (uint32_t i = 0; i < sizeof mbft; ++i) sum = static_cast<uint8_t>(sum + bytes[i]);
    mbft.checksum = static_cast<uint8_t>(-sum);
  }

  void hook() {
    auto& hook13 = at<SafeHook>(header_->hook13);
    hook13.old = physical<uint32_t>(kVector13);
    hook13.mbft = base_ + header_->mbft;
    patch_->old15 = physical<uint32_t>(kVector15);
    patch_->old1e = physical<uint32_t>(kVector1e);
    physical<uint16_t>(kLowMemoryKib) = static_cast<uint16_t>(base_ / 1024);
    physical<uint32_t>(kVector13) = far_pointer(base_, header_->hook13);
    physical<uint32_t>(kVector15) = far_pointer(base_, header_->hook15);
    uint16_t table = at<Mbft>(header_->mbft).mdi.diskette_table;
    if (table != 0) physical<uint32_t>(kVector1e) = far_pointer(base_, table);
  }

  uint16_t offset_of(const void* place) const {
    return static_cast<uint16_t>(reinterpret_cast<uint32_t>(place) - base_);
  }

  const Disk& disk_;
  const Options& options_;
  const char* line_;
  uint8_t loader_;
  MemoryMap& map_;
  Blob form_;
  Header* header_ = nullptr;
  PatchArea* patch_ = nullptr;
  uint32_t base_ = 0;
  uint32_t bytes_ = 0;
  uint32_t line_bytes_ = 0;
  uint32_t table_ = 0;
  uint32_t line_at_ = 0;
  uint32_t stack_top_ = 0;
  uint32_t real_floppies_ = 0;
  uint16_t low_memory_ = 0;
};

}  // namespace

Installed install(const Disk& disk, const Options& options, const char* line, uint8_t loader, MemoryMap& map) {
  return Installer(disk, options, line, loader, map).run();
}

}  // namespace memdisk
