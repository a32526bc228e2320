#include "debugger/files/iso9660.h"

#include <fmt/core.h>

#include <array>
#include <cstring>
#include <deque>
#include <set>

#include "debugger/files/iso9660_record.h"
#include "debugger/files/walk.h"

namespace debugger::files {

namespace {

constexpr std::uint32_t kSector = 2048;  // volume descriptors are counted in these whatever the block size
constexpr std::uint32_t kFirstDescriptor = 16;
constexpr std::uint32_t kMaxDescriptors = 64;

// ECMA-119 §8.1.1 Volume Descriptor Type
constexpr std::uint8_t kPrimary = 1;
constexpr std::uint8_t kSupplementary = 2;
constexpr std::uint8_t kTerminator = 255;

using Sector = std::array<std::uint8_t, kSector>;

bool is_descriptor(const Sector& s) { return std::memcmp(&s[1], "CD001", 5) == 0; }

/// Joliet §3.2: the escape sequences of UCS-2 levels 1, 2 and 3.
bool is_joliet(const Sector& s) {
  return s[88] == 0x25 && s[89] == 0x2F && (s[90] == 0x40 || s[90] == 0x43 || s[90] == 0x45);
}

struct Run {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// One directory tree of the volume.
struct Tree {
  enum class Names { kIso, kRockRidge, kJoliet } names = Names::kIso;
  std::uint32_t block_size = kSector;
  std::uint32_t root_block = 0;
  std::uint32_t root_size = 0;
  std::size_t susp_skip = 0;
  std::array<Run, 4> path_tables{};
};

/// ECMA-119 §8.4 (and §8.5, which has the same layout).
std::optional<Tree> parse_tree(const Sector& s) {
  Tree tree;
  tree.block_size = le16(&s[128]);
  if (!power_of_two(tree.block_size) || tree.block_size < 512 || tree.block_size > kSector) return std::nullopt;
  const auto root = parse_iso_record(std::span(s).subspan(156, 34));
  if (!root || !root->directory()) return std::nullopt;
  tree.root_block = root->block;
  tree.root_size = root->size;
  const std::uint32_t table_size = le32(&s[132]);
  const auto be32 = [&](std::size_t at) {
    return std::uint32_t{s[at]} << 24 | std::uint32_t{s[at + 1]} << 16 | std::uint32_t{s[at + 2]} << 8 | s[at + 3];
  };
  const std::array<std::uint32_t, 4> blocks{le32(&s[140]), le32(&s[144]), be32(148), be32(152)};
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (blocks[i] != 0) tree.path_tables[i] = {std::uint64_t{blocks[i]} * tree.block_size, table_size};
  return tree;
}

/// blkid's UUID of an ISO: the modification date, else the creation date (§8.4.27, §8.4.26).
std::string iso_uuid(const Sector& s) {
  for (const std::size_t at : {std::size_t{830}, std::size_t{813}}) {
    std::string digits(reinterpret_cast<const char*>(&s[at]), 16);
    const bool set = digits.find_first_not_of("0123456789") == std::string::npos &&
                     digits.find_first_not_of('0') != std::string::npos;
    if (!set) continue;
    for (const std::size_t dash : {14, 12, 10, 8, 6, 4}) digits.insert(dash, 1, '-');
    return digits;
  }
  return {};
}

class Iso9660 final : public FileSystem {
 public:
  Iso9660(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size);
  bool recognised() const { return !trees_.empty(); }
  const FileSystemInfo& info() const override { return info_; }
  bool visit(const Visitor& visitor, const Limits& limits) const override;

 private:
  void read_descriptors();
  void choose_names();

  Volume volume_;
  FileSystemInfo info_;
  std::vector<Tree> trees_;  ///< the first names the files
  std::uint32_t descriptors_end_ = kFirstDescriptor;
};

Iso9660::Iso9660(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size)
    : volume_(medium, begin, size) {
  read_descriptors();
  if (recognised()) choose_names();
}

void Iso9660::read_descriptors() {
  for (std::uint32_t i = 0; i < kMaxDescriptors; ++i) {
    Sector s;
    if (!volume_.read(std::uint64_t{kFirstDescriptor + i} * kSector, s) || !is_descriptor(s)) break;
    descriptors_end_ = kFirstDescriptor + i + 1;
    if (s[0] == kTerminator) break;
    const auto tree = s[0] == kPrimary || (s[0] == kSupplementary && is_joliet(s)) ? parse_tree(s) : std::nullopt;
    if (!tree) continue;
    if (s[0] == kPrimary && trees_.empty()) {
      trees_.push_back(*tree);
      info_.label = text_field(&s[40], 32);
      info_.uuid = iso_uuid(s);
      info_.block_size = tree->block_size;
      info_.size = std::uint64_t{le32(&s[80])} * tree->block_size;
    } else if (s[0] == kSupplementary && trees_.size() == 1) {
      trees_.push_back(*tree);
      trees_.back().names = Tree::Names::kJoliet;
    }
  }
}

void Iso9660::choose_names() {
  info_.type = "ISO 9660";
  Tree& primary = trees_.front();
  std::array<std::uint8_t, 256> bytes{};
  std::optional<std::size_t> skip;
  if (volume_.read(std::uint64_t{primary.root_block} * primary.block_size, bytes))
    if (const auto dot = parse_iso_record(bytes)) skip = susp_skip(*dot);
  if (skip) {
    primary.names = Tree::Names::kRockRidge;
    primary.susp_skip = *skip;
    info_.type += " + Rock Ridge";
  }
  if (trees_.size() < 2) return;
  info_.type += " + Joliet";
  if (!skip) std::swap(trees_[0], trees_[1]);
}

/// Walks one tree. The first tree of the volume shows files; another one shows its directories only, as
/// structures: their files are the same extents.
class TreeWalk {
 public:
  TreeWalk(Walk& walk, const Tree& tree, bool files) : walk_(walk), tree_(tree), files_(files) {}
  void run();

 private:
  struct Directory {
    std::uint32_t block;
    std::uint32_t size;
    std::string path;
    std::size_t depth;
  };
  void read_directory(const Directory& directory);
  RockRidge rock_ridge(const IsoRecord& record);
  void add_record(const Directory& parent, const IsoRecord& record);
  void add_directory(const Directory& parent, std::string path, std::uint32_t block, std::uint32_t size);
  void add_file(const IsoRecord& record, std::string path, bool other);
  void flush();
  std::uint64_t at(std::uint32_t block) const { return std::uint64_t{block} * tree_.block_size; }

  Walk& walk_;
  const Tree& tree_;
  bool files_;
  std::deque<Directory> queue_;
  std::set<std::uint32_t> seen_;         ///< blocks of directories
  std::set<std::uint32_t> seen_fields_;  ///< blocks in which Rock Ridge goes on
  Entry file_;                           ///< a multi-extent file whose last record is yet to come
  bool file_open_ = false;
};

void TreeWalk::run() {
  add_directory({}, "/", tree_.root_block, tree_.root_size);
  while (!queue_.empty() && !walk_.stopped()) {
    const Directory directory = std::move(queue_.front());
    queue_.pop_front();
    read_directory(directory);
    flush();
  }
}

void TreeWalk::add_directory(const Directory& parent, std::string path, std::uint32_t block, std::uint32_t size) {
  if (!seen_.insert(block).second) return;
  if (parent.depth >= walk_.limits().max_depth) return walk_.incomplete();
  Entry entry{EntryKind::kDirectory, path, size, {}};
  if (!files_) {
    entry.kind = EntryKind::kStructure;
    entry.path += tree_.names == Tree::Names::kJoliet ? " (Joliet)" : " (ISO 9660)";
  }
  walk_.add_extent(entry, at(block), size, 0);
  walk_.emit(std::move(entry));
  queue_.push_back({block, size, std::move(path), parent.depth + 1});
}

void TreeWalk::read_directory(const Directory& directory) {
  Sector sector;
  for (std::uint64_t done = 0; done < directory.size && !walk_.stopped(); done += kSector) {
    const std::size_t length = std::min<std::uint64_t>(kSector, directory.size - done);
    const auto bytes = std::span(sector).first(length);
    if (!walk_.read(at(directory.block) + done, bytes)) return walk_.incomplete();
    // Records do not cross sectors; a zero length fills up to the next one (§6.8.1.1).
    for (std::size_t used = 0; used < length && bytes[used] != 0; used += bytes[used]) {
      const auto record = parse_iso_record(bytes.subspan(used));
      if (!record) {
        walk_.incomplete();
        break;
      }
      add_record(directory, *record);
    }
  }
}

/// What Rock Ridge says, and the blocks in which it says more; readers look there for the root's "." first of all.
RockRidge TreeWalk::rock_ridge(const IsoRecord& record) {
  if (tree_.names != Tree::Names::kRockRidge) return {};
  RockRidge extra = read_rock_ridge(walk_, record, tree_.block_size, tree_.susp_skip);
  for (const std::uint32_t block : extra.continued_in) {
    if (seen_fields_.insert(block).second) walk_.emit_structure("Rock Ridge fields", at(block), tree_.block_size);
  }
  return extra;
}

void TreeWalk::add_record(const Directory& parent, const IsoRecord& record) {
  if ((record.flags & IsoRecord::kAssociated) != 0) return;
  const RockRidge extra = rock_ridge(record);
  if (record.dot_or_dot_dot() || extra.relocated) return;
  std::string name = clean_name(extra.name);
  if (name.empty()) name = tree_.names == Tree::Names::kJoliet ? joliet_name(record) : iso_name(record);
  std::string path = parent.path + name;
  if (extra.child_link) {
    std::array<std::uint8_t, 256> bytes{};
    if (!walk_.read(at(*extra.child_link), bytes)) return walk_.incomplete();
    if (const auto dot = parse_iso_record(bytes)) add_directory(parent, path + '/', *extra.child_link, dot->size);
  } else if (record.directory()) {
    add_directory(parent, path + '/', record.block, record.size);
  } else if (files_) {
    add_file(record, std::move(path), extra.symlink_or_device);
  }
}

void TreeWalk::add_file(const IsoRecord& record, std::string path, bool other) {
  if (file_open_ && file_.path != path) flush();
  if (!file_open_) file_ = {other ? EntryKind::kOther : EntryKind::kFile, std::move(path), 0, {}};
  file_open_ = true;
  walk_.add_extent(file_, at(record.block), record.size, file_.size);
  file_.size += record.size;
  if ((record.flags & IsoRecord::kMultiExtent) == 0) flush();
}

void TreeWalk::flush() {
  if (file_open_) walk_.emit(std::move(file_));
  file_open_ = false;
}

bool Iso9660::visit(const Visitor& visitor, const Limits& limits) const {
  Walk walk(volume_, visitor, limits);
  walk.emit_structure("primary volume descriptor", std::uint64_t{kFirstDescriptor} * kSector, kSector);
  const std::uint64_t others = descriptors_end_ - kFirstDescriptor - 1;
  walk.emit_structure("volume descriptors", std::uint64_t{kFirstDescriptor + 1} * kSector, others * kSector);
  for (std::size_t i = 0; i < trees_.size(); ++i) TreeWalk(walk, trees_[i], i == 0).run();
  for (const Tree& tree : trees_)
    for (const Run& table : tree.path_tables) walk.emit_structure("path table", table.offset, table.length);
  return walk.complete();
}

}  // namespace

std::unique_ptr<FileSystem> open_iso9660(const devices::media::Medium& medium, std::uint64_t begin,
                                         std::uint64_t size) {
  auto iso = std::make_unique<Iso9660>(medium, begin, size);
  if (!iso->recognised()) return nullptr;
  return iso;
}

}  // namespace debugger::files
