// What one line of the trace costs, without the machine around it.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "debugger/trace.h"
#include "emu/memory.h"

namespace {

constexpr emu::FarPtr kPacket{0x0000, 0x7B00};

/// One CD; every sector belongs to the same file.
class OneFile : public debugger::DriveFacts {
 public:
  std::optional<devices::media::Geometry> geometry(std::uint8_t) const override { return {}; }
  std::uint32_t sector_size(std::uint8_t) const override { return devices::media::kCdSectorSize; }
  std::string file_at(std::uint8_t, std::uint64_t lba) override { return "/boot/grub/core.img+" + std::to_string(lba); }
};

emu::InterruptCall extended_read() {
  emu::InterruptCall call;
  call.vector = 0x13;
  call.caller = {0x0000, 0x7C9E};
  call.in.set_ax(0x4200);
  call.in.set_dx(0x00E0);
  call.in.set_si(kPacket.off);
  call.out = call.in;
  call.out.set_ax(0);
  call.end = 12'300'000;
  return call;
}

void trace_to_file(benchmark::State& state) {
  emu::Memory memory(16u << 20);
  const std::uint8_t packet[16] = {16, 0, 4, 0, 0, 0, 0, 0x10, 0xB3, 0x04};
  memory.write(kPacket, std::span<const std::uint8_t>(packet));
  OneFile drives;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  debugger::Trace::Options options{.format = static_cast<debugger::TraceFormat>(state.range(0))};
  options.vectors.set(0x13);
  debugger::Trace trace(options, {.version = "0", .engine = "kit", .media = {"cd a.iso"}}, memory, drives,
                        [&](std::string_view text) { std::fwrite(text.data(), 1, text.size(), file.get()); });
  emu::InterruptCall call = extended_read();
  for (auto _ : state) {
    ++call.sequence;
    call.finished = false;
    trace.call_begins(call);
    call.finished = true;
    trace.call_ends(call);
  }
  trace.finish();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(trace_to_file)
    ->ArgName("format")
    ->Arg(static_cast<int>(debugger::TraceFormat::kText))
    ->Arg(static_cast<int>(debugger::TraceFormat::kJsonLines))
    ->Arg(static_cast<int>(debugger::TraceFormat::kPerfetto));

}  // namespace
