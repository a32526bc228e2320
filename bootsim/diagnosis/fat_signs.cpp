#include "bootsim/diagnosis/fat_signs.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "devices/media/bytes.h"
#include "devices/media/medium.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::has_text;
using devices::media::le16;
using devices::media::le32;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kSector = devices::media::kSectorSize;
/// The reserved sectors (32 on FAT32 as a rule, more where mkfs aligns the data) and one FAT.
constexpr std::uint64_t kFarthestFat = 4096, kLargestFat = 16384;
constexpr std::uint32_t kEntry = 32;

/// FAT32 whose first entry has its four reserved bits set, as mtools writes it: the second entry, and the third one,
/// the root directory's, do not (§4).
bool is_fat32_by_root(const Bytes& s) {
  const bool second = s[4] == 0xFF && s[5] == 0xFF && s[6] == 0xFF && (s[7] & 0xF3) == 0x03;
  const bool ends = s[8] >= 0xF8 && s[9] == 0xFF && s[10] == 0xFF && s[11] == 0x0F;
  const bool goes_on = (s[8] != 0 || s[9] != 0) && s[10] == 0 && s[11] == 0;
  return second && (ends || goes_on);
}

/// FAT[0] is the media byte with all other bits set, FAT[1] an end of chain whose upper bits may be cleared
/// by an unclean shutdown (§4).
unsigned fat_bits(const Bytes& s) {
  const bool media = s[0] == 0xF0 || s[0] >= 0xF8;
  if (!media || s[1] != 0xFF || std::all_of(s.begin(), s.end(), [](std::uint8_t b) { return b == 0xFF; })) return 0;
  if (s[2] == 0xFF && s[3] == 0x0F && s[4] == 0xFF && s[5] == 0xFF && s[6] == 0xFF) return 32;
  if (s[2] == 0xFF && s[3] == 0xFF && is_fat32_by_root(s)) return 32;
  if ((s[2] & 0xF8) == 0xF8 && (s[3] & 0x3F) == 0x3F && (s[3] != 0xFF || s[2] != 0xFF || s[4] != 0xFF)) return 16;
  return s[2] == 0xFF ? 12 : 0;
}

class Looker {
 public:
  Looker(const ReadSector& read, std::uint64_t sectors) : read_(read), sectors_(sectors) {}

  std::optional<FatSigns> look() {
    if (!find_first()) return std::nullopt;
    find_copy();
    if (!signs_.sectors_per_fat) return signs_;
    fat_ = piece(signs_.reserved, *signs_.sectors_per_fat);
    root_ = signs_.reserved + std::uint64_t{*signs_.fats} * *signs_.sectors_per_fat;
    entries_ = directory(root_);
    if (entries_.empty()) return signs_;
    if (signs_.bits == 32) signs_.root_cluster = 2;
    find_cluster_size();
    if (signs_.bits != 32) find_root_entries();
    find_used();
    return signs_;
  }

 private:
  struct Entry {
    std::string name;  ///< 8 + 3, as on the medium
    bool folder = false;
    std::uint32_t cluster = 0, size = 0;
  };

  Bytes piece(std::uint64_t begin, std::uint64_t count) const {
    Bytes bytes;
    for (std::uint64_t i = 0; i < count; ++i) {
      const Bytes sector = read_(begin + i);
      bytes.insert(bytes.end(), sector.begin(), sector.end());
    }
    return bytes;
  }

  bool find_first() {
    for (std::uint64_t at = 1; at < std::min(kFarthestFat, sectors_); ++at) {
      signs_.bits = fat_bits(read_(at));
      if (signs_.bits == 0) continue;
      signs_.reserved = static_cast<std::uint32_t>(at);
      return true;
    }
    return false;
  }

  /// The second FAT begins like the first one. A medium may be full of sectors that do.
  void find_copy() {
    constexpr int kMostTried = 16;
    const Bytes first = read_(signs_.reserved);
    int tried = 0;
    for (std::uint64_t size = 1; size < kLargestFat && signs_.reserved + 2 * size < sectors_; ++size) {
      if (read_(signs_.reserved + size) != first) continue;
      if (++tried > kMostTried) return;
      if (!same(size)) continue;
      signs_.sectors_per_fat = static_cast<std::uint32_t>(size);
      signs_.fats = 2;
      return;
    }
  }

  /// Both copies, but for what an unclean shutdown leaves.
  bool same(std::uint64_t size) const {
    std::uint64_t other = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
      if (read_(signs_.reserved + i) != read_(signs_.reserved + size + i) && ++other > size / 16) return false;
    }
    return true;
  }

  /// The entries of one sector's directory; none when it is something else.
  std::vector<Entry> directory(std::uint64_t lba) const {
    constexpr std::uint64_t kSectors = 4;
    constexpr std::size_t kAttributes = 11, kClusterHigh = 20, kClusterLow = 26, kSize = 28;
    constexpr std::uint8_t kFolder = 0x10, kLabel = 0x08, kLongName = 0x0F, kDeleted = 0xE5;
    const Bytes bytes = piece(lba, kSectors);
    std::vector<Entry> entries;
    for (std::size_t at = 0; at < bytes.size() && bytes[at] != 0; at += kEntry) {
      const std::uint8_t attributes = bytes[at + kAttributes];
      const auto name = std::string_view(reinterpret_cast<const char*>(&bytes[at]), kAttributes);
      if (bytes[at] == kDeleted || (attributes & 0x3F) == kLongName) continue;
      const bool printable = std::all_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && (c < 'a' || c > 'z');
      });
      if ((attributes & 0xC0) != 0 || !printable) return {};
      const std::uint32_t high = signs_.bits == 32 ? le16(bytes, at + kClusterHigh) : 0u;
      if ((attributes & kLabel) != 0) continue;
      entries.push_back({std::string(name), (attributes & kFolder) != 0, high << 16 | le16(bytes, at + kClusterLow),
                         le32(bytes, at + kSize)});
    }
    return entries;
  }

  std::optional<std::uint32_t> next(std::uint32_t cluster) const {
    const std::uint64_t bit = std::uint64_t{cluster} * signs_.bits;
    if (bit / 8 + 4 > fat_.size()) return std::nullopt;
    if (signs_.bits == 32) return le32(fat_, bit / 8) & 0x0FFFFFFF;
    const std::uint16_t word = le16(fat_, bit / 8);
    if (signs_.bits == 16) return word;
    return bit % 8 == 0 ? word & 0xFFF : word >> 4;
  }

  bool ends(std::uint32_t link) const {
    const std::uint32_t all = signs_.bits == 32 ? 0x0FFFFFFF : (1u << signs_.bits) - 1;
    return link >= all - 7;
  }

  /// Clusters of a chain; nothing when it breaks off.
  std::optional<std::uint32_t> chain_length(std::uint32_t cluster) const {
    constexpr std::uint32_t kMost = 1 << 20;
    for (std::uint32_t length = 1; length < kMost; ++length) {
      const auto link = cluster >= 2 ? next(cluster) : std::nullopt;
      if (!link) return std::nullopt;
      if (ends(*link)) return length;
      cluster = *link;
    }
    return std::nullopt;
  }

  /// The one power of two by which each file's size asks for as many clusters as its chain has.
  void find_cluster_size() {
    struct Sized {
      std::uint64_t bytes, clusters;
    };
    std::vector<Sized> files;
    for (const Entry& e : entries_) {
      const auto length = e.folder || e.size == 0 ? std::nullopt : chain_length(e.cluster);
      if (length) files.push_back({e.size, *length});
    }
    std::optional<std::uint32_t> found;
    for (std::uint32_t size = 1; size <= 128 && !files.empty(); size *= 2) {
      const std::uint64_t bytes = std::uint64_t{size} * kSector;
      const bool all = std::all_of(files.begin(), files.end(), [&](const Sized& file) {
        return (file.bytes + bytes - 1) / bytes == file.clusters;
      });
      if (!all) continue;
      if (found) return;  // small files tell nothing
      found = size;
    }
    signs_.sectors_per_cluster = found;
  }

  /// Its first sector is as its entry says. Nothing when any sector would do.
  std::optional<bool> begins(const Entry& entry, std::uint64_t lba) const {
    const Bytes sector = read_(lba);
    if (entry.folder) return has_text(sector, 0, ".          ");
    if (entry.name == "LDLINUX SYS") return has_text(sector, 2, "SYSLINUX") || has_text(sector, 2, "EXTLINUX");
    if (entry.name.ends_with("C32")) return has_text(sector, 1, "ELF");
    return std::nullopt;
  }

  void find_root_entries() {
    constexpr std::uint32_t kPerSector = kSector / kEntry, kMost = 64;
    if (!signs_.sectors_per_cluster) return;
    std::optional<std::uint32_t> found;
    for (std::uint32_t sectors = 1; sectors <= kMost; ++sectors) {
      std::size_t fit = 0;
      const bool all = std::all_of(entries_.begin(), entries_.end(), [&](const Entry& e) {
        if (e.cluster < 2) return true;
        const auto right = begins(e, root_ + sectors + std::uint64_t{e.cluster - 2} * *signs_.sectors_per_cluster);
        fit += right.value_or(false) ? 1 : 0;
        return right.value_or(true);
      });
      if (!all || fit == 0) continue;
      if (found) return;
      found = sectors * kPerSector;
    }
    signs_.root_entries = found;
  }

  void find_used() {
    if (!signs_.sectors_per_cluster || (signs_.bits != 32 && !signs_.root_entries)) return;
    std::uint32_t last = 0;
    for (std::uint32_t cluster = 2; next(cluster); ++cluster) {
      if (*next(cluster) != 0) last = cluster;
    }
    const std::uint64_t data = root_ + signs_.root_entries.value_or(0) * kEntry / kSector;
    if (last != 0) signs_.used = data + std::uint64_t{last - 1} * *signs_.sectors_per_cluster;
  }

  const ReadSector& read_;
  std::uint64_t sectors_;
  FatSigns signs_;
  Bytes fat_;
  std::uint64_t root_ = 0;  ///< the first sector behind the FATs
  std::vector<Entry> entries_;
};

}  // namespace

std::optional<FatSigns> find_fat_signs(const ReadSector& read, std::uint64_t sectors) {
  return Looker(read, sectors).look();
}

}  // namespace bootsim::diagnosing
