#include "bootsim/user_folders.h"

#include <cstdlib>

namespace bootsim {
namespace {

constexpr const char* kName = "bootsim";

struct Place {
  const char* variable;
  const char* in_home;
};

constexpr Place place_of(UserFolder folder) {
  switch (folder) {
    case UserFolder::kConfig: return {"XDG_CONFIG_HOME", ".config"};
    case UserFolder::kCache: return {"XDG_CACHE_HOME", ".cache"};
    case UserFolder::kState: return {"XDG_STATE_HOME", ".local/state"};
  }
  return {};
}

/// The specification takes an empty variable for none.
std::filesystem::path from_environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

}  // namespace

std::filesystem::path home_folder() { return from_environment("HOME"); }

std::filesystem::path user_folder(UserFolder folder) {
  const Place place = place_of(folder);
  if (const auto given = from_environment(place.variable); !given.empty()) return given / kName;
  const auto home = home_folder();
  return home.empty() ? home : home / place.in_home / kName;
}

}  // namespace bootsim
