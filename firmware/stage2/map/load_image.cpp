#include "stage2/map/load_image.h"

#include "lib32/archive.h"
#include "lib32/crc32.h"
#include "lib32/inflate.h"
#include "lib32/memory.h"
#include "stage2/bios.h"
#include "stage2/console/console.h"
#include "stage2/memory/map.h"

namespace stage2 {
namespace {

constexpr u32 kPage = 4096;

u32 in_pages(u32 bytes) { return (bytes + kPage - 1) & ~(kPage - 1); }

// The highest free memory for the image's bytes.
Result make_room(Text name, const char* how, u32 bytes, LoadedImage& image) {
  const u32 room = in_pages(bytes);
  image = {room == 0 ? 0 : allocate_high(room, kPage, 0xfffff000), bytes};
  if (image.base == 0)
    return fail("{} has {} KiB{}, and there is not so much free memory in one piece", name, bytes >> 10, how);
  memset(physical<void>(image.base + room - kPage), 0, kPage);
  return {};
}

Result unpack_to(Text name, const lib32::Archive& archive, const u8* packed, u8* to) {
  const u8* from = packed + archive.data;
  if (archive.method == lib32::Method::kStored) {
    if (archive.data_bytes < archive.content_bytes) return fail("{}: the zip archive's sizes disagree", name);
    memcpy(to, from, archive.content_bytes);
  } else {
    auto* inflate = new lib32::Inflate;
    const lib32::InflateResult result = inflate->run(from, archive.data_bytes, to, archive.content_bytes);
    delete inflate;
    if (result.status != lib32::InflateStatus::kOk) return fail("{}: {}", name, lib32::describe(result.status));
    if (result.produced != archive.content_bytes) return fail("{} is smaller than it says", name);
  }
  if (lib32::Crc32().of(to, archive.content_bytes) != archive.content_crc)
    return fail("{}: its checksum is wrong", name);
  return {};
}

// The memory that was handed out since `mark` holds the packed bytes; it is free again behind.
Result unpack(Text name, size_t mark, LoadedImage& image) {
  const u8* packed = physical<const u8>(image.base);
  const lib32::Archive archive = lib32::identify_archive(packed, image.bytes);
  if (archive.kind == lib32::ArchiveKind::kPlain) return {};
  if (archive.problem != nullptr) return fail("{}: {}", name, archive.problem);
  if (archive.content_bytes == 0) return fail("{} has nothing in it", name);
  print("{}: unpacking {} KiB to {} KiB\n", name, image.bytes >> 10, archive.content_bytes >> 10);
  if (Result result = make_room(name, " unpacked", archive.content_bytes, image); !result.ok()) return result;
  if (Result result = unpack_to(name, archive, packed, physical<u8>(image.base)); !result.ok()) return result;
  high_memory_release(mark);
  if (!take_high(image.base, in_pages(image.bytes))) return fail("{}: its memory is gone", name);
  return {};
}

}  // namespace

Result load_image(Text name, lib32::Source& source, u64 size, Packing packing, LoadedImage& image) {
  if (size == lib32::Source::kUnknownSize || size == 0 || size >> 32 != 0)
    return fail("{} cannot be held in memory: its size is {}", name, size == 0 ? "0" : "unknown, or 4 GiB");
  const size_t mark = high_memory_mark();
  Result result = make_room(name, "", u32(size), image);
  if (result.ok())
    if (const lib32::Status status = source.read(0, physical<void>(image.base), size_t(size)); !status.ok())
      result = fail("{}: {}", name, status.words());
  if (result.ok() && packing == Packing::kUnpack) result = unpack(name, mark, image);
  if (!result.ok()) high_memory_release(mark);
  return result;
}

}  // namespace stage2
