// The text trace: aligned columns that survive being pasted into a bug report.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "debugger/trace.h"
#include "debugger/trace_append.h"

namespace debugger {
namespace {

using append::Case;

// Where the columns begin (or, for the right-aligned ones, end). A value that is too wide pushes the rest of its line.
constexpr std::size_t kNumberEnd = 5;
constexpr std::size_t kTimeEnd = 15;
constexpr std::size_t kCaller = 17;
constexpr std::size_t kDriveEnd = 31;
constexpr std::size_t kCall = 33;
constexpr std::size_t kArguments = 59;
constexpr std::size_t kResult = 90;
constexpr std::size_t kBy = 105;
constexpr std::size_t kFile = 111;

/// One line under construction. Columns count characters, not bytes: "→" and "µ" are one each.
class Line {
 public:
  explicit Line(std::string& out) : out_(out), begin_(out.size()) {}
  ~Line() {
    while (out_.back() == ' ') out_.pop_back();
    out_ += '\n';
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// Where ASCII is appended; everything else goes through utf8().
  std::string& ascii() { return out_; }
  void utf8(std::string_view text) {
    for (const char byte : text) continuation_bytes_ += (byte & 0xC0) == 0x80;
    out_ += text;
  }
  /// The same for what a function appends to the string that it is given.
  template <class Append>
  void utf8_by(Append append) {
    const std::size_t from = out_.size();
    append(out_);
    for (std::size_t i = from; i < out_.size(); ++i) continuation_bytes_ += (out_[i] & 0xC0) == 0x80;
  }
  /// Goes to column `column`, but at least two spaces on.
  void go_to(std::size_t column) {
    const std::size_t now = width();
    out_.append(now + 2 <= column ? column - now : 2, ' ');
  }
  /// Writes `text` so that it ends at `column`; at least one space before it, except in the first column.
  void right(std::string_view text, std::size_t characters, std::size_t column) {
    const std::size_t now = width();
    const std::size_t gap = now == 0 ? 0 : 1;
    out_.append(now + characters + gap <= column ? column - now - characters : gap, ' ');
    out_ += text;
    continuation_bytes_ += text.size() - characters;
  }

 private:
  std::size_t width() const { return out_.size() - begin_ - continuation_bytes_; }
  std::string& out_;
  std::size_t begin_;
  std::size_t continuation_bytes_ = 0;
};

/// A time in at most ten characters; the number of characters is returned (µ is two bytes).
std::size_t time_text(char (&text)[32], std::size_t& bytes, emu::Nanoseconds time) {
  char* end = text;
  const auto number = [&](emu::Nanoseconds value) { end = std::to_chars(end, std::end(text), value).ptr; };
  const auto word = [&](std::string_view value) { end = std::copy(value.begin(), value.end(), end); };
  if (time < emu::kMillisecond) {
    number(time / emu::kMicrosecond);
    word(" µs");
  } else if (time < emu::kSecond) {
    number(time / emu::kMillisecond);
    word(".");
    number(time / (100 * emu::kMicrosecond) % 10);
    word(" ms");
  } else {
    number(time / emu::kSecond);
    word(".");
    for (const emu::Nanoseconds digit : {100, 10, 1}) number(time / emu::kMillisecond / digit % 10);
    word(" s");
  }
  bytes = static_cast<std::size_t>(end - text);
  return time < emu::kMillisecond ? bytes - 1 : bytes;
}

void append_arguments(Line& line, const bios::Arguments& arguments) {
  if (!arguments.text.empty()) return line.utf8(arguments.text);
  std::string& out = line.ascii();
  if (arguments.chs) {
    out += "CHS ";
    append::decimal(out, arguments.chs->cylinder);
    out += '/';
    append::decimal(out, arguments.chs->head);
    out += '/';
    append::decimal(out, arguments.chs->sector);
  } else if (arguments.lba) {
    out += "LBA ";
    append::decimal(out, *arguments.lba);
  }
  if (arguments.count) {
    out += " +";
    append::decimal(out, *arguments.count);
  }
  if (arguments.buffer) {
    line.utf8(arguments.writes_medium ? " ← " : " → ");
    append::far(out, *arguments.buffer, Case::kUpper);
  }
}

void append_outcome(std::string& out, const TracedCall& traced) {
  if (!traced.call.finished) {
    out += "no return";
    return;
  }
  const bool failed = traced.failed();
  if (failed) {
    out += "error ";
    append::hex(out, traced.status(), 2, Case::kUpper);
    const bool disk = traced.call.vector == 0x13 || traced.call.vector == 0x40;
    const std::string_view name = disk ? bios::disk_status_name(traced.status()) : "";
    if (!name.empty()) (out += ' ') += name;
  } else {
    out += "ok";
  }
  // Bytes of a failed transfer are worth a word only when there were some.
  if (traced.outcome.bytes && (!failed || *traced.outcome.bytes > 0)) {
    out += ' ';
    append::decimal(out, *traced.outcome.bytes);
    out += " B";
  }
  if (!traced.outcome.text.empty()) (out += ' ') += traced.outcome.text;
}

class TextWriter : public TraceWriter {
 public:
  void begin(std::string& out, const TraceHeader& header) override {
    out += "# bootsim ";
    out += header.version;
    out += ", engine ";
    out += header.engine;
    for (const std::string& medium : header.media) (out += ", ") += medium;
    out += '\n';
    Line line(out);
    line.right("#", 1, kNumberEnd);
    line.right("time", 4, kTimeEnd);
    line.go_to(kCaller);
    out += "caller";
    line.right("drv", 3, kDriveEnd);
    constexpr std::pair<std::size_t, std::string_view> kRest[] = {
        {kCall, "call"}, {kArguments, "arguments"}, {kResult, "result"}, {kBy, "by"}, {kFile, "file"}};
    for (const auto& [column, name] : kRest) {
      line.go_to(column);
      out += name;
    }
  }

  void call(std::string& out, const TracedCall& traced) override {
    Line line(out);
    char text[32];
    const auto number_end = std::to_chars(text, text + sizeof text, traced.sequence).ptr;
    const auto digits = static_cast<std::size_t>(number_end - text);
    line.right({text, digits}, digits, kNumberEnd);
    std::size_t bytes = 0;
    const std::size_t characters = time_text(text, bytes, traced.call.begin);
    line.right({text, bytes}, characters, kTimeEnd);
    line.go_to(kCaller);
    append::far(out, traced.call.caller, Case::kUpper);
    append_drive(line, traced.arguments);
    line.go_to(kCall);
    // A call that a hook makes while it answers another stands two characters in for every level.
    out.append(2 * static_cast<std::size_t>(std::clamp(traced.call.depth, 0, 4)), ' ');
    append::label(out, traced.call.vector, traced.call.in.ax(), traced.function);
    out += ' ';
    out += traced.function ? traced.function->name : "(no such function)";
    line.go_to(kArguments);
    append_arguments(line, traced.arguments);
    line.go_to(kResult);
    line.utf8_by([&](std::string& result) { append_outcome(result, traced); });
    line.go_to(kBy);
    if (traced.call.hook) {
      append::far(out, *traced.call.hook, Case::kUpper);
    } else {
      out += "bios";
    }
    if (traced.file.empty()) return;
    line.go_to(kFile);
    line.utf8(traced.file);
  }

  void end(std::string&) override {}

 private:
  static void append_drive(Line& line, const bios::Arguments& arguments) {
    if (!arguments.drive) return line.right("-", 1, kDriveEnd);
    std::string text;
    append::hex(text, *arguments.drive, 2, Case::kUpper);
    line.right(text, text.size(), kDriveEnd);
  }
};

}  // namespace

std::string outcome_words(const TracedCall& traced) {
  std::string words;
  append_outcome(words, traced);
  return words;
}

std::string format_trace_time(emu::Nanoseconds time) {
  char text[32];
  std::size_t bytes = 0;
  time_text(text, bytes, time);
  return {text, bytes};
}

std::unique_ptr<TraceWriter> make_text_writer() { return std::make_unique<TextWriter>(); }

}  // namespace debugger
