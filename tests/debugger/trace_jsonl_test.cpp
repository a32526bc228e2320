#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/debugger/trace_support.h"

namespace debugger {
namespace {

using nlohmann::json;

class JsonLinesTrace : public testing::Test {
 protected:
  std::unique_ptr<TraceWriter> writer_ = make_json_lines_writer();
  emu::InterruptCall call_ = extended_read_call();
  bios::Function function_ = extended_read_function();
  bios::Arguments arguments_ = extended_read_arguments();
  bios::Outcome outcome_ = bytes_outcome(8192);
  std::string line(std::string_view file = "") {
    return written(*writer_, call_, &function_, arguments_, outcome_, file);
  }
};

TEST_F(JsonLinesTrace, LineIsTheOneThatTheFormatPromises) {
  EXPECT_EQ(line("/boot/grub/core.img+2048"),
            R"({"seq":17,"t":12300000,"int":"13","ah":"42","name":"extended read","drive":"e0","lba":1203,"chs":null,)"
            R"("count":4,"buffer":"1000:0000","caller":"0000:7c9e","cf":0,"status":"00","bytes":8192,"by":"bios",)"
            R"("depth":0,"file":"/boot/grub/core.img+2048"})"
            "\n");
}

TEST_F(JsonLinesTrace, HeaderIsAnObjectOfItsOwn) {
  std::string out;
  writer_->begin(out, {.version = "1.2.3", .engine = "kit", .media = {"cd \"odd\".iso"}});
  EXPECT_EQ(out, "{\"bootsim\":\"1.2.3\",\"engine\":\"kit\",\"media\":[\"cd \\\"odd\\\".iso\"]}\n");
}

TEST_F(JsonLinesTrace, ChsIsAnArrayBesideTheLba) {
  arguments_.chs = bios::Chs{2, 1, 18};
  const json object = json::parse(line());
  EXPECT_EQ(object["chs"], json::parse("[2,1,18]"));
  EXPECT_EQ(object["lba"], 1203);
}

TEST_F(JsonLinesTrace, FailedCallCarriesItsStatus) {
  call_.out.rflags |= emu::flag::kCarry;
  call_.out.set_ah(0x80);
  outcome_.bytes = 0;
  const json object = json::parse(line());
  EXPECT_EQ(object["cf"], 1);
  EXPECT_EQ(object["status"], "80");
  EXPECT_EQ(object["bytes"], 0);
}

TEST_F(JsonLinesTrace, SuccessIsStatusZeroWhateverAhHolds) {
  call_.in.set_ax(0x4100);
  call_.out.set_ah(0x30);  // EDD version 3.0, no status
  EXPECT_EQ(json::parse(line())["status"], "00");
}

TEST_F(JsonLinesTrace, UnfinishedCallHasNoResult) {
  call_.finished = false;
  outcome_ = {};
  const json object = json::parse(line());
  EXPECT_TRUE(object["cf"].is_null());
  EXPECT_TRUE(object["status"].is_null());
  EXPECT_TRUE(object["bytes"].is_null());
}

TEST_F(JsonLinesTrace, HookAndDepthAreNamed) {
  call_.hook = emu::FarPtr{0x9F80, 0x000A};
  call_.depth = 1;
  const json object = json::parse(line());
  EXPECT_EQ(object["by"], "9f80:000a");
  EXPECT_EQ(object["depth"], 1);
  EXPECT_TRUE(object["file"].is_null());
}

TEST_F(JsonLinesTrace, DescriptionsAreExtraKeys) {
  arguments_.text = "page 0";
  outcome_.text = "row 1\tcolumn 2";
  const json object = json::parse(line());
  EXPECT_EQ(object["arguments"], "page 0");
  EXPECT_EQ(object["result"], "row 1\tcolumn 2");
}

}  // namespace
}  // namespace debugger
