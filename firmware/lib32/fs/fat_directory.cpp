// FAT directory entries (FAT specification §6, §7).
#include "lib32/fs/fat.h"

namespace lib32 {

namespace {

constexpr u32 kEntrySize = 32;
constexpr u32 kMaxDirectorySize = 65536 * kEntrySize;

// DIR_Name[0]
constexpr u8 kEnd = 0x00;
constexpr u8 kDeleted = 0xE5;
constexpr u8 kDeletedEscape = 0x05;  // a name that really begins with E5

// DIR_Attr
constexpr u8 kVolumeId = 0x08;
constexpr u8 kDirectoryAttribute = 0x10;
constexpr u8 kLongName = 0x0F;
constexpr u8 kLongNameMask = 0x3F;

// DIR_NTRes: Windows NT and mtools keep the case of all-lowercase 8.3 names here.
constexpr u8 kLowerBase = 0x08;
constexpr u8 kLowerExtension = 0x10;

constexpr u8 kLastPart = 0x40;  // LDIR_Ord

/// Part of an 8.3 name, without the blanks that fill it up.
void add_padded(NameWriter& name, const u8* bytes, u32 width, bool lower) {
  while (width > 0 && bytes[width - 1] == ' ') --width;
  for (u32 i = 0; i < width; ++i) {
    const u8 c = i == 0 && bytes[0] == kDeletedEscape ? kDeleted : bytes[i];
    name.add_cp437(lower && c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
}

void add_short_name(NameWriter& name, const u8* raw) {
  add_padded(name, raw, 8, (raw[12] & kLowerBase) != 0);
  if (raw[8] == ' ' && raw[9] == ' ' && raw[10] == ' ') return;
  name.add('.');
  add_padded(name, raw + 8, 3, (raw[12] & kLowerExtension) != 0);
}

bool is_long(const u8* raw) { return raw[0] != kDeleted && (raw[11] & kLongNameMask) == kLongName; }
bool is_label(const u8* raw) {
  return raw[0] != kDeleted && !is_long(raw) && (raw[11] & (kVolumeId | kDirectoryAttribute)) == kVolumeId;
}

}  // namespace

void FatLongName::feed(const u8* entry) {
  const u32 order = entry[0] & 0x3F;
  if ((entry[0] & kLastPart) != 0) {
    parts_ = expected_ = order <= kMaxParts ? order : 0;
    checksum_ = entry[13];
  }
  if (order == 0 || order != expected_ || entry[13] != checksum_) return clear();
  u8* const out = units_ + (order - 1) * kPartBytes;
  memcpy(out, entry + 1, 10);
  memcpy(out + 10, entry + 14, 12);
  memcpy(out + 22, entry + 28, 4);
  --expected_;
}

bool FatLongName::belongs_to(const u8* short_entry) const {
  u8 sum = 0;
  for (int i = 0; i < 11; ++i) sum = static_cast<u8>((sum >> 1 | sum << 7) + short_entry[i]);
  return parts_ != 0 && expected_ == 0 && checksum_ == sum;
}

void FatLongName::write(NameWriter& name) const {
  u32 count = 0;
  while (count < parts_ * kPartBytes / 2 && le16(units_ + 2 * count) != 0) ++count;
  name.add_utf16(units_, count, false);
}

void Fat::fill(const u8* raw, const FatLongName& long_name, Entry& entry) const {
  NameWriter name(entry.name_bytes, Entry::kMaxName);
  NameWriter alias(entry.alias_bytes, Entry::kMaxAlias);
  if (long_name.belongs_to(raw)) {
    long_name.write(name);
    add_short_name(alias, raw);
  }
  if (name.length() == 0) {
    alias.clear();
    add_short_name(name, raw);
  }
  entry.name_length = static_cast<u16>(name.length());
  entry.alias_length = static_cast<u16>(alias.length());
  Node node;
  node.kind = (raw[11] & kDirectoryAttribute) != 0 ? Kind::kDirectory : Kind::kFile;
  node.place = le16(raw + 26) | (layout_.bits == 32 ? static_cast<u32>(le16(raw + 20)) << 16 : 0);
  node.size = node.kind == Kind::kFile ? le32(raw + 28) : max_directory_size();
  if (node.kind == Kind::kDirectory && node.place == 0) node = root();  // as ".." of its children says it
  entry.kind = node.kind;
  entry.node = node;
}

Status Fat::read_entry(const Node& directory, Cursor& cursor, u64& offset, Entry& entry, bool& done) {
  u8 raw[kEntrySize];
  FatLongName long_name;
  for (;;) {
    if (const Status status = read_metadata(directory, cursor, offset, raw, kEntrySize, done); !status.ok() || done)
      return status;
    done = raw[0] == kEnd;
    if (done) return {};
    offset += kEntrySize;
    if (is_long(raw)) {
      long_name.feed(raw);
      continue;
    }
    if (raw[0] != kDeleted && raw[0] != '.' && (raw[11] & kVolumeId) == 0) {
      fill(raw, long_name, entry);
      return {};
    }
    long_name.clear();
  }
}

/// The label is an entry of the root directory; what the boot sector says may be out of date.
Status Fat::read_label() {
  u8 raw[kEntrySize];
  Cursor cursor;
  const Node directory = root();
  bool done = false;
  for (u64 offset = 0;; offset += kEntrySize) {
    if (const Status status = read_metadata(directory, cursor, offset, raw, kEntrySize, done); !status.ok() || done)
      return status;
    if (raw[0] == kEnd) return {};
    if (!is_label(raw)) continue;
    NameWriter label(label_bytes_, sizeof(label_bytes_));
    add_padded(label, raw, 11, false);
    label_ = label.text();
    return {};
  }
}

/// A directory does not say its size, only its chain ends somewhere.
u64 Fat::max_directory_size() const {
  return min(u64{kMaxDirectorySize}, u64{layout_.clusters} << layout_.cluster_shift);
}

Node Fat::root() const {
  Node node;
  node.kind = Kind::kDirectory;
  node.place = layout_.root_cluster;
  node.size = layout_.bits == 32 ? max_directory_size() : layout_.root_size;
  return node;
}

}  // namespace lib32
