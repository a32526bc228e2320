#include "bios/aml.h"

namespace bios::aml {

namespace {

// Opcodes.
constexpr std::uint8_t kName = 0x08, kByte = 0x0A, kWord = 0x0B, kDword = 0x0C, kScope = 0x10, kBuffer = 0x11,
                       kPackage = 0x12;
constexpr std::uint8_t kExtended = 0x5B, kDevice = 0x82;

// Byte by byte: GCC 12 warns of overflows that cannot happen when it inlines insert() of small vectors.
void append(Bytes& out, const Bytes& more) {
  for (const std::uint8_t byte : more) out.push_back(byte);
}

// PkgLength counts itself: one byte up to 63, else 4 bits and a byte for each 8 more.
Bytes sized(const Bytes& body) {
  Bytes out;
  if (body.size() + 1 < 0x40) {
    out.push_back(static_cast<std::uint8_t>(body.size() + 1));
  } else {
    const int more = body.size() + 2 < 0x1000 ? 1 : 2;
    const std::size_t length = body.size() + 1 + static_cast<std::size_t>(more);
    out.push_back(static_cast<std::uint8_t>(more << 6 | (length & 15)));
    for (int i = 0; i < more; ++i) out.push_back(static_cast<std::uint8_t>(length >> (4 + 8 * i)));
  }
  append(out, body);
  return out;
}

Bytes text(std::string_view s) { return Bytes(s.begin(), s.end()); }

// Address space descriptors: consumed from this bridge on, both ends fixed.
Bytes range(std::uint8_t tag, std::uint8_t type, std::uint8_t flags, std::uint64_t first, std::uint64_t last,
            int size) {
  constexpr std::uint8_t kMinAndMaxFixed = 0x0C;
  return join({{tag},
               raw(static_cast<std::uint64_t>(3 + 5 * size), 2),
               {type, kMinAndMaxFixed, flags},
               raw(0, size),
               raw(first, size),
               raw(last, size),
               raw(0, size),
               raw(last - first + 1, size)});
}
constexpr std::uint8_t kWordRange = 0x88, kDwordRange = 0x87;

}  // namespace

Bytes join(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) append(out, part);
  return out;
}

Bytes raw(std::uint64_t value, int size) {
  Bytes out;
  for (int i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return out;
}

Bytes scope(std::string_view name, const Bytes& terms) { return join({{kScope}, sized(join({text(name), terms}))}); }

Bytes device(std::string_view name, const Bytes& terms) {
  return join({{kExtended, kDevice}, sized(join({text(name), terms}))});
}

Bytes name(std::string_view name, const Bytes& value) { return join({{kName}, text(name), value}); }

Bytes integer(std::uint32_t value) {
  if (value < 2) return {static_cast<std::uint8_t>(value)};  // ZeroOp, OneOp
  if (value < 0x100) return join({{kByte}, raw(value, 1)});
  if (value < 0x10000) return join({{kWord}, raw(value, 2)});
  return join({{kDword}, raw(value, 4)});
}

Bytes package(std::initializer_list<Bytes> elements) {
  return join({{kPackage}, sized(join({{static_cast<std::uint8_t>(elements.size())}, join(elements)}))});
}

// Three letters of five bits and four hexadecimal digits, big endian.
Bytes eisa_id(std::string_view id) {
  const auto letter = [&](std::size_t i) { return static_cast<unsigned>(id[i] - '@') & 31; };
  const auto digit = [&](std::size_t i) {
    return static_cast<unsigned>(id[i] <= '9' ? id[i] - '0' : id[i] - 'A' + 10);
  };
  const unsigned vendor = letter(0) << 10 | letter(1) << 5 | letter(2);
  return {kDword, static_cast<std::uint8_t>(vendor >> 8), static_cast<std::uint8_t>(vendor),
          static_cast<std::uint8_t>(digit(3) << 4 | digit(4)), static_cast<std::uint8_t>(digit(5) << 4 | digit(6))};
}

Bytes resources(const Bytes& descriptors) {
  constexpr std::uint8_t kEndTag = 0x79, kNoChecksum = 0;
  const Bytes data = join({descriptors, {kEndTag, kNoChecksum}});
  return join({{kBuffer}, sized(join({integer(static_cast<std::uint32_t>(data.size())), data}))});
}

Bytes io(std::uint16_t base, std::uint8_t length) {
  constexpr std::uint8_t kTag = 0x47, kDecodes16Bits = 1, kAlignment = 1;
  return join({{kTag, kDecodes16Bits}, raw(base, 2), raw(base, 2), {kAlignment, length}});
}

Bytes irq(int number) { return join({{0x22}, raw(1u << number, 2)}); }
Bytes dma(int channel) { return {0x2A, static_cast<std::uint8_t>(1 << channel), 0}; }

Bytes bus_range(std::uint16_t first, std::uint16_t last) { return range(kWordRange, 2, 0, first, last, 2); }
Bytes io_range(std::uint16_t first, std::uint16_t last) {
  constexpr std::uint8_t kEntireRange = 3;
  return range(kWordRange, 1, kEntireRange, first, last, 2);
}
Bytes memory_range(std::uint32_t first, std::uint32_t last) {
  constexpr std::uint8_t kReadWrite = 1;
  return range(kDwordRange, 0, kReadWrite, first, last, 4);
}

}  // namespace bios::aml
