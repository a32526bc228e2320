#include "debugger/files/fat.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "debugger/files/fat_bpb.h"
#include "debugger/files/fat_directory.h"
#include "debugger/files/walk.h"

namespace debugger::files {

namespace {

constexpr std::uint32_t kFirstCluster = 2;

/// Follows cluster chains during one visit.
class FatChains {
 public:
  FatChains(Walk& walk, const FatBpb& bpb) : walk_(walk), bpb_(bpb) {}

  bool is_cluster(std::uint32_t c) const { return c >= kFirstCluster && c - kFirstCluster < bpb_.clusters; }
  std::uint64_t offset(std::uint32_t cluster) const {
    return bpb_.data_offset() + std::uint64_t{cluster - kFirstCluster} * bpb_.cluster_size;
  }
  /// Appends the chain from `cluster` on, at most `size` bytes: a loop ends there.
  void append(Entry& entry, std::uint32_t cluster, std::uint64_t size);

 private:
  std::uint32_t next(std::uint32_t cluster);

  Walk& walk_;
  const FatBpb& bpb_;
};

/// The table's entry, or 0 (which ends a chain) where the table cannot be read.
std::uint32_t FatChains::next(std::uint32_t cluster) {
  std::array<std::uint8_t, 4> raw{};
  const std::uint64_t bit = std::uint64_t{cluster} * bpb_.bits;
  const std::size_t width = bpb_.bits == 32 ? 4 : 2;
  if (bit / 8 + width > bpb_.fat_size()) return 0;
  if (!walk_.read(bpb_.fat_offset() + bit / 8, std::span(raw).first(width))) return 0;
  if (bpb_.bits == 32) return le32(raw.data()) & 0x0FFFFFFF;
  if (bpb_.bits == 16) return le16(raw.data());
  return cluster % 2 != 0 ? le16(raw.data()) >> 4 : le16(raw.data()) & 0xFFF;
}

void FatChains::append(Entry& entry, std::uint32_t cluster, std::uint64_t size) {
  std::uint64_t done = 0;
  for (; done < size && is_cluster(cluster); cluster = next(cluster)) {
    walk_.add_extent(entry, offset(cluster), std::min<std::uint64_t>(bpb_.cluster_size, size - done), done);
    done += bpb_.cluster_size;
    if (walk_.stopped()) return;
  }
}

class FatWalk {
 public:
  FatWalk(Walk& walk, const FatBpb& bpb) : walk_(walk), bpb_(bpb), chains_(walk, bpb) {}
  void run();

 private:
  struct Directory {
    Entry entry;
    std::size_t depth;
  };
  void emit_structures();
  void add_root();
  void add_directory(Entry entry, std::uint32_t cluster, std::size_t depth);
  void read_directory(const Directory& directory);
  bool read_run(const Extent& run, const Directory& directory, FatDirectoryParser& parser);
  void add(const Directory& parent, const FatFile& file);

  Walk& walk_;
  const FatBpb& bpb_;
  FatChains chains_;
  std::deque<Directory> queue_;
  std::set<std::uint32_t> seen_;
};

void FatWalk::emit_structures() {
  const std::uint32_t sector = bpb_.bytes_per_sector;
  walk_.emit_structure("boot sector", 0, sector);
  walk_.emit_structure("reserved sectors", sector, bpb_.fat_offset() - sector);
  for (std::uint32_t i = 0; i < bpb_.fats; ++i)
    walk_.emit_structure("FAT", bpb_.fat_offset() + i * bpb_.fat_size(), bpb_.fat_size());
}

/// A directory has no size of its own: 2 MB is the most that FAT allows (65,536 entries).
constexpr std::uint64_t kMaxDirectorySize = 65536 * kFatEntrySize;

void FatWalk::add_directory(Entry entry, std::uint32_t cluster, std::size_t depth) {
  if (!seen_.insert(cluster).second) return;
  if (depth > walk_.limits().max_depth) return walk_.incomplete();
  chains_.append(entry, cluster, kMaxDirectorySize);
  // A loop shows as a chain that never ended: without this its entries would be listed again and again.
  std::set<std::uint64_t> runs;
  const auto repeated = std::find_if(entry.extents.begin(), entry.extents.end(),
                                     [&](const Extent& run) { return !runs.insert(run.offset).second; });
  if (repeated != entry.extents.end()) walk_.incomplete();
  entry.extents.erase(repeated, entry.extents.end());
  for (const Extent& run : entry.extents) entry.size += run.length;
  queue_.push_back({entry, depth});
  walk_.emit(std::move(entry));
}

void FatWalk::add_root() {
  Entry root{EntryKind::kDirectory, "/", bpb_.root_size(), {}};
  if (bpb_.bits == 32) return add_directory(std::move(root), bpb_.root_cluster, 1);
  walk_.add_extent(root, bpb_.root_offset(), bpb_.root_size(), 0);
  queue_.push_back({root, 1});
  walk_.emit(std::move(root));
}

void FatWalk::run() {
  emit_structures();
  add_root();
  while (!queue_.empty() && !walk_.stopped()) {
    const Directory directory = std::move(queue_.front());
    queue_.pop_front();
    read_directory(directory);
  }
}

void FatWalk::read_directory(const Directory& directory) {
  FatDirectoryParser parser;
  for (const Extent& run : directory.entry.extents)
    if (!read_run(run, directory, parser)) return;
}

/// False at the directory's end.
bool FatWalk::read_run(const Extent& run, const Directory& directory, FatDirectoryParser& parser) {
  std::array<std::uint8_t, kFatEntrySize> bytes{};
  const std::uint64_t begin = run.offset - walk_.volume().begin();
  for (std::uint64_t at = 0; at + kFatEntrySize <= run.length; at += kFatEntrySize) {
    if (!walk_.read(begin + at, bytes)) {
      walk_.incomplete();
      return false;
    }
    if (FatDirectoryParser::is_end(bytes.data())) return false;
    const auto file = parser.feed(bytes.data());
    if (file && !file->volume_label()) add(directory, *file);
  }
  return true;
}

void FatWalk::add(const Directory& parent, const FatFile& file) {
  Entry entry{EntryKind::kFile, parent.entry.path + file.name, file.size, {}};
  const std::uint32_t cluster = bpb_.bits == 32 ? file.cluster : file.cluster & 0xFFFF;
  if (file.directory()) {
    entry.kind = EntryKind::kDirectory;
    entry.path += '/';
    return add_directory(std::move(entry), cluster, parent.depth + 1);
  }
  chains_.append(entry, cluster, file.size);
  walk_.emit(std::move(entry));
}

class Fat final : public FileSystem {
 public:
  Fat(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size, const FatBpb& bpb)
      : volume_(medium, begin, size), bpb_(bpb) {
    info_.type = fmt::format("FAT{}", bpb.bits);
    info_.size = bpb.size();
    info_.block_size = bpb.cluster_size;
    if (bpb.has_serial) info_.uuid = fmt::format("{:04X}-{:04X}", bpb.serial >> 16, bpb.serial & 0xFFFF);
    info_.label = root_label();
    if (info_.label.empty()) info_.label = bpb.label;
  }
  const FileSystemInfo& info() const override { return info_; }
  bool visit(const Visitor& visitor, const Limits& limits) const override {
    Walk walk(volume_, visitor, limits);
    FatWalk(walk, bpb_).run();
    return walk.complete();
  }

 private:
  std::string root_label() const;

  Volume volume_;
  FatBpb bpb_;
  FileSystemInfo info_;
};

/// The label entry of the root directory; only its first cluster (or the fixed root's first 16 KB) is looked
/// at.
std::string Fat::root_label() const {
  std::uint64_t offset = bpb_.root_offset();
  std::uint64_t length = bpb_.root_size();
  if (bpb_.bits == 32) {
    if (bpb_.root_cluster < kFirstCluster || bpb_.root_cluster - kFirstCluster >= bpb_.clusters) return {};
    offset = bpb_.data_offset() + std::uint64_t{bpb_.root_cluster - kFirstCluster} * bpb_.cluster_size;
    length = bpb_.cluster_size;
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::min<std::uint64_t>(length, 16384)));
  if (!volume_.read(offset, bytes)) return {};
  FatDirectoryParser parser;
  for (std::size_t at = 0; at + kFatEntrySize <= bytes.size(); at += kFatEntrySize) {
    if (FatDirectoryParser::is_end(&bytes[at])) break;
    const auto file = parser.feed(&bytes[at]);
    if (file && file->volume_label() && !file->directory()) return file->name;
  }
  return {};
}

}  // namespace

std::unique_ptr<FileSystem> open_fat(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size) {
  std::array<std::uint8_t, 512> sector{};
  if (!Volume(medium, begin, size).read(0, sector)) return nullptr;
  const auto bpb = parse_fat_bpb(sector);
  if (!bpb) return nullptr;
  return std::make_unique<Fat>(medium, begin, size, *bpb);
}

}  // namespace debugger::files
