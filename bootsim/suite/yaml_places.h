// Reading YAML so that every complaint names its place. For the readers of this folder only.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "bootsim/suite/difference.h"
#include "emu/error.h"

namespace bootsim {

/// A file whose nodes are read.
class YamlPlaces {
 public:
  explicit YamlPlaces(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  /// The only document of a file's text. Complaints are those of refuse().
  YAML::Node document(const std::string& text) const;

  /// Throws emu::Error(kUsage): FILE:LINE:COLUMN: MESSAGE.
  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& message) const;
  [[noreturn]] void refuse(const YAML::Node& node, const std::string& message) const { refuse(node.Mark(), message); }

  /// Runs `parse` and puts the place of `node` before its complaints.
  template <class Parse>
  auto at(const YAML::Node& node, Parse parse) const {
    try {
      return parse();
    } catch (const emu::Error& error) {
      refuse(node, error.what());
    }
  }

  std::string scalar(const YAML::Node& node, std::string_view what) const;
  std::vector<YAML::Node> one_or_many(const YAML::Node& node, std::string_view what) const;
  std::vector<std::string> texts(const YAML::Node& node, std::string_view what) const;
  bool boolean(const YAML::Node& node, std::string_view what) const;
  std::uint64_t number(const YAML::Node& node, std::string_view what, std::uint64_t most) const;

  /// Calls `visit(key, key node, value)` for each pair of a map. Refuses what is no map and keys that stand there
  /// twice.
  using Visit = std::function<void(const std::string&, const YAML::Node&, const YAML::Node&)>;
  void each_key(const YAML::Node& map, std::string_view what, const Visit& visit) const;
  [[noreturn]] void refuse_key(const YAML::Node& key, std::string_view where, std::string_view known) const;

  static Place place(const YAML::Node& node);

 private:
  std::string path_;
};

}  // namespace bootsim
