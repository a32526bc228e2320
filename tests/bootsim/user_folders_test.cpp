#include "bootsim/user_folders.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace bootsim {
namespace {

/// Gives the variables back to the tests that follow.
class UserFolders : public testing::Test {
 protected:
  UserFolders() {
    for (auto& [name, value] : kept_)
      value = std::getenv(name) ? std::optional<std::string>(std::getenv(name)) : std::nullopt;
  }
  ~UserFolders() override {
    for (const auto& [name, value] : kept_) value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
  }

 private:
  std::map<const char*, std::optional<std::string>> kept_{
      {"HOME", {}}, {"XDG_CONFIG_HOME", {}}, {"XDG_CACHE_HOME", {}}, {"XDG_STATE_HOME", {}}};
};

// XDG Base Directory Specification 0.8, "Environment variables".
TEST_F(UserFolders, AreWhereTheEnvironmentSays) {
  ::setenv("HOME", "/home/u", 1);
  ::setenv("XDG_STATE_HOME", "/var/state", 1);
  ::setenv("XDG_CONFIG_HOME", "", 1);
  ::unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(user_folder(UserFolder::kState), "/var/state/bootsim");
  EXPECT_EQ(user_folder(UserFolder::kConfig), "/home/u/.config/bootsim");
  EXPECT_EQ(user_folder(UserFolder::kCache), "/home/u/.cache/bootsim");
  ::unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(user_folder(UserFolder::kState), "/home/u/.local/state/bootsim");
}

TEST_F(UserFolders, AreNowhereWithoutAHome) {
  ::unsetenv("HOME");
  ::unsetenv("XDG_CACHE_HOME");
  EXPECT_TRUE(home_folder().empty());
  EXPECT_TRUE(user_folder(UserFolder::kCache).empty());
  ::setenv("XDG_CACHE_HOME", "/cache", 1);
  EXPECT_EQ(user_folder(UserFolder::kCache), "/cache/bootsim");
}

}  // namespace
}  // namespace bootsim
