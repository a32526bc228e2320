// Injected disk faults: --fail-read, --fail-write, media-change=N.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "bios/options.h"

namespace bios {

/// Counts INT 13h calls and says which of them fail, and how. Deterministic: only the order of calls matters.
class Faults {
 public:
  explicit Faults(std::vector<Fault> faults) : faults_(std::move(faults)) {}

  /// What becomes of a transfer that meets a fault.
  struct Injected {
    std::uint8_t status = 0x04;
    std::uint64_t good_sectors = 0;  ///< transferred before the error
  };

  bool none() const { return faults_.empty(); }
  /// Every INT 13h call begins here. True: this one reports a changed medium (media-change=N).
  bool begin_call();
  /// A transfer of `count` sectors from `lba` on. Counts reads and writes; a verify counts as a read.
  std::optional<Injected> transfer(bool write, std::uint64_t lba, std::uint64_t count);

 private:
  static bool counts(const Fault& fault, std::uint64_t call);

  std::vector<Fault> faults_;
  std::uint64_t calls_ = 0, reads_ = 0, writes_ = 0;
};

}  // namespace bios
