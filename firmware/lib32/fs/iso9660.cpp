#include "lib32/fs/iso9660.h"

namespace lib32 {

namespace {

constexpr u32 kSector = 2048;  // volume descriptors and directories are cut at these, whatever the block size
constexpr u32 kFirstDescriptor = 16;
constexpr u32 kMaxDescriptors = 64;

// §8.1.1 Volume Descriptor Type
constexpr u8 kPrimary = 1;
constexpr u8 kSupplementary = 2;
constexpr u8 kTerminator = 255;

constexpr u32 kRootRecord = 156;  // §8.4.18
constexpr u32 kRootRecordSize = 34;
constexpr u32 kMaxSections = 1024;  // of a file; each has up to 4 GB

// Node::map of a record
constexpr u32 kSections = 0;  // le32
constexpr u32 kCompressed = 4;
constexpr u32 kInterleaved = 5;
constexpr u32 kMoved = 6;  // flags is the block of a relocated directory (CL)

void put32(u8* to, u32 value) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<u8>(value >> (8 * i));
}

/// §7.4.2.2: the escape sequences of UCS-2 levels 1 to 3 make a supplementary descriptor Joliet's.
bool is_joliet(const u8* descriptor) {
  const u8* e = descriptor + 88;
  return descriptor[0] == kSupplementary && e[0] == '%' && e[1] == '/' && (e[2] == '@' || e[2] == 'C' || e[2] == 'E');
}

}  // namespace

Status open_iso9660(Source& volume, Arena& arena, FileSystem*& out) {
  u8 head[8];
  const u64 first = u64{kFirstDescriptor} * kSector;
  if (volume.size() < first + kSector) return {Error::kNotFound, "too small for ISO 9660"};
  if (const Status status = volume.read(first, head, sizeof(head)); !status.ok()) return status;
  if (memcmp(head + 1, "CD001", 5) != 0) return {Error::kNotFound, "no ISO 9660"};
  Iso9660* const iso = new (arena) Iso9660(volume, arena);
  if (iso == nullptr || !iso->ready()) return {Error::kNoMemory, "no memory for a file system"};
  out = iso;
  return iso->read_descriptors();
}

Iso9660::Iso9660(Source& volume, Arena& arena) : FileSystem(volume, arena) {}

Status Iso9660::read_descriptors() {
  u8 descriptor[kSector / 2];  // all fields that we need lie in the first half
  bool primary = false;
  u32 joliet = 0;
  for (u32 i = kFirstDescriptor; i < kFirstDescriptor + kMaxDescriptors; ++i) {
    const Status status = metadata_.read(u64{i} * kSector, descriptor, sizeof(descriptor));
    if (!status.ok() && !primary) return status;
    if (!status.ok() || memcmp(descriptor + 1, "CD001", 5) != 0 || descriptor[0] == kTerminator) break;
    if (descriptor[0] == kPrimary && !primary) primary = take_primary(descriptor);
    if (joliet == 0 && is_joliet(descriptor)) joliet = i;
  }
  if (!primary) return {Error::kNotFound, "no ISO 9660 with a primary volume descriptor"};
  look_for_rock_ridge();
  if (joliet != 0) {
    if (const Status status = metadata_.read(u64{joliet} * kSector, descriptor, sizeof(descriptor)); !status.ok())
      return status;
    take_joliet(descriptor);
  }
  type_ = rock_ridge_ ? "ISO 9660 + Rock Ridge" : joliet_ ? "ISO 9660 + Joliet" : "ISO 9660";
  return {};
}

bool Iso9660::take_primary(const u8* descriptor) {
  const u32 block = le16(descriptor + 128);
  if (!power_of_two(block) || block < 512 || block > kSector) return false;
  block_shift_ = log2(block);
  block_size_ = block;
  size_ = u64{le32(descriptor + 80)} << block_shift_;
  if (!take_root(descriptor + kRootRecord, 0)) return false;
  NameWriter label(label_bytes_, sizeof(label_bytes_));
  for (u32 i = 40; i < 72 && descriptor[i] != 0; ++i) label.add(static_cast<char>(descriptor[i]));
  label.trim_right(' ');
  label_ = label.text();
  // blkid's: the modification date and, when it is not set, that of creation.
  take_uuid(descriptor + 830);
  if (uuid_.empty()) take_uuid(descriptor + 813);
  return true;
}

/// §8.4.26.1: 16 digits and a zone; all zero means not specified.
void Iso9660::take_uuid(const u8* date) {
  NameWriter uuid(uuid_bytes_, sizeof(uuid_bytes_));
  bool set = date[16] != 0;
  for (u32 i = 0; i < 16; ++i) {
    if (i >= 4 && i % 2 == 0) uuid.add('-');
    uuid.add(static_cast<char>(date[i]));
    set = set || date[i] != '0';
  }
  if (set) uuid_ = uuid.text();
}

bool Iso9660::take_root(const u8* record, u64 offset) {
  if (record[0] < kRootRecordSize || (record[25] & IsoRecord::kDirectory) == 0) return false;
  root_ = {};
  root_.kind = Kind::kDirectory;
  root_.place = offset;
  root_.flags = le32(record + 2) + record[1];
  root_.size = le32(record + 10);
  put32(root_.map + kSections, 1);
  return true;
}

void Iso9660::take_joliet(const u8* descriptor) {
  // blkid shows Joliet's label, which has 16 characters, unless the primary one merely goes on behind them.
  char bytes[64];
  NameWriter label(bytes, sizeof(bytes));
  label.add_utf16(descriptor + 40, 16, true);
  while (label.length() != 0 && label.text()[label.length() - 1] == 0) label.trim_right(0);
  label.trim_right(' ');
  if (label.length() != 0 && !(label_.first(label.length()) == label.text())) {
    memcpy(label_bytes_, bytes, label.length());
    label_ = {label_bytes_, label.length()};
  }
  if (!rock_ridge_) joliet_ = take_root(descriptor + kRootRecord, 0);
}

/// Rock Ridge begins with an SP field in the root directory's own record (SUSP §5.3).
void Iso9660::look_for_rock_ridge() {
  IsoRecord record;
  bool none = false;
  if (!read_record(u64{root_.flags} << block_shift_, record, none).ok() || none || !record.is_dot()) return;
  const u32 at = record.system_use();
  if (at + 7 > record.length()) return;
  const u8* sp = record.raw + at;
  if (sp[0] != 'S' || sp[1] != 'P' || sp[2] < 7 || sp[4] != 0xBE || sp[5] != 0xEF) return;
  RockRidge rock_ridge;
  NameWriter name(nullptr, 0);
  if (read_rock_ridge(record, rock_ridge, name).ok() && rock_ridge.present) {
    rock_ridge_ = true;
    skip_ = sp[6];
  }
}

/// Reads the record at `offset`; `none` when a zero says that the rest of its sector holds no more.
Status Iso9660::read_record(u64 offset, IsoRecord& record, bool& none) {
  if (const Status status = metadata_.read(offset, record.raw, 1); !status.ok()) return status;
  none = record.raw[0] == 0;
  if (none) return {};
  const u32 length = record.raw[0];
  if (length < kRootRecordSize || static_cast<u32>(offset) % kSector + length > kSector)
    return {Error::kDamaged, "a malformed directory record"};
  record.offset = offset;
  if (const Status status = metadata_.read(offset, record.raw, length); !status.ok()) return status;
  if (IsoRecord::kNameAt + record.name_length() > length || record.name_length() == 0)
    return {Error::kDamaged, "a malformed directory record"};
  return {};
}

Status Iso9660::read_entry(const Node& directory, Cursor& cursor, u64& offset, Entry& entry, bool& done) {
  IsoRecord record;
  for (;;) {
    done = offset >= directory.size;
    if (done) return {};
    if (const Status status = locate(directory, offset, 1, cursor); !status.ok()) return status;
    const u64 at = cursor.run.volume_offset + (offset - cursor.run.file_offset);
    bool none = false;
    if (const Status status = read_record(at, record, none); !status.ok()) return status;
    if (none) {
      offset += kSector - at % kSector;
      continue;
    }
    offset += record.length();
    if (record.is_dot() || (record.flags() & IsoRecord::kAssociated) != 0) continue;

    Node node;
    NameWriter name(entry.name_bytes, Entry::kMaxName);
    NameWriter alias(entry.alias_bytes, Entry::kMaxAlias);
    RockRidge rock_ridge;
    node.place = record.offset;
    if (rock_ridge_)
      if (const Status status = read_rock_ridge(record, rock_ridge, name); !status.ok()) return status;
    write_name(record, name, alias);
    if (const Status status = read_sections(record, directory, cursor, offset, node); !status.ok()) return status;
    if (rock_ridge.relocated) continue;
    if (rock_ridge.special) node.kind = Kind::kOther;
    if (rock_ridge.link) node.kind = Kind::kLink;
    if (rock_ridge.child != 0) {
      node.kind = Kind::kDirectory;
      node.flags = rock_ridge.child;
      node.map[kMoved] = 1;
    }
    node.map[kCompressed] = rock_ridge.compressed;
    entry.name_length = static_cast<u16>(name.length());
    entry.alias_length = static_cast<u16>(alias.length());
    entry.kind = node.kind;
    entry.node = node;
    return {};
  }
}

/// Fills `node` from `record` and, when it is one of a file in several extents, from those that follow.
Status Iso9660::read_sections(IsoRecord& record, const Node& directory, Cursor& cursor, u64& offset, Node& node) {
  node.kind = (record.flags() & IsoRecord::kDirectory) != 0 ? Kind::kDirectory : Kind::kFile;
  node.flags = record.block();
  node.size = record.size();
  node.map[kInterleaved] = record.interleaved();
  u32 sections = 1;
  while ((record.flags() & IsoRecord::kMultiExtent) != 0) {
    if (offset >= directory.size) return {Error::kDamaged, "a file whose last extent is missing"};
    if (const Status status = locate(directory, offset, 1, cursor); !status.ok()) return status;
    bool none = false;
    const u64 at = cursor.run.volume_offset + (offset - cursor.run.file_offset);
    if (const Status status = read_record(at, record, none); !status.ok()) return status;
    if (none) {
      offset += kSector - at % kSector;
      continue;
    }
    offset += record.length();
    node.size += record.size();
    node.map[kInterleaved] |= record.interleaved();
    if (++sections > kMaxSections) return {Error::kDamaged, "a file in too many extents"};
  }
  put32(node.map + kSections, sections);
  return {};
}

/// `name`: Rock Ridge's if it is there already, else Joliet's or the plain one without version; `alias`: the
/// plain one in the other spelling.
void Iso9660::write_name(const IsoRecord& record, NameWriter& name, NameWriter& alias) const {
  const bool renamed = name.length() != 0;
  NameWriter& plain = renamed ? alias : name;
  const u32 width = joliet_ ? 2 : 1;
  u32 count = record.name_length() / width;
  const u32 whole = count;
  const auto unit = [&](u32 i) { return record.name()[i * width + width - 1]; };  // the low byte
  const auto high_is_zero = [&](u32 i) { return width == 1 || record.name()[i * width] == 0; };
  // §7.5.1: a version number, and a dot even when there is no extension.
  u32 digits = count;
  while (digits > 0 && high_is_zero(digits - 1) && unit(digits - 1) >= '0' && unit(digits - 1) <= '9') --digits;
  if (digits > 1 && high_is_zero(digits - 1) && unit(digits - 1) == ';') count = digits - 1;
  if (count > 1 && count != whole && high_is_zero(count - 1) && unit(count - 1) == '.') --count;
  const auto write = [&](NameWriter& to, u32 units) {
    if (joliet_) return to.add_utf16(record.name(), units, true);
    to.add(Text(reinterpret_cast<const char*>(record.name()), units));
  };
  write(plain, count);
  if (!renamed && count != whole) write(alias, whole);
}

/// A relocated directory is known by its place only: its own record says the rest.
Status Iso9660::load_node(const Entry& entry, Node& node) {
  node = entry.node;
  if (node.map[kMoved] == 0) return {};
  const u64 at = u64{node.flags} << block_shift_;
  IsoRecord record;
  bool none = false;
  if (const Status status = read_record(at, record, none); !status.ok()) return status;
  if (none || !record.is_dot() || (record.flags() & IsoRecord::kDirectory) == 0)
    return {Error::kDamaged, "a relocated directory that is none"};
  node = {};
  node.kind = Kind::kDirectory;
  node.place = at;
  node.flags = record.block();
  node.size = record.size();
  put32(node.map + kSections, 1);
  return {};
}

Status Iso9660::check_readable(const Node& node) const {
  if (node.map[kInterleaved] != 0) return {Error::kUnsupported, "the file is interleaved"};
  if (node.map[kCompressed] != 0) return {Error::kUnsupported, "the file is compressed (zisofs)"};
  return {};
}

Status Iso9660::map(const Node& node, u64 offset, u64, Cursor& cursor) {
  const u32 sections = le32(node.map + kSections);
  if (sections == 1) {
    cursor.run = {0, u64{node.flags} << block_shift_, node.size, false};
    return {};
  }
  u64 at = node.place;
  u64 file_offset = 0;
  IsoRecord record;
  for (u32 i = 0; i < sections;) {
    bool none = false;
    if (const Status status = read_record(at, record, none); !status.ok()) return status;
    if (none) {
      at += kSector - at % kSector;
      continue;
    }
    at += record.length();
    if (offset - file_offset < record.size()) {
      cursor.run = {file_offset, u64{record.block()} << block_shift_, record.size(), false};
      return {};
    }
    file_offset += record.size();
    ++i;
  }
  return {Error::kDamaged, "the directory changed under the file"};
}

}  // namespace lib32
