#include "bios/faults.h"

#include <algorithm>

namespace bios {

bool Faults::counts(const Fault& fault, std::uint64_t call) {
  if (fault.call && *fault.call != call) return false;
  if (fault.every && (*fault.every == 0 || call % *fault.every != 0)) return false;
  return true;
}

bool Faults::begin_call() {
  ++calls_;
  return std::any_of(faults_.begin(), faults_.end(), [this](const Fault& fault) {
    return fault.on == Fault::On::kMediaChange && counts(fault, calls_);
  });
}

std::optional<Faults::Injected> Faults::transfer(bool write, std::uint64_t lba, std::uint64_t count) {
  const std::uint64_t call = write ? ++writes_ : ++reads_;
  const auto on = write ? Fault::On::kWrite : Fault::On::kRead;
  for (const Fault& fault : faults_) {
    if (fault.on != on || !counts(fault, call)) continue;
    std::uint64_t good = 0;
    if (fault.lba_first) {
      const std::uint64_t first = *fault.lba_first, last = fault.lba_last.value_or(first);
      if (last < lba || (first > lba && first - lba >= count)) continue;
      if (first > lba) good = first - lba;  // sectors in front of the bad one are fine
    }
    if (fault.short_transfer) good = count / 2;
    return Injected{fault.status, good};
  }
  return std::nullopt;
}

}  // namespace bios
