#include "devices/media/overlay.h"

#include <algorithm>
#include <utility>

namespace devices::media {

Overlay::Overlay(std::shared_ptr<Medium> base, bool write_protected)
    : base_(std::move(base)), write_protected_(write_protected) {}

std::uint64_t Overlay::granule_length(std::uint64_t index) const {
  return std::min(kGranule, size() - index * kGranule);
}

std::size_t Overlay::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::size_t there = base_->read(offset, out);
  if (granules_.empty() || there == 0) return there;
  const std::uint64_t end = offset + there;
  for (auto it = granules_.lower_bound(offset / kGranule); it != granules_.end(); ++it) {
    const std::uint64_t start = it->first * kGranule;
    if (start >= end) break;
    const std::uint64_t from = std::max(start, offset);
    const std::uint64_t to = std::min(start + kGranule, end);
    std::copy_n(it->second->data() + (from - start), to - from, out.data() + (from - offset));
  }
  return there;
}

Overlay::Granule& Overlay::granule_for_write(std::uint64_t index) {
  if (const auto known = granules_.find(index); known != granules_.end()) {
    if (known->second.use_count() > 1) known->second = std::make_shared<Granule>(*known->second);
    return *known->second;
  }
  auto granule = std::make_shared<Granule>();
  base_->read(index * kGranule, *granule);
  return *(granules_[index] = std::move(granule));
}

void Overlay::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  if (write_protected_ || offset > size() || bytes.size() > size() - offset)
    throw emu::Error(emu::ErrorKind::kInternal, name() + ": write outside the medium or to a read-only one");
  while (!bytes.empty()) {
    const std::uint64_t within = offset % kGranule;
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(kGranule - within, bytes.size()));
    std::copy_n(bytes.data(), n, granule_for_write(offset / kGranule).data() + within);
    offset += n;
    bytes = bytes.subspan(n);
  }
}

std::vector<ByteRange> Overlay::changed_ranges() const {
  std::vector<ByteRange> ranges;
  Granule before{};
  for (const auto& [index, granule] : granules_) {
    const Granule& now = *granule;
    base_->read(index * kGranule, before);
    const std::uint64_t length = granule_length(index);
    for (std::uint64_t at = 0; at < length; at += kSectorSize) {
      const std::uint64_t n = std::min<std::uint64_t>(kSectorSize, length - at);
      if (std::equal(now.begin() + static_cast<std::ptrdiff_t>(at), now.begin() + static_cast<std::ptrdiff_t>(at + n),
                     before.begin() + static_cast<std::ptrdiff_t>(at)))
        continue;
      const std::uint64_t offset = index * kGranule + at;
      if (!ranges.empty() && ranges.back().offset + ranges.back().length == offset)
        ranges.back().length += n;
      else
        ranges.push_back({offset, n});
    }
  }
  return ranges;
}

void Overlay::persist() {
  std::vector<Change> changes;
  for (const ByteRange& range : changed_ranges()) {
    // A range may span granules, whose bytes are not adjacent in memory.
    std::uint64_t offset = range.offset;
    const std::uint64_t end = range.offset + range.length;
    while (offset < end) {
      const std::uint64_t within = offset % kGranule;
      const auto n = static_cast<std::size_t>(std::min(kGranule - within, end - offset));
      changes.push_back({offset, std::span(*granules_.at(offset / kGranule)).subspan(within, n)});
      offset += n;
    }
  }
  if (!changes.empty()) base_->commit(changes);
  granules_.clear();
}

}  // namespace devices::media
