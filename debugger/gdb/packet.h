// GDB's remote serial protocol on the wire: "$payload#checksum" (GDB manual, "Remote Protocol", Overview).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace debugger::gdb {

/// A payload as it travels.
std::string frame(std::string_view payload);
/// Binary data as a reply holds it: #, $, } and * escaped.
std::string escape(std::string_view data);

std::string to_hex(std::span<const std::uint8_t> bytes);
std::string to_hex(std::string_view text);
/// Nothing for an odd length or for anything that is no hexadecimal digit.
std::optional<std::string> from_hex(std::string_view digits);
/// A whole text of 1 to 16 hexadecimal digits.
std::optional<std::uint64_t> hex_number(std::string_view digits);
/// Cuts `text` at the first `separator`; the second half is empty when there is none.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator);

/// What comes from gdb, piece by piece.
class PacketReader {
 public:
  /// The longest payload that is taken; a longer one is an error of the client's.
  static constexpr std::size_t kMaxPayload = 1 << 17;

  enum class Kind {
    kPacket,     ///< a payload, unescaped
    kInterrupt,  ///< Ctrl-C: a byte 03h between packets
    kDamaged,    ///< a packet whose checksum is wrong: ask again
    kResend,     ///< '-': our last packet arrived damaged
  };
  struct Event {
    Kind kind = Kind::kPacket;
    std::string payload;
  };

  void feed(std::string_view bytes) { input_ += bytes; }
  /// The next thing that has arrived in full. Acknowledgements and noise between packets are dropped.
  std::optional<Event> next();
  /// More came for one packet than a packet may hold.
  bool overrun() const { return input_.size() > kMaxPayload + 4; }

 private:
  std::string input_;
};

}  // namespace debugger::gdb
