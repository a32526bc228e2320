#include "ui/file_list.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include <fmt/core.h>
#include <sys/stat.h>

#include "bootsim/user_folders.h"
#include "emu/text.h"

namespace ui {
namespace {

namespace fs = std::filesystem;
using emu::lower;

constexpr std::array<std::string_view, 9> kImages = {".iso", ".img", ".ima", ".bin", ".raw",
                                                     ".vfd", ".dsk", ".flp", ".hdd"};
constexpr std::array<std::string_view, 5> kPacked = {".gz", ".bz2", ".xz", ".zst", ".zip"};

bool ends_with_any(std::string_view name, std::span<const std::string_view> suffixes) {
  const std::string small = lower(name);
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view s) { return small.ends_with(s); });
}

bool comes_before(const FileEntry& a, const FileEntry& b) {
  if (a.folder != b.folder) return a.folder;
  const std::string left = lower(a.name), right = lower(b.name);
  return left != right ? left < right : a.name < b.name;
}

}  // namespace

FolderContents list_folder(const std::string& path, bool all) {
  FolderContents contents;
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    FileEntry entry{.name = at->path().filename().string()};
    struct stat facts {};
    if (entry.name.starts_with(".") || stat(at->path().c_str(), &facts) != 0) continue;
    entry.folder = S_ISDIR(facts.st_mode);
    entry.size = static_cast<std::uint64_t>(facts.st_size);
    entry.changed = facts.st_mtime;
    if (entry.folder || all || looks_like_image(entry.name) || looks_packed(entry.name))
      contents.entries.push_back(std::move(entry));
  }
  if (error) contents.error = fmt::format("{}: {}", path, error.message());
  std::sort(contents.entries.begin(), contents.entries.end(), comes_before);
  return contents;
}

bool looks_like_image(std::string_view name) { return ends_with_any(name, kImages); }
bool looks_packed(std::string_view name) { return ends_with_any(name, kPacked); }

std::string size_words(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "KB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  if (unit == 0) return fmt::format("{} B", bytes);
  return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, kUnits[unit]);
}

std::string parent_folder(const std::string& path) {
  const fs::path clean = fs::path(path).lexically_normal();
  const fs::path above = (clean.has_filename() ? clean : clean.parent_path()).parent_path();
  return above.empty() ? "/" : above.string();
}

std::string resolve_path(std::string_view typed, const std::string& folder) {
  if (typed.starts_with("~/") || typed == "~") {
    if (const fs::path home = bootsim::home_folder(); !home.empty())
      return (home / (typed.size() > 2 ? typed.substr(2) : "")).lexically_normal().string();
  }
  const fs::path path(typed);
  return (path.is_absolute() ? path : fs::path(folder) / path).lexically_normal().string();
}

}  // namespace ui
