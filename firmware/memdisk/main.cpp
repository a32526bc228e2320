// The memory disk's 32-bit part: takes the image that the loader put into memory, makes a drive of it, and
// boots that.
#include <stdint.h>

#include "lib32/archive.h"
#include "lib32/crc32.h"
#include "lib32/inflate.h"
#include "lib32/memory.h"
#include "lib32/types.h"
#include "memdisk/bios.h"
#include "memdisk/el_torito.h"
#include "memdisk/geometry.h"
#include "memdisk/memory_map.h"
#include "memdisk/options.h"
#include "memdisk/resident.h"

extern "C" const uint8_t trampoline[], trampoline_end[];
extern "C" const uint8_t image_end[];  // of this program, by the linker

namespace memdisk {
namespace {

using lib32::le16;

constexpr uint32_t kOwnBase = 0x100000;
constexpr uint32_t kBootSector = 0x7c00;
constexpr uint32_t kTrampoline = 0x600;

// Fields of the kernel header (Documentation/x86/boot.rst)
constexpr uint32_t kTypeOfLoader = 0x210;
constexpr uint32_t kRamdiskImage = 0x218;
constexpr uint32_t kRamdiskSize = 0x21c;
constexpr uint32_t kCmdLinePtr = 0x228;

struct Image {
  uint32_t base;
  uint32_t bytes;

  const uint8_t* data() const { return &physical<uint8_t>(base); }
};

// What trampoline.asm takes
struct Handover {
  uint32_t jump;
  uint32_t entry;
  uint32_t edx;
  uint32_t es_di;
};

lib32::Inflate inflate;

class Program {
 public:
  explicit Program(const Services& services)
      : bios_(services), header_(services.header), loader_(physical<uint8_t>(header_ + kTypeOfLoader)) {}

  [[noreturn]] void run() {
    bios_.print("bootsim memory disk " BOOTSIM_VERSION "\n");
    copy_command_line();
    options_ = parse_options(line_);
    if (options_.problem != nullptr) {
      for (uint32_t i = 0; i < options_.culprit_length; ++i) bios_.print(options_.culprit[i]);
      bios_.print(" ");
      fail(options_.problem);
    }
    read_memory_map();
    Image image = unpack({physical<uint32_t>(header_ + kRamdiskImage), physical<uint32_t>(header_ + kRamdiskSize)});
    if (image.bytes <= options_.offset)
      fail(options_.offset == 0 ? "there is no image: it goes where an initrd would"
                                : "offset= is beyond the image's end");
    image.base += options_.offset;
    image.bytes -= options_.offset;
    if (image.bytes < 512) fail("the image is smaller than a sector");
    Disk disk = make_disk(image);
    map_.reserve(image.base, image.bytes);
    if (options_.memory != 0) map_.reserve(options_.memory, ~options_.memory);
    describe(disk, install(disk, options_, line_, loader_, map_));
    if (options_.pause) {
      bios_.print("Press any key to boot.\n");
      bios_.wait_for_key();
    }
    boot(disk);
  }

 private:
  [[noreturn]] void fail(const char* why) {
    bios_.print(why);
    bios_.print("\nThe memory disk cannot boot. Press any key to restart.\n");
    bios_.wait_for_key();
    Registers registers;
    bios_.call(0x19, registers);
    while (true) asm volatile("hlt");
  }

  void copy_command_line() {
    uint32_t from = physical<uint32_t>(header_ + kCmdLinePtr);
    uint32_t i = 0;
    if (from != 0) {
      for (; i + 1 < sizeof line_ && physical<char>(from + i) != '\0'; ++i) line_[i] = physical<char>(from + i);
    }
    line_[i] = '\0';
  }

  // INT 15h/E820h, or the older ways (RBIL tables 00583-00585)
  void read_memory_map() {
    Registers r;
    do {
      r.eax = 0xe820;
      r.ecx = sizeof(Range);
      r.edx = 0x534d4150;
      r.es = bios_.segment();
      r.edi = bios_.scratch_offset();
      bios_.call(0x15, r);
      if (r.carry() || r.eax != 0x534d4150) break;
      Range range;
      memcpy(&range, bios_.scratch(), sizeof range);
      if (!map_.add(range.base, range.length, range.type)) fail("the BIOS reports too many memory ranges");
    } while (r.ebx != 0);
    if (map_.count() != 0) return;

    map_.add(0, physical<uint16_t>(0x413) * 1024U, kRam);
    r = Registers();
    r.eax = 0xe801;
    bios_.call(0x15, r);
    if (!r.carry()) {
      bool in_cx = (r.ecx & 0xffff) != 0;
      map_.add(kOwnBase, ((in_cx ? r.ecx : r.eax) & 0xffff) * 1024, kRam);
      map_.add(0x1000000, static_cast<uint64_t>((in_cx ? r.edx : r.ebx) & 0xffff) << 16, kRam);
      return;
    }
    r = Registers();
    r.eax = 0x8800;
    bios_.call(0x15, r);
    map_.add(kOwnBase, (r.eax & 0xffff) * 1024, kRam);
  }

  // The image itself, or what is packed in it, in memory of its own.
  Image unpack(Image packed) {
    lib32::Archive archive = lib32::identify_archive(packed.data(), packed.bytes);
    if (archive.problem != nullptr) fail(archive.problem);
    if (archive.kind == lib32::ArchiveKind::kPlain) return packed;
    bios_.print(archive.kind == lib32::ArchiveKind::kGzip ? "Unpacking a gzip file of "
                                                          : "Unpacking a zip archive of ");
    bios_.print_decimal(packed.bytes / 1024);
    bios_.print(" KB to ");
    bios_.print_decimal(archive.content_bytes / 1024);
    bios_.print(" KB\n");
    Range own = {kOwnBase, reinterpret_cast<uint32_t>(image_end) - kOwnBase, kRam};
    Range source = {packed.base, packed.bytes, kRam};
    Image image = {map_.find_room(archive.content_bytes, limit(), own, source), archive.content_bytes};
    if (image.base == 0) fail("there is not enough memory for the unpacked image");

    auto* to = &physical<uint8_t>(image.base);
    const uint8_t* from = packed.data() + archive.data;
    if (archive.method == lib32::Method::kStored) {
      if (archive.data_bytes < image.bytes) fail("the zip archive's sizes disagree");
      memcpy(to, from, image.bytes);
    } else {
      lib32::InflateResult result = inflate.run(from, archive.data_bytes, to, image.bytes);
      if (result.status != lib32::InflateStatus::kOk) fail(lib32::describe(result.status));
      if (result.produced != image.bytes) fail("it is smaller than it says");
    }
    if (lib32::Crc32().of(to, image.bytes) != archive.content_crc) fail("its checksum is wrong");
    return image;
  }

  uint64_t limit() const {
    constexpr uint64_t k4Gib = uint64_t{1} << 32;
    return options_.memory != 0 && options_.memory < k4Gib ? options_.memory : k4Gib;
  }

  Disk make_disk(const Image& image) {
    if (options_.kind == Kind::kIso) return make_cd(image);
    bool floppy = is_floppy(image.data(), image.bytes, options_);
    Geometry geometry = find_geometry(image.data(), image.bytes, options_);
    bool edd = options_.edd == Edd::kDefault ? !floppy : options_.edd == Edd::kOn;
    return {static_cast<uint8_t>(options_.index | (floppy ? 0 : 0x80)),
            image.base + geometry.header,
            (image.bytes - geometry.header) / 512,
            9,
            geometry,
            false,
            edd,
            BootImage()};
  }

  Disk make_cd(const Image& image) {
    BootImage boot_image = find_boot_image(image.data(), image.bytes);
    if (boot_image.problem != nullptr) fail(boot_image.problem);
    if (boot_image.emulation == Emulation::kNone) {
      return {0xe0, image.base, image.bytes / 2048, 11, Geometry{1, 1, 1, 0, 0}, true, true, boot_image};
    }
    Image disk = {image.base + boot_image.lba * 2048, boot_image.bytes};
    Geometry geometry = find_geometry(disk.data(), disk.bytes, options_);
    uint8_t drive = boot_image.emulation == Emulation::kHardDisk ? 0x80 : 0x00;
    return {drive, disk.base, disk.bytes / 512, 9, geometry, false, true, boot_image};
  }

  void describe(const Disk& disk, const Installed& resident) {
    bios_.print("Drive ");
    bios_.print_hex(disk.drive);
    bios_.print("h: ");
    bios_.print_decimal(disk.sectors >> (disk.is_cd ? 0 : 1) << (disk.is_cd ? 1 : 0));
    bios_.print(" KB at ");
    bios_.print_hex(disk.base);
    bios_.print("h");
    if (!disk.is_cd) {
      bios_.print(", ");
      bios_.print_decimal(disk.geometry.cylinders);
      bios_.print(" cylinders, ");
      bios_.print_decimal(disk.geometry.heads);
      bios_.print(" heads, ");
      bios_.print_decimal(disk.geometry.sectors);
      bios_.print(" sectors");
    }
    bios_.print(disk.edd ? ", EDD" : "");
    bios_.print("\nResident: ");
    bios_.print_decimal(resident.bytes);
    bios_.print(" bytes at ");
    bios_.print_hex(resident.base);
    bios_.print("h\n");
  }

  [[noreturn]] void boot(const Disk& disk) {
    uint32_t segment = 0;
    uint32_t to = kBootSector;
    uint32_t bytes = 512;
    const uint8_t* from = &physical<uint8_t>(disk.base);
    if (disk.is_cd) {
      segment = disk.boot.load_segment == 0 || disk.boot.load_segment == 0x7c0 ? 0 : disk.boot.load_segment;
      if (segment != 0) to = segment * 16;
      bytes = disk.boot.bytes;
      from += disk.boot.lba * 2048;
    } else if (le16(from + 510) != 0xaa55 && disk.drive >= 0x80) {
      fail("the disk image has no boot sector (55AAh)");
    }
    uint32_t low_memory = physical<uint16_t>(0x413) * 1024U;
    if (to < kTrampoline + 512 || to >= low_memory || bytes > low_memory - to)
      fail("the boot image does not fit into low memory");
    uint32_t pnp = find_pnp();
    memcpy(&physical<uint8_t>(kTrampoline), trampoline, static_cast<uint32_t>(trampoline_end - trampoline));
    auto& handover = physical<Handover>(kTrampoline);
    handover.entry = segment << 16 | (segment != 0 ? 0 : kBootSector);
    handover.edx = disk.drive;
    handover.es_di = pnp;
    memcpy(&physical<uint8_t>(to), from, bytes);
    reinterpret_cast<void (*)()>(kTrampoline)();
    __builtin_unreachable();
  }

  // ES:DI for the boot sector: the Plug and Play installation check structure (PnP BIOS 1.0a §4.4), or 0
  static uint32_t find_pnp() {
    for (uint32_t place = 0xf0000; place < 0x100000; place += 16) {
      if (physical<uint32_t>(place) != 0x506e5024) continue;  // "$PnP"
      uint8_t sum = 0;
      for (uint32_t i = 0; i < physical<uint8_t>(place + 5); ++i)
        sum = static_cast<uint8_t>(sum + physical<uint8_t>(place + i));
      if (sum == 0) return 0xf0000000 | (place & 0xffff);
    }
    return 0;
  }

  Bios bios_;
  uint32_t header_;
  uint8_t loader_;
  char line_[2048];
  Options options_;
  MemoryMap map_;
};

}  // namespace
}  // namespace memdisk

extern "C" [[noreturn, gnu::regparm(0)]] void memdisk_main(const memdisk::Services* services) {
  memdisk::Program(*services).run();
}
