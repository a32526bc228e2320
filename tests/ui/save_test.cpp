#include "ui/save.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bootsim/suite/spec.h"
#include "ui/boot.h"
#include "ui/settings.h"
#include "ui/verdict.h"

namespace ui {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A floppy whose boot sector reads sector 2, prints "loader ready", and halts.
class Saving : public ::testing::Test {
 protected:
  Saving() {
    std::string name = (fs::temp_directory_path() / "saving-XXXXXX").string();
    folder = mkdtemp(name.data());
    // mov ax, 0201h; mov bx, 8000h; mov cx, 2; xor dx, dx; int 13h; xor ax, ax; mov ds, ax; mov si, 7C23h
    // lodsb; or al, al; jz +6; mov ah, 0Eh; int 10h; jmp -11; cli; hlt; jmp -3
    const unsigned char code[] = {0xB8, 0x01, 0x02, 0xBB, 0x00, 0x80, 0xB9, 0x02, 0x00, 0x31, 0xD2, 0xCD,
                                  0x13, 0x31, 0xC0, 0x8E, 0xD8, 0xBE, 0x23, 0x7C, 0xAC, 0x08, 0xC0, 0x74,
                                  0x06, 0xB4, 0x0E, 0xCD, 0x10, 0xEB, 0xF5, 0xFA, 0xF4, 0xEB, 0xFD};
    std::string sector(code, code + sizeof code);
    sector += std::string("loader ready") + '\0';
    sector.resize(510);
    sector += "\x55\xAA";
    sector.resize(1474560);
    image = folder + "/boot.img";
    std::ofstream(image, std::ios::binary) << sector;
    happened.options = bootsim::parse_run_options({image});
  }
  ~Saving() override { fs::remove_all(folder); }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  std::string folder, image;
  Happened happened;
  std::atomic<bool> cancelled = false;
};

TEST_F(Saving, ATraceEndsAtThePresentTime) {
  happened.now = 60 * emu::kSecond;
  write_trace(happened, folder + "/all.jsonl", debugger::TraceFormat::kJsonLines, cancelled);
  EXPECT_THAT(read(folder + "/all.jsonl"), HasSubstr("\"lba\":1,"));
  happened.now = emu::kMicrosecond;  // in the power-on self-test
  write_trace(happened, folder + "/none.trace", debugger::TraceFormat::kText, cancelled);
  EXPECT_THAT(read(folder + "/none.trace"), ::testing::Not(HasSubstr("LBA")));
}

TEST_F(Saving, KeysTypedAtThePromptAreTypedAgain) {
  Boot boot(happened.options);
  EXPECT_EQ(boot.command("type li<Enter>"), "");
  const auto steps = what_happened(boot).options.type;
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].text, "li<Enter>");
}

TEST_F(Saving, ASpecAsksForWhatTheScreenShows) {
  happened.screen = {"", "loader ready", "--"};
  write_spec(happened, folder + "/boot.yaml", cancelled);
  const bootsim::Spec spec = bootsim::read_spec(folder + "/boot.yaml", {});
  ASSERT_EQ(spec.options.until.size(), 1u);
  EXPECT_EQ(spec.options.until[0].text, "screen:loader ready");
  EXPECT_EQ(fs::path(spec.options.media.at(0).path).filename(), "boot.img");
}

TEST_F(Saving, ASpecOfABootThatEndedAsksForThatEnd) {
  happened.ended = true;
  happened.screen = {"loader ready"};
  write_spec(happened, folder + "/boot.yaml", cancelled);
  EXPECT_THAT(read(folder + "/boot.yaml"), HasSubstr("verdict: halted"));
}

TEST_F(Saving, AFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(write_trace(happened, folder + "/none/x.trace", debugger::TraceFormat::kText, cancelled),
               std::exception);
  EXPECT_THROW(write_spec(happened, folder + "/none/x.yaml", cancelled), std::exception);
}

TEST_F(Saving, WhetherAFileCanBeWrittenIsSeenWithoutWritingIt) {
  EXPECT_THROW(check_writable(folder + "/none/x.trace"), emu::Error);
  EXPECT_THROW(check_writable(folder), emu::Error);
  EXPECT_NO_THROW(check_writable(folder + "/new.yaml"));
  EXPECT_FALSE(fs::exists(folder + "/new.yaml"));
  const std::string before = read(image);
  EXPECT_NO_THROW(check_writable(image));
  EXPECT_EQ(read(image), before);
}

TEST_F(Saving, AVerdictComesFromABootBesideTheWindow) {
  Verdict verdict;
  bootsim::RunOptions options = happened.options;
  options.json = folder + "/must-not-be-written.json";
  verdict.begin(options);
  while (verdict.state().running) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(verdict.state().result);
  EXPECT_EQ(verdict.state().result->verdict, "halted");
  EXPECT_FALSE(fs::exists(options.json));
}

TEST_F(Saving, AVerdictThatIsCalledOffLeavesNothing) {
  Verdict verdict;
  verdict.begin(happened.options);
  verdict.cancel();
  EXPECT_FALSE(verdict.state().running);
  EXPECT_FALSE(verdict.state().result);
  verdict.begin(bootsim::parse_run_options({folder + "/none.iso"}));
  while (verdict.state().running) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_THAT(verdict.state().error, HasSubstr("none.iso"));
}

TEST(Bookmarks, AreKeptByMediumInTheOrderOfTime) {
  Settings settings;
  keep_bookmark(settings, "/a.iso", {"menu", {2'000}});
  keep_bookmark(settings, "/a.iso", {"first read", {1'000}});
  keep_bookmark(settings, "/b.iso", {"other", {3}});
  keep_bookmark(settings, "/a.iso", {"menu", {3'000}});
  const auto found = bookmarks_of(settings, "/a.iso");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name, "first read");
  EXPECT_EQ(found[1].position.time, 3'000);
  drop_bookmark(settings, "/a.iso", "menu");
  EXPECT_EQ(bookmarks_of(settings, "/a.iso").size(), 1u);
  EXPECT_EQ(bookmarks_of(settings, "/c.iso").size(), 0u);
}

TEST(Bookmarks, OfASettingsFileThatSomebodyHasEditedAreLeftOut) {
  Settings settings;
  settings.panes["bookmarks"] = {{"/a.iso", {{{"name", 1}}, {{"name", "x"}, {"time", "y"}}, 7}}};
  EXPECT_TRUE(bookmarks_of(settings, "/a.iso").empty());
}

}  // namespace
}  // namespace ui
