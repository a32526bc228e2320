#include "bootsim/suite/yaml_places.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "bootsim/units.h"

namespace bootsim {

void YamlPlaces::refuse(const YAML::Mark& mark, const std::string& message) const {
  throw emu::Error(emu::ErrorKind::kUsage, fmt::format("{}:{}:{}: {}", path_, mark.line + 1, mark.column + 1, message));
}

namespace {

/// What the parser's words leave open.
std::string parser_words(const YAML::Exception& error, std::string_view text) {
  const auto lines = split(text, '\n');
  const auto at = static_cast<std::size_t>(std::max(error.mark.line, 0));
  const std::string_view line = at < lines.size() ? std::string_view(lines[at]) : std::string_view();
  const std::size_t begin = line.find_first_not_of(" \t");
  if (line.substr(0, begin).find('\t') != line.npos) return "a tab indents this line; YAML wants blanks";
  // yaml-cpp says this of nesting that is too deep for it.
  if (error.msg == YAML::ErrorMsg::BAD_FILE) return "brackets or blocks are nested too deep";
  return error.msg;
}

}  // namespace

YAML::Node YamlPlaces::document(const std::string& text) const {
  const auto is_binary = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && std::string_view("\t\n\r\f\x1b").find(c) == std::string_view::npos;
  };
  if (std::any_of(text.begin(), text.end(), is_binary))
    refuse(YAML::Mark(), "is no text; a spec is a YAML file with the key media");
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(text);
  } catch (const YAML::Exception& error) {
    refuse(error.mark, parser_words(error, text));
  }
  for (std::size_t i = 1; i < documents.size(); ++i) {
    if (!documents[i].IsNull()) refuse(documents[i], "a second document; a spec has a file of its own");
  }
  return documents.empty() ? YAML::Node() : documents.front();
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
