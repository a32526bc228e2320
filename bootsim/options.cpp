#include "bootsim/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/core.h>

#include "bootsim/quirks.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using devices::media::Attach;
using std::string_view;
using RunOption = Option<RunOptions>;

[[noreturn]] void refuse(const std::string& message) { throw emu::Error(emu::ErrorKind::kUsage, message); }

// --- The machine

void add_medium(RunOptions& options, string_view path, Attach attach) {
  if (path.empty()) refuse("a drive needs a file, or none for an empty drive");
  options.media.push_back({.path = path == "none" ? "" : std::string(path), .attach = attach});
}

void set_attach(RunOptions& options, string_view word) {
  if (options.media.empty() || !options.media.back().is_image) {
    refuse("--as says how the IMAGE before it is attached; put it right after an IMAGE");
  }
  options.media.back().attach = parse_attach(word);
}

void set_entry(RunOptions& options, string_view text) {
  const std::uint64_t entry = parse_number(text);
  if (entry > 0xFFFF) refuse(fmt::format("--entry {}: an El Torito catalog has no such entry", text));
  options.el_torito_entry = static_cast<int>(entry);
}

KernelOption& kernel(RunOptions& options, string_view option) {
  if (!options.kernel) refuse(fmt::format("{} needs --kernel before it", option));
  return *options.kernel;
}

void set_memory(RunOptions& options, string_view text) {
  options.memory = parse_size(text);
  const bool sane = options.memory >= (1u << 20) && options.memory <= (std::uint64_t{32} << 30);
  if (!sane || options.memory % (64u << 10) != 0) {
    refuse(fmt::format("--mem {}: memory is 1M to 32G in steps of 64K", text));
  }
}

void set_rtc(RunOptions& options, string_view text) {
  // YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS; a '9' in the pattern is any digit.
  const auto matches = [&](string_view pattern) {
    return text.size() == pattern.size() && std::equal(text.begin(), text.end(), pattern.begin(), [](char c, char p) {
             return p == '9' ? c >= '0' && c <= '9' : c == p || (p == 'T' && c == ' ');
           });
  };
  if (text != "host" && !matches("9999-99-99") && !matches("9999-99-99T99:99:99")) {
    refuse(fmt::format("--rtc {}: host, or a date such as 2024-02-29 or 2024-02-29T12:00:00", text));
  }
  options.rtc = text;
}

// --- What is watched

TraceOption& trace(RunOptions& options) {
  if (!options.trace) {
    options.trace.emplace();
    options.trace->vectors.set(0x13);
  }
  return *options.trace;
}

void set_trace_format(RunOptions& options, string_view word) {
  static constexpr std::array<std::pair<string_view, debugger::TraceFormat>, 3> kFormats = {
      {{"text", debugger::TraceFormat::kText},
       {"jsonl", debugger::TraceFormat::kJsonLines},
       {"perfetto", debugger::TraceFormat::kPerfetto}}};
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const auto& f) { return f.first == word; });
  if (found == kFormats.end()) refuse(fmt::format("--trace-format {}: text, jsonl or perfetto", word));
  trace(options).format = found->second;
}

void add_type(RunOptions& options, std::optional<Condition> when, string_view keys) {
  options.type.push_back({.when = std::move(when), .text = std::string(keys), .keys = parse_keys(keys)});
}

// --- The table

constexpr RunOption kOptions[] = {
    {"--as", Takes::kValue, "KIND",
     "how the IMAGE before it is attached: cd, hd, floppy, usb-hd, usb-floppy;\n"
     "default: found from content and size (an isohybrid is a CD unless told)",
     [](RunOptions& o, string_view v, string_view) { set_attach(o, v); }},
    {"--cd", Takes::kValue, "FILE", "a CD drive; none: an empty one (so for --hd and --floppy). Drives in order",
     [](RunOptions& o, string_view v, string_view) { add_medium(o, v, Attach::kCd); }},
    {"--hd", Takes::kValue, "FILE", "a hard disk",
     [](RunOptions& o, string_view v, string_view) { add_medium(o, v, Attach::kHardDisk); }},
    {"--floppy", Takes::kValue, "FILE", "a floppy drive",
     [](RunOptions& o, string_view v, string_view) { add_medium(o, v, Attach::kFloppy); }},
    {"--boot", Takes::kValue, "LIST",
     "boot order: comma list of cd, hd, floppy or a drive number (80h, 0x80);\n"
     "default: the kind of the first medium named, then floppy,hd,cd",
     [](RunOptions& o, string_view v, string_view) { o.boot_order = parse_boot_order(v); }},
    {"--entry", Takes::kValue, "N", "El Torito catalog entry to boot (0 = initial/default)",
     [](RunOptions& o, string_view v, string_view) { set_entry(o, v); }},
    {"--kernel", Takes::kValue, "FILE", "boot a Linux kernel directly, by the boot protocol",
     [](RunOptions& o, string_view v, string_view) { o.kernel.emplace().kernel = v; }},
    {"--initrd", Takes::kValue, "FILE", "its initial RAM disk; repeatable",
     [](RunOptions& o, string_view v, string_view) { kernel(o, "--initrd").initrds.emplace_back(v); }},
    {"--append", Takes::kValue, "TEXT", "its command line",
     [](RunOptions& o, string_view v, string_view) { kernel(o, "--append").command_line = v; }},
    {"--mem", Takes::kValue, "SIZE", "memory; default 128M",
     [](RunOptions& o, string_view v, string_view) { set_memory(o, v); }},
    {"--bios", Takes::kValue, "FILE", "start a ROM image instead of our BIOS",
     [](RunOptions& o, string_view v, string_view) { o.bios_rom = v; }},
    {"--option-rom", Takes::kValue, "FILE", "run an option ROM in POST; repeatable",
     [](RunOptions& o, string_view v, string_view) { o.option_roms.emplace_back(v); }},
    {"--quirk", Takes::kValue, "LIST", "behave like BIOSes that loaders meet in the field; `bootsim quirks` lists them",
     [](RunOptions& o, string_view v, string_view) {
       parse_quirks(v, o.quirks);
       o.quirks_given = true;
     }},
    {"--fail-read", Takes::kValue, "SPEC",
     "make reads fail: call=N[:STATUS], lba=N[-M][:STATUS], every=N, short;\n"
     "media-change=N: the medium is changed at the N-th call",
     [](RunOptions& o, string_view v, string_view) { o.faults.push_back(parse_fault(v, bios::Fault::On::kRead)); }},
    {"--fail-write", Takes::kValue, "SPEC", "the same for writes",
     [](RunOptions& o, string_view v, string_view) { o.faults.push_back(parse_fault(v, bios::Fault::On::kWrite)); }},
    {"--trace", Takes::kOptionalValue, "FILE", "one line per BIOS disk call as it happens; stderr without =FILE",
     [](RunOptions& o, string_view v, string_view) { trace(o).file = v; }},
    {"--trace-calls", Takes::kValue, "LIST", "whose calls: int13 (default), int10, int15, int16, ..., all",
     [](RunOptions& o, string_view v, string_view) { trace(o).vectors = parse_trace_calls(v); }},
    {"--trace-format", Takes::kValue, "NAME", "text, jsonl or perfetto (open in ui.perfetto.dev)",
     [](RunOptions& o, string_view v, string_view) { set_trace_format(o, v); }},
    {"--until", Takes::kValue, "COND", "success when COND holds; repeatable, any of them ends the run",
     [](RunOptions& o, string_view v, string_view) { o.until.push_back(parse_condition(v)); }},
    {"--fail-on", Takes::kValue, "COND", "failure when COND holds; repeatable",
     [](RunOptions& o, string_view v, string_view) { o.fail_on.push_back(parse_condition(v)); }},
    {"--type", Takes::kValue, "KEYS", "type: text and <Enter> <Esc> <Tab> <Down> <F12> <Ctrl-B> <Shift:2s> <lt>",
     [](RunOptions& o, string_view v, string_view) { add_type(o, std::nullopt, v); }},
    {"--type-at", Takes::kTwoValues, "COND KEYS", "the same when COND holds; --type and --type-at form one queue",
     [](RunOptions& o, string_view v, string_view keys) { add_type(o, parse_condition(v), keys); }},
    {"--limit", Takes::kValue, "TIME", "end after this much virtual time (500ms, 30s, 2m); default 120s",
     [](RunOptions& o, string_view v, string_view) { o.limit = parse_time(v); }},
    {"--wall-limit", Takes::kValue, "TIME", "end after this much host time; default none",
     [](RunOptions& o, string_view v, string_view) { o.wall_limit = parse_time(v); }},
    {"--gdb", Takes::kValue, "ADDRESS",
     "wait for gdb before the first instruction, at tcp:PORT of this host or unix:PATH",
     [](RunOptions& o, string_view v, string_view) { o.gdb = v; }},
    {"--screen", Takes::kNothing, "", "print the final text screen",
     [](RunOptions& o, string_view, string_view) { o.screen = true; }},
    {"--screenshot", Takes::kValue, "FILE.png", "save the final screen, text or graphics",
     [](RunOptions& o, string_view v, string_view) { o.screenshot = v; }},
    {"--serial", Takes::kValue, "FILE", "COM1 output; - is stdout",
     [](RunOptions& o, string_view v, string_view) { o.serial = v; }},
    {"--debugcon", Takes::kValue, "FILE", "output of ports E9h and 402h; - is stdout",
     [](RunOptions& o, string_view v, string_view) { o.debugcon = v; }},
    {"--persist", Takes::kNothing, "", "write changes back to the (raw) images; default: thrown away",
     [](RunOptions& o, string_view, string_view) { o.persist = true; }},
    {"--rtc", Takes::kValue, "WHEN", "clock at power-on: host or a date such as 2024-02-29T12:00:00; default: fixed",
     [](RunOptions& o, string_view v, string_view) { set_rtc(o, v); }},
    {"--json", Takes::kValue, "FILE", "JSON summary; - is stdout",
     [](RunOptions& o, string_view v, string_view) { o.json = v; }},
    {"--quiet", Takes::kNothing, "", "no final screen, verdict line or notices",
     [](RunOptions& o, string_view, string_view) { o.quiet = true; }},
    {"--progress", Takes::kNothing, "", "live status on stderr although it is no terminal",
     [](RunOptions& o, string_view, string_view) { o.progress = true; }},
    {"--public-engine", Takes::kNothing, "", "run without the repairs of the engine (slow; for comparison)",
     [](RunOptions& o, string_view, string_view) { o.public_engine = true; }},
    {"--help", Takes::kNothing, "", "this text", [](RunOptions& o, string_view, string_view) { o.help = true; }},
    {"-h", Takes::kNothing, "", "the same", [](RunOptions& o, string_view, string_view) { o.help = true; }},
};

/// Two outputs that claim stdout would mix.
void check_stdout(const RunOptions& options) {
  const int claims = (options.serial == "-") + (options.debugcon == "-") + (options.json == "-") +
                     (options.trace && options.trace->file == "-");
  if (claims > 1) refuse("only one of --serial, --debugcon, --json and --trace can write to stdout (-)");
}

/// Options of our BIOS mean nothing to another one.
void check_own_bios(const RunOptions& options) {
  if (options.bios_rom.empty()) return;
  const bool asks_ours = options.kernel || options.el_torito_entry || !options.boot_order.empty() ||
                         !options.option_roms.empty() || !options.faults.empty() || options.quirks_given;
  if (asks_ours)
    refuse(
        "--bios starts a BIOS of its own: it knows no --boot, --entry, --kernel, --option-rom, --quirk or --fail-read");
}

}  // namespace

void add_image(RunOptions& options, string_view path) {
  if (path.empty()) refuse("IMAGE is empty");
  options.media.push_back({.path = std::string(path), .is_image = true});
}

std::span<const RunOption> run_options() { return kOptions; }

devices::media::Attach parse_attach(string_view text) {
  for (const Attach attach :
       {Attach::kCd, Attach::kHardDisk, Attach::kFloppy, Attach::kUsbHardDisk, Attach::kUsbFloppy}) {
    if (attach_word(attach) == text) return attach;
  }
  refuse(fmt::format("\"{}\" is not a way to attach a medium: cd, hd, floppy, usb-hd or usb-floppy", text));
}

std::string_view attach_word(Attach attach) {
  switch (attach) {
    case Attach::kFloppy: return "floppy";
    case Attach::kHardDisk: return "hd";
    case Attach::kCd: return "cd";
    case Attach::kUsbFloppy: return "usb-floppy";
    case Attach::kUsbHardDisk: return "usb-hd";
  }
  return "";
}

std::bitset<256> parse_trace_calls(string_view text) {
  static constexpr std::array<std::uint8_t, 11> kTraceable = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                                                              0x16, 0x17, 0x18, 0x19, 0x1A};
  std::bitset<256> vectors;
  for (const string_view name : split(text, ',')) {
    bool known = name == "all";
    for (const std::uint8_t vector : kTraceable) {
      const bool chosen = name == "all" || name == fmt::format("int{:02x}", vector);
      if (chosen) vectors.set(vector);
      known |= chosen;
    }
    if (!known)
      refuse(fmt::format("--trace-calls {}: int10 int11 int12 int13 int14 int15 int16 int17 int18 int19 int1a or all",
                         name));
  }
  return vectors;
}

RunOptions parse_run_options(const Arguments& arguments) {
  RunOptions options;
  apply_arguments<RunOptions>(arguments, kOptions, options, add_image);
  check_run_options(options);
  return options;
}

void check_run_options(const RunOptions& options) {
  if (options.help) return;
  if (options.media.empty() && !options.kernel && options.bios_rom.empty()) {
    refuse("nothing to boot: name an IMAGE, or use --cd, --hd, --floppy, --kernel or --bios");
  }
  check_stdout(options);
  check_own_bios(options);
}

std::string run_help() {
  return "Boots a medium the way a BIOS would and says how far it got.\n"
         "\n"
         "Examples:\n"
         "  bootsim run rescue.iso                          boot to the loader's menu, show the screen, give a verdict\n"
         "  bootsim run rescue.iso --trace                  with every BIOS disk call, who made it and how it ended\n"
         "  bootsim run stick.img --as usb-hd --quirk usb-as-80h --hd internal.img\n"
         "  bootsim run live.iso --until 'screen:GNU GRUB' --fail-on 'screen:error:'      in CI: exit code 0 or not\n"
         "  bootsim run live.iso --type-at screen:boot: 'linux<Enter>' --until serial:login: --serial -\n"
         "  bootsim run disk.img --fail-read lba=63 --trace=calls.jsonl --trace-format jsonl\n"
         "\n"
         "Usage: bootsim run [IMAGE...] [options]\n"
         "\n"
         "Options:\n" +
         options_help(shapes_of<RunOptions>(kOptions)) +
         "\n"
         "COND: screen:REGEX  serial:REGEX  graphics:640x480  call:int13/42  addr:SEG:OFF  protected-mode  kernel  halt\n"
         "  reset. REGEX (PCRE2) is searched in the text screen's lines joined by newlines, or in all COM1 output so far.\n"
         "Without --until the run ends when the guest waits for a key that nobody will type, halts, resets, fails or hits\n"
         "a limit.\n"
         "Exit codes: 0 reached, 1 not reached, 2 usage, 3 boot failed, 4 limit, 5 guest crashed, 6 bad medium,\n"
         "  7 unexpected reset, 70 internal error.\n";
}

}  // namespace bootsim
