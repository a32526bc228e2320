// From the media that a user names to the drives of the PC.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bios/bios.h"
#include "bootsim/options.h"
#include "bootsim/pc.h"
#include "devices/media/overlay.h"

namespace bootsim {

struct AttachedMedia {
  std::vector<bios::AttachedMedium> drives;                        ///< in command-line order
  std::vector<std::shared_ptr<devices::media::Overlay>> overlays;  ///< what the guest can write to
  std::vector<std::string> descriptions;                           ///< "cd rescue.iso", for the trace's header
};

/// Opens every medium under a copy-on-write overlay. `notice` hears how an IMAGE was attached, and why, and what is odd
/// about it. Throws emu::Error(kMedium).
AttachedMedia attach_media(const RunOptions& options, const std::function<void(std::string_view)>& notice);

/// --boot, or the default: the kind of the first medium, then floppy, hd, cd.
std::vector<bios::BootTarget> boot_order(const RunOptions& options, const AttachedMedia& media);

/// A PC as options describe it, but for ROMs, --kernel, `--rtc host` and outputs.
PcOptions pc_options(const RunOptions& options, const AttachedMedia& media);

}  // namespace bootsim
