// Looking never changes anything: breakpoints before, in and behind every disk call leave the calls, their times
// and the guest's memory as they are. On both engine paths, with real media.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "bios/rom_labels.h"
#include "bootsim/attach.h"
#include "bootsim/options.h"
#include "bootsim/pc.h"

namespace bootsim {
namespace {

constexpr emu::Nanoseconds kRunTime = 1 * emu::kSecond;

struct SeenCall {
  std::uint64_t sequence;
  emu::Nanoseconds begin, end;
  std::uint32_t caller;
  std::uint64_t in_ax, in_dx, out_ax, out_flags;
  auto operator<=>(const SeenCall&) const = default;
};

/// Collects calls; when `machine` is set, it also puts a breakpoint before and behind each call.
class Calls : public emu::CallObserver {
 public:
  void call_begins(const emu::InterruptCall& call) override {
    if (!machine) return;
    machine->add_breakpoint(call.caller.linear());  // in the middle of a block, from its second time on
    machine->add_breakpoint(call.in.cs_ip().linear());
  }
  void call_ends(const emu::InterruptCall& call) override {
    seen.push_back({call.sequence, call.begin, call.end, call.caller.linear(), call.in.ax(), call.in.dx(),
                    call.out.ax(), call.out.rflags});
  }
  std::vector<SeenCall> seen;
  emu::Machine* machine = nullptr;
};

struct Ran {
  std::vector<SeenCall> calls;
  emu::Nanoseconds now = 0, idle = 0;
  std::uint64_t screen = 0;
  std::uint64_t memory = 0;
  int stops = 0;
};

std::uint64_t fingerprint(const emu::Memory& memory, std::uint64_t size) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a, by words
  for (std::uint64_t at = 0; at < size; at += 8)
    hash = (hash ^ memory.read<std::uint64_t>(emu::PhysAddr(at))) * 1099511628211u;
  return hash;
}

Ran run_medium(const std::string& path, bool public_engine, bool breakpoints) {
  RunOptions options;
  options.media.push_back({.path = path});
  const AttachedMedia media = attach_media(options, nullptr);
  PcOptions pc_options;
  pc_options.machine.ram_size = 32 << 20;
  pc_options.machine.force_public_engine = public_engine;
  pc_options.bios.boot_order = boot_order(options, media);
  pc_options.media = media.drives;
  Pc pc(pc_options);
  pc.power_on();
  emu::Machine& machine = pc.machine();
  Calls calls;
  machine.observe_calls(calls, std::bitset<256>().set(0x13));
  if (breakpoints) {
    calls.machine = &machine;
    machine.add_breakpoint(bios::rom::far(bios::rom::kInt13).linear());
  }
  Ran ran;
  for (;;) {
    const emu::StopReason reason = machine.run(kRunTime);
    if (reason != emu::StopReason::kBreakpoint) {
      EXPECT_EQ(reason, emu::StopReason::kTimeLimit);
      break;
    }
    ++ran.stops;
  }
  ran.calls = std::move(calls.seen);
  ran.now = machine.clock().now();
  ran.idle = machine.idle_time();
  ran.screen = pc.vga().text_fingerprint();
  ran.memory = fingerprint(machine.memory(), pc_options.machine.ram_size);
  return ran;
}

class Perturbation : public testing::TestWithParam<std::tuple<std::string, bool>> {};

TEST_P(Perturbation, BreakpointsAtEveryDiskCallChangeNothing) {
  const auto& [name, public_engine] = GetParam();
  const std::string path = std::string(BOOTSIM_CORPUS) + "/" + name;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << ": tests/corpus/build.sh makes it";
  const Ran alone = run_medium(path, public_engine, false);
  const Ran again = run_medium(path, public_engine, false);
  const Ran watched = run_medium(path, public_engine, true);
  ASSERT_GE(alone.calls.size(), 10u);
  EXPECT_EQ(alone.stops, 0);
  EXPECT_GE(watched.stops, static_cast<int>(alone.calls.size()));
  for (const Ran& other : {again, watched}) {
    ASSERT_EQ(alone.calls.size(), other.calls.size());
    for (std::size_t i = 0; i < alone.calls.size(); ++i) {
      ASSERT_EQ(alone.calls[i], other.calls[i])
          << "call " << i << " began at " << alone.calls[i].begin << " and " << other.calls[i].begin << ", ended at "
          << alone.calls[i].end << " and " << other.calls[i].end;
    }
    EXPECT_EQ(alone.now, other.now);
    EXPECT_EQ(alone.idle, other.idle);
    EXPECT_EQ(alone.screen, other.screen);
    EXPECT_EQ(alone.memory, other.memory);
  }
}

std::string test_name(const testing::TestParamInfo<Perturbation::ParamType>& parameters) {
  std::string name = std::get<0>(parameters.param) + (std::get<1>(parameters.param) ? "_public" : "_kit");
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kit, Perturbation,
                         testing::Combine(testing::Values("isolinux-menu.iso", "memdisk-floppy.iso",
                                                          "syslinux-mbr-fat16.img", "grub-rescue-cdrom.iso"),
                                          testing::Values(false)),
                         test_name);
// The public path is some ten times slower.
INSTANTIATE_TEST_SUITE_P(PublicPath, Perturbation,
                         testing::Combine(testing::Values("isolinux-menu.iso", "syslinux-mbr-fat16.img"),
                                          testing::Values(true)),
                         test_name);

}  // namespace
}  // namespace bootsim
