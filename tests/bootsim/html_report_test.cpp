#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bootsim/html_report/call_columns.h"
#include "bootsim/html_report/markup.h"
#include "bootsim/suite/command_line.h"
#include "devices/text_screen.h"

namespace bootsim::html_report {
namespace {

std::vector<std::uint8_t> bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Markup, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(html("<a href=\"x\" title='y'>&"), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
}

TEST(Markup, ReplacesWhatIsNoPrintableText) {
  EXPECT_EQ(html("a\x01z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(html("\xFF<"), "\xEF\xBF\xBD&lt;");
  EXPECT_EQ(html("\xC3\xA4\n"), "\xC3\xA4\n");              // ä, and a line end
  EXPECT_EQ(html("\xC0\xBC"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // an overlong '<'
}

TEST(Markup, Base64IsThatOfRfc4648) {  // §10
  EXPECT_EQ(base64(bytes("")), "");
  EXPECT_EQ(base64(bytes("f")), "Zg==");
  EXPECT_EQ(base64(bytes("fo")), "Zm8=");
  EXPECT_EQ(base64(bytes("foo")), "Zm9v");
  EXPECT_EQ(base64(bytes("foobar")), "Zm9vYmFy");
}

TEST(Markup, HashIsThatOfAContentSecurityPolicy) {  // that of no bytes, from FIPS 180-4's examples
  EXPECT_EQ(content_hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(Markup, ScreensKeepTheirColours) {
  devices::TextScreen screen{
      .columns = 4, .rows = 2, .cells = std::vector<devices::TextCell>(8, {' ', 0x07}), .cursor = {}};
  screen.cells[0] = {'<', 0x07};
  screen.cells[1] = {'a', 0x1F};
  screen.cells[2] = {'b', 0x9F};
  screen.cells[4] = {0xC4, 0x07};  // a line in CP437
  EXPECT_EQ(screen_html(screen, false), "&lt;<span class=\"f15 b1\">ab</span>\n─\n");
  EXPECT_EQ(screen_html(screen, true), "&lt;<span class=\"f15 b1\">a</span><span class=\"f15 b9\">b</span>\n─\n");
}

TEST(CallColumns, EqualStepsBecomeRuns) {
  std::vector<CallRow> rows(1000);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].number = static_cast<std::int64_t>(i) + 1;
    rows[i].lba = i == 0 ? 7 : i == 1 ? 1000 : 3;
  }
  const auto json = columns_json(rows);
  EXPECT_EQ(json["number"].dump(), R"({"d":[1,1000]})");
  EXPECT_EQ(json["lba"].dump(), R"({"d":[7,1,993,1,-997,1,0,997]})");
}

TEST(CallColumns, ShortColumnsStayAsTheyAre) {
  std::vector<CallRow> rows(3);
  rows[0].ah = 0x42, rows[1].ah = 2, rows[2].ah = 0x41;
  EXPECT_EQ(columns_json(rows)["ah"].dump(), "[66,2,65]");
}

TEST(BootWords, LeaveOutWhatDoesNotChangeTheBoot) {
  const Arguments words = {"a.iso",     "--as", "cd", "--trace=x.jsonl", "--until", "screen:x", "--quirk", "no-edd",
                           "--type-at", "halt", "y",  "--quiet"};
  EXPECT_EQ(boot_words(words, true),
            (Arguments{"a.iso", "--as", "cd", "--until", "screen:x", "--quirk", "no-edd", "--type-at", "halt", "y"}));
  EXPECT_EQ(boot_words(words, false),
            (Arguments{"a.iso", "--as", "cd", "--quirk", "no-edd", "--type-at", "halt", "y"}));
}

}  // namespace
}  // namespace bootsim::html_report
