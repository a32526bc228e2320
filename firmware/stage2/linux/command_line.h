#pragma once

#include "stage2/base/string.h"

/// What a boot loader has to know of a kernel's command line (boot.rst, "Special Command Line Options").
/// Compiles for the host too.
namespace stage2 {

/// vid_mode for the last `vga=`: normal, ext, ask, or a number in C notation. False: there is none that can
/// be read.
bool video_mode(Text command_line, u16& mode);
/// Where memory ends for the kernel by the last `mem=`; `otherwise` when there is none that can be read.
u64 memory_end(Text command_line, u64 otherwise);

}  // namespace stage2
