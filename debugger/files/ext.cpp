// A reader of our own, not libext2fs: that library trusts what it reads in many places (its own documentation
// says to run e2fsck first), while boot media are exactly what may be damaged or hostile. Reading names and
// extents needs little.
#include "debugger/files/ext.h"

#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "debugger/files/ext_inode.h"
#include "debugger/files/ext_layout.h"
#include "debugger/files/walk.h"

namespace debugger::files {

namespace {

constexpr std::uint32_t kRootInode = 2;

class ExtWalk {
 public:
  ExtWalk(Walk& walk, const ExtSuper& sb) : walk_(walk), sb_(sb) {}
  void run();

 private:
  struct Directory {
    std::string path;
    std::vector<Extent> extents;
    std::size_t depth;
    std::optional<ExtInode> inline_inode;
  };
  void emit_tree();
  void emit_structures();
  void emit_journal();
  void add(const std::string& path, std::uint32_t number, std::size_t depth);
  void read_directory(const Directory& directory);
  void read_block(const Directory& directory, std::span<const std::uint8_t> block);
  void emit_group_tables();

  Walk& walk_;
  const ExtSuper& sb_;
  std::deque<Directory> queue_;
  std::set<std::uint32_t> seen_;
};

void ExtWalk::run() {
  emit_tree();
  emit_journal();
  emit_structures();
}

void ExtWalk::emit_tree() {
  add("", kRootInode, 0);
  while (!queue_.empty() && !walk_.stopped()) {
    const Directory directory = std::move(queue_.front());
    queue_.pop_front();
    read_directory(directory);
  }
}

/// Emits the file or directory of inode `number`; a directory's content follows later.
void ExtWalk::add(const std::string& path, std::uint32_t number, std::size_t depth) {
  const auto inode = read_ext_inode(walk_, sb_, number);
  const bool root_is_no_directory = path.empty() && inode && !inode->directory();
  if (!inode || root_is_no_directory) return walk_.incomplete();
  Entry entry{inode->regular() ? EntryKind::kFile : EntryKind::kOther, path, inode->size, {}};
  if (inode->directory()) {
    if (!seen_.insert(number).second) return;
    if (depth >= walk_.limits().max_depth) return walk_.incomplete();
    entry.kind = EntryKind::kDirectory;
    entry.path += '/';
  }
  Entry map{EntryKind::kStructure, entry.path + " (block map)", 0, {}};
  map_ext_inode(walk_, sb_, *inode, entry, map);
  if (inode->directory()) {
    queue_.push_back({entry.path, entry.extents, depth + 1, std::nullopt});
    if (inode->inline_data()) queue_.back().inline_inode = inode;
  }
  walk_.emit(std::move(entry));
  if (!map.extents.empty()) walk_.emit(std::move(map));
}

void ExtWalk::read_directory(const Directory& directory) {
  if (directory.inline_inode) {
    // Inline: the parent's inode number, then entries. More of them may be in an extended attribute, not
    // read.
    read_block(directory, std::span(directory.inline_inode->block).subspan(4));
    return;
  }
  std::vector<std::uint8_t> block(sb_.block_size);
  for (const Extent& run : directory.extents) {
    const std::uint64_t begin = run.offset - walk_.volume().begin();
    for (std::uint64_t at = 0; at < run.length && !walk_.stopped(); at += block.size()) {
      if (!walk_.read(begin + at, block)) return walk_.incomplete();
      read_block(directory, block);
    }
  }
}

/// Directory entries: inode (4 bytes), record length (2), name length (1), type (1), name. The nodes of
/// hashed directories look like one empty entry.
void ExtWalk::read_block(const Directory& directory, std::span<const std::uint8_t> block) {
  constexpr std::size_t kHeader = 8;
  while (block.size() >= kHeader && walk_.work()) {
    const std::uint32_t inode = le32(&block[0]);
    std::size_t length = le16(&block[4]);
    if (length == 0xFFFF || (length == 0 && sb_.block_size == 65536)) length = block.size();
    const std::size_t name_length = block[6];
    if (length < kHeader || length > block.size()) return walk_.incomplete();
    if (inode != 0 && kHeader + name_length <= length) {
      const std::string_view name(reinterpret_cast<const char*>(&block[kHeader]), name_length);
      if (name != "." && name != ".." && !name.empty()) add(directory.path + clean_name(name), inode, directory.depth);
    }
    block = block.subspan(length);
  }
}

void ExtWalk::emit_journal() {
  if ((sb_.compat & ExtSuper::kCompatHasJournal) == 0 || sb_.journal_inode == 0) return;
  const auto inode = read_ext_inode(walk_, sb_, sb_.journal_inode);
  if (!inode || !inode->regular()) return walk_.incomplete();
  Entry journal{EntryKind::kStructure, "journal", inode->size, {}};
  Entry map = journal;
  map_ext_inode(walk_, sb_, *inode, journal, map);
  walk_.emit(std::move(journal));
  walk_.emit(std::move(map));
}

void ExtWalk::emit_structures() {
  const std::uint64_t block = sb_.block_size;
  walk_.emit_structure("boot sector", 0, kExtSuperOffset);
  Entry supers{EntryKind::kStructure, "superblock", 0, {}};
  Entry descriptors{EntryKind::kStructure, "group descriptors", 0, {}};
  walk_.add_extent(supers, kExtSuperOffset, kExtSuperSize, 0);
  for (std::uint32_t group = 0; group < sb_.groups && walk_.work(); ++group) {
    const std::uint64_t first = sb_.group_first_block(group) * block;
    if (sb_.group_has_super(group)) {
      if (group != 0) walk_.add_extent(supers, first, kExtSuperSize, 0);
      const std::uint64_t blocks = std::uint64_t{sb_.descriptor_blocks()} + sb_.reserved_gdt_blocks;
      walk_.add_extent(descriptors, first + block, blocks * block, 0);
    }
    if (sb_.descriptor_offset(group) >= first) walk_.add_extent(descriptors, sb_.descriptor_offset(group), block, 0);
  }
  walk_.emit(std::move(supers));
  walk_.emit(std::move(descriptors));
  emit_group_tables();
}

void ExtWalk::emit_group_tables() {
  const std::uint64_t block = sb_.block_size;
  Entry block_bitmaps{EntryKind::kStructure, "block bitmap", 0, {}};
  Entry inode_bitmaps{EntryKind::kStructure, "inode bitmap", 0, {}};
  Entry tables{EntryKind::kStructure, "inode table", 0, {}};
  std::array<std::uint8_t, 64> d{};
  const bool wide = sb_.descriptor_size >= 64;
  const auto place = [&](std::size_t low, std::size_t high) {
    const std::uint64_t number = le32(&d[low]) | std::uint64_t{wide ? le32(&d[high]) : 0} << 32;
    return number < sb_.blocks ? number * block : 0;
  };
  const std::uint64_t table_size = std::uint64_t{sb_.inodes_per_group} * sb_.inode_size;
  for (std::uint32_t group = 0; group < sb_.groups; ++group) {
    if (!walk_.read(sb_.descriptor_offset(group), std::span(d).first(wide ? 64 : 32))) break;
    // bg_block_bitmap, bg_inode_bitmap, bg_inode_table
    if (const auto at = place(0, 32)) walk_.add_extent(block_bitmaps, at, block, 0);
    if (const auto at = place(4, 36)) walk_.add_extent(inode_bitmaps, at, block, 0);
    if (const auto at = place(8, 40)) walk_.add_extent(tables, at, table_size, 0);
  }
  walk_.emit(std::move(block_bitmaps));
  walk_.emit(std::move(inode_bitmaps));
  walk_.emit(std::move(tables));
}

class Ext final : public FileSystem {
 public:
  Ext(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size, ExtSuper sb)
      : volume_(medium, begin, size), sb_(std::move(sb)) {
    info_.type = sb_.type();
    info_.label = sb_.label;
    info_.uuid = sb_.uuid;
    info_.size = sb_.size();
    info_.block_size = sb_.block_size;
    info_.readable = (sb_.incompat & ExtSuper::kIncompatJournalDevice) == 0;
    if (!info_.readable) info_.type = "external journal of ext";
  }
  const FileSystemInfo& info() const override { return info_; }
  bool visit(const Visitor& visitor, const Limits& limits) const override {
    if (!info_.readable) return true;
    Walk walk(volume_, visitor, limits);
    ExtWalk(walk, sb_).run();
    return walk.complete();
  }

 private:
  Volume volume_;
  ExtSuper sb_;
  FileSystemInfo info_;
};

}  // namespace

std::unique_ptr<FileSystem> open_ext(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size) {
  std::array<std::uint8_t, kExtSuperSize> bytes{};
  if (!Volume(medium, begin, size).read(kExtSuperOffset, bytes)) return nullptr;
  auto sb = parse_ext_super(bytes);
  if (!sb) return nullptr;
  return std::make_unique<Ext>(medium, begin, size, std::move(*sb));
}

}  // namespace debugger::files
