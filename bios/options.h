// What a user can ask of the BIOS: boot order, quirks and faults.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bios {

struct LinuxKernel;  // linux_boot.h

/// One entry of the boot order.
struct BootTarget {
  enum class Kind { kFloppy, kHardDisk, kCd, kDriveNumber, kKernel } kind = Kind::kFloppy;
  std::uint8_t drive = 0;  ///< for kDriveNumber
};

/// Ways in which BIOSes in the field differ from the specifications (`bootsim quirks`).
struct Quirks {
  bool no_edd = false;                      ///< no INT 13h extensions on disks
  bool floppy_edd = false;                  ///< extensions on floppies too
  std::optional<std::uint8_t> handover_dl;  ///< hand over this DL instead of the boot drive
  bool clobber = false;                     ///< INT 13h trashes what the specification leaves open
  bool if_lost = false;                     ///< INT 13h returns with interrupts disabled
  bool usb_as_fd0 = false;                  ///< a USB stick appears as drive 00h
  bool usb_as_80h = false;                  ///< a USB stick appears as 80h; internal disks move up
  bool limit_504m = false;                  ///< CHS without translation: 1024 x 16 x 63
  bool limit_2g = false;                    ///< fails above 2 GiB (4096 cylinders)
  bool limit_8g = false;                    ///< fails above 1024 x 255 x 63
  bool no_e820 = false;                     ///< INT 15h/E820h is absent
  bool no_a20_bios = false;                 ///< INT 15h/24xxh is absent
};

/// One injected fault (--fail-read, --fail-write, media-change=N). A call matches when every given field matches.
struct Fault {
  enum class On { kRead, kWrite, kMediaChange } on = On::kRead;
  std::optional<std::uint64_t> call;       ///< the N-th read (write, any INT 13h) call, from 1
  std::optional<std::uint64_t> lba_first;  ///< any sector of [lba_first, lba_last] is touched
  std::optional<std::uint64_t> lba_last;
  std::optional<std::uint64_t> every;  ///< every N-th call
  bool short_transfer = false;         ///< half of the sectors are transferred, then the error
  std::uint8_t status = 0x04;          ///< AH of the failing call; 04h sector not found
};

struct Options {
  std::vector<BootTarget> boot_order;         ///< empty: floppy, hd, cd
  std::shared_ptr<const LinuxKernel> kernel;  ///< --kernel: booted before everything else
  std::optional<int> el_torito_entry;         ///< --entry; 0 = the initial/default entry
  bool boot_menu = true;                      ///< F12 during POST opens the boot menu
  Quirks quirks;
  std::vector<Fault> faults;
};

}  // namespace bios
