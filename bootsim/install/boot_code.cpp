#include "bootsim/install/boot_code.h"

#include <fmt/core.h>

#include <algorithm>

#include "emu/error.h"

namespace bootsim::install {
namespace {

/// The code's own bytes where the place's owner keeps his: of a BPB they are a template, of an MBR they must
/// be nothing.
bool collides(BootPlace place, Bytes code) {
  if (code.size() > kSector) return true;
  if (place != BootPlace::kMbr) return false;
  const Bytes rest = code.subspan(std::min(code.size(), kMbrCodeEnd));
  const Bytes data = rest.first(std::min(rest.size(), kSignature - kMbrCodeEnd));
  return std::any_of(data.begin(), data.end(), [](std::uint8_t byte) { return byte != 0; });
}

/// The sector with the code in its ranges.
Buffer fit(BootPlace place, Bytes sector, Bytes code) {
  Buffer merged(sector.begin(), sector.begin() + kSector);
  for (const ByteRange& range : code_ranges(place))
    for (std::size_t at = range.begin; at < range.end; ++at) merged[at] = at < code.size() ? code[at] : std::uint8_t{0};
  if (place == BootPlace::kMbr) return merged;
  merged[kSignature] = 0x55;
  merged[kSignature + 1] = 0xAA;
  return merged;
}

}  // namespace

std::vector<ByteRange> code_ranges(BootPlace place) {
  switch (place) {
    case BootPlace::kMbr: return {{0, kMbrCodeEnd}};
    case BootPlace::kFat16: return {{0, kJumpEnd}, {kFat16CodeBegin, kSector}};
    case BootPlace::kFat32: return {{0, kJumpEnd}, {kFat32CodeBegin, kSector}};
    case BootPlace::kRaw: return {{0, kSector}};
  }
  return {};
}

Buffer merge_boot_code(BootPlace place, Bytes sector, Bytes code) {
  if (collides(place, code))
    throw emu::Error(emu::ErrorKind::kInternal,
                     fmt::format("boot code of {} bytes does not fit its place; please report this", code.size()));
  return fit(place, sector, code);
}

bool has_boot_code(BootPlace place, Bytes sector, Bytes code) {
  return without_boot_table(fit(place, sector, without_boot_table(code))) == without_boot_table(sector.first(kSector));
}

}  // namespace bootsim::install
