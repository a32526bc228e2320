#include "devices/media/memory_medium.h"

#include <algorithm>

namespace devices::media {

std::size_t MemoryMedium::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::uint64_t there = offset < bytes_.size() ? bytes_.size() - offset : 0;
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(there, out.size()));
  if (n > 0) std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), n, out.begin());
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), std::uint8_t{0});
  return n;
}

void MemoryMedium::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  if (read_only_ || offset > bytes_.size() || bytes.size() > bytes_.size() - offset)
    throw emu::Error(emu::ErrorKind::kInternal, name_ + ": write outside the medium or to a read-only one");
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace devices::media
