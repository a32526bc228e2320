// Compares the guest's reader with the host's (debugger/files), which knows nothing of it: the same names,
// sizes, bytes and places.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "debugger/files/file_system.h"
#include "devices/media/memory_medium.h"
#include "tests/debugger/files/media_tools.h"
#include "tests/firmware/lib32/volume.h"

using Listing = std::map<std::string, std::string>;  // path -> what is known of it

/// "size offset+length@place …" of every file, "directory" of the others; holes left out.
inline void list_guest(Volume& volume, const lib32::Node& node, const std::string& path, Listing& out) {
  lib32::Directory directory;
  ASSERT_TRUE(volume.fs->open_directory(node, directory).ok()) << path;
  std::vector<std::pair<std::string, lib32::Node>> below;
  lib32::Entry entry;
  while (directory.next(entry)) {
    lib32::Node child;
    const auto status = volume.fs->load(entry, child);
    ASSERT_TRUE(status.ok()) << path << ": " << status.words();
    const std::string name = path + Volume::string(entry.name());
    if (child.kind == lib32::Kind::kDirectory) {
      out[name + "/"] = "directory";
      below.emplace_back(name + "/", child);
    } else if (child.kind != lib32::Kind::kFile) {
      out[name] = "other";
    } else {
      lib32::File file;
      ASSERT_TRUE(volume.fs->open_file(child, file).ok()) << name;
      std::string runs = std::to_string(file.size());
      lib32::Extent run;
      for (bool done = false;;) {
        const auto got = file.next_extent(run, done);
        ASSERT_TRUE(got.ok()) << name << ": " << got.words();
        if (done) break;
        if (!run.hole)
          runs += " " + std::to_string(run.file_offset) + "+" + std::to_string(run.length) + "@" +
                  std::to_string(run.volume_offset);
      }
      out[name] = runs;
    }
  }
  ASSERT_TRUE(directory.status().ok()) << path << ": " << directory.status().words();
  for (const auto& [name, child] : below) list_guest(volume, child, name, out);
}

inline Listing list_guest(Volume& volume) {
  Listing out;
  lib32::Node root;
  EXPECT_TRUE(volume.fs->find("/", root).ok());
  list_guest(volume, root, "/", out);
  return out;
}

inline Listing list_host(const debugger::files::FileSystem& fs) {
  using debugger::files::EntryKind;
  Listing out;
  for (const auto& entry : debugger::files::list_files(fs).entries) {
    if (entry.path == "/") continue;
    std::string& text = out[entry.path];
    text = entry.kind == EntryKind::kDirectory ? "directory" : entry.kind == EntryKind::kOther ? "other" : "";
    if (entry.kind != EntryKind::kFile) continue;
    std::vector<debugger::files::Extent> runs;
    for (const auto& run : entry.extents) {
      if (!runs.empty() && runs.back().offset + runs.back().length == run.offset &&
          runs.back().file_offset + runs.back().length == run.file_offset) {
        runs.back().length += run.length;
      } else {
        runs.push_back(run);
      }
    }
    text = std::to_string(entry.size);
    for (const auto& run : runs) text += fmt::format(" {}+{}@{}", run.file_offset, run.length, run.offset);
  }
  return out;
}

/// The whole image, by both readers.
inline void expect_same_as_host(const std::vector<std::uint8_t>& image, Volume& volume) {
  const devices::media::MemoryMedium medium(image);
  const auto host = debugger::files::open_file_system(medium, 0, medium.size());
  ASSERT_NE(host, nullptr);
  ASSERT_NE(volume.fs, nullptr) << volume.status.words();
  EXPECT_EQ(volume.label(), host->info().label);
  EXPECT_EQ(volume.uuid(), host->info().uuid);
  EXPECT_EQ(volume.fs->size(), host->info().size);
  const Listing ours = list_guest(volume), theirs = list_host(*host);
  for (const auto& [path, text] : ours) EXPECT_EQ(text, theirs.count(path) != 0 ? theirs.at(path) : "missing") << path;
  EXPECT_EQ(ours.size(), theirs.size());
}

/// What blkid says of the image file `name`: "LABEL UUID".
inline std::string blkid(const media_tools::TempDir& dir, const std::string& name) {
  dir.run("(blkid -p -s LABEL -o value " + name + "; echo -n ' '; blkid -p -s UUID -o value " + name +
          ") | tr -d '\\n' > blkid.out");
  return dir.load_text("blkid.out");
}
