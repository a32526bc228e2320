#include "debugger/gdb/stub.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/core.h>

#include "debugger/gdb/packet.h"
#include "debugger/machine_names.h"
#include "emu/error.h"

namespace debugger::gdb {
namespace {

/// The longest payload that we take or send, as qSupported says.
constexpr std::size_t kPacketSize = 0x4000;
constexpr std::string_view kOk = "OK";
// Errors are two digits that gdb prints; it takes none of them for more than "no".
constexpr std::string_view kBadRequest = "E16";  // EINVAL
constexpr std::string_view kNoMemory = "E0e";    // EFAULT
constexpr std::string_view kRefused = "E01";     // EPERM
// Signals as gdb counts them (GDB include/gdb/signals.def).
constexpr int kSigInt = 2, kSigTrap = 5, kSigSegv = 11;

constexpr std::string_view kFeatures = "features:read:target.xml:";

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// "addr,length"
std::optional<std::pair<std::uint64_t, std::uint64_t>> two_numbers(std::string_view text) {
  const auto [first, second] = cut(text, ',');
  const auto a = hex_number(first), b = hex_number(second);
  if (!a || !b) return std::nullopt;
  return std::pair(*a, *b);
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = std::min<std::size_t>(bytes.size(), 8); i-- > 0;)
    value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

}  // namespace

Stub::Stub(Debugger& debugger, Hooks hooks)
    : debugger_(debugger), hooks_(std::move(hooks)), layout_(architecture_of(debugger.machine())) {}

Stub::~Stub() {
  for (const auto& [point, id] : points_) debugger_.breakpoints().remove(id);
}

std::optional<std::string> Stub::handle(std::string_view payload) {
  if (payload.empty()) return std::string();
  const std::string_view rest = payload.substr(1);
  switch (payload.front()) {
    case '?': return stop_packet(debugger_.last_stop());  // not a resumption: gdb takes no text before its reply
    case 'g': return layout_.read_all(debugger_.machine());
    case 'G': return write_all_registers(rest);
    case 'p': return read_register(rest);
    case 'P': return write_register(rest);
    case 'm': return read_memory(rest);
    case 'M': {
      const auto [header, digits] = cut(rest, ':');
      const auto bytes = from_hex(digits);
      return bytes ? write_memory(header, *bytes) : std::string(kBadRequest);
    }
    case 'X': {
      const auto [header, bytes] = cut(rest, ':');
      return write_memory(header, bytes);
    }
    case 'c':
    case 's': return resume(payload);
    case 'v':
      if (payload == "vCont?") return "vCont;c;C;s;S";
      if (payload.starts_with("vCont;")) return resume_threads(payload.substr(6));
      if (payload.starts_with("vKill")) {
        farewell_ = Farewell::kKill;
        return std::string(kOk);
      }
      return std::string();
    case 'b': return reverse(rest.empty() ? 0 : rest.front());
    case 'Z': return set_point(rest, true);
    case 'z': return set_point(rest, false);
    case 'q':
    case 'Q': return query(payload);
    case 'H':
    case 'T': return std::string(kOk);  // there is one thread
    case 'D': farewell_ = Farewell::kDetach; return std::string(kOk);
    case 'k': farewell_ = Farewell::kKill; return std::nullopt;
    default: return std::string();
  }
}

std::string Stub::query(std::string_view payload) {
  if (payload.starts_with("qSupported")) {
    std::string reply = fmt::format(
        "PacketSize={:x};QStartNoAckMode+;qXfer:features:read+;swbreak+;hwbreak+;vContSupported+", kPacketSize);
    if (debugger_.travel()) reply += ";ReverseStep+;ReverseContinue+";
    return reply;
  }
  if (payload == "QStartNoAckMode") {
    acknowledges_ = false;
    return std::string(kOk);
  }
  if (payload.starts_with("qXfer:")) {
    const std::string_view what = payload.substr(6);
    return what.starts_with(kFeatures) ? features(what.substr(kFeatures.size())) : std::string();
  }
  if (payload.starts_with("qRcmd,")) return monitor(payload.substr(6));
  if (payload == "qfThreadInfo") return "m1";
  if (payload == "qsThreadInfo") return "l";
  if (payload == "qC") return "QC1";
  if (payload.starts_with("qAttached")) return "1";  // leaving gdb detaches; it does not kill
  return {};
}

std::string Stub::features(std::string_view offset_and_length) const {
  const auto range = two_numbers(offset_and_length);
  if (!range) return std::string(kBadRequest);
  const std::string xml = layout_.description();
  const auto [offset, length] = *range;
  if (offset >= xml.size()) return "l";
  const std::string piece = xml.substr(offset, std::min<std::uint64_t>(length, kPacketSize / 2));
  return fmt::format("{}{}", offset + piece.size() < xml.size() ? 'm' : 'l', escape(piece));
}

std::string Stub::monitor(std::string_view hex) {
  const auto command = from_hex(hex);
  if (!command) return std::string(kBadRequest);
  if (hooks_.monitor) say(hooks_.monitor(*command));
  return std::string(kOk);
}

void Stub::say(std::string_view text) {
  constexpr std::size_t kPiece = kPacketSize / 4;
  for (; hooks_.send && !text.empty(); text.remove_prefix(std::min(text.size(), kPiece)))
    hooks_.send(fmt::format("O{}", to_hex(text.substr(0, kPiece))));
}

// --- Going

std::string Stub::resume(std::string_view payload) {
  const std::string_view address = payload.substr(1);
  if (!address.empty()) {
    const auto linear = hex_number(address);
    if (!linear) return std::string(kBadRequest);
    debugger_.input([this, to = *linear] {
      emu::Registers registers = debugger_.machine().registers();
      registers.rip = to - registers[emu::Seg::kCs].base;
      debugger_.machine().set_registers(registers);
    });
  }
  return stopped(payload.front() == 's' ? debugger_.step() : go());
}

/// With history the debugger stands on the instruction that accesses watched memory. gdb looks what has changed, and
/// goes on when nothing has: it must stand behind it.
Stop Stub::go() {
  Stop stop = debugger_.go();
  if (stop.watched && debugger_.travel()) debugger_.step();
  return stop;
}

std::string Stub::resume_threads(std::string_view actions) {
  // With one thread the first action is the one that holds. Signals mean nothing to a PC.
  const char action = actions.empty() ? 0 : actions.front();
  switch (action) {
    case 'c':
    case 'C': return stopped(go());
    case 's':
    case 'S': return stopped(debugger_.step());
    default: return std::string(kBadRequest);
  }
}

std::string Stub::reverse(char direction) {
  if (!debugger_.travel()) return std::string(kRefused);
  switch (direction) {
    case 's': return stopped(debugger_.reverse_step());
    case 'c': return stopped(debugger_.reverse_go());
    default: return {};
  }
}

std::string Stub::stopped(const Stop& stop) {
  const bool for_gdb = !points_at(stop).empty();
  const bool tells = stop.final() || stop.cause == StopCause::kReset || stop.cause == StopCause::kTimeLimit;
  // A breakpoint set by `monitor`: gdb cannot know why it stopped.
  if (tells || (stop.cause == StopCause::kBreakpoint && !for_gdb)) say(stop.words + "\n");
  return stop_packet(stop);
}

std::vector<Stub::Point> Stub::points_at(const Stop& stop) const {
  std::vector<Point> points;
  for (const auto& [point, id] : points_) {
    if (std::find(stop.breakpoints.begin(), stop.breakpoints.end(), id) != stop.breakpoints.end())
      points.push_back(point);
  }
  return points;
}

std::string Stub::stop_packet(const Stop& stop) const {
  int signal = kSigTrap;
  std::string why;
  switch (stop.cause) {
    case StopCause::kInterrupted: signal = kSigInt; break;
    case StopCause::kCrashed: signal = kSigSegv; break;
    case StopCause::kBeginning: why = "replaylog:begin;"; break;
    default: break;
  }
  for (const auto& [type, address] : points_at(stop)) {
    constexpr std::array<std::string_view, 5> kNames{"swbreak", "hwbreak", "watch", "rwatch", "awatch"};
    const std::string_view name = kNames[static_cast<std::size_t>(type - '0')];
    why = type < '2' ? fmt::format("{}:;", name) : fmt::format("{}:{:x};", name, address);
  }
  return fmt::format("T{:02x}{}thread:1;", signal, why);
}

// --- Memory and registers

std::string Stub::read_memory(std::string_view range) {
  const auto numbers = two_numbers(range);
  if (!numbers) return std::string(kBadRequest);
  std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(numbers->second, kPacketSize / 2));
  std::size_t done = 0;
  // As far as pages are there: gdb asks again for the rest, and hears then that there is none.
  for (constexpr std::uint64_t kPage = 4096; done < bytes.size();) {
    const std::uint64_t at = numbers->first + done;
    const std::size_t piece = std::min<std::uint64_t>(bytes.size() - done, kPage - at % kPage);
    if (!read_linear(debugger_.machine(), at, std::span(bytes).subspan(done, piece))) break;
    done += piece;
  }
  if (done == 0 && !bytes.empty()) return std::string(kNoMemory);
  return to_hex(std::span(bytes).first(done));
}

std::string Stub::write_memory(std::string_view header, std::string_view bytes) {
  const auto numbers = two_numbers(header);
  if (!numbers || numbers->second != bytes.size()) return std::string(kBadRequest);
  if (bytes.empty()) return std::string(kOk);
  struct Piece {
    emu::PhysAddr to;
    std::string bytes;
  };
  std::vector<Piece> pieces;
  constexpr std::uint64_t kPage = 4096;
  for (std::size_t done = 0; done < bytes.size();) {
    const std::uint64_t at = numbers->first + done;
    const auto to = debugger_.machine().translate(at);
    if (!to) return std::string(kNoMemory);
    const std::size_t size = std::min<std::uint64_t>(bytes.size() - done, kPage - at % kPage);
    pieces.push_back({*to, std::string(bytes.substr(done, size))});
    done += size;
  }
  debugger_.input([this, pieces = std::move(pieces)] {
    for (const Piece& piece : pieces) debugger_.machine().memory().write(piece.to, as_bytes(piece.bytes));
  });
  return std::string(kOk);
}

std::string Stub::read_register(std::string_view number) {
  const auto n = hex_number(number);
  const std::string digits = n ? layout_.read(debugger_.machine(), *n) : std::string();
  return digits.empty() ? std::string(kBadRequest) : digits;
}

std::string Stub::write_register(std::string_view assignment) {
  const auto [number, digits] = cut(assignment, '=');
  const auto n = hex_number(number);
  const auto bytes = from_hex(digits);
  if (!n || !bytes) return std::string(kBadRequest);
  emu::Registers trial = debugger_.machine().registers();
  const std::uint64_t value = little_endian(*bytes);
  if (!layout_.write(trial, *n, value)) return std::string(kRefused);
  debugger_.input([this, n = *n, value] {
    emu::Registers registers = debugger_.machine().registers();
    layout_.write(registers, n, value);
    debugger_.machine().set_registers(registers);
  });
  return std::string(kOk);
}

std::string Stub::write_all_registers(std::string_view digits) {
  emu::Registers registers = debugger_.machine().registers();
  for (std::size_t n = 0; n < layout_.registers().size() && !digits.empty(); ++n) {
    const std::size_t length = 2 * layout_.registers()[n].bytes;
    if (digits.size() < length) return std::string(kBadRequest);
    const std::string_view piece = digits.substr(0, length);
    digits.remove_prefix(length);
    // Those that cannot be written come back as they were, and `ip` repeats what eip says.
    const auto bytes = from_hex(piece);
    if (bytes && layout_.registers()[n].name != "ip") layout_.write(registers, n, little_endian(*bytes));
  }
  debugger_.input([this, registers] { debugger_.machine().set_registers(registers); });
  return std::string(kOk);
}

// --- Breakpoints and watchpoints

std::string Stub::set_point(std::string_view point, bool insert) {
  if (point.empty() || point.front() < '0' || point.front() > '4') return {};
  const char type = point.front();
  const auto [addressed, conditions] = cut(point.substr(1), ';');
  const auto numbers = addressed.starts_with(',') ? two_numbers(addressed.substr(1)) : std::nullopt;
  if (!numbers) return std::string(kBadRequest);
  const auto [address, length] = *numbers;
  const std::pair key(type, address);
  const auto known = points_.find(key);
  if (!insert) {
    if (known != points_.end()) {
      debugger_.breakpoints().remove(known->second);
      points_.erase(known);
    }
    return std::string(kOk);
  }
  if (known != points_.end()) return std::string(kOk);
  Breakpoint b;
  b.first = b.last = address;
  if (type >= '2') {
    b.kind = BreakKind::kMemory;
    b.last = address + std::max<std::uint64_t>(length, 1) - 1;
    b.on_read = type != '2';
    b.on_write = type != '3';
  }
  b.text = fmt::format("gdb: {:X}h", address);
  try {
    points_.emplace(key, debugger_.breakpoints().add(std::move(b)));
  } catch (const emu::Error& error) {
    return fmt::format("E.bootsim: {}", error.what());
  }
  return std::string(kOk);
}

}  // namespace debugger::gdb
