#include "debugger/trace.h"

#include <algorithm>
#include <utility>

namespace debugger {
namespace {

// Large enough that the sink's cost vanishes, small enough that a reader of a growing file sees it move.
constexpr std::size_t kPiece = 64 * 1024;

/// Length of the well-formed, printable UTF-8 character at `at`, or 0 (RFC 3629 §4; C0 and C1 controls excluded).
std::size_t printable_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) && !(first == 0xC2 && byte(1) < 0xA0) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool outside = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F);
    return tail(1) && tail(2) && tail(3) && !outside ? 4 : 0;
  }
  return 0;
}

/// File names come from the medium: what is no printable UTF-8 becomes '?', so that a name can neither break the JSON
/// nor send escape sequences to the terminal.
void make_printable(std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = printable_length(text, at);
    if (length == 0) text[at] = '?';
    at += std::max<std::size_t>(length, 1);
  }
}

}  // namespace

bool TracedCall::reports_status() const {
  switch (call.vector) {
    case 0x13: case 0x15: case 0x1A: case 0x40: return true;
    default: return false;
  }
}

std::unique_ptr<TraceWriter> make_trace_writer(TraceFormat format) {
  switch (format) {
    case TraceFormat::kText: return make_text_writer();
    case TraceFormat::kJsonLines: return make_json_lines_writer();
    case TraceFormat::kPerfetto: return make_perfetto_writer();
  }
  return make_text_writer();
}

void complete_arguments(bios::Arguments& arguments, const DriveFacts& drives) {
  if (!arguments.chs || arguments.lba || !arguments.drive) return;
  const auto geometry = drives.geometry(*arguments.drive);
  const bios::Chs& chs = *arguments.chs;
  if (!geometry || chs.sector == 0 || chs.sector > geometry->sectors || chs.head >= geometry->heads) return;
  arguments.lba =
      (std::uint64_t{chs.cylinder} * geometry->heads + chs.head) * geometry->sectors + chs.sector - 1;
}

Trace::Trace(const Options& options, const TraceHeader& header, const emu::Memory& memory, DriveFacts& drives,
             Sink sink)
    : options_(options),
      memory_(memory),
      drives_(drives),
      sink_(std::move(sink)),
      writer_(make_trace_writer(options.format)) {
  buffer_.reserve(kPiece + 4096);
  writer_->begin(buffer_, header);
  if (options_.line_by_line) flush();
}

void Trace::call_begins(const emu::InterruptCall& call) {
  if (!options_.vectors[call.vector]) return;
  Pending& pending = pending_.emplace_back();
  pending.machine_sequence = call.sequence;
  pending.sequence = ++next_sequence_;
  pending.function = bios::find_function(call.vector, call.in.ax());
  if (pending.function && pending.function->describe_arguments) {
    pending.function->describe_arguments({call.in, nullptr, memory_}, pending.arguments);
  }
  complete_arguments(pending.arguments, drives_);
}

Trace::Pending Trace::take_pending(std::uint64_t machine_sequence) {
  // Calls end innermost first, so the search starts at the back and almost always ends there.
  const auto found = std::find_if(pending_.rbegin(), pending_.rend(), [&](const Pending& pending) {
    return pending.machine_sequence == machine_sequence;
  });
  if (found == pending_.rend()) return {};
  Pending pending = std::move(*found);
  pending_.erase(std::next(found).base());
  return pending;
}

/// A drive that a hook presents has the sectors that its own answer to 48h says (EDD 3.0, the result buffer's word at 24):
/// CDs are mapped to A0h as well as to E0h.
void Trace::learn_sector_size(const emu::InterruptCall& call) {
  constexpr std::uint16_t kSize = 24;
  const emu::FarPtr at = call.in.ds_si();
  const bool answered = call.finished && (call.out.rflags & emu::flag::kCarry) == 0;
  if (call.vector == 0x13 && call.function_ah() == 0x48 && answered && memory_.read<std::uint16_t>(at) >= kSize + 2)
    hooked_sector_size_[call.in.dl()] = memory_.read<std::uint16_t>(at.plus(kSize));
}

void Trace::call_ends(const emu::InterruptCall& call) {
  if (!options_.vectors[call.vector]) return;
  const Pending pending = take_pending(call.sequence);
  if (pending.sequence == 0) return;

  bios::Outcome outcome;
  if (call.hook) learn_sector_size(call);
  if (call.finished && pending.function && pending.function->describe_outcome) {
    const std::uint32_t sector_size = call.hook ? hooked_sector_size_[call.in.dl()] : 0;
    pending.function->describe_outcome({call.in, &call.out, memory_, sector_size}, outcome);
  }
  std::string file;
  const bios::Arguments& arguments = pending.arguments;
  // A hook's drive is its own invention; only the BIOS's sectors lie in files that we know.
  if (!call.hook && arguments.drive && arguments.lba) file = drives_.file_at(*arguments.drive, *arguments.lba);
  make_printable(file);

  writer_->call(buffer_, {.sequence = pending.sequence,
                          .call = call,
                          .function = pending.function,
                          .arguments = arguments,
                          .outcome = outcome,
                          .file = file});
  if (options_.line_by_line || buffer_.size() >= kPiece) flush();
}

void Trace::finish() {
  writer_->end(buffer_);
  flush();
}

void Trace::flush() {
  if (!buffer_.empty()) sink_(buffer_);
  buffer_.clear();
}

}  // namespace debugger
