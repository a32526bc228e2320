// Images that were written to the wrong place: a sector too far, without their beginning, or into a
// partition.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::has_text;

constexpr std::uint64_t kSector = devices::media::kSectorSize;
/// An ISO's first volume descriptor (ECMA-119, 6.2.1 and 8.1): type 1, "CD001", version 1.
constexpr std::uint64_t kDescriptorAt = 16 * devices::media::kCdSectorSize;
constexpr std::uint64_t kSearched = std::uint64_t{4} << 20;

bool is_descriptor(std::span<const std::uint8_t> bytes) {
  return bytes[0] == 1 && has_text(bytes, 1, "CD001") && bytes[6] == 1;
}

/// Where the first volume descriptor lies, in bytes.
std::optional<std::uint64_t> find_descriptor(const devices::media::Medium& medium) {
  std::vector<std::uint8_t> bytes(std::min(kSearched, medium.size()));
  medium.read(0, bytes);
  for (std::uint64_t at = 0; at + kSector <= bytes.size(); at += kSector) {
    if (is_descriptor(std::span(bytes).subspan(at, 7))) return at;
  }
  return std::nullopt;
}

const PartitionContent* partition_at(const InspectReport& report, std::uint64_t offset) {
  for (const PartitionContent& p : report.partitions) {
    if (p.partition.first_lba * kSector <= offset && offset < (p.partition.first_lba + p.partition.sectors) * kSector)
      return &p;
  }
  return nullptr;
}

/// dd with seek=, skip= or a partition's device.
std::optional<Answer> shifted_iso(const Evidence& evidence) {
  if (!evidence.bios_refused() && !evidence.gave_up()) return std::nullopt;
  const std::uint8_t dl = evidence.boot_drive();
  const auto* medium = evidence.medium(dl);
  const InspectReport* report = evidence.report(dl);
  if (!medium || !report || report->whole || report->iso9660) return std::nullopt;
  const auto at = find_descriptor(*medium);
  if (!at || *at == kDescriptorAt) return std::nullopt;
  if (*at < kDescriptorAt && evidence.bios_refused())
    return Answer{
        fmt::format("The medium is an ISO without its first {} bytes: its volume descriptor is at byte {} instead of "
                    "{}. Write the image again, whole (dd without skip=).",
                    kDescriptorAt - *at, *at, kDescriptorAt),
        evidence.first_call()};
  if (*at < kDescriptorAt) return std::nullopt;
  const std::uint64_t begin = *at - kDescriptorAt;
  if (const PartitionContent* p = partition_at(*report, begin)) {
    if (p->partition.first_lba * kSector != begin) return std::nullopt;  // a file in a partition
    return Answer{
        fmt::format("An ISO begins at LBA {}: it was written into partition {}, but its boot code counts from the "
                    "start of the disk. Write it to the whole disk (/dev/sdX, not /dev/sdX{}).",
                    begin / kSector, p->partition.number, p->partition.number),
        evidence.first_call()};
  }
  if (!evidence.bios_refused()) return std::nullopt;  // some loader's own, perhaps
  return Answer{
      fmt::format("An ISO begins at byte {} of the medium instead of 0: it is shifted by {} bytes. Write the image "
                  "again, from the medium's first byte on (dd without seek=).",
                  begin, begin),
      evidence.first_call()};
}

/// The first sector is empty, and one soon behind it is a boot sector.
std::optional<Answer> shifted_disk(const Evidence& evidence) {
  constexpr std::size_t kLooked = 64;
  const std::uint8_t dl = evidence.boot_drive();
  const InspectReport* report = evidence.report(dl);
  if (!report || !evidence.bios_refused() || evidence.result.reason != "no-signature" || !report->first_sector ||
      !report->first_sector->empty || report->whole || report->el_torito || !report->partitions.empty())
    return std::nullopt;
  for (std::size_t lba = 1; lba < kLooked; ++lba) {
    const Sector bytes = evidence.sectors(dl, lba, kSector);
    const bool jump = bytes[0] == 0xEB || bytes[0] == 0xE9 || bytes[0] == 0xFA || bytes[0] == 0x33 || bytes[0] == 0x31;
    if (!jump || bytes[510] != 0x55 || bytes[511] != 0xAA) continue;
    return Answer{
        fmt::format("The first sector is empty, but sector {} begins like a boot sector and ends in 55 AA: the image "
                    "is shifted by {} bytes. Write it again, from the medium's first byte on (dd without seek=).",
                    lba, lba * kSector),
        evidence.first_call()};
  }
  return std::nullopt;
}

/// Every two bytes changed places: dd conv=swab, images of big-endian machines.
std::optional<Answer> swapped(const Evidence& evidence) {
  const auto* medium = evidence.medium(evidence.boot_drive());
  if (!medium || !evidence.bios_refused() || medium->size() < kSector) return std::nullopt;
  Sector bytes(kSector);
  medium->read(0, bytes);
  if (bytes[510] != 0xAA || bytes[511] != 0x55) return std::nullopt;
  std::array<std::uint8_t, 8> descriptor{};
  medium->read(kDescriptorAt, descriptor);
  for (std::size_t i = 0; i < kSector; i += 2) std::swap(bytes[i], bytes[i + 1]);
  for (std::size_t i = 0; i < descriptor.size(); i += 2) std::swap(descriptor[i], descriptor[i + 1]);
  constexpr std::array<std::string_view, 9> kSaid = {
      "Missing operating system", "GRUB ", "Error loading", "SYSLINUX", "FAT", "NTFS", "isolinux", "boot", "Boot"};
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const bool words = std::any_of(kSaid.begin(), kSaid.end(),
                                 [&](std::string_view s) { return text.find(s) != std::string_view::npos; });
  if (!words && !is_descriptor(descriptor)) return std::nullopt;
  return Answer{
      "Every two bytes of the image have changed places: its first sector ends in AA 55, and read the other way round "
      "it is a boot sector. dd conv=swab turns it back.",
      evidence.first_call()};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"shifted-iso", "an ISO does not begin at the medium's first byte"}, shifted_iso},
    {{"shifted-disk", "the first sector is empty, and a boot sector lies behind it"}, shifted_disk},
    {{"swapped-bytes", "every two bytes of the image have changed places"}, swapped},
}};

}  // namespace

std::span<const Rule> shifted_rules() { return kRules; }

}  // namespace bootsim::diagnosing
