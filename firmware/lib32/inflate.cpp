#include "lib32/inflate.h"

#include "lib32/memory.h"

namespace lib32 {
namespace {

constexpr unsigned kNoSymbol = 0xffff;
constexpr unsigned kEndOfBlock = 256;

// RFC 1951 §3.2.5: base value and number of extra bits of length symbols 257-285 and distance symbols 0-29.
constexpr uint16_t kLengthBase[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                      31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr uint8_t kLengthExtra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                      2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr uint16_t kDistanceBase[30] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                        33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                        1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

inline uint32_t word_at(const uint8_t* bytes) {
  uint32_t word;
  __builtin_memcpy(&word, bytes, sizeof word);  // little-endian, as every machine that this runs on
  return word;
}

// Copies `length` bytes from `distance` before `to`; may write three more behind them.
inline void copy_words(uint8_t* to, size_t distance, size_t length) {
  const uint8_t* from = to - distance;
  uint8_t* end = to + length;
  if (distance == 1) {  // a run, of which disk images are full
    uint32_t word = *from * 0x01010101U;
    for (; to < end; to += 4) __builtin_memcpy(to, &word, sizeof word);
  } else if (distance < 4) {
    while (to < end) *to++ = *from++;
  } else {
    for (; to < end; to += 4, from += 4) {
      uint32_t word = word_at(from);
      __builtin_memcpy(to, &word, sizeof word);
    }
  }
}

}  // namespace

InflateResult Inflate::run(const uint8_t* input, size_t input_bytes, uint8_t* output, size_t output_bytes) {
  input_ = input;
  input_end_ = input + input_bytes;
  output_begin_ = output_ = output;
  output_end_ = output + output_bytes;
  buffer_ = 0;
  available_ = padding_ = 0;
  auto status = InflateStatus::kOk;
  bool last = false;
  while (status == InflateStatus::kOk && !last) {
    last = take(1) != 0;
    unsigned type = take(2);
    if (type == 0) {
      status = stored_block();
    } else if (type == 3) {
      status = InflateStatus::kBadBlock;
    } else {
      if (type == 1) {
        fixed_codes();
      } else {
        status = read_codes();
      }
      if (status == InflateStatus::kOk) status = compressed_block();
    }
    if (overrun()) status = InflateStatus::kInputEnds;
  }
  // Whole bytes that were fetched ahead are not consumed.
  size_t unused = padding_ >= available_ ? 0 : (available_ - padding_) / 8;
  return {status, static_cast<size_t>(input_ - input) - unused, static_cast<size_t>(output_ - output)};
}

// At least 25 bits in the buffer: the longest code and the most extra bits need 15 and 13, one after the
// other.
inline void Inflate::refill() {
  while (available_ <= 24) {
    if (input_ < input_end_) {
      buffer_ |= static_cast<uint32_t>(*input_++) << available_;
    } else {
      padding_ += 8;
    }
    available_ += 8;
  }
}

inline unsigned Inflate::take(unsigned bits) {
  refill();
  unsigned value = buffer_ & ((1U << bits) - 1);
  buffer_ >>= bits;
  available_ -= bits;
  return value;
}

// Whether bits that the input does not have were used.
inline bool Inflate::overrun() const { return padding_ > available_; }

InflateStatus Inflate::stored_block() {
  unsigned partial = available_ % 8;
  buffer_ >>= partial;
  available_ -= partial;
  unsigned length = take(16);
  unsigned complement = take(16);
  if (overrun()) return InflateStatus::kInputEnds;
  if (length != (complement ^ 0xffff)) return InflateStatus::kBadBlock;
  input_ -= (available_ - padding_) / 8;  // give back what was fetched ahead
  buffer_ = 0;
  available_ = padding_ = 0;
  if (length > static_cast<size_t>(input_end_ - input_)) return InflateStatus::kInputEnds;
  if (length > static_cast<size_t>(output_end_ - output_)) return InflateStatus::kOutputFull;
  if (length > 0) memcpy(output_, input_, length);  // the pointers may be null when there is nothing
  input_ += length;
  output_ += length;
  return InflateStatus::kOk;
}

// Lengths of 0 are symbols without a code. A code may be incomplete only if it has at most one symbol, as
// zlib holds it.
bool Inflate::make_code(Code& code, const uint8_t* lengths, unsigned symbols) {
  memset(code.count, 0, sizeof code.count);
  for (unsigned i = 0; i < symbols; ++i) ++code.count[lengths[i]];
  unsigned used = symbols - code.count[0];
  code.count[0] = 0;
  int left = 1;
  for (unsigned bits = 1; bits <= kMaxBits; ++bits) {
    left = left * 2 - code.count[bits];
    if (left < 0) return false;
  }
  if (left > 0 && (used > 1 || (used == 1 && code.count[1] != 1))) return false;

  uint16_t offset[kMaxBits + 2];  // into symbols
  uint16_t next[kMaxBits + 2];    // code of each length
  offset[1] = next[1] = 0;
  for (unsigned bits = 1; bits <= kMaxBits; ++bits) {
    offset[bits + 1] = static_cast<uint16_t>(offset[bits] + code.count[bits]);
    next[bits + 1] = static_cast<uint16_t>((next[bits] + code.count[bits]) << 1);
  }
  memset(code.fast, 0, sizeof code.fast);
  for (unsigned symbol = 0; symbol < symbols; ++symbol) {
    unsigned bits = lengths[symbol];
    if (bits == 0) continue;
    code.symbols[offset[bits]++] = static_cast<uint16_t>(symbol);
    unsigned value = next[bits]++;
    if (bits > kFastBits) continue;
    unsigned reversed = 0;  // the stream has a code's highest bit first
    for (unsigned i = 0; i < bits; ++i) reversed |= (value >> i & 1) << (bits - 1 - i);
    for (unsigned i = reversed; i < 1U << kFastBits; i += 1U << bits) {
      code.fast[i] = static_cast<uint16_t>(symbol << 4 | bits);
    }
  }
  return true;
}

inline unsigned Inflate::decode(const Code& code) {
  refill();
  unsigned entry = code.fast[buffer_ & ((1U << kFastBits) - 1)];
  if (entry != 0) {
    buffer_ >>= entry & 15;
    available_ -= entry & 15;
    return entry >> 4;
  }
  unsigned value = 0;
  unsigned first = 0;  // code of this length
  unsigned index = 0;  // of its symbol
  for (unsigned bits = 1; bits <= kMaxBits; ++bits) {
    value |= buffer_ >> (bits - 1) & 1;
    unsigned count = code.count[bits];
    if (value < first + count) {
      buffer_ >>= bits;
      available_ -= bits;
      return code.symbols[index + value - first];
    }
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  return kNoSymbol;
}

// §3.2.7
InflateStatus Inflate::read_codes() {
  static constexpr uint8_t kOrder[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  unsigned literals = take(5) + 257;
  unsigned distances = take(5) + 1;
  unsigned code_lengths = take(4) + 4;
  if (literals > 286 || distances > 30) return InflateStatus::kBadCode;
  uint8_t lengths[286 + 30];
  memset(lengths, 0, 19);
  for (unsigned i = 0; i < code_lengths; ++i) lengths[kOrder[i]] = static_cast<uint8_t>(take(3));
  if (!make_code(literals_, lengths, 19)) return InflateStatus::kBadCode;
  for (unsigned i = 0; i < literals + distances;) {
    unsigned symbol = decode(literals_);
    if (overrun()) return InflateStatus::kInputEnds;
    if (symbol < 16) {
      lengths[i++] = static_cast<uint8_t>(symbol);
      continue;
    }
    if (symbol > 18 || (symbol == 16 && i == 0)) return InflateStatus::kBadCode;
    uint8_t value = symbol == 16 ? lengths[i - 1] : 0;
    unsigned repeat = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7);
    if (repeat > literals + distances - i) return InflateStatus::kBadCode;
    memset(lengths + i, value, repeat);
    i += repeat;
  }
  if (lengths[kEndOfBlock] == 0) return InflateStatus::kBadCode;
  if (!make_code(literals_, lengths, literals)) return InflateStatus::kBadCode;
  if (!make_code(distances_, lengths + literals, distances)) return InflateStatus::kBadCode;
  return InflateStatus::kOk;
}

// §3.2.6
void Inflate::fixed_codes() {
  uint8_t lengths[kSymbols];
  memset(lengths, 8, 144);
  memset(lengths + 144, 9, 112);
  memset(lengths + 256, 7, 24);
  memset(lengths + 280, 8, 8);
  make_code(literals_, lengths, kSymbols);
  memset(lengths, 5, 32);  // two of which stand for nothing, but complete the code
  make_code(distances_, lengths, 32);
}

InflateStatus Inflate::compressed_block() {
  while (true) {
    decode_far_from_ends();
    unsigned symbol = decode(literals_);
    if (symbol < kEndOfBlock) {
      if (output_ == output_end_) return overrun() ? InflateStatus::kInputEnds : InflateStatus::kOutputFull;
      *output_++ = static_cast<uint8_t>(symbol);
      continue;
    }
    if (overrun()) return InflateStatus::kInputEnds;
    if (symbol == kEndOfBlock) return InflateStatus::kOk;
    InflateStatus status = copy_match(symbol);
    if (status != InflateStatus::kOk) return status;
  }
}

// The same with everything in registers, as long as both ends are far and all codes short; anything else,
// errors included, is left to the loop above, from the beginning of its symbol.
void Inflate::decode_far_from_ends() {
  constexpr ptrdiff_t kInput = 8;         // two refills
  constexpr ptrdiff_t kOutput = 258 + 4;  // the longest match, whose copy may go up to three bytes too far
  constexpr uint32_t kFastMask = (1U << kFastBits) - 1;
  const uint8_t* in = input_;
  uint8_t* out = output_;
  uint32_t bits = buffer_;
  unsigned count = available_;
  while (input_end_ - in >= kInput && output_end_ - out >= kOutput) {
    input_ = in;
    output_ = out;
    buffer_ = count < 32 ? bits & ((1U << count) - 1) : bits;
    available_ = count;
    if (count < 32) bits |= word_at(in) << count, in += (31 - count) / 8, count |= 24;  // at least 24 bits

    unsigned entry = literals_.fast[bits & kFastMask];
    if (entry == 0) return;
    bits >>= entry & 15;
    count -= entry & 15;
    unsigned symbol = entry >> 4;
    if (symbol < kEndOfBlock) {
      *out++ = static_cast<uint8_t>(symbol);
      continue;
    }
    if (symbol == kEndOfBlock || symbol > 285) return;
    unsigned extra = kLengthExtra[symbol - 257];
    size_t length = kLengthBase[symbol - 257] + (bits & ((1U << extra) - 1));
    bits >>= extra;
    count -= extra;

    bits |= word_at(in) << count, in += (31 - count) / 8, count |= 24;
    entry = distances_.fast[bits & kFastMask];
    if (entry == 0 || entry >> 4 > 29) return;
    bits >>= entry & 15;
    count -= entry & 15;
    symbol = entry >> 4;
    extra = symbol < 4 ? 0 : symbol / 2 - 1;
    size_t distance = kDistanceBase[symbol] + (bits & ((1U << extra) - 1));
    bits >>= extra;
    count -= extra;
    if (distance > static_cast<size_t>(out - output_begin_)) return;
    copy_words(out, distance, length);
    out += length;
  }
  input_ = in;
  output_ = out;
  buffer_ = count < 32 ? bits & ((1U << count) - 1) : bits;
  available_ = count;
}

inline InflateStatus Inflate::copy_match(unsigned length_symbol) {
  if (length_symbol > 285) return InflateStatus::kBadCode;
  unsigned index = length_symbol - 257;
  size_t length = kLengthBase[index] + take(kLengthExtra[index]);
  unsigned symbol = decode(distances_);
  if (symbol > 29) return overrun() ? InflateStatus::kInputEnds : InflateStatus::kBadCode;
  size_t distance = kDistanceBase[symbol] + take(symbol < 4 ? 0 : symbol / 2 - 1);
  if (overrun()) return InflateStatus::kInputEnds;
  if (distance > static_cast<size_t>(output_ - output_begin_)) return InflateStatus::kBadDistance;
  if (length > static_cast<size_t>(output_end_ - output_)) return InflateStatus::kOutputFull;
  const uint8_t* from = output_ - distance;  // may overlap: the bytes repeat
  for (uint8_t* end = output_ + length; output_ < end;) *output_++ = *from++;
  return InflateStatus::kOk;
}

const char* describe(InflateStatus status) {
  switch (status) {
    case InflateStatus::kOk: return "no error";
    case InflateStatus::kInputEnds: return "the compressed data ends too early";
    case InflateStatus::kOutputFull: return "it is larger than it says";
    case InflateStatus::kBadBlock: return "a block is damaged";
    case InflateStatus::kBadCode: return "a Huffman code is damaged";
    case InflateStatus::kBadDistance: return "a match points before the beginning";
  }
  return "";
}

}  // namespace lib32
