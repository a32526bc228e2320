#include "debugger/files/file_system.h"

#include <algorithm>

#include "debugger/files/ext.h"
#include "debugger/files/fat.h"
#include "debugger/files/foreign.h"
#include "debugger/files/iso9660.h"
#include "debugger/files/recognised.h"
#include "emu/text.h"

namespace debugger::files {

namespace {

std::optional<Entry> find_file(const FileSystem& fs, std::string_view path) {
  std::optional<Entry> found;
  bool exact = false;
  fs.visit([&](Entry&& entry) {
    if (entry.kind != EntryKind::kFile) return true;
    exact = entry.path == path;
    if (exact || (!found && emu::same_words(entry.path, path))) found = std::move(entry);
    return !exact;
  });
  return found;
}

}  // namespace

std::unique_ptr<FileSystem> open_file_system(const devices::media::Medium& medium, std::uint64_t begin,
                                             std::uint64_t size) {
  // ISO 9660 first: the system area of an isohybrid may hold anything, a FAT boot sector included.
  if (auto fs = open_iso9660(medium, begin, size)) return fs;
  if (auto fs = open_foreign(medium, begin, size)) return fs;
  // A boot sector stays behind when a partition is formatted anew with ext, never the other way round:
  // mkfs.fat overwrites the superblock with its reserved sectors or FAT.
  if (auto fs = open_ext(medium, begin, size)) return fs;
  if (auto fs = open_fat(medium, begin, size)) return fs;
  // Last, as those that only a magic number tells may be what is left of an earlier life of the volume.
  return open_recognised(medium, begin, size);
}

Listing list_files(const FileSystem& fs, const Limits& limits) {
  Listing listing;
  listing.complete = fs.visit(
      [&](Entry&& entry) {
        if (entry.kind != EntryKind::kStructure) listing.entries.push_back(std::move(entry));
        return true;
      },
      limits);
  return listing;
}

std::optional<std::vector<std::uint8_t>> read_file(const devices::media::Medium& medium, const FileSystem& fs,
                                                   std::string_view path, std::size_t max_bytes) {
  const std::optional<Entry> entry = find_file(fs, path);
  if (!entry) return std::nullopt;
  std::vector<std::uint8_t> bytes(
      static_cast<std::size_t>(std::min<std::uint64_t>({entry->size, max_bytes, medium.size()})));
  for (const Extent& run : entry->extents) {
    if (run.file_offset >= bytes.size()) continue;
    const auto at = static_cast<std::size_t>(run.file_offset);
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(run.length, bytes.size() - at));
    medium.read(run.offset, std::span(bytes).subspan(at, length));
  }
  return bytes;
}

}  // namespace debugger::files
