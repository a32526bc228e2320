// INT 13h/4Ah-4Dh: the functions of El Torito 1.0.
#include <algorithm>
#include <array>
#include <cstring>

#include "bios/el_torito_boot.h"
#include "bios/int13.h"

namespace bios::int13 {

namespace {

constexpr std::uint8_t kPacketSize = 0x13;
constexpr std::uint8_t kAllDrives = 0x7F;  // DL of 4Bh: terminate all emulations
constexpr std::size_t kCatalogPacketSize = 8;
constexpr std::uint8_t kMaxCatalogSectors = 32;  // 64 KiB

// The specification packet (El Torito 1.0, figure 7). Geometry in the form of INT 13h/08h: CH, CL, DH.
std::array<std::uint8_t, kPacketSize> packet_of(const CdBoot& boot, const Drive* cd) {
  std::array<std::uint8_t, kPacketSize> p{};
  p[0] = kPacketSize;
  p[1] = boot.media_byte;
  p[2] = boot.boot_drive;
  const std::uint8_t unit = cd && cd->unit < 4 ? cd->unit : 0;
  p[3] = unit / 2;  // controller
  std::memcpy(&p[4], &boot.image_lba, 4);
  p[8] = unit % 2;                             // device: IDE master or slave
  std::memcpy(&p[12], &boot.load_segment, 2);  // 0Ah, the buffer segment, stays 0: there is none
  std::memcpy(&p[14], &boot.sector_count, 2);
  if (boot.geometry.total() > 0) {
    const std::uint32_t cylinder = boot.geometry.cylinders - 1;
    p[16] = static_cast<std::uint8_t>(cylinder);
    p[17] = static_cast<std::uint8_t>((cylinder >> 2 & 0xC0) | (boot.geometry.sectors & 0x3F));
    p[18] = static_cast<std::uint8_t>(boot.geometry.heads - 1);
  }
  return p;
}

Status write_packet(Request& request) {
  const auto& boot = request.bios.drives().cd_boot();
  const std::uint8_t dl = request.regs().dl();
  if (!boot || (dl != kAllDrives && dl != boot->boot_drive && dl != boot->cd_drive)) return kInvalid;
  const auto packet = packet_of(*boot, request.bios.drives().find(boot->cd_drive));
  request.memory().write(request.regs().ds_si(), packet);
  return kOk;
}

// The packet that a caller of 4Ah or 4Ch passes. The CD is the one that was booted, else the first.
std::optional<CdBoot> packet_in(Request& request) {
  const auto p = request.memory().read<std::array<std::uint8_t, kPacketSize>>(request.regs().ds_si());
  if (p[0] < kPacketSize) return std::nullopt;
  CdBoot boot;
  if (const auto& present = request.bios.drives().cd_boot()) {
    boot.cd_drive = present->cd_drive;
    boot.catalog_lba = present->catalog_lba;
  } else {
    boot.cd_drive = kFirstCd;
  }
  boot.media_byte = p[1];
  std::memcpy(&boot.image_lba, &p[4], 4);
  std::memcpy(&boot.load_segment, &p[12], 2);
  std::memcpy(&boot.sector_count, &p[14], 2);
  return boot;
}

Status initiate(Request& request, bool load) {
  const auto boot = packet_in(request);
  if (!boot) return kInvalid;
  const CdBootResult result = boot_from_packet(request.bios, *boot, load);
  if (result.failure != BootFailure::kNone) return kInvalid;
  if (load) request.bios.boot().hand_over(request.regs(), result.entry, result.boot.boot_drive);
  return kOk;
}

}  // namespace

Status cd_initiate_emulation(Request& request) { return initiate(request, false); }

Status cd_terminate_emulation(Request& request) {
  const Status status = write_packet(request);
  if (status == kOk) request.bios.drives().end_emulation();
  return status;
}

Status cd_emulation_status(Request& request) { return write_packet(request); }

// Does not return to its caller when the image could be loaded.
Status cd_initiate_and_boot(Request& request) { return initiate(request, true); }

// INT 13h/4D00h. Packet: size 8, sectors, buffer far pointer, first sector of the catalog.
Status cd_read_catalog(Request& request) {
  const auto& boot = request.bios.drives().cd_boot();
  const Drive* cd = boot ? request.bios.drives().find(boot->cd_drive) : nullptr;
  const emu::FarPtr at = request.regs().ds_si();
  const auto p = request.memory().read<std::array<std::uint8_t, kCatalogPacketSize>>(at);
  if (!cd || !cd->ready() || p[0] < kCatalogPacketSize) return kInvalid;
  const std::uint8_t count = std::min(p[1], kMaxCatalogSectors);
  const emu::FarPtr buffer{static_cast<std::uint16_t>(p[5] << 8 | p[4]), static_cast<std::uint16_t>(p[3] << 8 | p[2])};
  const std::uint64_t first = std::uint64_t{boot->catalog_lba} + (p[7] << 8 | p[6]);
  if (first >= cd->sectors || count > cd->sectors - first) return kSectorNotFound;
  const std::size_t size = std::size_t{count} * cd->sector_size;
  const std::span<std::uint8_t> bytes(request.bios.drives().bounce(size).data(), size);
  cd->medium->read(first * cd->sector_size, bytes);
  request.memory().write(buffer, bytes);
  return kOk;
}

}  // namespace bios::int13
