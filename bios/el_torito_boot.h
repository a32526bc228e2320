// El Torito: choosing a CD's boot image and loading it, as INT 19h and INT 13h/4Ch do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bios/boot.h"
#include "bios/drives.h"
#include "emu/types.h"

namespace bios {

/// How far a CD got.
struct CdBootResult {
  BootFailure failure = BootFailure::kNone;
  std::string message;  ///< in words, with what was found where
  /// The number that SeaBIOS prints for the failure ("Could not read from CDROM (code 0004)"): 3 LBA 17
  /// unreadable, 4 no boot record there, 5 not El Torito's, 7 catalog unreadable, 8 its header, 9 its
  /// platform, 10 its key 55AAh, 11 entry not bootable, 12 boot image unreadable, 13 unknown emulation.
  int code = 0;
  CdBoot boot;
  emu::FarPtr entry;  ///< 0000:7C00 for segment 0 or 7C0h
};

/// Reads boot record, catalog and boot image of the CD `drive` (E0h and up), loads the image and, when it
/// asks for emulation, lets it pose as drive 00h or 80h. Like SeaBIOS it loads whole CD sectors: `sector
/// count` 512-byte sectors rounded up, none for a count of 0. Things that are wrong but that BIOSes boot are
/// reported as notices.
///
/// Which entry: `wanted`, an entry of any section, if given; else the initial/default entry. When that one is
/// not for x86, the first bootable x86 entry of the sections (El Torito 1.0 §2.3 lets a BIOS choose; SeaBIOS
/// gives up here).
CdBootResult boot_from_cd(Bios& bios, std::uint8_t drive, std::optional<int> wanted);

/// Loads the image that a specification packet describes (INT 13h/4A00h, 4C00h); `load` false: emulation
/// only.
CdBootResult boot_from_packet(Bios& bios, CdBoot boot, bool load);

}  // namespace bios
