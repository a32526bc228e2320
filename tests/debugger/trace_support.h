// Calls and drives for the trace's tests.
#pragma once

#include <map>
#include <string>

#include "debugger/trace.h"

namespace debugger {

/// The call of the issue's example line, as docs/trace-format.md shows it.
inline emu::InterruptCall extended_read_call() {
  emu::InterruptCall call;
  call.sequence = 17;
  call.vector = 0x13;
  call.begin = 12'300'000;
  call.end = 14'300'000;
  call.caller = {0x0000, 0x7C9E};
  call.in.set_ax(0x4200);
  call.in.set_dx(0x00E0);
  call.out = call.in;
  call.out.set_ax(0x0000);
  call.finished = true;
  return call;
}

inline bios::Function extended_read_function() {
  return {0x13, bios::Selector::kAh, 0x42, "extended read", "", "", "EDD 3.0", nullptr};
}

inline bios::Arguments extended_read_arguments() {
  bios::Arguments arguments;
  arguments.drive = 0xE0;
  arguments.lba = 1203;
  arguments.count = 4;
  arguments.buffer = emu::FarPtr{0x1000, 0x0000};
  return arguments;
}

inline bios::Outcome bytes_outcome(std::uint64_t bytes) {
  bios::Outcome outcome;
  outcome.bytes = bytes;
  return outcome;
}

/// The line that `writer` makes of one call.
inline std::string written(TraceWriter& writer, const emu::InterruptCall& call, const bios::Function* function,
                           const bios::Arguments& arguments, const bios::Outcome& outcome, std::string_view file = "") {
  std::string out;
  writer.call(out, {.sequence = call.sequence,
                    .call = call,
                    .function = function,
                    .arguments = arguments,
                    .outcome = outcome,
                    .file = file});
  return out;
}

class FakeDrives : public DriveFacts {
 public:
  std::optional<devices::media::Geometry> geometry(std::uint8_t drive) const override {
    const auto found = geometries.find(drive);
    return found == geometries.end() ? std::nullopt : std::optional(found->second);
  }
  std::uint32_t sector_size(std::uint8_t) const override { return 512; }
  std::string file_at(std::uint8_t, std::uint64_t lba) override { return file + "@" + std::to_string(lba); }

  std::map<std::uint8_t, devices::media::Geometry> geometries;
  std::string file = "MBR";
};

}  // namespace debugger
