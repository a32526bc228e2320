// What a compressed image looks like from outside: gzip (RFC 1952) and zip (APPNOTE.TXT) in memory.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace lib32 {

enum class ArchiveKind : uint8_t { kPlain, kGzip, kZip };
enum class Method : uint8_t { kStored, kDeflate };

// One compressed file. The offsets are from the beginning of the archive, and lie within it.
struct Archive {
  ArchiveKind kind;
  const char* problem;  // null, or why it cannot be unpacked, in words
  Method method;
  size_t data;             // where the compressed bytes begin
  size_t data_bytes;       // how many; of a gzip file, all up to its trailer
  uint32_t content_bytes;  // unpacked
  uint32_t content_crc;
};

// What lies at `bytes`. Of a zip archive, the first file that is not empty.
Archive identify_archive(const uint8_t* bytes, size_t count);

}  // namespace lib32
