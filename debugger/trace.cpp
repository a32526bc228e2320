#include "debugger/trace.h"

#include <algorithm>
#include <utility>

#include "debugger/printable.h"

namespace debugger {
namespace {

// Large enough that the sink's cost vanishes, small enough that a reader of a growing file sees it move.
constexpr std::size_t kPiece = 64 * 1024;

}  // namespace

bool TracedCall::reports_status() const {
  switch (call.vector) {
    case 0x13:
    case 0x15:
    case 0x1A:
    case 0x40: return true;
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
  arguments.lba = (std::uint64_t{chs.cylinder} * geometry->heads + chs.head) * geometry->sectors + chs.sector - 1;
}

Trace::Trace(const Options& options, const TraceHeader& header, const emu::Memory& memory, DriveFacts& drives,
             Sink sink)
    : Trace(options, make_trace_writer(options.format), header, memory, drives, std::move(sink)) {}

Trace::Trace(const Options& options, std::unique_ptr<TraceWriter> writer, const TraceHeader& header,
             const emu::Memory& memory, DriveFacts& drives, Sink sink)
    : options_(options), memory_(memory), drives_(drives), sink_(std::move(sink)), writer_(std::move(writer)) {
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
  const auto found = std::find_if(pending_.rbegin(), pending_.rend(),
                                  [&](const Pending& pending) { return pending.machine_sequence == machine_sequence; });
  if (found == pending_.rend()) return {};
  Pending pending = std::move(*found);
  pending_.erase(std::next(found).base());
  return pending;
}

/// A drive that a hook presents has the sectors that its own answer to 48h says (EDD 3.0, the result buffer's word at
/// 24): CDs are mapped to A0h as well as to E0h.
void Trace::learn_sector_size(const emu::InterruptCall& call) {
  constexpr std::uint16_t kSize = 24;
  const emu::FarPtr at = call.in.ds_si();
  const bool answered = call.finished && (call.out.rflags & emu::flag::kCarry) == 0;
  if (call.vector == 0x13 && call.function_ah() == 0x48 && answered && memory_.read<std::uint16_t>(at) >= kSize + 2)
    hooked_sector_size_[call.in.dl()] = memory_.read<std::uint16_t>(at.plus(kSize));
}

bool Trace::is_told(const emu::InterruptCall& call) {
  const Told told{call.sequence, call.finished ? call.end : 0};
  const std::size_t here = told_++;
  if (here < all_told_.size() && all_told_[here] == told) return true;
  all_told_.resize(here);
  all_told_.push_back(told);
  return false;
}

void Trace::call_ends(const emu::InterruptCall& call) {
  if (!options_.vectors[call.vector]) return;
  const Pending pending = take_pending(call.sequence);
  if (pending.sequence == 0 || is_told(call)) return;

  bios::Outcome outcome;
  if (call.hook) learn_sector_size(call);
  if (call.finished && pending.function && pending.function->describe_outcome) {
    const std::uint32_t sector_size = call.hook ? hooked_sector_size_[call.in.dl()] : 0;
    pending.function->describe_outcome({call.in, &call.out, memory_, sector_size, pending.arguments.count}, outcome);
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
