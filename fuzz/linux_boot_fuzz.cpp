// --kernel, --initrd and --append: whatever a setup header claims, everything is placed inside of RAM and apart, or
// refused; then what it enters runs on a whole PC. Input: choices (1 byte), the size of the initrd (2 bytes, times 257
// if chosen), a command line (its length and its padding in 128 bytes, 1 byte each, then its text), then the kernel.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bios/linux_boot.h"
#include "debugger/kernel_entry.h"
#include "emu/error.h"
#include "fuzz/file_system_check.h"
#include "fuzz/input.h"
#include "fuzz/watched_pc.h"

namespace {

enum Choice : unsigned { kPublicEngine = 1, kRepair = 2, kMemory = 4 | 8, kHugeInitrd = 16 };

constexpr emu::Nanoseconds kRun =
    200 * emu::kMicrosecond;                         // some 100,000 instructions; code that patches itself is slow
constexpr std::uint64_t kConventionalEnd = 0x9A000;  // boot.rst: loaders stay below it

/// The magic numbers, so that the rest of the header is looked at.
void repair(std::vector<std::uint8_t>& image) {
  constexpr std::size_t kBootFlag = 0x1FE, kHeader = 0x202, kVersionHigh = 0x207, kSmallest = 0x264;
  image.resize(std::max(image.size(), kSmallest));
  image[kBootFlag] = 0x55;
  image[kBootFlag + 1] = 0xAA;
  std::memcpy(image.data() + kHeader, "HdrS", 4);
  image[kVersionHigh] = 2;
}

bios::LinuxKernel kernel(Input& in, unsigned choices) {
  bios::LinuxKernel k;
  k.name = "fuzz";
  const auto initrd = in.take<std::uint16_t>();
  k.initrd.assign(choices & kHugeInitrd ? std::size_t{initrd} * 257 : initrd, 0x5A);
  const auto length = in.take<std::uint8_t>(), padding = in.take<std::uint8_t>();
  const auto text = in.bytes(length);
  k.command_line.assign(std::size_t{padding} * 128, ' ');
  k.command_line.append(text.begin(), text.end());
  k.image = in.rest();
  if (choices & kRepair) repair(k.image);
  return k;
}

/// Where things were put: in RAM, one behind the other.
void check(const bios::LinuxKernel& k, const bios::LinuxPlacement& at, std::uint64_t memory_end) {
  require(at.real_mode_size > 0 && at.real_mode_size < k.image.size());
  const std::uint64_t segment = at.segment * 16u, code_end = at.code.value + (k.image.size() - at.real_mode_size);
  require(segment + at.real_mode_size <= at.command_line.value);
  require(k.command_line.size() < kConventionalEnd - at.command_line.value);
  require(at.loaded_high ? at.code.value == 0x100000 : code_end <= segment);
  require(code_end <= memory_end);
  require(at.initrd.has_value() == !k.initrd.empty());
  if (!at.initrd) return;
  require(at.initrd->value >= std::max<std::uint64_t>(code_end, 0x100000) && at.initrd->value <= memory_end);
  require(k.initrd.size() <= memory_end - at.initrd->value);
}

void boot(std::shared_ptr<const bios::LinuxKernel> kernel, unsigned choices, std::uint64_t ram) {
  bootsim::PcOptions options;
  options.machine.ram_size = ram;
  options.machine.force_public_engine = choices & kPublicEngine;
  options.bios.boot_menu = false;
  options.bios.kernel = std::move(kernel);
  WatchedPc watched(std::move(options));
  emu::Machine& machine = watched.pc().machine();
  unsigned entries = 0;
  // As a session with --until kernel looks.
  machine.on_mode_change([&](emu::CpuMode, emu::CpuMode to) {
    entries += debugger::has_linux_boot_params(machine.registers(), to, machine.memory());
  });
  watched.run_to_loader();
  entries += debugger::at_linux_setup(machine.registers(), machine.memory());
  watched.run(kRun);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const unsigned choices = in.take<std::uint8_t>();
  const auto k = std::make_shared<const bios::LinuxKernel>(kernel(in, choices));
  constexpr std::uint64_t kMiB = 1u << 20;
  constexpr std::array<std::uint64_t, 4> kRam = {128 * kMiB, kMiB, 3 * kMiB, 18 * kMiB};
  // Any end of memory, up to the highest that a 32-bit PC can have.
  for (const std::uint64_t end : {kMiB, 16 * kMiB, 3072 * kMiB}) {
    try {
      check(*k, bios::place_linux(*k, end), end);
    } catch (const emu::Error& error) {
      require(error.kind() != emu::ErrorKind::kInternal);
    }
  }
  try {
    boot(k, choices, kRam[(choices & kMemory) / 4]);
  } catch (const emu::Error& error) {
    require(error.kind() != emu::ErrorKind::kInternal);
  }
  return 0;
}
