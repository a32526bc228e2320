#include "bootsim/diagnosis/replay.h"

namespace bootsim::diagnosing {

bool Replay::possible(const Evidence& evidence) {
  const RunOptions& options = evidence.options;
  return options.type.empty() && options.option_roms.empty() && !options.kernel && options.rtc != "host";
}

Replay::Replay(const Evidence& evidence)
    : media_(attach_media(evidence.options, nullptr)), pc_(pc_options(evidence.options, media_)) {
  pc_.power_on();
}

}  // namespace bootsim::diagnosing
