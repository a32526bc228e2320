// What going back in time costs: history MEDIA_DIR [PAIRS [WORD]]. For each boot (whose name has the word) the
// processor time of a run with and without history, taken in turns, and of going back, from all over the run. Processor
// time, because a busy machine makes wall time say little; nothing here waits.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "bootsim/assembly.h"
#include "bootsim/debug/options.h"
#include "debugger/debugger.h"

namespace {

using emu::kMillisecond;

struct Boot {
  const char* name;
  std::vector<std::string> arguments;  // $ stands for the media's folder
  emu::Nanoseconds end;                // virtual
};

const std::vector<Boot> kBoots = {
    {"GRUB rescue ISO, to its prompt", {"$/grub-rescue-cdrom.iso"}, 3'000 * kMillisecond},
    {"ISOLINUX + MEMDISK", {"$/memdisk-floppy.iso"}, 6'000 * kMillisecond},
    {"memtest86+ ISO", {"$/memtest86+ia32.iso"}, 2'500 * kMillisecond},
    {"GRUB + Linux ISO", {"$/grub-linux-amd64.iso"}, 8'000 * kMillisecond},
    {"Linux, loaded directly",
     {"--kernel", "$/vmlinuz", "--initrd", "$/initrd.gz", "--append", "console=ttyS0", "--mem", "256M"},
     6'000 * kMillisecond},
};

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}
double best(const std::vector<double>& values) { return *std::min_element(values.begin(), values.end()); }
double worst(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }

/// A PC and its debugger, run to the end of the boot.
struct Run {
  Run(const Boot& boot, const std::string& media, bool history) {
    bootsim::Arguments arguments;
    for (std::string word : boot.arguments) {
      if (word.starts_with("$")) word = media + word.substr(1);
      arguments.push_back(word);
    }
    options = std::make_unique<bootsim::DebugOptions>(bootsim::parse_debug_options(arguments));
    assembly = std::make_unique<bootsim::Assembly>(options->run, nullptr);
    bootsim::Pc& pc = assembly->pc();
    debugger = std::make_unique<debugger::Debugger>(
        debugger::Target{pc.machine(), pc.bios(), pc.vga(), assembly->drive_files()},
        debugger::Debugger::Options{.history = history, .travel = {}});
    const double begin = cpu_ms();
    debugger->until_time(boot.end);
    ms = cpu_ms() - begin;
  }
  std::unique_ptr<bootsim::DebugOptions> options;
  std::unique_ptr<bootsim::Assembly> assembly;
  std::unique_ptr<debugger::Debugger> debugger;
  double ms = 0;
};

template <class Action>
double timed(Action action) {
  const double begin = cpu_ms();
  action();
  return cpu_ms() - begin;
}

void measure(const Boot& boot, const std::string& media, int pairs) {
  std::vector<double> without, with;
  std::unique_ptr<Run> run;
  for (int i = 0; i < pairs; ++i) {
    run.reset();
    without.push_back(Run(boot, media, false).ms);
    run = std::make_unique<Run>(boot, media, true);
    with.push_back(run->ms);
  }
  debugger::Debugger& d = *run->debugger;
  const emu::Position end = d.travel()->last();
  const auto figures = d.travel()->figures();
  constexpr int kPlaces = 60;
  std::vector<double> step, again;
  for (int i = 1; i <= kPlaces; ++i) {
    d.go_to({end.time / 997 * (i * 331 % 997) + 7919 * i});
    step.push_back(timed([&] { d.reverse_step(); }));
    again.push_back(timed([&] { d.reverse_step(); }));
  }
  d.go_to(end);
  d.breakpoints().add(debugger::parse_breakpoint("int13", d.names()));
  std::vector<double> back;
  for (int i = 0; i < 5; ++i) back.push_back(timed([&] { d.reverse_go(); }));
  fmt::print(
      "| {} | {:.0f} | {:+.1f} % | {}, {:.0f} MB, {:.0f} ms | {:.1f} / {:.1f} | {:.1f} / {:.1f} | {:.0f} / {:.0f} |\n",
      boot.name, best(without), (best(with) / best(without) - 1) * 100, figures.snapshots,
      static_cast<double>(figures.page_bytes) / 1e6, figures.save_ms, median(step), worst(step), median(again),
      worst(again), median(back), worst(back));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: history MEDIA_DIR [PAIRS [WORD]]\n");
    return 2;
  }
  fmt::print(
      "Processor time in ms: of runs the fastest, because what disturbs one only makes it slower; of steps median / worst.\n\n"
      "| Boot | without history | with | snapshots, memory, saving | one step back, anywhere | another one | back to INT 13h |\n"
      "|---|---|---|---|---|---|---|\n");
  const std::string_view word = argc > 3 ? argv[3] : "";
  for (const Boot& boot : kBoots) {
    if (std::string_view(boot.name).find(word) != std::string_view::npos)
      measure(boot, argv[1], argc > 2 ? std::max(std::atoi(argv[2]), 1) : 5);
  }
  return 0;
}
