#include "debugger/gdb/packet.h"

#include <charconv>
#include <numeric>

#include <fmt/core.h>

namespace debugger::gdb {
namespace {

constexpr char kInterruptByte = 3;
constexpr char kEscape = '}';
constexpr char kEscapeBit = 0x20;

std::uint8_t checksum(std::string_view payload) {
  return std::accumulate(payload.begin(), payload.end(), std::uint8_t{0}, [](std::uint8_t sum, char c) {
    return static_cast<std::uint8_t>(sum + static_cast<std::uint8_t>(c));
  });
}

std::string unescape(std::string_view payload) {
  std::string out;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const bool escaped = payload[i] == kEscape && i + 1 < payload.size();
    out += escaped ? static_cast<char>(payload[++i] ^ kEscapeBit) : payload[i];
  }
  return out;
}

}  // namespace

std::string frame(std::string_view payload) { return fmt::format("${}#{:02x}", payload, checksum(payload)); }

std::string escape(std::string_view data) {
  std::string out;
  for (const char c : data) {
    if (c == '#' || c == '$' || c == kEscape || c == '*') {
      out += kEscape;
      out += static_cast<char>(c ^ kEscapeBit);
    } else {
      out += c;
    }
  }
  return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

std::string to_hex(std::string_view text) {
  return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto byte = hex_number(digits.substr(i, 2));
    if (!byte) return std::nullopt;
    out += static_cast<char>(*byte);
  }
  return out;
}

std::optional<std::uint64_t> hex_number(std::string_view digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  if (digits.empty() || digits.front() == '-' || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::optional<PacketReader::Event> PacketReader::next() {
  std::size_t begin = 0;
  while (begin < input_.size() && input_[begin] != '$') {
    const char c = input_[begin++];
    if (c == kInterruptByte || c == '-') {
      input_.erase(0, begin);
      return Event{c == '-' ? Kind::kResend : Kind::kInterrupt, {}};
    }
  }
  input_.erase(0, begin);
  const auto end = input_.find('#');
  if (end == std::string::npos || input_.size() < end + 3) return std::nullopt;
  const std::string_view payload = std::string_view(input_).substr(1, end - 1);
  const auto sum = hex_number(std::string_view(input_).substr(end + 1, 2));
  Event event{Kind::kDamaged, {}};
  if (sum == checksum(payload)) event = {Kind::kPacket, unescape(payload)};
  input_.erase(0, end + 3);
  return event;
}

}  // namespace debugger::gdb
