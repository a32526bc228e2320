#pragma once

#include "stage2/base/format.h"

/// Devices by grub4dos's names. Compiles for the host too.
namespace stage2 {

inline constexpr int kWholeDrive = -1;

struct Device {
  u8 drive = 0;                 ///< as INT 13h counts: 00h floppies, 80h hard disks, above CDs
  int partition = kWholeDrive;  ///< from 0; MBR: 0-3 primary, 4 and up logical; GPT: place in the table

  bool operator==(const Device&) const = default;
};

/// Between the brackets: fd0, hd0, hd0,4, cd, 0xA0 or 0xA0h, 0xA0,1; also GRUB 2's hd0,msdos1 and hd0,gpt1, which count
/// from 1. `cd_drive` is what cd stands for.
Result parse_device(Text name, u8 cd_drive, Device& device);

/// "(hd0,4)"; drives from A0h on by number.
String device_name(const Device& device);

/// Takes a path apart: "(hd0,0)/boot/x" into device and path. `has_device` is false when none is named; then, and for
/// "()", `device` is left as it is.
Result split_path(Text whole, u8 cd_drive, Device& device, bool& has_device, Text& path);

}  // namespace stage2
