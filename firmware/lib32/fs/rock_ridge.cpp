// System use fields (SUSP 1.12) and what Rock Ridge (RRIP 1.12) keeps in them.
#include "lib32/fs/iso9660.h"

namespace lib32 {

namespace {

constexpr u32 kHeader = 4;             // signature, length, version
constexpr u32 kMaxContinuations = 32;  // of one record: a chain of them may run in a circle

constexpr u32 signature(char a, char b) { return static_cast<u32>(a) | static_cast<u32>(b) << 8; }

// NM and SL flags (RRIP §4.1.4, §4.1.3.1)
constexpr u8 kContinues = 0x01;
constexpr u8 kCurrent = 0x02;
constexpr u8 kParent = 0x04;
constexpr u8 kRoot = 0x08;  // SL only

// PX: POSIX file modes
constexpr u32 kTypeMask = 0xF000;
constexpr u32 kDirectory = 0x4000;
constexpr u32 kRegular = 0x8000;
constexpr u32 kSymlink = 0xA000;

/// A symbolic link's target, out of SL fields.
class LinkWriter {
 public:
  explicit LinkWriter(NameWriter& target) : target_(target) {}

  void feed(const u8* field) {
    const u32 length = field[2];
    for (u32 at = 5; at + 2 <= length;) {
      const u8 flags = field[at];
      const u32 size = field[at + 1];
      if (at + 2 + size > length) return;
      component(flags, Text(reinterpret_cast<const char*>(field + at + 2), size));
      at += 2 + size;
    }
  }

 private:
  void component(u8 flags, Text name) {
    if (separate_) target_.add('/');
    separate_ = false;
    if ((flags & kRoot) != 0) return target_.add('/');
    target_.add((flags & kCurrent) != 0 ? Text(".") : (flags & kParent) != 0 ? Text("..") : name);
    separate_ = (flags & kContinues) == 0;
  }

  NameWriter& target_;
  bool separate_ = false;
};

}  // namespace

/// Shows every field of `record`, continuation areas (CE) included, until one is malformed: what follows it
/// is padding or another's.
template <class Visitor>
Status Iso9660::visit_system_use(const IsoRecord& record, Visitor&& visitor) {
  u64 at = record.offset + record.system_use() + skip_;
  u64 end = record.offset + record.length();
  for (u32 continuations = 0; continuations <= kMaxContinuations; ++continuations) {
    u64 next = 0;
    u32 next_length = 0;
    while (at + kHeader <= end) {
      u8 field[256];
      if (const Status status = metadata_.read(at, field, kHeader); !status.ok()) return status;
      const u32 length = field[2];
      const u32 kind = signature(static_cast<char>(field[0]), static_cast<char>(field[1]));
      if (length < kHeader || length > end - at || kind == signature('S', 'T')) break;
      if (const Status status = metadata_.read(at, field, length); !status.ok()) return status;
      at += length;
      if (kind == signature('C', 'E') && length >= 28) {
        next = (u64{le32(field + 4)} << block_shift_) + le32(field + 12);
        next_length = le32(field + 20);
      } else {
        visitor(kind, static_cast<const u8*>(field));
      }
    }
    if (next_length == 0) return {};
    at = next;
    end = next + min<u32>(next_length, 2048);
  }
  return {Error::kDamaged, "Rock Ridge fields that run in a circle"};
}

Status Iso9660::read_rock_ridge(const IsoRecord& record, RockRidge& rock_ridge, NameWriter& name) {
  return visit_system_use(record, [&](u32 kind, const u8* field) {
    const u32 length = field[2];
    switch (kind) {
      case signature('N', 'M'):
        rock_ridge.present = true;
        if (length > 5 && (field[4] & (kCurrent | kParent)) == 0)
          name.add(Text(reinterpret_cast<const char*>(field + 5), length - 5));
        break;
      case signature('P', 'X'): {
        if (length < 8) break;
        const u32 type = le32(field + 4) & kTypeMask;
        rock_ridge.present = true;
        rock_ridge.link = type == kSymlink;
        rock_ridge.special = type != kSymlink && type != kRegular && type != kDirectory && type != 0;
        break;
      }
      case signature('R', 'R'): rock_ridge.present = true; break;
      case signature('R', 'E'): rock_ridge.relocated = true; break;
      case signature('Z', 'F'): rock_ridge.compressed = true; break;
      case signature('C', 'L'):
        if (length >= 8) rock_ridge.child = le32(field + 4);
        break;
      default: break;
    }
  });
}

Status Iso9660::read_link(const Node& node, NameWriter& target) {
  IsoRecord record;
  bool none = false;
  if (const Status status = read_record(node.place, record, none); !status.ok()) return status;
  if (none) return {Error::kDamaged, "the directory changed under a link"};
  LinkWriter writer(target);
  return visit_system_use(record, [&](u32 kind, const u8* field) {
    if (kind == signature('S', 'L')) writer.feed(field);
  });
}

}  // namespace lib32
