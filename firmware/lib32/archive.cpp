#include "lib32/archive.h"

#include "lib32/memory.h"
#include "lib32/types.h"

namespace lib32 {
namespace {

Archive broken(ArchiveKind kind, const char* problem) { return {kind, problem, Method::kStored, 0, 0, 0, 0}; }

// RFC 1952 §2.3.1
constexpr uint8_t kGzipHeaderCrc = 0x02;
constexpr uint8_t kGzipExtra = 0x04;
constexpr uint8_t kGzipName = 0x08;
constexpr uint8_t kGzipComment = 0x10;
constexpr size_t kGzipHeader = 10;
constexpr size_t kGzipTrailer = 8;

// Behind the zero-terminated text at `offset`, or `count`.
size_t skip_text(const uint8_t* bytes, size_t count, size_t offset) {
  while (offset < count && bytes[offset] != 0) ++offset;
  return offset < count ? offset + 1 : count;
}

Archive identify_gzip(const uint8_t* bytes, size_t count) {
  if (count < kGzipHeader + kGzipTrailer) return broken(ArchiveKind::kGzip, "the gzip file ends in its header");
  if (bytes[2] != 8) return broken(ArchiveKind::kGzip, "the gzip file is not deflated");
  uint8_t flags = bytes[3];
  if ((flags & 0xe0) != 0) return broken(ArchiveKind::kGzip, "the gzip file has unknown flags");
  size_t end = count - kGzipTrailer;
  size_t data = kGzipHeader;
  if ((flags & kGzipExtra) != 0 && data + 2 <= end) data += 2 + le16(bytes + data);
  if ((flags & kGzipName) != 0) data = skip_text(bytes, end, data);
  if ((flags & kGzipComment) != 0) data = skip_text(bytes, end, data);
  if ((flags & kGzipHeaderCrc) != 0) data += 2;
  if (data >= end) return broken(ArchiveKind::kGzip, "the gzip file ends in its header");
  return {ArchiveKind::kGzip,     nullptr, Method::kDeflate, data, end - data, le32(bytes + count - 4),
          le32(bytes + count - 8)};
}

// APPNOTE.TXT §4.3.7 local file header, §4.3.12 central directory header, §4.3.16 end of central directory
constexpr uint32_t kLocalHeader = 0x04034b50;
constexpr uint32_t kCentralHeader = 0x02014b50;
constexpr uint32_t kEndOfDirectory = 0x06054b50;
constexpr size_t kLocalHeaderBytes = 30;
constexpr size_t kCentralHeaderBytes = 46;
constexpr size_t kEndOfDirectoryBytes = 22;
constexpr uint16_t kEncrypted = 0x0001;

// Where the end-of-central-directory record is, or `count`. A comment of up to 65535 bytes may follow it, and
// loaders may have rounded the size up.
size_t find_end_of_directory(const uint8_t* bytes, size_t count) {
  if (count < kEndOfDirectoryBytes) return count;
  size_t offset = count - kEndOfDirectoryBytes;
  for (size_t tries = 0; tries < 0x11000; ++tries, --offset) {
    if (le32(bytes + offset) == kEndOfDirectory) return offset;
    if (offset == 0) break;
  }
  return count;
}

Archive identify_zip_entry(const uint8_t* bytes, size_t count, const uint8_t* central) {
  size_t local = le32(central + 42);
  if (local > count || count - local < kLocalHeaderBytes || le32(bytes + local) != kLocalHeader) {
    return broken(ArchiveKind::kZip, "the zip archive's directory points nowhere");
  }
  if ((le16(central + 8) & kEncrypted) != 0) return broken(ArchiveKind::kZip, "the zip archive is encrypted");
  uint16_t method = le16(central + 10);
  if (method != 0 && method != 8)
    return broken(ArchiveKind::kZip, "the zip archive's method is neither stored nor deflate");
  size_t data = local + kLocalHeaderBytes + le16(bytes + local + 26) + le16(bytes + local + 28);
  size_t size = le32(central + 20);
  if (data > count || size > count - data) return broken(ArchiveKind::kZip, "the zip archive ends too early");
  return {ArchiveKind::kZip,  nullptr,           method == 0 ? Method::kStored : Method::kDeflate, data, size,
          le32(central + 24), le32(central + 16)};
}

Archive identify_zip(const uint8_t* bytes, size_t count) {
  size_t end = find_end_of_directory(bytes, count);
  if (end == count) return broken(ArchiveKind::kZip, "the zip archive has no directory");
  size_t central = le32(bytes + end + 16);
  for (unsigned entries = le16(bytes + end + 10); entries > 0; --entries) {
    if (central > count || count - central < kCentralHeaderBytes || le32(bytes + central) != kCentralHeader) break;
    if (le32(bytes + central + 24) != 0) return identify_zip_entry(bytes, count, bytes + central);
    central +=
        kCentralHeaderBytes + le16(bytes + central + 28) + le16(bytes + central + 30) + le16(bytes + central + 32);
  }
  return broken(ArchiveKind::kZip, "the zip archive has no file with contents");
}

}  // namespace

Archive identify_archive(const uint8_t* bytes, size_t count) {
  if (count >= 4 && bytes[0] == 0x1f && bytes[1] == 0x8b) return identify_gzip(bytes, count);
  if (count >= 4 && le32(bytes) == kLocalHeader) return identify_zip(bytes, count);
  return {ArchiveKind::kPlain, nullptr, Method::kStored, 0, count, static_cast<uint32_t>(count), 0};
}

}  // namespace lib32
