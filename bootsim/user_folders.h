// Where programs keep what is a user's: settings, caches, histories.
#pragma once

#include <filesystem>

namespace bootsim {

enum class UserFolder {
  kConfig,  ///< $XDG_CONFIG_HOME, or ~/.config
  kCache,   ///< $XDG_CACHE_HOME, or ~/.cache
  kState,   ///< $XDG_STATE_HOME, or ~/.local/state
};

/// $HOME; empty when it is not set.
std::filesystem::path home_folder();
/// Our own folder in one of those (XDG Base Directory Specification), which may not be there yet; empty when there is
/// no home.
std::filesystem::path user_folder(UserFolder folder);

}  // namespace bootsim
