// What reading sectors costs: straight, through the overlay, and through an overlay that the guest has
// written to.
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "devices/media/memory_medium.h"
#include "devices/media/overlay.h"

namespace {

using devices::media::MemoryMedium;
using devices::media::Overlay;

constexpr std::uint64_t kSize = 64u << 20;

std::shared_ptr<MemoryMedium> blank() {
  return std::make_shared<MemoryMedium>(std::vector<std::uint8_t>(kSize), "blank", true);
}

/// Reads all over the medium, `state.range(0)` bytes at a time.
void read_everywhere(benchmark::State& state, const devices::media::Medium& medium) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)));
  std::uint64_t offset = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(medium.read(offset, bytes));
    offset = (offset + 1'234'944) % (kSize - bytes.size());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void read_medium(benchmark::State& state) { read_everywhere(state, *blank()); }
BENCHMARK(read_medium)->Arg(512)->Arg(2048)->Arg(65536);

void read_overlay(benchmark::State& state) { read_everywhere(state, Overlay(blank())); }
BENCHMARK(read_overlay)->Arg(512)->Arg(2048)->Arg(65536);

void read_written_overlay(benchmark::State& state) {
  Overlay overlay(blank());
  const std::vector<std::uint8_t> sector(512, 0xE5);
  for (std::uint64_t offset = 0; offset < kSize; offset += 65536) overlay.write(offset, sector);
  read_everywhere(state, overlay);
}
BENCHMARK(read_written_overlay)->Arg(512)->Arg(2048)->Arg(65536);

}  // namespace
