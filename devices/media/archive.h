// Unpacks compressed images through libarchive. image.h is the way in; this header exists for it and for the
// fuzzer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "devices/media/medium.h"

namespace devices::media {

/// The archive format that the first bytes of a file name, or nullptr: "gzip", "bzip2", "xz", "zstd", "zip".
/// `head` should hold the first 8 bytes at least. Sources: RFC 1952, RFC 8878, the .xz and .ZIP
/// specifications.
const char* archive_format(std::span<const std::uint8_t> head);

/// Unpacks the one image in `packed`; see open_image for the choice among several and for the limits (bytes).
/// Throws emu::Error(kMedium) with packed.name() in the message.
std::shared_ptr<Medium> unpack_archive(const Medium& packed, std::uint64_t unpacked_limit, std::uint64_t memory_limit);

}  // namespace devices::media
