#include "bios/el_torito_boot.h"

#include <array>
#include <string_view>

#include <fmt/core.h>

#include "bios/bios.h"
#include "devices/media/el_torito.h"

namespace bios {

using devices::media::CdFailure;
using devices::media::ElTorito;
using devices::media::ElToritoEntry;
using devices::media::ElToritoMedia;
using devices::media::Geometry;
using devices::media::kCdSectorSize;
using devices::media::kSectorSize;

namespace {

constexpr std::uint32_t kBootRecordLba = 17;
constexpr std::uint32_t kVideoWindow = 0xA0000;
constexpr std::uint16_t kDefaultSegment = 0x07C0;

// SeaBIOS's numbers (src/cdrom.c).
enum Code {
  kCodeRecord = 3,
  kCodeNoBootRecord = 4,
  kCodeNotElTorito = 5,
  kCodeCatalog = 7,
  kCodeHeader = 8,
  kCodePlatform = 9,
  kCodeKey = 10,
  kCodeNotBootable = 11,
  kCodeImage = 12,
  kCodeEmulation = 13
};

BootFailure failure_of(CdFailure failure) {
  switch (failure) {
    case CdFailure::kNone: return BootFailure::kNone;
    case CdFailure::kNoMedium: return BootFailure::kNoMedium;
    case CdFailure::kUnreadable: return BootFailure::kUnreadable;
    case CdFailure::kNoElTorito: return BootFailure::kNoElTorito;
    case CdFailure::kCatalogUnreadable: return BootFailure::kCatalogUnreadable;
    case CdFailure::kCatalogInvalid: return BootFailure::kCatalogInvalid;
    case CdFailure::kEntryNotBootable: return BootFailure::kEntryNotBootable;
    case CdFailure::kBootImageUnreadable: return BootFailure::kBootImageUnreadable;
    case CdFailure::kUefiOnly: return BootFailure::kUefiOnly;
  }
  return BootFailure::kUnreadable;
}

std::uint8_t byte_at(const Drive& cd, std::uint64_t offset) {
  std::array<std::uint8_t, 1> byte{};
  cd.medium->read(offset, byte);
  return byte[0];
}

// Which check of SeaBIOS's trips over this CD.
int code_of(const Drive& cd, CdFailure failure, const ElTorito& catalog) {
  switch (failure) {
    case CdFailure::kNone: return 0;
    case CdFailure::kNoMedium:
    case CdFailure::kUnreadable: return kCodeRecord;
    case CdFailure::kNoElTorito:
      return byte_at(cd, std::uint64_t{kBootRecordLba} * kCdSectorSize) != 0 ? kCodeNoBootRecord : kCodeNotElTorito;
    case CdFailure::kCatalogUnreadable: return kCodeCatalog;
    case CdFailure::kCatalogInvalid: {
      const std::uint64_t at = std::uint64_t{catalog.catalog_lba} * kCdSectorSize;
      return byte_at(cd, at) != 1 ? kCodeHeader : byte_at(cd, at + 1) != 0 ? kCodePlatform : kCodeKey;
    }
    case CdFailure::kEntryNotBootable: return kCodeNotBootable;
    case CdFailure::kBootImageUnreadable: return kCodeImage;
    case CdFailure::kUefiOnly:
      return catalog.platform != devices::media::kPlatformX86 ? kCodePlatform : kCodeNotBootable;
  }
  return kCodeRecord;
}

void warn(Bios& bios, std::string text) { bios.notice(Notice::Level::kWarning, std::move(text)); }

CdBootResult failed(BootFailure failure, int code, std::string message) {
  CdBootResult result;
  result.failure = failure;
  result.code = code;
  result.message = std::move(message);
  return result;
}

std::optional<ElToritoEntry> choose(Bios& bios, const Drive& cd, const ElTorito& catalog, std::optional<int> wanted,
                                    CdBootResult& result) {
  const devices::media::BootChoice choice = devices::media::choose_boot_entry(*cd.medium, catalog, wanted);
  if (choice.passed_default)
    warn(bios, fmt::format("El Torito: the default entry is for platform {:02X}h; booting entry {} instead, where "
                           "SeaBIOS and others give up",
                           catalog.platform, choice.entry->number));
  if (choice.failure == CdFailure::kNone && choice.entry) return choice.entry;
  const ElToritoEntry* entry = catalog.find(wanted.value_or(0));
  const bool no_such_medium =
      choice.failure == CdFailure::kEntryNotBootable && entry && entry->bootable() && !entry->media_type_exists();
  result = failed(failure_of(choice.failure), no_such_medium ? kCodeEmulation : code_of(cd, choice.failure, catalog),
                  choice.message);
  return std::nullopt;
}

// Of an emulated hard disk: from the end of its first partition (SeaBIOS), of diskettes: as their type says.
std::optional<Geometry> emulated_geometry(const Drive& cd, const CdBoot& boot) {
  switch (static_cast<ElToritoMedia>(boot.emulation())) {
    case ElToritoMedia::kFloppy1200K: return Geometry{80, 2, 15};
    case ElToritoMedia::kFloppy1440K: return Geometry{80, 2, 18};
    case ElToritoMedia::kFloppy2880K: return Geometry{80, 2, 36};
    case ElToritoMedia::kHardDisk: {
      constexpr std::uint64_t kPartitionEnd = 446 + 5;
      std::array<std::uint8_t, 3> end{};  // head, sector and cylinder bits 9-8, cylinder
      cd.medium->read(std::uint64_t{boot.image_lba} * kCdSectorSize + kPartitionEnd, end);
      const Geometry g{((end[1] & 0xC0u) << 2 | end[2]) + 1, end[0] + 1u, end[1] & 0x3Fu};
      return g.sectors == 0 ? Geometry{1, 1, 1} : g;
    }
    case ElToritoMedia::kNoEmulation: return Geometry{};
  }
  return std::nullopt;
}

// Copies the image to its segment. Never over the video window: a load count that big is a mistake.
bool load_image(Bios& bios, const Drive& cd, const CdBoot& boot) {
  const std::uint64_t sectors = (std::uint64_t{boot.sector_count} + 3) / 4;
  if (boot.image_lba > cd.sectors || sectors > cd.sectors - boot.image_lba) return false;
  const std::uint32_t to = std::uint32_t{boot.load_segment} << 4;
  std::uint64_t size = sectors * kCdSectorSize;
  if (to + size > kVideoWindow) {
    size = to < kVideoWindow ? kVideoWindow - to : 0;
    warn(bios, fmt::format("El Torito: {} sectors at segment {:04X}h reach into video memory; loaded {} bytes only",
                           boot.sector_count, boot.load_segment, size));
  }
  std::vector<std::uint8_t> image(size);
  cd.medium->read(std::uint64_t{boot.image_lba} * kCdSectorSize, image);
  bios.memory().write(emu::PhysAddr(to), image);
  return true;
}

CdBootResult boot_image(Bios& bios, const Drive& cd, CdBoot boot, bool load) {
  const auto geometry = emulated_geometry(cd, boot);
  if (!geometry)
    return failed(BootFailure::kEntryNotBootable, kCodeEmulation,
                  fmt::format("El Torito: the entry asks for media type {}, which does not exist", boot.emulation()));
  if (load && !load_image(bios, cd, boot))
    return failed(
        BootFailure::kBootImageUnreadable, kCodeImage,
        fmt::format("El Torito: the boot image is {} sectors of 512 bytes at LBA {}; the medium ends at LBA {}",
                    boot.sector_count, boot.image_lba, cd.sectors));
  boot.geometry = *geometry;
  boot.boot_drive = boot.emulation() == 0 ? boot.cd_drive : boot.emulation() < 4 ? 0x00 : kFirstHardDisk;
  CdBootResult result;
  result.boot = boot;
  // 07C0:0000 and 0000:7C00 are the same place; boot sectors expect the second form.
  result.entry = {static_cast<std::uint16_t>(boot.load_segment & 0xF000),
                  static_cast<std::uint16_t>(boot.load_segment << 4)};
  bios.drives().begin_cd_boot(boot);
  return result;
}

}  // namespace

CdBootResult boot_from_cd(Bios& bios, std::uint8_t drive, std::optional<int> wanted) {
  const Drive* cd = bios.drives().find(drive);
  if (!cd || !cd->ready()) return failed(BootFailure::kNoMedium, kCodeRecord, "there is no disc in the drive");
  const ElTorito catalog = devices::media::read_el_torito(*cd->medium);
  if (!catalog.found())
    return failed(failure_of(catalog.failure), code_of(*cd, catalog.failure, catalog), catalog.message);
  if (!catalog.checksum_ok)
    warn(bios, fmt::format("El Torito: the checksum of the validation entry at LBA {} is wrong; BIOSes boot it anyway",
                           catalog.catalog_lba));
  CdBootResult result;
  const auto entry = choose(bios, *cd, catalog, wanted, result);
  if (!entry) return result;
  if (entry->sector_count == 0) warn(bios, "El Torito: the entry asks for 0 sectors; nothing is loaded, as by SeaBIOS");
  CdBoot boot;
  boot.media_byte = entry->media_byte;
  boot.cd_drive = drive;
  boot.image_lba = entry->lba;
  boot.load_segment = entry->load_segment == 0 ? kDefaultSegment : entry->load_segment;
  boot.sector_count = entry->sector_count;
  boot.catalog_lba = catalog.catalog_lba;
  return boot_image(bios, *cd, boot, true);
}

CdBootResult boot_from_packet(Bios& bios, CdBoot boot, bool load) {
  const Drive* cd = bios.drives().find(boot.cd_drive);
  if (!cd || !cd->ready() || cd->drive_class != DriveClass::kCd)
    return failed(BootFailure::kNoMedium, kCodeRecord, "there is no disc in the drive");
  if (boot.load_segment == 0) boot.load_segment = kDefaultSegment;
  return boot_image(bios, *cd, boot, load);
}

}  // namespace bios
