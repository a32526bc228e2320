// Makes small real media with the tools that people make them with (xorriso, mkfs.fat, mtools, mke2fs).
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "debugger/files/file_system.h"
#include "devices/media/memory_medium.h"

namespace media_tools {

/// A directory that vanishes with its object. All commands run in it.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bootsim-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& content) const {
    const auto path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  /// Runs a shell command here; a failure fails the test and shows what the command said.
  void run(const std::string& command) const {
    const std::string line = fmt::format(
        "cd '{}' && export PATH=$PATH:/usr/sbin:/sbin MTOOLS_SKIP_CHECK=1 && ({}) >log 2>&1", path_.string(), command);
    EXPECT_EQ(std::system(line.c_str()), 0) << command << "\n" << load_text("log");
  }
  std::vector<std::uint8_t> load(const std::string& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string load_text(const std::string& name) const {
    const auto bytes = load(name);
    return {bytes.begin(), bytes.end()};
  }
  devices::media::MemoryMedium medium(const std::string& name) const {
    return devices::media::MemoryMedium(load(name), name);
  }

 private:
  std::filesystem::path path_;
};

/// `length` bytes that no other offset or salt repeats soon.
inline std::string pattern(std::size_t length, unsigned salt = 1) {
  std::string text(length, '\0');
  std::uint32_t state = salt * 2654435761u + 1;
  for (char& c : text) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

inline std::vector<std::string> paths(const debugger::files::FileSystem& fs) {
  std::vector<std::string> out;
  for (const auto& entry : debugger::files::list_files(fs).entries) out.push_back(entry.path);
  return out;
}

inline std::string content(const devices::media::Medium& medium, const debugger::files::FileSystem& fs,
                           const std::string& path) {
  const auto bytes = debugger::files::read_file(medium, fs, path);
  return bytes ? std::string(bytes->begin(), bytes->end()) : "(no such file)";
}

}  // namespace media_tools
