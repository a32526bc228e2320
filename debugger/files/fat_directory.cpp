#include "debugger/files/fat_directory.h"

#include <algorithm>

#include "debugger/files/walk.h"

namespace debugger::files {

namespace {

constexpr std::uint8_t kDeleted = 0xE5;
constexpr std::uint8_t kDeletedEscape = 0x05;  // a name that really begins with E5
constexpr std::uint8_t kLastLongEntry = 0x40;  // LDIR_Ord

// DIR_NTRes: Windows NT and mtools keep the case of all-lowercase 8.3 names here.
constexpr std::uint8_t kLowerBase = 0x08;
constexpr std::uint8_t kLowerExtension = 0x10;

/// FAT specification §7.2: ties a long name to its short entry.
std::uint8_t short_name_checksum(const std::uint8_t* name) {
  std::uint8_t sum = 0;
  for (int i = 0; i < 11; ++i) sum = static_cast<std::uint8_t>((sum >> 1 | sum << 7) + name[i]);
  return sum;
}

std::string trimmed(const std::uint8_t* p, std::size_t width, bool lower) {
  std::string text(reinterpret_cast<const char*>(p), width);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (lower)
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string short_name(const std::uint8_t* entry) {
  std::string base = trimmed(entry, 8, (entry[12] & kLowerBase) != 0);
  if (!base.empty() && static_cast<std::uint8_t>(base[0]) == kDeletedEscape) base[0] = static_cast<char>(kDeleted);
  const std::string extension = trimmed(entry + 8, 3, (entry[12] & kLowerExtension) != 0);
  return clean_name(extension.empty() ? base : base + '.' + extension);
}

}  // namespace

void FatDirectoryParser::feed_long_name(const std::uint8_t* entry) {
  const std::size_t order = entry[0] & 0x3F;
  if ((entry[0] & kLastLongEntry) != 0) {
    parts_ = order <= kMaxEntries ? order : 0;
    expected_ = parts_;
    checksum_ = entry[13];
  }
  if (order == 0 || order != expected_ || entry[13] != checksum_) {
    parts_ = expected_ = 0;
    return;
  }
  char16_t* out = &units_[(order - 1) * kUnitsPerEntry];
  for (const auto& [at, count] : {std::pair{1, 5}, std::pair{14, 6}, std::pair{28, 2}})
    for (int i = 0; i < count; ++i) *out++ = le16(entry + at + 2 * i);
  --expected_;
}

std::string FatDirectoryParser::take_long_name(const std::uint8_t* short_entry) {
  const bool valid = parts_ != 0 && expected_ == 0 && checksum_ == short_name_checksum(short_entry);
  const auto begin = units_.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(parts_ * kUnitsPerEntry);
  parts_ = expected_ = 0;
  if (!valid) return {};
  return clean_name(utf8_from_utf16({begin, std::find(begin, end, u'\0')}));
}

std::optional<FatFile> FatDirectoryParser::feed(const std::uint8_t* entry) {
  const std::uint8_t attributes = entry[11];
  if (entry[0] != kDeleted && (attributes & FatFile::kLongNameMask) == FatFile::kLongName) {
    feed_long_name(entry);
    return std::nullopt;
  }
  FatFile file;
  file.name = take_long_name(entry);
  if (entry[0] == kDeleted || entry[0] == '.') return std::nullopt;
  file.attributes = attributes;
  if (file.volume_label()) {
    file.name = text_field(entry, 11);
  } else if (file.name.empty()) {
    file.name = short_name(entry);
  }
  file.cluster = le16(entry + 26) | std::uint32_t{le16(entry + 20)} << 16;
  file.size = file.directory() ? 0 : le32(entry + 28);
  return file;
}

}  // namespace debugger::files
