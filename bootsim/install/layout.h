// What the installer knows of the guest code that it writes: where tables lie, which bytes are code. The
// other side of each fact is in firmware/: the boot sectors' table in firmware/bootsector, the head in
// firmware/stage2/head.asm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bootsim::install {

inline constexpr std::uint32_t kSector = 512;

/// Where stage2's two head sectors are, in every boot sector that loads them: found by its magic.
namespace boot_table {
inline constexpr std::string_view kMagic = "BSBL";
inline constexpr std::size_t kInstallId = 4;  ///< dd
inline constexpr std::size_t kLba0 = 8;       ///< dq, absolute
inline constexpr std::size_t kLba1 = 16;      ///< dq, absolute
inline constexpr std::size_t kSize = 24;
}  // namespace boot_table

/// The first two sectors of stage2.bin.
namespace head {
inline constexpr std::size_t kMagicAt = 0x004;
inline constexpr std::string_view kMagic = "BSS2";
inline constexpr std::size_t kLength = 0x008;     ///< dd, bytes of the whole file
inline constexpr std::size_t kInstallId = 0x00C;  ///< dd, 0: not installed
inline constexpr std::size_t kKind = 0x010;       ///< db, StageKind
inline constexpr std::size_t kDrive = 0x011;      ///< db, written when it runs
inline constexpr std::size_t kSum = 0x014;        ///< dd
inline constexpr std::size_t kVolume = 0x018;     ///< dq, LBA where the volume with the configuration starts
inline constexpr std::size_t kRuns = 0x020;       ///< {dq lba, dw count}, ended by count 0
inline constexpr std::size_t kRunSize = 10;
inline constexpr std::size_t kMaxRuns = 48;
inline constexpr std::size_t kRunsEnd = kRuns + kMaxRuns * kRunSize;
inline constexpr std::size_t kSize = 0x400;  ///< the body begins here
/// The sum leaves out what an installer writes: these two areas count as 0.
inline constexpr std::size_t kPatchedBegin = kInstallId, kPatchedEnd = 0x200;
static_assert(kRunsEnd == kPatchedEnd);
}  // namespace head

/// A head can load this much below 90000h.
inline constexpr std::size_t kMaxStage2 = 512 * 1024;

enum class StageKind : std::uint8_t {
  kNotInstalled = 0,
  kFile = 1,      ///< a file in a partition
  kEmbedded = 2,  ///< the gap behind the MBR, or a BIOS boot partition
  kCd = 3,
  kWholeMedium = 4,  ///< an unpartitioned disk or floppy
  kLoadedFile = 5,   ///< by another loader
};

/// The boot signature, and what lies before it in sector 0: never written (MBR: Windows's disk signature at
/// 1B8h).
inline constexpr std::size_t kMbrCodeEnd = 440;
inline constexpr std::size_t kPartitionTable = 446;
inline constexpr std::size_t kSignature = 510;

/// Boot sectors: a jump of 3 bytes, the BPB, code, the signature (FAT specification 1.03 §3.1-3.3).
inline constexpr std::size_t kJumpEnd = 3;
inline constexpr std::size_t kFat16CodeBegin = 62;  ///< behind BS_FilSysType
inline constexpr std::size_t kFat32CodeBegin = 90;

/// The binaries, as firmware/ names them.
inline constexpr std::string_view kFirmwareStage2 = "stage2";
inline constexpr std::string_view kFirmwareMbr = "mbr";        ///< boots the active partition
inline constexpr std::string_view kFirmwareGptMbr = "gptmbr";  ///< boots the partition marked for legacy boot
inline constexpr std::string_view kFirmwareFat16 = "boot_fat16";
inline constexpr std::string_view kFirmwareFat32 = "boot_fat32";
inline constexpr std::string_view kFirmwareRaw = "boot_raw";  ///< 440 bytes, goes anywhere, also into an MBR
inline constexpr std::string_view kFirmwareIsohybrid = "isohybrid";
inline constexpr std::string_view kFirmwareIsoboot = "isoboot";  ///< El Torito boot image: loader and stage2

/// Where a FAT or ext volume keeps stage2.
inline constexpr std::string_view kStage2Directory = "/bootsim";
inline constexpr std::string_view kStage2Path = "/bootsim/stage2.bin";
inline constexpr std::string_view kStage2NewPath = "/bootsim/stage2.new";  ///< until the boot sector knows it

}  // namespace bootsim::install
