#include "bootsim/suite/yaml_places.h"

#include <set>

#include <fmt/core.h>

#include "bootsim/units.h"

namespace bootsim {

void YamlPlaces::refuse(const YAML::Mark& mark, const std::string& message) const {
  throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{}:{}:{}: {}", path_, mark.line + 1, mark.column + 1, message));
}

Place YamlPlaces::place(const YAML::Node& node) { return {node.Mark().line + 1, node.Mark().column + 1}; }

std::string YamlPlaces::scalar(const YAML::Node& node, std::string_view what) const {
  if (!node.IsScalar()) refuse(node, fmt::format("{} is one value", what));
  return node.Scalar();
}

std::vector<YAML::Node> YamlPlaces::one_or_many(const YAML::Node& node, std::string_view what) const {
  if (node.IsScalar()) return {node};
  if (!node.IsSequence()) refuse(node, fmt::format("{} is one value or a list", what));
  return {node.begin(), node.end()};
}

std::vector<std::string> YamlPlaces::texts(const YAML::Node& node, std::string_view what) const {
  std::vector<std::string> all;
  for (const YAML::Node& entry : one_or_many(node, what)) all.push_back(scalar(entry, what));
  if (all.empty()) refuse(node, fmt::format("{} is an empty list", what));
  return all;
}

bool YamlPlaces::boolean(const YAML::Node& node, std::string_view what) const {
  const std::string text = scalar(node, what);
  if (text != "true" && text != "false") refuse(node, fmt::format("{} is true or false", what));
  return text == "true";
}

std::uint64_t YamlPlaces::number(const YAML::Node& node, std::string_view what, std::uint64_t most) const {
  const std::uint64_t value = at(node, [&] { return parse_number(scalar(node, what)); });
  if (value > most) refuse(node, fmt::format("{} is at most {}", what, most));
  return value;
}

void YamlPlaces::each_key(const YAML::Node& map, std::string_view what, const Visit& visit) const {
  if (!map.IsMap()) refuse(map, fmt::format("{} is a map", what));
  std::set<std::string> seen;
  for (const auto& pair : map) {
    const std::string key = scalar(pair.first, "a key");
    if (!seen.insert(key).second) refuse(pair.first, fmt::format("the key \"{}\" stands here twice", key));
    visit(key, pair.first, pair.second);
  }
}

void YamlPlaces::refuse_key(const YAML::Node& key, std::string_view where, std::string_view known) const {
  refuse(key, fmt::format("unknown key \"{}\"{}{}: {}", key.IsScalar() ? key.Scalar() : "", where.empty() ? "" : " in ",
                          where, known));
}

}  // namespace bootsim
