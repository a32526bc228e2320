// What must hold of the guest's file systems, whatever their bytes: every call ends, extents lie on the
// volume and cover the file, reads agree with them. Work is bounded here by looking at few things, not by
// trusting the volume.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lib32/fs/file_system.h"

namespace firmware_fuzz {

inline void require(bool condition) {
  if (!condition) __builtin_trap();
}

/// Some bytes of the file, and some extents; how a list that is cut short ends does not matter.
inline void check_file(lib32::File& file, std::uint64_t volume_size) {
  constexpr int kMaxExtents = 200;
  lib32::Extent extent;
  std::uint64_t covered = 0;
  bool done = false;
  for (int i = 0; i < kMaxExtents; ++i) {
    const lib32::Status status = file.next_extent(extent, done);
    if (!status.ok()) {
      require(status.words()[0] != 0);
      break;
    }
    if (done) {
      require(covered == file.size());
      break;
    }
    require(extent.length != 0 && extent.file_offset == covered);
    covered += extent.length;
    require(covered <= file.size());
    require(extent.hole ||
            (extent.volume_offset <= volume_size && extent.length <= volume_size - extent.volume_offset));
  }
  std::uint8_t bytes[3000];
  const std::uint64_t size = file.size();
  const auto part = static_cast<std::size_t>(lib32::min<std::uint64_t>(size, sizeof(bytes)));
  static_cast<void>(file.read(size - part, bytes, part));
  static_cast<void>(
      file.read(size / 2, bytes, static_cast<std::size_t>(lib32::min<std::uint64_t>(part, size - size / 2))));
  static_cast<void>(file.read(0, bytes, part));
  require(!file.read(size, bytes, 1).ok());
}

inline void check(const std::uint8_t* data, std::size_t size) {
  constexpr int kMaxEntries = 300;
  std::vector<std::uint8_t> memory(96 << 10);
  lib32::MemorySource volume(data, size);
  lib32::Arena arena(memory.data(), memory.size());
  lib32::FileSystem* fs = nullptr;
  if (!lib32::FileSystem::open(volume, arena, fs).ok()) return;
  require(fs->type().size != 0);

  // Breadth first, like a person who looks around.
  std::vector<lib32::Node> queue(1);
  if (!fs->find("/", queue[0]).ok()) return;
  int entries = 0;
  lib32::Entry entry;
  for (std::size_t next = 0; next < queue.size() && next < 40; ++next) {
    lib32::Directory directory;
    if (!fs->open_directory(queue[next], directory).ok()) continue;
    while (entries < kMaxEntries && directory.next(entry)) {
      ++entries;
      require(entry.name_length <= lib32::Entry::kMaxName && entry.alias_length <= lib32::Entry::kMaxAlias);
      lib32::Node node;
      if (!fs->load(entry, node).ok()) continue;
      lib32::File file;
      if (node.kind == lib32::Kind::kDirectory) queue.push_back(node);
      if (fs->open_file(node, file).ok()) check_file(file, size);
      if (next == 0) static_cast<void>(fs->find(entry.name(), node));  // links too
    }
  }
  lib32::Node node;
  static_cast<void>(fs->find("boot/../boot/./grub//a file with a long name.cfg", node));
}

}  // namespace firmware_fuzz
