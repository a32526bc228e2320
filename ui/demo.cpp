#include "ui/demo.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "bootsim/user_folders.h"

extern "C" {
extern const char bootsim_demo_iso[], bootsim_demo_iso_end[];  // cmake/EmbedDemo.cmake
}

namespace ui {

std::string write_demo() {
  const std::string_view demo(bootsim_demo_iso, static_cast<std::size_t>(bootsim_demo_iso_end - bootsim_demo_iso));
  const std::filesystem::path directory = bootsim::user_folder(bootsim::UserFolder::kCache),
                              path = directory / "demo.iso";
  if (directory.empty()) return {};
  std::ifstream old(path, std::ios::binary);
  if (std::string(std::istreambuf_iterator<char>(old), {}) == demo) return path.string();
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  std::ofstream fresh(path, std::ios::binary);
  fresh.write(demo.data(), static_cast<std::streamsize>(demo.size()));
  return fresh.flush() ? path.string() : std::string();
}

}  // namespace ui
