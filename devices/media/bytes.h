// Little-endian fields in on-disk structures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace devices::media {

using Bytes = std::span<const std::uint8_t>;

/// Precondition: the field lies within `b`.
constexpr std::uint16_t le16(Bytes b, std::size_t at) { return static_cast<std::uint16_t>(b[at] | b[at + 1] << 8); }
constexpr std::uint32_t le32(Bytes b, std::size_t at) { return le16(b, at) | std::uint32_t{le16(b, at + 2)} << 16; }
constexpr std::uint64_t le64(Bytes b, std::size_t at) { return le32(b, at) | std::uint64_t{le32(b, at + 4)} << 32; }

/// True when the bytes at `at` are those of `text`. Out of range is false.
constexpr bool has_text(Bytes b, std::size_t at, std::string_view text) {
  if (at > b.size() || text.size() > b.size() - at) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (b[at + i] != static_cast<std::uint8_t>(text[i])) return false;
  return true;
}

/// `length` bytes at `at` as text for a message: cut at the first NUL, trailing blanks dropped, anything but
/// printable ASCII as '.'. Precondition: the field lies within `b`.
inline std::string printable(Bytes b, std::size_t at, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length && b[at + i] != 0; ++i)
    text += b[at + i] >= 0x20 && b[at + i] < 0x7F ? static_cast<char>(b[at + i]) : '.';
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace devices::media
