#include "devices/media/partition_types.h"

#include <fmt/core.h>

#include <string_view>

namespace devices::media {
namespace {

struct MbrType {
  std::uint8_t type;
  std::string_view name;
};
// Andries Brouwer's list of partition identifiers, and Syslinux for CDh.
constexpr MbrType kMbrTypes[] = {
    {0x01, "FAT12"},
    {0x04, "FAT16 below 32 MB"},
    {0x05, "extended"},
    {0x06, "FAT16"},
    {0x07, "NTFS, exFAT or HPFS"},
    {0x0B, "FAT32"},
    {0x0C, "FAT32 (LBA)"},
    {0x0E, "FAT16 (LBA)"},
    {0x0F, "extended (LBA)"},
    {0x11, "hidden FAT12"},
    {0x14, "hidden FAT16 below 32 MB"},
    {0x16, "hidden FAT16"},
    {0x17, "hidden NTFS (isohybrid's default)"},
    {0x1B, "hidden FAT32"},
    {0x1C, "hidden FAT32 (LBA)"},
    {0x1E, "hidden FAT16 (LBA)"},
    {0x27, "Windows recovery"},
    {0x41, "PReP boot"},
    {0x63, "Unix System V or Hurd"},
    {0x82, "Linux swap"},
    {0x83, "Linux"},
    {0x85, "Linux extended"},
    {0x8E, "Linux LVM"},
    {0x96, "ISO 9660"},
    {0xA5, "FreeBSD"},
    {0xA6, "OpenBSD"},
    {0xA8, "macOS UFS"},
    {0xA9, "NetBSD"},
    {0xAF, "macOS HFS+"},
    {0xCD, "CD-ROM image"},
    {0xDA, "data"},
    {0xEB, "BeOS"},
    {0xEE, "GPT protective"},
    {0xEF, "EFI system"},
    {0xFD, "Linux RAID"},
};

struct GptType {
  std::string_view guid, name;
};
// UEFI specification 2.10 table 5.7, and the Discoverable Partitions Specification.
constexpr GptType kGptTypes[] = {
    {"C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "EFI system"},
    {"024DEE41-33E7-11D3-9D69-0008C781F39F", "MBR partition scheme"},
    {"21686148-6449-6E6F-744E-656564454649", "BIOS boot (GRUB)"},
    {"EBD0A0A2-B9E5-4433-87C0-68B6B72699C7", "Microsoft basic data"},
    {"E3C9E316-0B5C-4DB8-817D-F92DF00215AE", "Microsoft reserved"},
    {"DE94BBA4-06D1-4D40-A16A-BFD50179D6AC", "Windows recovery"},
    {"0FC63DAF-8483-4772-8E79-3D69D8477DE4", "Linux"},
    {"4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", "Linux root (x86-64)"},
    {"0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "Linux swap"},
    {"E6D6D379-F507-44C2-A23C-238F2A3DF928", "Linux LVM"},
    {"A19D880F-05FC-4D3B-A006-743F0F84911E", "Linux RAID"},
    {"BC13C2FF-59E6-4262-A352-B275FD6F7172", "Linux extended boot (XBOOTLDR)"},
    {"48465300-0000-11AA-AA11-00306543ECAC", "Apple HFS+"},
    {"83BD6B9D-7F41-11DC-BE0B-001560B84F0F", "FreeBSD boot"},
};

}  // namespace

std::string mbr_type_name(std::uint8_t type) {
  for (const MbrType& t : kMbrTypes)
    if (t.type == type) return std::string(t.name);
  return fmt::format("type {:02X}h", type);
}

std::string gpt_type_name(const Guid& type) {
  const std::string text = type.text();
  for (const GptType& t : kGptTypes)
    if (t.guid == text) return std::string(t.name);
  return text;
}

std::string Guid::text() const {
  const auto& b = bytes;
  return fmt::format(
      "{:02X}{:02X}{:02X}{:02X}-{:02X}{:02X}-{:02X}{:02X}-{:02X}{:02X}-{:02X}{:02X}{:02X}{:02X}{:02X}{:02X}", b[3],
      b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

}  // namespace devices::media
