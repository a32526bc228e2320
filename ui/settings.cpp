#include "ui/settings.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "bootsim/user_folders.h"

namespace ui {
namespace {

using nlohmann::json;
constexpr std::size_t kMostRecent = 12;
constexpr int kSmallest = 480, kLargest = 16384;  // pixels that a window may have

/// The value of `key` when it has the type of `value`.
template <class T>
void take(const json& from, const char* key, T& value) {
  const auto found = from.find(key);
  if (found == from.end()) return;
  try {
    value = found->get<T>();
  } catch (const json::exception&) {  // of another type: somebody edited the file
  }
}

}  // namespace

void Settings::remember_medium(const std::string& path) {
  std::erase(recent, path);
  recent.insert(recent.begin(), path);
  if (recent.size() > kMostRecent) recent.resize(kMostRecent);
}

std::string settings_path() {
  const auto folder = bootsim::user_folder(bootsim::UserFolder::kConfig);
  return folder.empty() ? std::string() : (folder / "window.json").string();
}

Settings load_settings(const std::string& path) {
  Settings s;
  std::ifstream file(path);
  const json from = json::parse(file, nullptr, false);
  if (!from.is_object()) return s;
  take(from, "width", s.width);
  take(from, "height", s.height);
  take(from, "maximized", s.maximized);
  take(from, "dark", s.dark);
  take(from, "scale", s.scale);
  take(from, "speed", s.speed);
  take(from, "recent", s.recent);
  s.width = std::clamp(s.width, kSmallest, kLargest);
  s.height = std::clamp(s.height, kSmallest, kLargest);
  s.scale = s.scale == 0 ? 0 : std::clamp(s.scale, 0.5F, 4.0F);
  s.speed = std::clamp(s.speed, 0, 5);
  if (from.contains("layout") && from["layout"].is_object()) s.layout = from["layout"];
  if (from.contains("panes") && from["panes"].is_object()) s.panes = from["panes"];
  return s;
}

bool save_settings(const Settings& s, const std::string& path) {
  if (path.empty()) return false;
  const json to = {{"width", s.width},   {"height", s.height}, {"maximized", s.maximized},
                   {"dark", s.dark},     {"scale", s.scale},   {"speed", s.speed},
                   {"recent", s.recent}, {"layout", s.layout}, {"panes", s.panes}};
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh);
    file << to.dump(1, ' ', false, json::error_handler_t::replace) << '\n';
    if (!file.flush()) return false;
  }
  std::filesystem::rename(fresh, path, error);
  return !error;
}

}  // namespace ui
