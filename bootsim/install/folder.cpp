#include "bootsim/install/folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fmt/core.h>

#include "bootsim/units.h"
#include "devices/media/gpt.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw emu::Error(emu::ErrorKind::kMedium, fmt::format("{}: {}", path, why));
}

std::uint32_t crc_of(const std::string& text) {
  return devices::media::crc32(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::uint32_t content_of(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) refuse(path, std::strerror(errno));
  std::string digest;
  std::string piece(std::size_t{1} << 20, '\0');
  for (std::size_t got = piece.size(); got == piece.size();) {
    got = std::fread(piece.data(), 1, piece.size(), file.get());
    digest += fmt::format("{:08x}", devices::media::crc32(reinterpret_cast<const std::uint8_t*>(piece.data()), got));
  }
  if (std::ferror(file.get()) != 0) refuse(path, "cannot be read");
  return crc_of(digest);
}

std::optional<std::int64_t> source_date_epoch() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr || *text == '\0') return std::nullopt;
  return static_cast<std::int64_t>(parse_number(text));
}

bool is_plain(const std::string& name) {
  return std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == '"' || c == 0x7F; });
}

std::optional<SourceEntry> entry_of(const fs::directory_entry& file, const std::string& root,
                                    const std::optional<std::int64_t>& epoch) {
  SourceEntry entry;
  entry.host_path = file.path().string();
  entry.path = entry.host_path.substr(root.size());
  struct stat st {};
  if (::lstat(entry.host_path.c_str(), &st) != 0) refuse(entry.host_path, std::strerror(errno));
  if (!is_plain(entry.path))
    refuse(entry.host_path, "has a control character or a quotation mark in its name; rename it");
  entry.time = epoch.value_or(st.st_mtime);
  entry.mode = st.st_mode & 07777;
  if (S_ISLNK(st.st_mode)) {
    entry.kind = SourceEntry::Kind::kLink;
    entry.target = fs::read_symlink(file.path()).string();
    if (!is_plain(entry.target))
      refuse(entry.host_path, "points to a name with a control character or a quotation mark");
  } else if (S_ISDIR(st.st_mode)) {
    entry.kind = SourceEntry::Kind::kDirectory;
  } else if (S_ISREG(st.st_mode)) {
    entry.size = static_cast<std::uint64_t>(st.st_size);
  } else {
    return std::nullopt;
  }
  return entry;
}

}  // namespace

std::uint64_t SourceFolder::bytes() const {
  std::uint64_t sum = 0;
  for (const SourceEntry& entry : entries) sum += entry.size;
  return sum;
}

SourceFolder read_folder(const std::string& path) {
  std::error_code error;
  SourceFolder folder;
  folder.path = fs::canonical(path, error).string();
  if (error || !fs::is_directory(folder.path)) refuse(path, "is no folder");
  folder.epoch = source_date_epoch();
  try {
    for (const auto& file : fs::recursive_directory_iterator(folder.path))
      if (auto entry = entry_of(file, folder.path == "/" ? "" : folder.path, folder.epoch))
        folder.entries.push_back(std::move(*entry));
  } catch (const fs::filesystem_error& failure) {
    refuse(failure.path1().string(), failure.code().message());
  }
  std::sort(folder.entries.begin(), folder.entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  constexpr std::int64_t kFirstFatTime = 315532800;  // 1980-01-01
  folder.time = kFirstFatTime;
  std::string digest;
  for (const SourceEntry& entry : folder.entries) {
    const bool file = entry.kind == SourceEntry::Kind::kFile;
    if (file) folder.time = std::max(folder.time, entry.time);
    digest +=
        fmt::format("{} {} {:08x} {}\n", entry.path, entry.size, file ? content_of(entry.host_path) : 0, entry.target);
  }
  folder.time = folder.epoch.value_or(folder.time);
  folder.content = crc_of(digest);
  return folder;
}

std::uint32_t Identifiers::serial(const std::string& what) const {
  return std::max(crc_of(seed_ + ":" + what), std::uint32_t{1});
}

std::string Identifiers::uuid(const std::string& what) const {
  std::uint32_t w[4];
  for (int i = 0; i < 4; ++i) w[i] = serial(fmt::format("{}{}", what, i));
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", w[0], w[1] >> 16, w[1] & 0xFFF,
                     (w[2] >> 16 & 0x3FFF) | 0x8000, w[2] & 0xFFFF, w[3]);
}

}  // namespace bootsim::install
