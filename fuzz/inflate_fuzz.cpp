// The firmware's DEFLATE decoder on any bytes, with zlib as the judge: the same bytes come out, or both
// refuse.
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "lib32/inflate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::size_t kRoom = 1 << 18;
  std::vector<std::uint8_t> reference(kRoom);
  z_stream stream = {};
  if (inflateInit2(&stream, -15) != Z_OK) return 0;
  stream.next_in = const_cast<Bytef*>(data);
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reference.data();
  stream.avail_out = kRoom;
  const bool sound = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  const std::size_t produced = stream.total_out;
  const std::size_t consumed = stream.total_in;
  inflateEnd(&stream);

  std::vector<std::uint8_t> output(sound ? produced : kRoom);  // no byte more than is needed
  static lib32::Inflate unpacker;
  const lib32::InflateResult result = unpacker.run(data, size, output.data(), output.size());
  if (result.consumed > size || result.produced > output.size()) __builtin_trap();
  if (sound != (result.status == lib32::InflateStatus::kOk)) __builtin_trap();
  if (!sound) return 0;
  if (result.produced != produced || result.consumed != consumed) __builtin_trap();
  if (produced > 0 && std::memcmp(output.data(), reference.data(), produced) != 0) __builtin_trap();
  return 0;
}
