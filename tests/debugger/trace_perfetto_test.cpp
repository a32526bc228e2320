#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/debugger/trace_support.h"

namespace debugger {
namespace {

using nlohmann::json;

/// A whole trace of these calls, parsed.
json traced(std::initializer_list<emu::InterruptCall> calls, std::uint8_t drive = 0xE0) {
  const auto writer = make_perfetto_writer();
  const bios::Function function = extended_read_function();
  bios::Arguments arguments = extended_read_arguments();
  arguments.drive = drive;
  std::string out;
  writer->begin(out, {.version = "1.2.3", .engine = "kit", .media = {"cd a.iso"}});
  for (const auto& call : calls) out += written(*writer, call, &function, arguments, bytes_outcome(8192), "MBR");
  writer->end(out);
  return json::parse(out);
}

TEST(PerfettoTrace, EmptyTraceIsValidJson) { EXPECT_EQ(traced({})["otherData"]["engine"], "kit"); }

TEST(PerfettoTrace, CallIsACompleteEventInMicroseconds) {
  const json event = traced({extended_read_call()})["traceEvents"].back();
  EXPECT_EQ(event["ph"], "X");
  EXPECT_EQ(event["name"], "13/42 extended read");
  EXPECT_EQ(event["cat"], "int13");
  EXPECT_DOUBLE_EQ(event["ts"], 12300.0);
  EXPECT_DOUBLE_EQ(event["dur"], 2000.0);
  EXPECT_EQ(event["args"]["lba"], 1203);
  EXPECT_EQ(event["args"]["file"], "MBR");
}

TEST(PerfettoTrace, EveryDriveHasOneNamedTrack) {
  const json events = traced({extended_read_call(), extended_read_call()})["traceEvents"];
  ASSERT_EQ(events.size(), 4u);  // process name, track name, two calls
  EXPECT_EQ(events[1]["name"], "thread_name");
  EXPECT_EQ(events[1]["args"]["name"], "drive E0h");
  EXPECT_EQ(events[2]["tid"], events[1]["tid"]);
  EXPECT_EQ(events[3]["tid"], events[1]["tid"]);
}

TEST(PerfettoTrace, UnfinishedCallOnlyBegins) {
  emu::InterruptCall call = extended_read_call();
  call.finished = false;
  const json event = traced({call})["traceEvents"].back();
  EXPECT_EQ(event["ph"], "B");
  EXPECT_FALSE(event.contains("dur"));
}

}  // namespace
}  // namespace debugger
