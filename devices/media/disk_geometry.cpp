#include "devices/media/disk_geometry.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "devices/media/partition_table.h"

namespace devices::media {
namespace {

constexpr std::uint32_t kMaxCylinders = 1024;      // 10 bits of CX
constexpr std::uint32_t kMaxHeads = 255;           // DOS cannot count 256
constexpr std::uint32_t kMaxSectors = 63;          // 6 bits of CL
constexpr std::uint32_t kMaxAtaCylinders = 16383;  // ATA-4 IDENTIFY word 1
constexpr std::uint32_t kAtaHeads = 16;
constexpr std::uint16_t kSaturatedCylinder = 1023;  // such an address only says "beyond CHS"

struct HeadsSectors {
  std::uint32_t heads, sectors;
};

/// An address in the partition table that is given both ways.
struct Fix {
  ChsAddress chs;
  std::uint64_t lba;
  bool agrees_with(const HeadsSectors& g) const {
    if (chs.head >= g.heads || chs.sector > g.sectors) return false;
    return (std::uint64_t{chs.cylinder} * g.heads + chs.head) * g.sectors + chs.sector - 1 == lba;
  }
};

struct Evidence {
  std::vector<Fix> fixes;            // those that are not saturated
  std::optional<HeadsSectors> ends;  // highest end head + 1, highest end sector: partitions end on cylinders
  bool saturated = false;            // some partition ends beyond CHS: its end still shows heads and sectors
};

Evidence gather(const PartitionTable& table) {
  Evidence evidence;
  HeadsSectors ends{0, 0};
  for (const Partition& p : table.partitions) {
    if (p.scheme == Partition::Scheme::kGpt || p.mbr_type == kMbrTypeGptProtective || p.sectors == 0) continue;
    for (const Fix& fix : {Fix{p.first_chs, p.first_lba}, Fix{p.last_chs, p.first_lba + p.sectors - 1}})
      // The first track is the same under every geometry: it says nothing.
      if (fix.chs.sector != 0 && fix.chs.cylinder < kSaturatedCylinder && (fix.chs.cylinder | fix.chs.head) != 0)
        evidence.fixes.push_back(fix);
    if (p.last_chs.sector == 0) continue;
    evidence.saturated |= p.last_chs.cylinder == kSaturatedCylinder;
    ends.heads = std::max(ends.heads, p.last_chs.head + 1U);
    ends.sectors = std::max<std::uint32_t>(ends.sectors, p.last_chs.sector);
  }
  if (ends.heads > 1 && ends.heads <= kMaxHeads) evidence.ends = ends;
  return evidence;
}

bool consistent(const Evidence& evidence, const HeadsSectors& g) {
  return std::all_of(evidence.fixes.begin(), evidence.fixes.end(), [&](const Fix& f) { return f.agrees_with(g); });
}

std::optional<HeadsSectors> solve(const Evidence& evidence) {
  if (evidence.ends && (evidence.saturated || !evidence.fixes.empty()) && consistent(evidence, *evidence.ends))
    return evidence.ends;
  if (evidence.fixes.empty()) return std::nullopt;
  constexpr HeadsSectors kUsual[] = {{64, 32}, {255, 63}, {240, 63}, {128, 63}, {64, 63}, {32, 63}, {16, 63}};
  for (const HeadsSectors& g : kUsual)
    if (consistent(evidence, g)) return g;
  for (std::uint32_t sectors = kMaxSectors; sectors >= 1; --sectors)
    for (std::uint32_t heads = kMaxHeads; heads >= 1; --heads)
      if (consistent(evidence, {heads, sectors})) return HeadsSectors{heads, sectors};
  return std::nullopt;
}

/// The last, partial cylinder counts: a partition that ends in it must be reachable. At least 2, because
/// BIOSes report cylinders - 2 as the highest.
std::uint64_t cylinders_for(std::uint64_t sectors, const HeadsSectors& g) {
  const std::uint64_t cylinder = std::uint64_t{g.heads} * g.sectors;
  return std::max<std::uint64_t>((sectors + cylinder - 1) / cylinder, 2);
}

Geometry clipped(std::uint64_t cylinders, const HeadsSectors& g, std::uint32_t most) {
  return {static_cast<std::uint32_t>(std::min<std::uint64_t>(cylinders, most)), g.heads, g.sectors};
}

}  // namespace

Geometry physical_geometry(std::uint64_t sectors) {
  const std::uint64_t cylinders = sectors / (kAtaHeads * kMaxSectors);
  return {static_cast<std::uint32_t>(std::clamp<std::uint64_t>(cylinders, 2, kMaxAtaCylinders)), kAtaHeads,
          kMaxSectors};
}

Geometry lba_assist_geometry(std::uint64_t sectors) {
  std::uint32_t heads = 16;
  // 128 heads double to 255, not 256: DOS and its successors keep the number of heads in a byte.
  while (heads < kMaxHeads && sectors / kMaxSectors / kMaxCylinders > heads) heads = std::min(heads * 2, kMaxHeads);
  const std::uint64_t cylinders = sectors / kMaxSectors / heads;
  return {static_cast<std::uint32_t>(std::clamp<std::uint64_t>(cylinders, 2, kMaxCylinders)), heads, kMaxSectors};
}

DiskGeometry guess_disk_geometry(const Medium& medium) {
  DiskGeometry result;
  result.sectors = medium.size() / kSectorSize;
  const auto found = solve(gather(read_partition_table(medium)));
  if (!found) {
    result.logical = lba_assist_geometry(result.sectors);
    result.physical = physical_geometry(result.sectors);
    result.source = "size";
    return result;
  }
  const std::uint64_t cylinders = cylinders_for(result.sectors, *found);
  result.logical = clipped(cylinders, *found, kMaxCylinders);
  // More than 16 heads are a translation; the drive below has its own geometry (QEMU hw/block/hd-geometry.c).
  result.physical =
      found->heads <= kAtaHeads ? clipped(cylinders, *found, kMaxAtaCylinders) : physical_geometry(result.sectors);
  result.source = "partition table";
  return result;
}

}  // namespace devices::media
