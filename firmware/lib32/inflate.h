// Decompression of DEFLATE data (RFC 1951), from memory to memory. No allocation, no recursion, no library:
// it runs in the firmware as on the host, where it is tested against zlib and fuzzed.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace lib32 {

enum class InflateStatus : uint8_t {
  kOk,
  kInputEnds,   // the data goes on behind the end of the input
  kOutputFull,  // there is more data than room
  kBadBlock,    // block type 3, or a stored block whose lengths disagree
  kBadCode,     // code lengths that make no code, or a code that stands for nothing
  kBadDistance  // a match that begins before the output does
};

struct InflateResult {
  InflateStatus status;
  size_t consumed;  // bytes of the input, up to the end of the final block
  size_t produced;  // bytes of the output
};

// Tables; too large for a small stack.
class Inflate {
 public:
  // Decompresses one stream. `output` must not overlap `input`.
  InflateResult run(const uint8_t* input, size_t input_bytes, uint8_t* output, size_t output_bytes);

 private:
  static constexpr unsigned kMaxBits = 15;
  static constexpr unsigned kFastBits = 10;
  static constexpr unsigned kSymbols = 288;

  // A canonical code: codes of up to kFastBits by one look-up, longer ones by comparing with the first code
  // of each length.
  struct Code {
    uint16_t fast[1 << kFastBits];  // symbol << 4 | length; 0: longer than kFastBits, or no code
    uint16_t count[kMaxBits + 1];   // codes of each length
    uint16_t symbols[kSymbols];     // in the order of their codes
  };

  bool make_code(Code& code, const uint8_t* lengths, unsigned symbols);
  unsigned decode(const Code& code);
  InflateStatus stored_block();
  InflateStatus read_codes();
  void fixed_codes();
  InflateStatus compressed_block();
  void decode_far_from_ends();
  InflateStatus copy_match(unsigned length_symbol);
  void refill();
  unsigned take(unsigned bits);
  bool overrun() const;

  const uint8_t* input_;
  const uint8_t* input_end_;
  uint8_t* output_begin_;
  uint8_t* output_;
  uint8_t* output_end_;
  uint32_t buffer_;     // bits not yet used, the next one lowest
  unsigned available_;  // how many; beyond the input's end, zeros count as bits
  unsigned padding_;    // how many of them are such zeros
  Code literals_;
  Code distances_;
};

const char* describe(InflateStatus status);

}  // namespace lib32
