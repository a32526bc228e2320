// A small boot sector that waits for something that does not come, or stops where it is.
#include <algorithm>
#include <array>
#include <set>

#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "debugger/views/chips.h"
#include "devices/pic8259.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::uint32_t kTicks = 0x46C, kTicksEnd = 0x470;  // BIOS data area 40:6C (RBIL MEM 0040h:006Ch)

/// It came to rest by itself, or a time limit found it busy with nothing.
bool stands(const Evidence& evidence) {
  const RunResult& result = evidence.result;
  const bool ended = result.exit == exit_code::kNotReached || result.exit == exit_code::kLimit;
  return ended && evidence.real_mode() && !evidence.at_work() && !evidence.fatal_read();
}

/// The instructions that it goes round in at its end; empty when it does something else.
std::vector<const Step*> loop_at_end(const Evidence& evidence) {
  constexpr std::size_t kLongest = 24, kLooked = 64;
  const auto& tail = evidence.course().tail;
  std::set<std::uint64_t> places;
  std::vector<const Step*> loop;
  std::size_t looked = 0;
  for (auto step = tail.rbegin(); step != tail.rend() && looked < kLooked; ++step, ++looked) {
    if (places.insert(step->linear()).second) loop.push_back(&*step);
  }
  if (looked < kLooked || places.size() > kLongest) return {};
  return loop;
}

// --- Ports.

struct Range {
  std::uint16_t first, last;
  std::string_view device, words;
};
constexpr auto kDevices = std::to_array<Range>({
    {0x60, 0x60, "the keyboard controller's data", "nobody types; INT 16h reads keys in an orderly way"},
    {0x64, 0x64, "the keyboard controller's status", "bit 0 is set when a key was pressed, and nobody types"},
    {0x170, 0x177, "an ATA controller's", "this PC has none: read disks by INT 13h"},
    {0x1F0, 0x1F7, "an ATA controller's", "this PC has none: read disks by INT 13h"},
    {0x376, 0x376, "an ATA controller's", "this PC has none: read disks by INT 13h"},
    {0x3F6, 0x3F6, "an ATA controller's", "this PC has none: read disks by INT 13h"},
    {0x3F0, 0x3F5, "a floppy controller's", "this PC has none: read floppies by INT 13h"},
    {0x3F7, 0x3F7, "a floppy controller's", "this PC has none: read floppies by INT 13h"},
});

constexpr std::uint16_t kKeyboardCommand = 0x64;

const Range* device_at(std::uint16_t port) {
  const auto found =
      std::find_if(kDevices.begin(), kDevices.end(), [&](const Range& r) { return port >= r.first && port <= r.last; });
  return found == kDevices.end() ? nullptr : &*found;
}

bool nobodys(const Evidence& evidence, std::uint16_t port) { return evidence.pc.machine().ports().owner(port).empty(); }

/// The loop tests the status's bit 1, "input buffer full" (8042, IBM AT Technical Reference).
bool waits_for_input_buffer(const std::vector<const Step*>& loop) {
  static constexpr std::uint64_t kInputBufferFull = 2;
  return std::any_of(loop.begin(), loop.end(), [](const Step* step) {
    return (step->code.mnemonic == "test" || step->code.mnemonic == "and") && step->code.immediate == kInputBufferFull;
  });
}

std::optional<Answer> polls_port(const Evidence& evidence) {
  if (!stands(evidence)) return std::nullopt;
  for (const Step* step : loop_at_end(evidence)) {
    if (!step->code.in) continue;
    const std::uint16_t port = step->code.port.value_or(step->registers.dx());
    const Range* known = device_at(port);
    const bool unclaimed = nobodys(evidence, port);
    if (!unclaimed && (!known || port > kKeyboardCommand)) continue;
    if (port == kKeyboardCommand && waits_for_input_buffer(loop_at_end(evidence)))
      return Answer{fmt::format("The code at {} asks port 64h again and again, the keyboard controller's status, until "
                                "bit 1 is set: that bit is set while the controller is busy, and it is not. A loop "
                                "that waits until it can take a byte goes on while the bit is set (TEST AL,2 and JNZ "
                                "back).",
                                far_words(step->place)),
                    {}};
    const auto commands = evidence.course().ports.find(kKeyboardCommand);
    if (port == kKeyboardCommand && commands != evidence.course().ports.end() && commands->second.writes > 0)
      return Answer{
          fmt::format("The code at {} asks port 64h again and again, the keyboard controller's status. It has sent the "
                      "controller commands, and waits for an answer (bit 0) to one that gives none, or that it has "
                      "taken already: 20h, AAh, D0h and a few more answer, the others do not.",
                      far_words(step->place)),
          {}};
    return Answer{
        fmt::format("The code at {} asks port {:X}h again and again{}: {}.", far_words(step->place), port,
                    known ? fmt::format(", {}", known->device) : "",
                    known ? std::string(known->words) : "nothing in this PC answers there, so that it reads FFh"),
        {}};
  }
  return std::nullopt;
}

/// A driver of the loader's own finds no controller, and its reads bring nothing.
std::optional<Answer> no_controller(const Evidence& evidence) {
  constexpr std::uint16_t kFirstDisk = 0x170;
  if (evidence.bios_refused() || evidence.at_work() || evidence.first_read_after(0)) return std::nullopt;
  for (const auto& [port, use] : evidence.course().ports) {
    const Range* known = port >= kFirstDisk ? device_at(port) : nullptr;
    if (!known || use.reads == 0 || !nobodys(evidence, port)) continue;
    return Answer{fmt::format("The code at {} reads port {:X}h, {}, and takes what no device gave (FFh): {}.",
                              far_words(use.place), port, known->device, known->words),
                  {}};
  }
  return std::nullopt;
}

// --- Ticks.

constexpr std::uint8_t kTimerLine = 1;  // of the 8259

std::optional<Answer> no_ticks(const Evidence& evidence) {
  if (!stands(evidence)) return std::nullopt;
  for (const Step* step : loop_at_end(evidence)) {
    const bool off = !(step->registers.rflags & emu::flag::kInterrupt);
    const std::uint8_t mask = evidence.pc.chips().pic.state().primary.imr;
    if (!off && !(mask & kTimerLine)) return std::nullopt;
    for (const debugger::MemoryOperand& operand : step->code.memory) {
      const auto address = debugger::effective_address(operand, step->registers, 0);
      if (!operand.reads || address.linear < kTicks || address.linear >= kTicksEnd) continue;
      if (!off)
        return Answer{fmt::format("The code at {} waits for the BIOS's tick counter (0040:006Ch), and IRQ 0, whose "
                                  "interrupt counts it, is masked (port 21h is {:02X}h): clear bit 0 there.",
                                  far_words(step->place), mask),
                      {}};
      return Answer{fmt::format("The code at {} waits for the BIOS's tick counter (0040:006Ch) with interrupts off "
                                "(IF=0): only the timer's interrupt counts it. STI first.",
                                far_words(step->place)),
                    {}};
    }
  }
  return std::nullopt;
}

// --- Stopped by its own decision.

/// The last read of the guest's that went well and that nothing of the disk followed.
const DiskCall* last_good_read(const Evidence& evidence) {
  const DiskCall* last = evidence.last_call();
  return last && last->read_well() && read_by_guest(*last) && last->buffer() ? last : nullptr;
}

/// It compared what it had loaded with what it should be, and stopped.
std::optional<Answer> compared_other(const Evidence& evidence) {
  const DiskCall* read = stands(evidence) ? last_good_read(evidence) : nullptr;
  const auto& compared = evidence.course().compared;
  if (!read || !compared || !read->covers(compared->linear) || compared->there == compared->wanted) return std::nullopt;
  if (read->covers(compared->place.linear())) return std::nullopt;  // what was loaded runs, and looks at itself
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || !read->arguments.lba) return std::nullopt;
  const std::uint32_t into = compared->linear - *read->buffer();
  const int digits = compared->size * 2;
  return Answer{fmt::format("The code at {} compares {} bytes at {:05X}h with {:0{}X}h ({}) and stops: there is "
                            "{:0{}X}h, which call {} loaded from offset {:X}h of sector {} of drive {:02X}h. Is the "
                            "right thing there, and the value right (the lower byte comes first)?",
                            far_words(compared->place), compared->size, compared->linear, compared->wanted, digits,
                            compared->text, compared->there, digits, read->number, into % drive->sector_size,
                            *read->arguments.lba + into / drive->sector_size, read->in.dl()),
                {read->number}};
}

/// It loaded something, and stays where it is.
std::optional<Answer> never_jumped(const Evidence& evidence) {
  const DiskCall* read = stands(evidence) ? last_good_read(evidence) : nullptr;
  const Course& course = evidence.course();
  if (!read || !course.whole || course.left || !course.last()) return std::nullopt;
  const Step& last = *course.last();
  const bool halted = evidence.result.message.find("halted") != std::string::npos;
  std::string said = evidence.lines().empty() ? std::string() : std::string(emu::trimmed(evidence.lines().back()));
  if (said.starts_with("Booting from ")) said.clear();  // the BIOS says that
  return Answer{
      fmt::format("Call {} loaded {} to {}, and the boot sector never jumps there: it {} at {}.{}", read->number,
                  where_words(*read), far_words(*read->arguments.buffer), halted ? "halts" : "loops for ever",
                  far_words(last.place), said.empty() ? "" : fmt::format(" On the screen it says last: \"{}\".", said)),
      {read->number}};
}

constexpr std::uint64_t kPolls = 16;  // each waits for the next tick of the clock

/// Nothing was read, nothing is typed.
std::optional<Answer> waits_for_key(const Evidence& evidence) {
  const emu::Machine& machine = evidence.pc.machine();
  const bool waits = evidence.result.exit == exit_code::kNotReached && machine.waiting_in_bios();
  const bool asks_again = evidence.result.exit == exit_code::kLimit && machine.idle_polls() >= kPolls;
  if (!(waits || asks_again) || !evidence.real_mode() || evidence.first_read_after(0)) return std::nullopt;
  // A guest that says so needs nobody to explain it.
  const auto& lines = evidence.lines();
  const auto asks = [](const std::string& line) {
    return line.find("key") != std::string::npos || line.find("Press") != std::string::npos;
  };
  if (std::any_of(lines.begin(), lines.end(), asks)) return std::nullopt;
  const auto& calls = evidence.course().calls;
  const auto key = std::find_if(calls.rbegin(), calls.rend(), [](const Course::Called& c) { return c.vector == 0x16; });
  if (key == calls.rend() || evidence.course().left) return std::nullopt;
  return Answer{fmt::format("The boot sector waits for a key at {} (INT 16h/{:02X}h) before it has read anything: "
                            "--type gives it one.",
                            far_words(key->place), key->ax >> 8),
                {}};
}

constexpr std::array<Rule, 4> kRules = {{
    {{"polls-port", "a loop asks a port for what does not come: a key, or a controller that is not there"}, polls_port},
    {{"no-controller", "the loader drives a disk controller itself, and there is none"}, no_controller},
    {{"no-ticks", "a loop waits for the tick counter with interrupts off, or with IRQ 0 masked"}, no_ticks},
    {{"compared-other", "the loader compares what it has loaded with a value, and stops"}, compared_other},
}};
constexpr std::array<Rule, 2> kLast = {{
    {{"never-jumped", "the boot sector has loaded something, and stops without going there"}, never_jumped},
    {{"waits-for-key", "the boot sector waits for a key before it reads anything"}, waits_for_key},
}};

}  // namespace

std::span<const Rule> wait_rules() { return kRules; }
std::span<const Rule> stop_rules() { return kLast; }

}  // namespace bootsim::diagnosing
