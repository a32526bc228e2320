// A whole PC boots an arbitrary boot sector: whatever code and data a guest consists of, the host neither crashes nor
// hangs. Input: choices (1 byte), the boot sector's code (up to 510 bytes), then the sectors behind it.
#include <algorithm>
#include <memory>
#include <vector>

#include "devices/media/memory_medium.h"
#include "fuzz/input.h"
#include "fuzz/watched_pc.h"

namespace {

enum Choice : unsigned { kPublicEngine = 1, kHardDisk = 2, kTwoDrives = 4, kClobber = 8, kUsb = 16 };

constexpr std::size_t kFloppySize = 1'474'560;
// Self-modifying code costs seconds of host time per millisecond under the sanitizers.
constexpr emu::Nanoseconds kRun = 2 * emu::kMillisecond;

std::vector<std::uint8_t> image(Input& in) {
  std::vector<std::uint8_t> bytes = in.bytes(510);
  bytes.resize(510);
  bytes.push_back(0x55);
  bytes.push_back(0xAA);
  const auto more = in.rest();
  bytes.insert(bytes.end(), more.begin(), more.end());
  bytes.resize(std::max(bytes.size(), kFloppySize));
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using devices::media::Attach, devices::media::MemoryMedium;
  Input in(data, size);
  const unsigned choices = in.take<std::uint8_t>();
  bootsim::PcOptions options;
  options.machine.ram_size = 16u << 20;
  options.machine.force_public_engine = choices & kPublicEngine;
  options.bios.boot_menu = false;
  options.bios.quirks.clobber = choices & kClobber;
  const Attach attach =
      choices & kHardDisk ? (choices & kUsb ? Attach::kUsbHardDisk : Attach::kHardDisk) : Attach::kFloppy;
  options.media.push_back({attach, std::make_shared<MemoryMedium>(image(in), "fuzz")});
  if (choices & kTwoDrives) options.media.push_back({Attach::kCd, nullptr});
  WatchedPc watched(std::move(options));
  watched.run_to_loader();
  watched.run(kRun);
  return 0;
}
