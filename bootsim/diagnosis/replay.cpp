#include "bootsim/diagnosis/replay.h"

namespace bootsim::diagnosing {
namespace {

PcOptions pc_options(const Evidence& evidence, AttachedMedia& media) {
  const RunOptions& options = evidence.options;
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

}  // namespace

bool Replay::possible(const Evidence& evidence) {
  const RunOptions& options = evidence.options;
  return options.type.empty() && options.option_roms.empty() && !options.kernel && options.rtc != "host";
}

Replay::Replay(const Evidence& evidence)
    : media_(attach_media(evidence.options, nullptr)), pc_(pc_options(evidence, media_)) {
  pc_.power_on();
}

}  // namespace bootsim::diagnosing
