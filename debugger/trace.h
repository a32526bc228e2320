// The trace of BIOS calls: one line per call as it ends, in a format that people, scripts or Perfetto read.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "bios/call_table.h"
#include "devices/media/medium.h"
#include "emu/call_tracker.h"
#include "emu/memory.h"
#include "emu/snapshot.h"

namespace debugger {

enum class TraceFormat { kText, kJsonLines, kPerfetto };

/// What a trace says about its run before the first call. Holds nothing that differs between two runs of the same
/// image with the same options.
struct TraceHeader {
  std::string version;             ///< "0.1.0"
  std::string engine;              ///< "kit" or "public"
  std::vector<std::string> media;  ///< "cd grub-rescue-cdrom.iso", in the order in which they are attached
};

/// What the trace asks about drives. Answers are about the BIOS's drives, not about those that a guest's hook invents.
class DriveFacts {
 public:
  virtual ~DriveFacts() = default;
  /// The geometry that INT 13h/08h reports, or nothing for a CD without emulation or a drive that is not there.
  virtual std::optional<devices::media::Geometry> geometry(std::uint8_t drive) const = 0;
  /// Bytes in a sector of the drive, or 0 when it is not there.
  virtual std::uint32_t sector_size(std::uint8_t drive) const = 0;
  /// The file, partition or boot structure that sector `lba` belongs to, with the offset ("/boot/grub/core.img+2048").
  /// Empty when nobody knows.
  virtual std::string file_at(std::uint8_t drive, std::uint64_t lba) = 0;
};

/// A call as all formats write it.
struct TracedCall {
  std::uint64_t sequence = 0;  ///< counts begins of the traced vectors, from 1
  const emu::InterruptCall& call;
  const bios::Function* function = nullptr;  ///< null: the BIOS has no such function
  const bios::Arguments& arguments;          ///< as they were when the call began
  const bios::Outcome& outcome;              ///< empty when the call has not finished
  std::string_view file;

  bool carry() const { return call.out.rflags & emu::flag::kCarry; }
  /// Does CF mean failure and AH the reason? (INT 13h, 15h, 1Ah and 40h.)
  bool reports_status() const;
  bool failed() const { return call.finished && reports_status() && carry(); }
  /// AH of a failed call, 00h of one that succeeded.
  std::uint8_t status() const { return failed() ? call.out.ah() : 0; }
};

/// Turns headers and calls into bytes of one format, appended to `out`.
class TraceWriter {
 public:
  virtual ~TraceWriter() = default;
  virtual void begin(std::string& out, const TraceHeader& header) = 0;
  virtual void call(std::string& out, const TracedCall& traced) = 0;
  virtual void end(std::string& out) = 0;
};

std::unique_ptr<TraceWriter> make_text_writer();
std::unique_ptr<TraceWriter> make_json_lines_writer();
std::unique_ptr<TraceWriter> make_perfetto_writer();
std::unique_ptr<TraceWriter> make_trace_writer(TraceFormat format);

/// "ok 30720 B", "error 04h sector not found", "no return": what the text trace's result column holds.
std::string outcome_words(const TracedCall& traced);
/// "12.3 ms", "417 µs", "1.204 s": what the text trace's time column holds.
std::string format_trace_time(emu::Nanoseconds time);

/// Writes the trace of a run. Arguments are described when a call begins, because memory changes meanwhile; the line is
/// written when it ends. Register it in snapshot_parts() of a machine that goes back in time: calls that happen again
/// are written once; when somebody has changed the past, those of the new time follow.
class Trace : public emu::CallObserver {
 public:
  /// Takes finished bytes; the view is valid during the call only.
  using Sink = std::function<void(std::string_view)>;
  struct Options {
    TraceFormat format = TraceFormat::kText;
    std::bitset<256> vectors;   ///< whose calls are written
    bool line_by_line = false;  ///< hand every line to the sink at once (terminals) instead of large pieces
  };

  /// Writes the header. `memory` and `drives` must outlive the trace.
  Trace(const Options& options, const TraceHeader& header, const emu::Memory& memory, DriveFacts& drives, Sink sink);
  /// The same for a writer of one's own, whatever options.format says.
  Trace(const Options& options, std::unique_ptr<TraceWriter> writer, const TraceHeader& header,
        const emu::Memory& memory, DriveFacts& drives, Sink sink);

  void call_begins(const emu::InterruptCall& call) override;
  void call_ends(const emu::InterruptCall& call) override;

  /// Writes what is left: call once, after the machine reported its unfinished calls.
  void finish();
  /// Hands what is buffered to the sink.
  void flush();

 private:
  friend struct emu::SnapshotAccess;
  auto snapshot_fields() { return std::tie(pending_, hooked_sector_size_, next_sequence_, told_); }

  struct Pending {
    std::uint64_t machine_sequence = 0;
    std::uint64_t sequence = 0;
    const bios::Function* function = nullptr;
    bios::Arguments arguments;
  };
  Pending take_pending(std::uint64_t machine_sequence);
  bool is_told(const emu::InterruptCall& call);
  void learn_sector_size(const emu::InterruptCall& call);

  Options options_;
  const emu::Memory& memory_;
  DriveFacts& drives_;
  Sink sink_;
  std::unique_ptr<TraceWriter> writer_;
  std::vector<Pending> pending_;                         // calls under way, outermost first
  std::array<std::uint16_t, 256> hooked_sector_size_{};  // by drive, as its hook's 48h says; 0: it has not said
  std::uint64_t next_sequence_ = 0;
  std::size_t told_ = 0;  // calls that have ended in this line of time
  struct Told {
    std::uint64_t sequence;
    emu::Nanoseconds end;
    bool operator==(const Told&) const = default;
  };
  std::vector<Told> all_told_;  // written
  std::string buffer_;
};

/// Fills in what a CHS call does not say itself: its LBA, by the drive's geometry. Leaves an address outside of the
/// geometry without one.
void complete_arguments(bios::Arguments& arguments, const DriveFacts& drives);

}  // namespace debugger
