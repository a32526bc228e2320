// What a user can ask of `bootsim run`, as data, and how it is read from a command line.
#pragma once

#include <atomic>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bios/options.h"
#include "bootsim/arguments.h"
#include "bootsim/condition.h"
#include "bootsim/keys.h"
#include "debugger/trace.h"
#include "devices/media/medium.h"
#include "emu/types.h"

namespace bootsim {

/// IMAGE, --cd, --hd, --floppy.
struct MediumOption {
  std::string path;                              ///< empty for an empty drive ("none")
  std::optional<devices::media::Attach> attach;  ///< nothing: found from content and size
  bool is_image = false;                         ///< given as IMAGE: --as may still say how it is attached
};

/// --kernel, --initrd, --append.
struct KernelOption {
  std::string kernel;
  std::vector<std::string> initrds;  ///< loaded one behind the other
  std::string command_line;
};

struct TraceOption {
  std::string file;  ///< empty: stderr; "-": stdout
  debugger::TraceFormat format = debugger::TraceFormat::kText;
  std::bitset<256> vectors;
};

/// --type or --type-at: one entry of the queue.
struct TypeStep {
  std::optional<Condition> when;  ///< nothing: as soon as its turn comes
  std::string text;               ///< as written, for reports
  std::vector<KeyPress> keys;
};

struct RunOptions {
  // The machine.
  std::vector<MediumOption> media;
  std::vector<bios::BootTarget> boot_order;  ///< empty: the first medium's kind, then floppy, hd, cd
  std::optional<int> el_torito_entry;
  std::optional<KernelOption> kernel;
  std::uint64_t memory = 128u << 20;  ///< bytes
  std::string bios_rom;               ///< empty: our BIOS
  std::vector<std::string> option_roms;
  bios::Quirks quirks;
  bool quirks_given = false;
  std::vector<bios::Fault> faults;
  std::string rtc;  ///< "host", an ISO 8601 date, or empty: the fixed default
  bool persist = false;
  bool public_engine = false;  ///< run without the kit

  // What is watched, typed and limited.
  std::optional<TraceOption> trace;
  std::vector<Condition> until;
  std::vector<Condition> fail_on;
  std::vector<TypeStep> type;
  emu::Nanoseconds limit = 120 * emu::kSecond;
  std::optional<emu::Nanoseconds> wall_limit;  ///< host time
  const std::atomic<bool>* cancelled =
      nullptr;      ///< for front ends: the run ends soon after this has become true; outlives it
  std::string gdb;  ///< wait here for gdb before the first instruction; empty: do not

  // What is reported, and where. File names; "-" is stdout.
  bool screen = false;
  std::string screenshot;
  std::string serial;
  std::string debugcon;
  std::string json;
  bool quiet = false;
  bool progress = false;
  bool help = false;
};

/// Reads the command line of `bootsim run`. Throws emu::Error(kUsage).
RunOptions parse_run_options(const Arguments& arguments);
/// Their table, what positional arguments do, and what must hold of them all together: for commands that take the same.
std::span<const Option<RunOptions>> run_options();
void add_image(RunOptions& options, std::string_view path);
void check_run_options(const RunOptions& options);
/// The text of `bootsim run --help`, examples first.
std::string run_help();

/// cd, hd, floppy, usb-hd, usb-floppy. Throws emu::Error(kUsage).
devices::media::Attach parse_attach(std::string_view text);
/// The same words.
std::string_view attach_word(devices::media::Attach attach);
/// --trace-calls: comma list of int13 and so on, or all.
std::bitset<256> parse_trace_calls(std::string_view text);

}  // namespace bootsim
