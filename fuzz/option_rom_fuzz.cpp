// Arbitrary option ROMs: those that are none are left out with a notice, those that are run as guest code in POST.
#include <algorithm>
#include <numeric>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/watched_pc.h"

namespace {

constexpr unsigned kRepair = 1, kSecond = 2;

/// A header and checksum that the BIOS accepts, so that the code behind them runs.
void repair(std::vector<std::uint8_t>& rom) {
  rom.resize(std::max<std::size_t>((rom.size() + 511) / 512 * 512, 512));
  rom[0] = 0x55;
  rom[1] = 0xAA;
  rom[2] = static_cast<std::uint8_t>(rom.size() / 512);
  rom.back() = 0;
  rom.back() = static_cast<std::uint8_t>(-std::accumulate(rom.begin(), rom.end(), 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const unsigned choices = in.take<std::uint8_t>();
  bootsim::PcOptions options;
  options.machine.ram_size = 1u << 20;
  options.bios.boot_menu = false;
  if (choices & kSecond) options.option_roms.push_back(in.bytes(in.take<std::uint16_t>()));
  options.option_roms.push_back(in.rest());
  if (choices & kRepair) {
    for (auto& rom : options.option_roms) {
      if (rom.size() > 64 << 10) rom.resize(64 << 10);
      repair(rom);
    }
  }
  WatchedPc watched(std::move(options));
  watched.run(30 * emu::kMillisecond);  // POST without option ROMs takes 20
  return 0;
}
