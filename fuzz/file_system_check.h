// What must hold of every file system, whatever its bytes: extents inside the medium, clean names, few enough
// entries.
#pragma once

#include <cstddef>
#include <string>

#include "debugger/files/file_system.h"
#include "devices/media/medium.h"

inline void require(bool condition) {
  if (!condition) __builtin_trap();
}

inline void check_file_system(const devices::media::Medium& medium, const debugger::files::FileSystem& fs) {
  using namespace debugger::files;
  // Smaller than the real ones, so that an input costs milliseconds.
  const Limits limits{.max_entries = 2000,
                      .max_depth = 16,
                      .max_extents = 5000,
                      .max_path_bytes = 200'000,
                      .max_metadata = 8 << 20,
                      .max_steps = 200'000};
  std::size_t entries = 0;
  std::string first_file;
  fs.visit(
      [&](Entry&& entry) {
        if (entry.kind != EntryKind::kStructure) {
          ++entries;
          require(entry.path.starts_with('/'));
        }
        require(entry.kind != EntryKind::kDirectory || entry.path.ends_with('/'));
        for (const char c : entry.path) require(static_cast<unsigned char>(c) >= 0x20);
        for (const Extent& run : entry.extents)
          require(run.length != 0 && run.offset < medium.size() && run.length <= medium.size() - run.offset);
        if (entry.kind == EntryKind::kFile && first_file.empty()) first_file = entry.path;
        return true;
      },
      limits);
  require(entries <= limits.max_entries);
}
