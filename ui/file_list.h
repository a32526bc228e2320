// The files of a folder, as a dialog lists them.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace ui {

struct FileEntry {
  std::string name;
  bool folder = false;
  std::uint64_t size = 0;  ///< bytes
  std::time_t changed = 0;
};

struct FolderContents {
  std::vector<FileEntry> entries;  ///< folders first, each by name without regard to case
  std::string error;               ///< for people; empty: none
};

/// Hidden files and, without `all`, what no name of a disk image has are left out.
FolderContents list_folder(const std::string& path, bool all);
/// By its name: .iso .img .gz and so on.
bool looks_like_image(std::string_view name);
/// Packed files are unpacked when they are booted, which may take a while.
bool looks_packed(std::string_view name);

/// "1.44 MB", "702 MB", "512 B".
std::string size_words(std::uint64_t bytes);
/// The folder above; "/" has none but itself.
std::string parent_folder(const std::string& path);
/// "~/x" and relative paths made absolute, from `folder`.
std::string resolve_path(std::string_view typed, const std::string& folder);

}  // namespace ui
