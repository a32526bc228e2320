#include "devices/media/gpt.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "devices/media/bytes.h"
#include "devices/media/partition_types.h"

namespace devices::media {
namespace {

constexpr std::uint64_t kPrimaryLba = 1;
constexpr std::uint32_t kMinHeaderSize = 92;
constexpr std::uint32_t kMinEntrySize = 128;
constexpr std::uint32_t kMaxEntrySize = 4096;
constexpr std::uint32_t kMaxEntries = 1024;
constexpr std::size_t kNameUnits = 36;

// Offsets in the header (table 5.5) and in an entry (table 5.6).
constexpr std::size_t kHeaderSize = 12, kHeaderCrc = 16, kMyLba = 24, kAlternateLba = 32, kFirstUsable = 40,
                      kLastUsable = 48, kDiskGuid = 56, kEntriesLba = 72, kEntryCount = 80, kEntrySize = 84,
                      kEntriesCrc = 88;
constexpr std::size_t kTypeGuid = 0, kUniqueGuid = 16, kFirstLba = 32, kLastLba = 40, kAttributes = 48, kName = 56;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

Guid guid_at(Bytes b, std::size_t at) {
  Guid guid;
  std::copy_n(b.begin() + static_cast<std::ptrdiff_t>(at), 16, guid.bytes.begin());
  return guid;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x20 || c == 0x7F) c = '?';
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

/// UTF-16LE up to the first NUL; lone surrogates become U+FFFD.
std::string name_at(Bytes entry) {
  std::string name;
  for (std::size_t i = 0; i < kNameUnits; ++i) {
    std::uint32_t c = le16(entry, kName + 2 * i);
    if (c == 0) break;
    if (c >= 0xD800 && c < 0xE000) {
      const std::uint32_t low = i + 1 < kNameUnits ? le16(entry, kName + 2 * i + 2) : 0;
      const bool pair = c < 0xDC00 && low >= 0xDC00 && low < 0xE000;
      c = pair ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
      if (pair) ++i;
    }
    append_utf8(name, c);
  }
  return name;
}

/// One copy of the GPT: header and entries, or what is wrong with it.
struct Copy {
  std::string error;  ///< "" when good
  std::vector<std::uint8_t> header;
  std::vector<std::uint8_t> entries;
  std::uint32_t entry_size = kMinEntrySize;
};

std::string header_error(Bytes h, std::uint64_t lba) {
  if (!has_text(h, 0, "EFI PART")) return "no \"EFI PART\" signature";
  const std::uint32_t size = le32(h, kHeaderSize);
  if (size < kMinHeaderSize || size > kSectorSize) return fmt::format("header size {}", size);
  std::vector<std::uint8_t> blank(h.begin(), h.begin() + size);
  std::fill_n(blank.begin() + kHeaderCrc, 4, std::uint8_t{0});
  const std::uint32_t crc = crc32(blank.data(), blank.size());
  if (crc != le32(h, kHeaderCrc))
    return fmt::format("header CRC is {:08X}h, its bytes give {:08X}h", le32(h, kHeaderCrc), crc);
  if (le64(h, kMyLba) != lba) return fmt::format("header says that it is at LBA {}", le64(h, kMyLba));
  return "";
}

std::string entries_error(const Medium& medium, Copy& copy) {
  const Bytes h = copy.header;
  const std::uint32_t count = le32(h, kEntryCount);
  copy.entry_size = le32(h, kEntrySize);
  if (copy.entry_size < kMinEntrySize || copy.entry_size > kMaxEntrySize || copy.entry_size % 8 != 0)
    return fmt::format("entry size {}", copy.entry_size);
  if (count > kMaxEntries) return fmt::format("{} entries", count);
  const std::uint64_t lba = le64(h, kEntriesLba);
  const std::uint64_t length = std::uint64_t{count} * copy.entry_size;
  if (lba > medium.size() / kSectorSize || length > medium.size() - lba * kSectorSize)
    return fmt::format("entries at LBA {} lie past the end", lba);
  copy.entries.resize(length);
  medium.read(lba * kSectorSize, copy.entries);
  const std::uint32_t crc = crc32(copy.entries.data(), copy.entries.size());
  if (crc != le32(h, kEntriesCrc))
    return fmt::format("entries' CRC is {:08X}h, their bytes give {:08X}h", le32(h, kEntriesCrc), crc);
  return "";
}

Copy read_copy(const Medium& medium, std::uint64_t lba) {
  Copy copy;
  copy.header.resize(kSectorSize);
  if (lba >= medium.size() / kSectorSize) {
    copy.error = "past the end of the medium";
    return copy;
  }
  medium.read(lba * kSectorSize, copy.header);
  copy.error = header_error(copy.header, lba);
  if (copy.error.empty()) copy.error = entries_error(medium, copy);
  return copy;
}

void check_partition(const Partition& p, const Medium& medium, Bytes header, std::vector<std::string>& problems) {
  const std::uint64_t last = p.first_lba + p.sectors - 1;
  if (p.sectors == 0)
    problems.push_back(fmt::format("GPT partition {} ends before it starts", p.number));
  else if (last >= medium.size() / kSectorSize)
    problems.push_back(fmt::format("GPT partition {} ends at LBA {}; the medium ends at LBA {}", p.number, last,
                                   medium.size() / kSectorSize));
  else if (p.first_lba < le64(header, kFirstUsable) || last > le64(header, kLastUsable))
    problems.push_back(fmt::format("GPT partition {} lies outside the usable LBAs {} to {}", p.number,
                                   le64(header, kFirstUsable), le64(header, kLastUsable)));
}

void add_partitions(const Medium& medium, const Copy& copy, PartitionTable& table) {
  const std::size_t count = copy.entries.size() / copy.entry_size;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes entry = Bytes(copy.entries).subspan(i * copy.entry_size, copy.entry_size);
    Partition p;
    p.scheme = Partition::Scheme::kGpt;
    p.number = static_cast<int>(i) + 1;
    p.type_guid = guid_at(entry, kTypeGuid);
    if (p.type_guid.is_zero()) continue;
    p.type_name = gpt_type_name(p.type_guid);
    p.unique_guid = guid_at(entry, kUniqueGuid);
    p.first_lba = le64(entry, kFirstLba);
    const std::uint64_t last = le64(entry, kLastLba);
    // A span of all 2^64 sectors would wrap to 0; it is past the end of everything anyhow.
    p.sectors = last < p.first_lba ? 0 : std::max(last - p.first_lba + 1, last - p.first_lba);
    p.attributes = le64(entry, kAttributes);
    p.name = name_at(entry);
    check_partition(p, medium, copy.header, table.problems);
    table.partitions.push_back(std::move(p));
  }
}

/// The backup's place is the last sector; after a dd to a bigger disk it is where the primary says.
std::uint64_t backup_lba(const Medium& medium, const Copy& primary) {
  const std::uint64_t sectors = medium.size() / kSectorSize;
  if (primary.error.empty()) return le64(primary.header, kAlternateLba);
  return sectors == 0 ? 0 : sectors - 1;
}

bool has_gpt_for_4096_byte_sectors(const Medium& medium) {
  std::array<std::uint8_t, 8> signature{};
  medium.read(4096, signature);
  return has_text(signature, 0, "EFI PART");
}

}  // namespace

std::uint32_t crc32(const std::uint8_t* data, std::size_t length) {
  std::uint32_t c = 0xFFFFFFFFU;
  for (std::size_t i = 0; i < length; ++i) c = kCrcTable[(c ^ data[i]) & 0xFF] ^ (c >> 8);
  return ~c;
}

bool read_gpt(const Medium& medium, bool announced, PartitionTable& table) {
  const Copy primary = read_copy(medium, kPrimaryLba);
  const bool signature = has_text(primary.header, 0, "EFI PART");
  if (!signature && !announced) return false;

  const std::uint64_t at = backup_lba(medium, primary);
  const Copy backup = read_copy(medium, at);
  if (primary.error.empty()) {
    if (!backup.error.empty())
      table.problems.push_back(fmt::format("the backup GPT at LBA {} is bad: {}", at, backup.error));
    else if (at != medium.size() / kSectorSize - 1)
      table.problems.push_back(fmt::format("the backup GPT is at LBA {}, not at the end of the medium (LBA {})", at,
                                           medium.size() / kSectorSize - 1));
  } else {
    table.problems.push_back(fmt::format("the primary GPT at LBA 1 is bad: {}", primary.error));
    if (!signature && has_gpt_for_4096_byte_sectors(medium))
      table.problems.push_back("the GPT was written for 4096-byte sectors; a BIOS disk has 512");
    if (!backup.error.empty()) {
      table.problems.push_back(fmt::format("the backup GPT at LBA {} is bad too: {}", at, backup.error));
      return false;
    }
    table.used_backup_gpt = true;
  }
  const Copy& good = primary.error.empty() ? primary : backup;
  table.disk_guid = guid_at(good.header, kDiskGuid);
  add_partitions(medium, good, table);
  return true;
}

}  // namespace devices::media
