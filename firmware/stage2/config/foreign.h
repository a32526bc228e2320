#pragma once

#include "stage2/base/string.h"

/// Words of other loaders that are no commands here. Compiles for the host too.
namespace stage2 {

/// Why `word`, a command of GRUB Legacy, grub4dos, GRUB 2 or Syslinux, is not one of ours: half a sentence, such as
/// "multiboot kernels are not supported". Null when nothing is known about it.
const char* why_no_command(Text word);

}  // namespace stage2
