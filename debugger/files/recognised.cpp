#include "debugger/files/recognised.h"

#include <array>
#include <string_view>

#include "debugger/files/foreign.h"
#include "debugger/files/walk.h"
#include "devices/media/bytes.h"

namespace debugger::files {

namespace {

using Header = std::array<std::uint8_t, 1024>;
/// Reads the rest of what FileSystemInfo says out of the header.
using Reader = void (*)(const Header& header, FileSystemInfo& info);

struct Kind {
  std::string_view type;
  std::uint64_t magic_at;  ///< bytes from the start of the volume
  std::string_view magic;
  std::uint64_t header_at = 0;  ///< where the reader's offsets count from
  Reader read = nullptr;        ///< null: its label and UUID lie elsewhere
};

std::uint32_t be32(const std::uint8_t* p) { return std::uint32_t{p[0]} << 24 | p[1] << 16 | p[2] << 8 | p[3]; }
std::uint64_t be64(const std::uint8_t* p) { return std::uint64_t{be32(p)} << 32 | be32(p + 4); }

// Linux, fs/btrfs: struct btrfs_super_block: fsid at 20h, total_bytes 70h, sectorsize 90h, label 12Bh.
void read_btrfs(const Header& h, FileSystemInfo& info) {
  info.uuid = uuid_text(&h[0x20]);
  info.size = le64(&h[0x70]);
  info.block_size = le32(&h[0x90]);
  info.label = text_field(&h[0x12B], 256);
}

// Linux, fs/xfs: struct xfs_dsb, big-endian: sb_blocksize at 4, sb_dblocks 8, sb_uuid 32, sb_fname 108.
void read_xfs(const Header& h, FileSystemInfo& info) {
  info.uuid = uuid_text(&h[32]);
  info.block_size = be32(&h[4]);
  info.size = be64(&h[8]) * info.block_size;
  info.label = text_field(&h[108], 12);
}

// Linux, fs/f2fs: struct f2fs_super_block: log_blocksize at 16, block_count 36, uuid 108, volume_name (UTF-16) 124.
void read_f2fs(const Header& h, FileSystemInfo& info) {
  info.uuid = uuid_text(&h[108]);
  if (const std::uint32_t shift = le32(&h[16]); shift >= 9 && shift <= 16) {
    info.block_size = 1u << shift;
    info.size = le64(&h[36]) << shift;
  }
  std::u16string name;
  for (std::size_t at = 124; at < 124 + 2 * 64 && le16(&h[at]) != 0; at += 2)
    name += static_cast<char16_t>(le16(&h[at]));
  info.label = clean_name(utf8_from_utf16(name));
}

// Linux, fs/squashfs: struct squashfs_super_block: block_size at 12, bytes_used 40.
void read_squashfs(const Header& h, FileSystemInfo& info) {
  info.block_size = le32(&h[12]);
  info.size = le64(&h[40]);
}

// cryptsetup, "LUKS1 On-Disk Format" and "LUKS2 On-Disk Format": version (big-endian) at 6, uuid as text at 168; the
// second version has a label at 24.
void read_luks(const Header& h, FileSystemInfo& info) {
  info.uuid = text_field(&h[168], 40);
  if (h[6] == 0 && h[7] == 2) info.label = text_field(&h[24], 48);
}

// Linux, include/linux/swap.h: union swap_header behind 1024 bytes of boot code: last_page at 4, uuid 12, label 28.
void read_swap(const Header& h, FileSystemInfo& info) {
  constexpr std::uint32_t kPageSize = 4096;
  info.block_size = kPageSize;
  info.size = (std::uint64_t{le32(&h[4])} + 1) * kPageSize;
  info.uuid = uuid_text(&h[12]);
  info.label = text_field(&h[28], 16);
}

// Linux, include/uapi/linux/raid/md_p.h: struct mdp_superblock_1: set_uuid at 16, set_name 32.
void read_raid(const Header& h, FileSystemInfo& info) {
  info.uuid = uuid_text(&h[16]);
  info.label = text_field(&h[32], 32);
}

using namespace std::string_view_literals;

constexpr Kind kKinds[] = {
    {"XFS", 0, "XFSB", 0, read_xfs},
    {"SquashFS", 0, "hsqs", 0, read_squashfs},
    {"LUKS", 0, "LUKS\xBA\xBE", 0, read_luks},
    {"LVM physical volume", 512, "LABELONE"},
    {"F2FS", 1024, "\x10\x20\xF5\xF2", 1024, read_f2fs},
    {"Linux RAID", 4096, "\xFC\x4E\x2B\xA9\x01\0\0\0"sv, 4096, read_raid},
    {"Btrfs", 65536 + 0x40, "_BHRfS_M", 65536, read_btrfs},
    {"Linux swap", 4096 - 10, "SWAPSPACE2", 1024, read_swap},
};

bool has(const Volume& volume, std::uint64_t at, std::string_view magic) {
  std::array<std::uint8_t, 16> bytes{};
  const std::span found = std::span(bytes).first(magic.size());
  return volume.read(at, found) && devices::media::has_text(found, 0, magic);
}

// ECMA-167 2/8.3 and 3/9.1: volume structure descriptors of 2 KB from byte 32768, an identifier at 1 of each: "BEA01"
// begins the extended area, "NSR02" or "NSR03" in it says UDF.
bool is_udf(const Volume& volume) {
  constexpr std::uint64_t kFirst = 32768, kStep = 2048;
  bool extended = false;
  for (std::uint64_t at = kFirst + 1; at < kFirst + 16 * kStep; at += kStep) {
    extended = extended || has(volume, at, "BEA01");
    if (extended && (has(volume, at, "NSR02") || has(volume, at, "NSR03"))) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<FileSystem> open_recognised(const devices::media::Medium& medium, std::uint64_t begin,
                                            std::uint64_t size) {
  const Volume volume(medium, begin, size);
  for (const Kind& kind : kKinds) {
    Header header{};
    if (!has(volume, kind.magic_at, kind.magic) || !volume.read(kind.header_at, header)) continue;
    FileSystemInfo info{.type = std::string(kind.type), .readable = false};
    if (kind.read) kind.read(header, info);
    return make_unread(std::move(info));
  }
  if (is_udf(volume)) return make_unread({.type = "UDF", .readable = false});
  return nullptr;
}

}  // namespace debugger::files
