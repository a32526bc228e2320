#include "ui/settings.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace ui {
namespace {

class SettingsFile : public testing::Test {
 protected:
  ~SettingsFile() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& text) {
    std::filesystem::create_directories(folder_);
    std::ofstream(path_) << text;
  }
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("bootsim-settings-" + std::to_string(::getpid()));
  const std::string path_ = (folder_ / "deeper" / ".." / "window.json").lexically_normal().string();
};

TEST_F(SettingsFile, ComesBackAsItWas) {
  Settings s;
  s.width = 1024;
  s.dark = false;
  s.speed = 1;
  s.remember_medium("/media/a.iso");
  s.panes["calls"] = {{"filter", "lba > 100"}};
  ASSERT_TRUE(save_settings(s, path_));
  const Settings back = load_settings(path_);
  EXPECT_EQ(back.width, 1024);
  EXPECT_FALSE(back.dark);
  EXPECT_EQ(back.speed, 1);
  EXPECT_EQ(back.recent, std::vector<std::string>{"/media/a.iso"});
  EXPECT_EQ(back.panes["calls"]["filter"], "lba > 100");
}

TEST_F(SettingsFile, MissingOrBrokenGivesTheDefaults) {
  EXPECT_EQ(load_settings(path_).width, Settings().width);
  write("{\"width\": ");
  EXPECT_EQ(load_settings(path_).width, Settings().width);
  write("[1, 2]");
  EXPECT_EQ(load_settings(path_).width, Settings().width);
}

TEST_F(SettingsFile, ValuesThatMakeNoSenseAreNotTaken) {
  write(
      R"({"width": -5, "height": "tall", "scale": 99, "speed": 77, "recent": 3, "layout": [], "panes": {"calls": {}}})");
  const Settings s = load_settings(path_);
  EXPECT_EQ(s.width, 480);
  EXPECT_EQ(s.height, Settings().height);
  EXPECT_EQ(s.scale, 4);
  EXPECT_EQ(s.speed, 5);
  EXPECT_TRUE(s.recent.empty());
  EXPECT_TRUE(s.layout.is_object());
  EXPECT_TRUE(s.panes.contains("calls"));
}

TEST_F(SettingsFile, RecentMediaAreTheLastTwelveOnce) {
  Settings s;
  for (int i = 0; i < 20; ++i) s.remember_medium(std::to_string(i));
  s.remember_medium("15");
  EXPECT_EQ(s.recent.size(), 12U);
  EXPECT_EQ(s.recent[0], "15");
  EXPECT_EQ(s.recent[1], "19");
  EXPECT_EQ(std::count(s.recent.begin(), s.recent.end(), "15"), 1);
}

}  // namespace
}  // namespace ui
