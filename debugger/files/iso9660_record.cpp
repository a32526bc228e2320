#include "debugger/files/iso9660_record.h"

#include <vector>

namespace debugger::files {

namespace {

constexpr std::size_t kRecordHeader = 33;
constexpr int kMaxContinuations = 32;

bool signature(std::span<const std::uint8_t> field, char a, char b) {
  return field[0] == static_cast<std::uint8_t>(a) && field[1] == static_cast<std::uint8_t>(b);
}

struct Continuation {
  std::uint32_t block = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

void apply_px(std::span<const std::uint8_t> field, RockRidge& out) {
  constexpr std::uint32_t kTypeMask = 0170000, kRegular = 0100000, kDirectory = 0040000;
  if (field.size() < 8) return;
  const std::uint32_t type = le32(&field[4]) & kTypeMask;
  out.symlink_or_device = type != 0 && type != kRegular && type != kDirectory;
}

void apply_nm(std::span<const std::uint8_t> field, RockRidge& out) {
  constexpr std::uint8_t kCurrent = 0x02, kParent = 0x04;  // RRIP §4.1.4
  constexpr std::size_t kMaxName = 4096;
  if (field.size() < 5 || (field[4] & (kCurrent | kParent)) != 0) return;
  const auto text = field.subspan(5);
  if (out.name.size() + text.size() > kMaxName) return;
  out.name.append(reinterpret_cast<const char*>(text.data()), text.size());
}

/// Walks the fields of one System Use area; returns where it continues.
std::optional<Continuation> apply_area(std::span<const std::uint8_t> area, RockRidge& out) {
  std::optional<Continuation> next;
  while (area.size() >= 4) {
    const std::size_t length = area[2];
    if (length < 4 || length > area.size()) break;
    const auto field = area.first(length);
    if (signature(field, 'S', 'T')) break;
    if (signature(field, 'N', 'M')) apply_nm(field, out);
    if (signature(field, 'P', 'X')) apply_px(field, out);
    if (signature(field, 'R', 'E')) out.relocated = true;
    if (signature(field, 'C', 'L') && length >= 8) out.child_link = le32(&field[4]);
    if (signature(field, 'C', 'E') && length >= 28)
      next = Continuation{le32(&field[4]), le32(&field[12]), le32(&field[20])};
    area = area.subspan(length);
  }
  return next;
}

std::string without_version(std::string name) {
  if (const auto semicolon = name.rfind(';'); semicolon != std::string::npos) name.resize(semicolon);
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name;
}

}  // namespace

std::optional<IsoRecord> parse_iso_record(std::span<const std::uint8_t> bytes) {
  if (bytes.size() <= kRecordHeader) return std::nullopt;
  const std::size_t length = bytes[0];
  const std::size_t name_length = bytes[32];
  if (length > bytes.size() || length < kRecordHeader + name_length || name_length == 0) return std::nullopt;
  IsoRecord record;
  record.block = le32(&bytes[2]) + bytes[1];
  record.size = le32(&bytes[10]);
  record.flags = bytes[25];
  record.name = bytes.subspan(kRecordHeader, name_length);
  // A padding byte follows a name of even length (§9.1.12).
  const std::size_t used = kRecordHeader + name_length + (name_length % 2 == 0 ? 1 : 0);
  if (used < length) record.system_use = bytes.subspan(used, length - used);
  return record;
}

RockRidge read_rock_ridge(Walk& walk, const IsoRecord& record, std::uint32_t block_size, std::size_t skip) {
  RockRidge out;
  if (skip > record.system_use.size()) return out;
  std::optional<Continuation> next = apply_area(record.system_use.subspan(skip), out);
  std::vector<std::uint8_t> area;
  for (int hops = 0; next && hops < kMaxContinuations; ++hops) {
    // SUSP §5.1: a continuation area lies within one logical block.
    if (next->length > block_size || next->offset > block_size) break;
    area.resize(next->length);
    if (!walk.read(std::uint64_t{next->block} * block_size + next->offset, area)) break;
    out.continued_in.push_back(next->block);
    next = apply_area(area, out);
  }
  return out;
}

std::optional<std::size_t> susp_skip(const IsoRecord& root_dot) {
  const auto su = root_dot.system_use;
  // SUSP §5.3: "SP", length 7, version 1, check bytes BE EF, LEN_SKP.
  if (su.size() < 7 || !signature(su, 'S', 'P') || su[2] < 7 || su[4] != 0xBE || su[5] != 0xEF) return std::nullopt;
  return su[6];
}

std::string iso_name(const IsoRecord& record) {
  return clean_name(without_version({reinterpret_cast<const char*>(record.name.data()), record.name.size()}));
}

std::string joliet_name(const IsoRecord& record) {
  std::vector<char16_t> units;
  for (std::size_t i = 0; i + 1 < record.name.size(); i += 2)
    units.push_back(static_cast<char16_t>(record.name[i] << 8 | record.name[i + 1]));
  return clean_name(without_version(utf8_from_utf16(units)));
}

}  // namespace debugger::files
