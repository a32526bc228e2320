#include "bootsim/attach.h"

#include <filesystem>

#include <fmt/core.h>

#include "devices/media/identify.h"
#include "devices/media/image.h"

namespace bootsim {
namespace {

using bios::BootTarget;
using devices::media::Attach;

BootTarget::Kind kind_of(Attach attach) {
  if (attach == Attach::kCd) return BootTarget::Kind::kCd;
  return devices::media::is_floppy(attach) ? BootTarget::Kind::kFloppy : BootTarget::Kind::kHardDisk;
}

/// How the medium is attached: as told, else as it looks.
Attach choose_attach(const MediumOption& option, const devices::media::Medium& medium,
                     const std::function<void(std::string_view)>& notice) {
  const auto found = devices::media::identify(medium);
  if (!option.attach && notice) {
    notice(fmt::format("{}: {}", option.path, found.reason));
  }
  const Attach attach = option.attach.value_or(found.attach);
  const bool as_found = devices::media::is_floppy(attach) == devices::media::is_floppy(found.attach);
  for (const std::string& warning : found.warnings) {
    const bool holds = as_found || warning.find("floppy") == warning.npos;  // what is odd in a floppy is not in a disk
    if (notice && holds) notice(fmt::format("{}: {}", option.path, warning));
  }
  return attach;
}

}  // namespace

AttachedMedia attach_media(const RunOptions& options, const std::function<void(std::string_view)>& notice) {
  AttachedMedia media;
  for (const MediumOption& option : options.media) {
    if (option.path.empty()) {
      media.drives.push_back({.attach = *option.attach, .medium = nullptr});
      media.descriptions.push_back(fmt::format("{} none", attach_word(*option.attach)));
      continue;
    }
    const auto image = devices::media::open_image(option.path, {.persist = options.persist});
    const Attach attach = choose_attach(option, *image, notice);
    const auto overlay = std::make_shared<devices::media::Overlay>(image, attach == Attach::kCd);
    media.overlays.push_back(overlay);
    media.drives.push_back({.attach = attach, .medium = overlay});
    // The name without its folder: a trace must not differ between two checkouts.
    media.descriptions.push_back(
        fmt::format("{} {}", attach_word(attach), std::filesystem::path(option.path).filename().string()));
  }
  return media;
}

std::vector<BootTarget> boot_order(const RunOptions& options, const AttachedMedia& media) {
  if (!options.boot_order.empty()) return options.boot_order;
  using Kind = BootTarget::Kind;
  std::vector<BootTarget> order;
  if (!media.drives.empty()) order.push_back({kind_of(media.drives.front().attach)});
  for (const Kind kind : {Kind::kFloppy, Kind::kHardDisk, Kind::kCd}) {
    if (order.empty() || order.front().kind != kind) order.push_back({kind});
  }
  return order;
}

PcOptions pc_options(const RunOptions& options, const AttachedMedia& media) {
  PcOptions pc;
  pc.machine.ram_size = options.memory;
  pc.machine.force_public_engine = options.public_engine;
  pc.bios.boot_order = boot_order(options, media);
  pc.bios.el_torito_entry = options.el_torito_entry;
  pc.bios.quirks = options.quirks;
  pc.bios.faults = options.faults;
  pc.media = media.drives;
  pc.rtc = options.rtc;
  return pc;
}

}  // namespace bootsim
