// Copy-on-write: the guest writes into memory, the medium below stays as it was.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "devices/media/medium.h"

namespace devices::media {

/// A run of bytes.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  constexpr bool operator==(const ByteRange&) const = default;
};

/// A medium that can be written to, over one that is only read. Memory: one granule per 4 KiB that was
/// written to.
class Overlay : public Medium {
 public:
  static constexpr std::uint64_t kGranule = 4096;

  /// A `write_protected` overlay reports read_only(), as a floppy with its tab open does.
  explicit Overlay(std::shared_ptr<Medium> base, bool write_protected = false);

  const std::string& name() const override { return base_->name(); }
  std::uint64_t size() const override { return base_->size(); }
  bool read_only() const override { return write_protected_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override;
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes) override;

  std::any save_writes() override { return granules_; }
  void restore_writes(const std::any& saved) override { granules_ = std::any_cast<const Granules&>(saved); }

  /// Something was written since the start or the last persist() (even if the same bytes).
  bool modified() const { return !granules_.empty(); }
  /// What was written, to whole 512-byte sectors that differ from the base; ascending, adjacent ranges
  /// joined.
  std::vector<ByteRange> changed_ranges() const;
  /// Writes the changes back through the base's Medium::commit, then forgets them. Nothing changed: does
  /// nothing. Throws emu::Error(kMedium) when the base cannot be changed (an archive, a read-only file,
  /// opened without persist).
  void persist();
  /// Throws every change away.
  void discard() { granules_.clear(); }

 private:
  using Granule = std::array<std::uint8_t, kGranule>;
  /// Granules are shared with snapshots until they are written to again.
  using Granules = std::map<std::uint64_t, std::shared_ptr<Granule>>;  // ordered: reports must not depend on hashing
  Granule& granule_for_write(std::uint64_t index);
  std::uint64_t granule_length(std::uint64_t index) const;

  std::shared_ptr<Medium> base_;
  bool write_protected_;
  Granules granules_;
};

}  // namespace devices::media
