// The JSON Lines trace: one object per line, for scripts. docs/trace-format.md is its specification.
#include "debugger/trace.h"
#include "debugger/trace_append.h"

namespace debugger {
namespace {

using append::Case;

/// Writes `"key":` with the comma before it, then leaves the value to the caller.
std::string& key(std::string& out, std::string_view name) {
  out += ",\"";
  out += name;
  return out += "\":";
}

void hex_value(std::string& out, std::string_view name, std::optional<std::uint32_t> value) {
  key(out, name);
  if (!value) {
    out += "null";
    return;
  }
  out += '"';
  append::hex(out, *value, 2, Case::kLower);
  out += '"';
}

template <class T>
void number_value(std::string& out, std::string_view name, const std::optional<T>& value) {
  key(out, name);
  if (value) {
    append::decimal(out, *value);
  } else {
    out += "null";
  }
}

void far_value(std::string& out, std::string_view name, const std::optional<emu::FarPtr>& value) {
  key(out, name);
  if (!value) {
    out += "null";
    return;
  }
  out += '"';
  append::far(out, *value, Case::kLower);
  out += '"';
}

void chs_value(std::string& out, const std::optional<bios::Chs>& chs) {
  key(out, "chs");
  if (!chs) {
    out += "null";
    return;
  }
  out += '[';
  append::decimal(out, chs->cylinder);
  out += ',';
  append::decimal(out, chs->head);
  out += ',';
  append::decimal(out, chs->sector);
  out += ']';
}

void text_value(std::string& out, std::string_view name, std::string_view text) {
  if (!text.empty()) append::json_string(key(out, name), text);
}

class JsonLinesWriter : public TraceWriter {
 public:
  void begin(std::string& out, const TraceHeader& header) override {
    out += "{\"bootsim\":";
    append::json_string(out, header.version);
    append::json_string(key(out, "engine"), header.engine);
    key(out, "media") += '[';
    for (std::size_t i = 0; i < header.media.size(); ++i) {
      if (i > 0) out += ',';
      append::json_string(out, header.media[i]);
    }
    out += "]}\n";
  }

  void call(std::string& out, const TracedCall& traced) override {
    const emu::InterruptCall& call = traced.call;
    const bios::Arguments& arguments = traced.arguments;
    out += "{\"seq\":";
    append::decimal(out, traced.sequence);
    append::decimal(key(out, "t"), call.begin);
    hex_value(out, "int", call.vector);
    hex_value(out, "ah", call.in.ah());
    append::json_string(key(out, "name"), traced.function ? traced.function->name : "");
    hex_value(out, "drive", arguments.drive);
    number_value(out, "lba", arguments.lba);
    chs_value(out, arguments.chs);
    number_value(out, "count", arguments.count);
    far_value(out, "buffer", arguments.buffer);
    far_value(out, "caller", call.caller);
    result(out, traced);
    key(out, "by");
    out += '"';
    if (call.hook) {
      append::far(out, *call.hook, Case::kLower);
    } else {
      out += "bios";
    }
    out += '"';
    append::decimal(key(out, "depth"), call.depth);
    key(out, "file");
    if (traced.file.empty()) {
      out += "null";
    } else {
      append::json_string(out, traced.file);
    }
    text_value(out, "arguments", arguments.text);
    text_value(out, "result", traced.outcome.text);
    out += "}\n";
  }

  void end(std::string&) override {}

 private:
  static void result(std::string& out, const TracedCall& traced) {
    if (!traced.call.finished) {
      out += ",\"cf\":null,\"status\":null,\"bytes\":null";
      return;
    }
    key(out, "cf") += traced.carry() ? '1' : '0';
    hex_value(out, "status", traced.reports_status() ? std::optional<std::uint32_t>(traced.status()) : std::nullopt);
    number_value(out, "bytes", traced.outcome.bytes);
  }
};

}  // namespace

std::unique_ptr<TraceWriter> make_json_lines_writer() { return std::make_unique<JsonLinesWriter>(); }

}  // namespace debugger
