// The guest's file systems over an image in memory, for tests and fuzzers; and the host's own reader beside
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib32/fs/file_system.h"
#include "lib32/memory.h"
#include "lib32/source.h"

/// An opened image. `fs` is null when `status` says why.
class Volume {
 public:
  explicit Volume(std::vector<std::uint8_t> image) : Volume(std::move(image), nullptr) {}
  /// Reads through `source` instead of the image.
  explicit Volume(lib32::Source& source) : Volume({}, &source) {}
  Volume(const Volume&) = delete;
  Volume& operator=(const Volume&) = delete;

  std::string content(std::string_view path) {
    if (fs == nullptr) return failure(status);
    lib32::File file;
    if (const auto opened = fs->open_file(text(path), file); !opened.ok()) return failure(opened);
    return content(file);
  }
  static std::string content(lib32::File& file) {
    constexpr std::uint64_t kMost = 64 << 20;
    std::string bytes(static_cast<std::size_t>(lib32::min<std::uint64_t>(file.size(), kMost)), '\0');
    const auto read = file.read(0, bytes.data(), bytes.size());
    return read.ok() ? bytes : failure(read);
  }
  /// "offset+length@place " for each run, "hole" instead of a place.
  std::string extents(std::string_view path) {
    if (fs == nullptr) return failure(status);
    lib32::File file;
    if (const auto opened = fs->open_file(text(path), file); !opened.ok()) return failure(opened);
    std::string list;
    lib32::Extent extent;
    for (bool done = false;;) {
      if (const auto next = file.next_extent(extent, done); !next.ok()) return list + failure(next);
      if (done) return list;
      list += std::to_string(extent.file_offset) + "+" + std::to_string(extent.length) + "@" +
              (extent.hole ? "hole" : std::to_string(extent.volume_offset)) + " ";
    }
  }
  /// Names in a directory, in its order.
  std::vector<std::string> names(std::string_view path) {
    if (fs == nullptr) return {failure(status)};
    lib32::Directory directory;
    if (const auto opened = fs->open_directory(text(path), directory); !opened.ok()) return {failure(opened)};
    std::vector<std::string> list;
    lib32::Entry entry;
    while (directory.next(entry)) list.emplace_back(entry.name().data, entry.name().size);
    if (!directory.status().ok()) list.push_back(failure(directory.status()));
    return list;
  }
  /// Why a path cannot be found; "" when it can.
  std::string find(std::string_view path) {
    if (fs == nullptr) return failure(status);
    lib32::Node node;
    return fs->find(text(path), node).words();
  }
  std::string type() const { return fs != nullptr ? string(fs->type()) : failure(status); }
  std::string label() const { return fs != nullptr ? string(fs->label()) : failure(status); }
  std::string uuid() const { return fs != nullptr ? string(fs->uuid()) : failure(status); }

  static lib32::Text text(std::string_view s) { return {s.data(), s.size()}; }
  static std::string string(lib32::Text t) { return {t.data, t.size}; }
  static std::string failure(lib32::Status why) { return std::string("failed: ") + why.words(); }

 private:
  Volume(std::vector<std::uint8_t> image, lib32::Source* other)
      : image_(std::move(image)),
        source_(image_.data(), image_.size()),
        memory_(96 << 10),
        arena_(memory_.data(), memory_.size()),
        status(lib32::FileSystem::open(other != nullptr ? *other : source_, arena_, fs)) {}

  std::vector<std::uint8_t> image_;
  lib32::MemorySource source_;
  std::vector<std::uint8_t> memory_;
  lib32::Arena arena_;

 public:
  lib32::FileSystem* fs = nullptr;
  lib32::Status status;
};
