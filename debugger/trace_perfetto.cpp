// The trace as Chrome trace-event JSON, which ui.perfetto.dev and chrome://tracing open: a track for every drive, one
// slice for every call. Format: "Trace Event Format", sections Complete Events ("X"), Duration Events ("B") and
// Metadata Events ("M").
#include <bitset>

#include "debugger/trace.h"
#include "debugger/trace_append.h"

namespace debugger {
namespace {

using append::Case;

// Track numbers: a drive's is its number + 1 (0 confuses viewers), an interrupt without a drive has 300h + vector.
constexpr std::uint32_t kInterruptTracks = 0x300;

/// Microseconds with three decimals, the format's unit without loss of nanoseconds.
void append_microseconds(std::string& out, emu::Nanoseconds time) {
  append::decimal(out, time / 1000);
  out += '.';
  const auto rest = static_cast<int>(time % 1000);
  for (const int digit : {rest / 100, rest / 10 % 10, rest % 10}) out += static_cast<char>('0' + digit);
}

class PerfettoWriter : public TraceWriter {
 public:
  void begin(std::string& out, const TraceHeader& header) override {
    out += "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"bootsim\":";
    append::json_string(out, header.version);
    out += ",\"engine\":";
    append::json_string(out, header.engine);
    out += ",\"media\":\"";
    for (std::size_t i = 0; i < header.media.size(); ++i) {
      if (i > 0) out += ", ";
      append::json_text(out, header.media[i]);
    }
    out += "\"},\"traceEvents\":[\n";
    out += "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"args\":{\"name\":\"BIOS calls\"}}";
  }

  void call(std::string& out, const TracedCall& traced) override {
    const std::uint32_t track = track_of(out, traced);
    const emu::InterruptCall& call = traced.call;
    out += ",\n{\"name\":\"";
    append::label(out, call.vector, call.in.ax(), traced.function);
    if (traced.function) append::json_text(out += ' ', traced.function->name);
    out += "\",\"cat\":\"int";
    append::hex(out, call.vector, 2, Case::kLower);
    out += call.finished ? "\",\"ph\":\"X\",\"pid\":1,\"tid\":" : "\",\"ph\":\"B\",\"pid\":1,\"tid\":";
    append::decimal(out, track);
    out += ",\"ts\":";
    append_microseconds(out, call.begin);
    if (call.finished) {
      out += ",\"dur\":";
      append_microseconds(out, call.end - call.begin);
    }
    append_args(out, traced);
  }

  void end(std::string& out) override { out += "\n]}\n"; }

 private:
  /// The call's track; names it when it is new.
  std::uint32_t track_of(std::string& out, const TracedCall& traced) {
    const auto drive = traced.arguments.drive;
    const std::uint32_t track = drive ? *drive + 1u : kInterruptTracks + traced.call.vector;
    if (named_[track]) return track;
    named_.set(track);
    out += ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":";
    append::decimal(out, track);
    out += ",\"args\":{\"name\":\"";
    out += drive ? "drive " : "INT ";
    append::hex(out, drive ? *drive : traced.call.vector, 2, Case::kUpper);
    out += "h\"}}";
    return track;
  }

  static void append_args(std::string& out, const TracedCall& traced) {
    const bios::Arguments& arguments = traced.arguments;
    out += ",\"args\":{\"seq\":";
    append::decimal(out, traced.sequence);
    out += ",\"caller\":\"";
    append::far(out, traced.call.caller, Case::kUpper);
    out += '"';
    if (arguments.lba) append::decimal(out += ",\"lba\":", *arguments.lba);
    if (arguments.count) append::decimal(out += ",\"count\":", *arguments.count);
    if (arguments.buffer) {
      out += ",\"buffer\":\"";
      append::far(out, *arguments.buffer, Case::kUpper);
      out += '"';
    }
    if (!arguments.text.empty()) append::json_string(out += ",\"arguments\":", arguments.text);
    if (traced.call.finished && traced.reports_status()) {
      out += ",\"status\":\"";
      append::hex(out, traced.status(), 2, Case::kUpper);
      out += '"';
    }
    if (traced.outcome.bytes) append::decimal(out += ",\"bytes\":", *traced.outcome.bytes);
    if (!traced.outcome.text.empty()) append::json_string(out += ",\"result\":", traced.outcome.text);
    out += ",\"by\":\"";
    if (traced.call.hook) {
      append::far(out, *traced.call.hook, Case::kUpper);
    } else {
      out += "bios";
    }
    out += '"';
    if (!traced.file.empty()) append::json_string(out += ",\"file\":", traced.file);
    out += "}}";
  }

  std::bitset<kInterruptTracks + 256> named_;
};

}  // namespace

std::unique_ptr<TraceWriter> make_perfetto_writer() { return std::make_unique<PerfettoWriter>(); }

}  // namespace debugger
