#include "debugger/files/walk.h"

#include <algorithm>

namespace debugger::files {

namespace {

/// Bytes of the UTF-8 sequence at the start of `s`, 0 when it is not a valid one (RFC 3629: no overlong
/// forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || s.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool plain(std::uint8_t c) { return c >= 0x20 && c != 0x7F && c != '/' && c != '\\'; }

void append_code_point(std::string& out, char32_t c) {
  const auto put = [&](char32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace

std::string clean_name(std::string_view raw) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const std::size_t length = utf8_length(raw);
    const auto first = static_cast<std::uint8_t>(raw[0]);
    // C2 80 … C2 9F are the C1 control characters; terminals obey them.
    const bool c1_control = length == 2 && first == 0xC2 && static_cast<std::uint8_t>(raw[1]) < 0xA0;
    if (length > 1 && !c1_control) {
      out.append(raw.substr(0, length));
      raw.remove_prefix(length);
      continue;
    }
    if (length == 1 && plain(first)) {
      out.push_back(raw[0]);
    } else {
      out.append({'\\', 'x', kHex[first >> 4], kHex[first & 15]});
    }
    raw.remove_prefix(1);
  }
  return out;
}

std::string uuid_text(const std::uint8_t* p) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += {kDigits[p[i] >> 4], kDigits[p[i] & 0xF]};
  }
  return text.find_first_not_of("0-") == std::string::npos ? std::string() : text;
}

std::string text_field(const std::uint8_t* p, std::size_t width) {
  std::string_view raw(reinterpret_cast<const char*>(p), width);
  raw = raw.substr(0, raw.find('\0'));
  while (!raw.empty() && raw.back() == ' ') raw.remove_suffix(1);
  return clean_name(raw);
}

std::string utf8_from_utf16(std::span<const char16_t> units) {
  std::string out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    char32_t c = units[i];
    const bool high = c >= 0xD800 && c <= 0xDBFF;
    const bool paired = high && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] <= 0xDFFF;
    if (paired) {
      c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00u);
    } else if (c >= 0xD800 && c <= 0xDFFF) {
      c = 0xFFFD;
    }
    append_code_point(out, c);
  }
  return out;
}

Volume::Volume(const devices::media::Medium& medium, std::uint64_t begin, std::uint64_t size)
    : medium_(&medium), begin_(std::min(begin, medium.size())), size_(std::min(size, medium.size() - begin_)) {}

bool Volume::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset > size_ || out.size() > size_ - offset) return false;
  return medium_->read(begin_ + offset, out) == out.size();
}

Walk::Walk(const Volume& volume, const Visitor& visitor, const Limits& limits)
    : volume_(volume), visitor_(visitor), limits_(limits) {}

const Walk::Page* Walk::page(std::uint64_t number) {
  Page& slot = pages_[number % kPages];
  if (slot.number == number) return &slot;
  const std::uint64_t offset = number * kPageSize;
  if (stopped_ || offset >= volume_.size()) return nullptr;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kPageSize, volume_.size() - offset));
  metadata_ += length;
  if (metadata_ > limits_.max_metadata) {
    stopped_ = true;
    return nullptr;
  }
  slot.number = ~std::uint64_t{0};
  slot.bytes.resize(length);
  if (!volume_.read(offset, slot.bytes)) return nullptr;
  slot.number = number;
  return &slot;
}

bool Walk::read(std::uint64_t offset, std::span<std::uint8_t> out) {
  if (offset > volume_.size() || out.size() > volume_.size() - offset) return false;
  while (!out.empty()) {
    const Page* p = page(offset / kPageSize);
    if (p == nullptr) return false;
    const auto within = static_cast<std::size_t>(offset % kPageSize);
    if (within >= p->bytes.size()) return false;
    const std::size_t n = std::min(out.size(), p->bytes.size() - within);
    if (!work(1 + n / 64)) return false;  // copying from the cache again and again is work, too
    std::copy_n(p->bytes.begin() + static_cast<std::ptrdiff_t>(within), n, out.begin());
    offset += n;
    out = out.subspan(n);
  }
  return true;
}

bool Walk::work(std::uint64_t n) {
  steps_ += n;
  if (steps_ > limits_.max_steps) stopped_ = true;
  return !stopped_;
}

void Walk::add_extent(Entry& entry, std::uint64_t volume_offset, std::uint64_t length, std::uint64_t file_offset) {
  if (stopped_ || volume_offset >= volume_.size() || length == 0) return;
  length = std::min(length, volume_.size() - volume_offset);
  const std::uint64_t offset = volume_.begin() + volume_offset;
  if (!entry.extents.empty()) {
    Extent& last = entry.extents.back();
    if (last.offset + last.length == offset && last.file_offset + last.length == file_offset) {
      last.length += length;
      return;
    }
  }
  if (++extents_ > limits_.max_extents) {
    stopped_ = true;
    return;
  }
  entry.extents.push_back({offset, length, file_offset});
}

void Walk::emit(Entry&& entry) {
  if (stopped_) return;
  if (entry.kind != EntryKind::kStructure) ++entries_;
  path_bytes_ += entry.path.size();
  if (entries_ > limits_.max_entries || path_bytes_ > limits_.max_path_bytes) {
    stopped_ = true;
    return;
  }
  if (!visitor_(std::move(entry))) stopped_ = true;
}

void Walk::emit_structure(std::string name, std::uint64_t volume_offset, std::uint64_t length) {
  Entry entry{EntryKind::kStructure, std::move(name), length, {}};
  add_extent(entry, volume_offset, length, 0);
  if (!entry.extents.empty()) emit(std::move(entry));
}

}  // namespace debugger::files
