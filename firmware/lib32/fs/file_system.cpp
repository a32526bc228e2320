#include "lib32/fs/file_system.h"

#include "lib32/fs/ext.h"
#include "lib32/fs/fat.h"
#include "lib32/fs/iso9660.h"

namespace lib32 {

/// A path on its way to be one without links: what lies before `done` has been resolved to a node.
class Path {
 public:
  Path(char* bytes, size_t room) : bytes_(bytes), room_(room) {}

  /// Puts `with` in place of [begin, end); false when that gets too long.
  bool replace(size_t begin, size_t end, Text with) {
    const size_t tail = length_ - end;
    if (with.size > room_ - begin || tail > room_ - begin - with.size) return false;
    memmove(bytes_ + begin + with.size, bytes_ + end, tail);
    memcpy(bytes_ + begin, with.data, with.size);
    length_ = begin + with.size + tail;
    return true;
  }
  /// The next name after `done`: [begin, end). False when there is none.
  bool next(size_t& begin, size_t& end) const {
    begin = done;
    while (begin < length_ && bytes_[begin] == '/') ++begin;
    end = begin;
    while (end < length_ && bytes_[end] != '/') ++end;
    return begin != end;
  }
  Text part(size_t begin, size_t end) const { return {bytes_ + begin, end - begin}; }
  /// Where the last name before `at` begins, with its slash.
  size_t parent(size_t at) const {
    while (at > 0 && bytes_[at - 1] != '/') --at;
    while (at > 0 && bytes_[at - 1] == '/') --at;
    return at;
  }

  size_t done = 0;

 private:
  char* bytes_;
  size_t room_;
  size_t length_ = 0;
};

Status FileSystem::open(Source& volume, Arena& arena, FileSystem*& out) {
  // ISO 9660 first: the system area of an isohybrid may hold anything, a FAT boot sector included. A FAT boot
  // sector stays behind when a partition is formatted anew with ext, never the other way round.
  constexpr Status (*kOpeners[])(Source&, Arena&, FileSystem*&) = {open_iso9660, open_ext, open_fat};
  out = nullptr;
  const size_t mark = arena.mark();
  for (const auto open : kOpeners) {
    FileSystem* fs = nullptr;
    Status status = open(volume, arena, fs);
    if (status.ok()) status = fs->prepare(arena);
    if (status.ok()) {
      out = fs;
      return status;
    }
    arena.release(mark);
    if (status.error() != Error::kNotFound) return status;
  }
  return {Error::kNotFound, "no file system that we know"};
}

Status FileSystem::prepare(Arena& arena) {
  work_ = static_cast<Work*>(arena.allocate(sizeof(Work)));
  if (work_ == nullptr) return {Error::kNoMemory, "no memory for a file system"};
  return {};
}

/// work_->found becomes the entry called `name`.
Status FileSystem::find_in(const Node& directory, Text name) {
  Entry& entry = work_->found;
  const bool any_case = ignores_case(directory);
  bool candidate = false;
  Directory all;
  if (const Status status = open_directory(directory, all); !status.ok()) return status;
  while (all.next(entry)) {
    if (entry.name() == name) return {};
    if (candidate || !any_case) continue;
    if (same_ignoring_case(entry.name(), name) || (!entry.alias().empty() && same_ignoring_case(entry.alias(), name))) {
      work_->candidate = entry;
      candidate = true;
    }
  }
  if (!all.status().ok()) return all.status();
  if (!candidate) return {Error::kNotFound, "there is no such file"};
  entry = work_->candidate;
  return {};
}

/// From `node`, a directory, to the one called by path[begin, end); or, when that is a link, puts its target
/// there.
Status FileSystem::step(Path& path, size_t begin, size_t end, Node& node, bool& link) {
  if (node.kind != Kind::kDirectory) return {Error::kWrongKind, "a part of the path is no directory"};
  if (const Status status = find_in(node, path.part(begin, end)); !status.ok()) return status;
  Node next;
  if (const Status status = load_node(work_->found, next); !status.ok()) return status;
  link = next.kind == Kind::kLink;
  if (!link) {
    node = next;
    path.done = end;
    return {};
  }
  NameWriter target(work_->target, kMaxPath);
  if (const Status status = read_link(next, target); !status.ok()) return status;
  if (target.length() == 0) return {Error::kNotFound, "an empty symbolic link"};
  if (target.text()[0] == '/') {
    begin = path.done = 0;
    node = root();
  }
  if (!path.replace(begin, end, target.text())) return {Error::kNotFound, "a path that grows too long by its links"};
  return {};
}

Status FileSystem::find(Text wanted, Node& node) {
  constexpr unsigned kMaxSteps = 2 * kMaxPath;  // links and ".." may lead back; not for ever
  Path path(work_->path, kMaxPath);
  if (!path.replace(0, 0, wanted)) return {Error::kNotFound, "the path is too long"};
  node = root();
  unsigned links = 0;
  size_t begin = 0, end = 0;
  for (unsigned steps = 0; path.next(begin, end); ++steps) {
    if (steps == kMaxSteps) return {Error::kNotFound, "a path of too many parts"};
    const Text name = path.part(begin, end);
    if (name == "." || name == "..") {
      // Up means: without the last name, which no longer is a link, from the root again.
      if (node.kind != Kind::kDirectory) return {Error::kWrongKind, "a part of the path is no directory"};
      const bool up = name.size == 2;
      path.replace(up ? path.parent(path.done) : path.done, end, "");
      if (up) path.done = 0, node = root();
      continue;
    }
    bool link = false;
    if (const Status status = step(path, begin, end, node, link); !status.ok()) return status;
    if (link && ++links > kMaxLinks) return {Error::kNotFound, "too many symbolic links"};
  }
  return {};
}

Status FileSystem::load(const Entry& entry, Node& node) { return load_node(entry, node); }

Status FileSystem::open_file(Text path, File& file) {
  Node node;
  if (const Status status = find(path, node); !status.ok()) return status;
  return open_file(node, file);
}

Status FileSystem::open_file(const Node& node, File& file) {
  if (node.kind == Kind::kDirectory) return {Error::kWrongKind, "it is a directory"};
  if (node.kind == Kind::kLink) return {Error::kWrongKind, "it is a symbolic link"};
  if (node.kind != Kind::kFile) return {Error::kWrongKind, "it is no regular file"};
  file.fs_ = this;
  file.node_ = node;
  file.cursor_ = {};
  return check_readable(node);
}

Status FileSystem::open_directory(Text path, Directory& directory) {
  Node node;
  if (const Status status = find(path, node); !status.ok()) return status;
  return open_directory(node, directory);
}

Status FileSystem::open_directory(const Node& node, Directory& directory) {
  if (node.kind != Kind::kDirectory) return {Error::kWrongKind, "it is no directory"};
  directory.fs_ = this;
  directory.node_ = node;
  directory.cursor_ = {};
  directory.offset_ = 0;
  // No directory is larger than its volume; one that claims it would keep us busy for hours.
  const u64 room = volume_.size() == Source::kUnknownSize ? size_ : volume_.size();
  directory.status_ =
      node.size > room ? Status(Error::kDamaged, "a directory that is larger than its volume") : check_readable(node);
  return directory.status_;
}

Status FileSystem::locate(const Node& node, u64 offset, u64 length, Cursor& cursor) {
  const Extent& run = cursor.run;
  if (run.length != 0 && offset >= run.file_offset && offset - run.file_offset < run.length) return {};
  if (const Status status = map(node, offset, length, cursor); !status.ok()) {
    cursor = {};
    return status;
  }
  const bool holds = run.length != 0 && offset >= run.file_offset && offset - run.file_offset < run.length;
  if (!holds && node.kind == Kind::kDirectory && run.length == 0) return {};
  const u64 size = volume_.size();
  if (holds && (run.hole || (run.volume_offset <= size && run.length <= size - run.volume_offset))) return {};
  cursor = {};
  return {Error::kDamaged, "a part of the file lies behind the end of its volume"};
}

Status FileSystem::read_metadata(const Node& node, Cursor& cursor, u64 offset, void* to, size_t length, bool& ended) {
  u8* out = static_cast<u8*>(to);
  ended = false;
  while (length != 0) {
    ended = offset >= node.size;
    if (ended) return {};
    if (const Status status = locate(node, offset, length, cursor); !status.ok()) return status;
    const Extent& run = cursor.run;
    ended = run.length == 0;
    if (ended) return {};
    const u64 within = offset - run.file_offset;
    const size_t part = static_cast<size_t>(min<u64>(length, run.length - within));
    if (run.hole) {
      memset(out, 0, part);
    } else if (const Status status = metadata_.read(run.volume_offset + within, out, part); !status.ok()) {
      return status;
    }
    out += part;
    offset += part;
    length -= part;
  }
  return {};
}

bool FileSystem::next(Directory& directory, Entry& entry) {
  if (!directory.status_.ok()) return false;
  bool done = false;
  directory.status_ = read_entry(directory.node_, directory.cursor_, directory.offset_, entry, done);
  return directory.status_.ok() && !done;
}

bool Directory::next(Entry& entry) { return fs_ != nullptr && fs_->next(*this, entry); }

Status FileSystem::read(File& file, u64 offset, void* to, size_t length) {
  const Node& node = file.node_;
  if (offset > node.size || length > node.size - offset) return {Error::kRead, "a read past the end of the file"};
  u8* out = static_cast<u8*>(to);
  while (length != 0) {
    if (const Status status = locate(node, offset, length, file.cursor_); !status.ok()) return status;
    const Extent& run = file.cursor_.run;
    const u64 within = offset - run.file_offset;
    const size_t part = static_cast<size_t>(min<u64>(length, run.length - within));
    if (run.hole) {
      memset(out, 0, part);
    } else if (const Status status = volume_.read(run.volume_offset + within, out, part); !status.ok()) {
      return status;
    }
    out += part;
    offset += part;
    length -= part;
  }
  return {};
}

Status FileSystem::next_extent(File& file, Extent& extent, bool& done) {
  const Node& node = file.node_;
  u64 at = extent.file_offset + extent.length;
  extent = {at, 0, 0, false};
  done = at >= node.size;
  for (; at < node.size; at = extent.file_offset + extent.length) {
    if (const Status status = locate(node, at, node.size - at, file.cursor_); !status.ok()) return status;
    const Extent& run = file.cursor_.run;
    const u64 within = at - run.file_offset;
    if (extent.length == 0) {
      extent.volume_offset = run.hole ? 0 : run.volume_offset + within;
      extent.hole = run.hole;
    } else if (run.hole != extent.hole ||
               (!run.hole && run.volume_offset + within != extent.volume_offset + extent.length)) {
      break;
    }
    extent.length += run.length - within;
  }
  return {};
}

Status File::read(u64 offset, void* to, size_t length) { return fs_->read(*this, offset, to, length); }

Status File::next_extent(Extent& extent, bool& done) { return fs_->next_extent(*this, extent, done); }

}  // namespace lib32
