#include "bootsim/suite/spec.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "bios/call_table.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

namespace fs = std::filesystem;
using emu::Error;
using emu::ErrorKind;

/// Reads one document; every complaint names the place.
class Reader {
 public:
  Reader(const std::string& path, const std::vector<std::string>& media_directories)
      : path_(path), media_directories_(media_directories) {}

  Spec read(const std::string& text);

 private:
  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& message) const {
    throw Error(ErrorKind::kUsage, fmt::format("{}:{}:{}: {}", path_, mark.line + 1, mark.column + 1, message));
  }
  [[noreturn]] void refuse(const YAML::Node& node, const std::string& message) const { refuse(node.Mark(), message); }

  /// Runs `parse` and puts the place of `node` before its complaints.
  template <class Parse>
  auto at(const YAML::Node& node, Parse parse) const {
    try {
      return parse();
    } catch (const Error& error) {
      refuse(node, error.what());
    }
  }

  std::string scalar(const YAML::Node& node, std::string_view what) const;
  std::vector<YAML::Node> one_or_many(const YAML::Node& node, std::string_view what) const;
  void media(const YAML::Node& node);
  void medium(const YAML::Node& node);
  std::string find_medium(const YAML::Node& node, const std::string& file) const;
  void options(const YAML::Node& node);
  void type(const YAML::Node& node);
  void until(const YAML::Node& node);
  int exit_code(const YAML::Node& node) const;
  std::vector<Pattern> patterns(const YAML::Node& node, std::string_view what, Pattern::Text text) const;
  void calls(const YAML::Node& node);
  ExpectedCall expected_call(const YAML::Node& node) const;
  void call_name(const YAML::Node& node, const std::string& name, ExpectedCall& call) const;

  const std::string& path_;
  const std::vector<std::string>& media_directories_;
  Spec spec_;
  Arguments arguments_;  // the command line that the spec stands for
};

std::string Reader::scalar(const YAML::Node& node, std::string_view what) const {
  if (!node.IsScalar()) refuse(node, fmt::format("{} is one value", what));
  return node.Scalar();
}

std::vector<YAML::Node> Reader::one_or_many(const YAML::Node& node, std::string_view what) const {
  if (node.IsScalar()) return {node};
  if (!node.IsSequence()) refuse(node, fmt::format("{} is one value or a list", what));
  return {node.begin(), node.end()};
}

// --- What is booted

void Reader::media(const YAML::Node& node) {
  if (node.IsScalar() || node.IsMap()) return medium(node);
  if (!node.IsSequence()) refuse(node, "media is a file or a list of them");
  for (const YAML::Node& entry : node) medium(entry);
}

void Reader::medium(const YAML::Node& node) {
  if (node.IsScalar()) {
    arguments_.push_back(find_medium(node, node.Scalar()));
    return;
  }
  if (!node.IsMap() || node.size() != 1) refuse(node, "a medium is FILE, or one of cd, hd, floppy, usb-hd, usb-floppy, kernel, initrd, option-rom, bios: FILE");
  const YAML::Node key = node.begin()->first;
  const YAML::Node value = node.begin()->second;
  const std::string kind = scalar(key, "a medium's kind");
  const std::string file = scalar(value, "a medium's file");
  if (kind == "kernel" || kind == "initrd" || kind == "option-rom" || kind == "bios") {
    arguments_.insert(arguments_.end(), {"--" + kind, find_medium(value, file)});
    return;
  }
  const auto attach = at(key, [&] { return parse_attach(kind); });
  const std::string path = file == "none" ? file : find_medium(value, file);
  const bool usb = attach == devices::media::Attach::kUsbHardDisk || attach == devices::media::Attach::kUsbFloppy;
  if (usb) {
    arguments_.insert(arguments_.end(), {path, "--as", kind});
  } else {
    arguments_.insert(arguments_.end(), {"--" + kind, path});
  }
}

std::string Reader::find_medium(const YAML::Node& node, const std::string& file) const {
  if (file.empty()) refuse(node, "a medium's file is empty");
  const fs::path relative(file);
  if (relative.is_absolute()) return file;
  const fs::path beside = fs::path(path_).parent_path() / relative;
  std::error_code ignored;
  if (fs::exists(beside, ignored)) return beside.string();
  for (const std::string& directory : media_directories_) {
    const fs::path candidate = fs::path(directory) / relative;
    if (fs::exists(candidate, ignored)) return candidate.string();
  }
  return beside.string();  // opening it will say that it is missing; --list works without the media
}

void Reader::options(const YAML::Node& node) {
  for (const YAML::Node& entry : one_or_many(node, "options")) {
    const auto words = node.IsScalar() ? split_words(entry.Scalar()) : Arguments{scalar(entry, "an option")};
    arguments_.insert(arguments_.end(), words.begin(), words.end());
  }
}

void Reader::type(const YAML::Node& node) {
  const std::vector<YAML::Node> entries = node.IsMap() ? std::vector{node} : one_or_many(node, "type");
  for (const YAML::Node& entry : entries) {
    if (entry.IsScalar()) {
      at(entry, [&] { return parse_keys(entry.Scalar()); });
      arguments_.insert(arguments_.end(), {"--type", entry.Scalar()});
      continue;
    }
    if (!entry.IsMap()) refuse(entry, "type is KEYS, or {at: COND, keys: KEYS}");
    std::optional<std::string> when, keys;
    for (const auto& pair : entry) {
      const std::string key = scalar(pair.first, "a key");
      if (key != "at" && key != "keys") refuse(pair.first, fmt::format("unknown key \"{}\" in type: at, keys", key));
      (key == "at" ? when : keys) = scalar(pair.second, key);
    }
    if (!keys) refuse(entry, "type needs keys");
    at(entry, [&] { return parse_keys(*keys); });
    if (when) at(entry, [&] { return parse_condition(*when); });
    if (when) arguments_.insert(arguments_.end(), {"--type-at", *when, *keys});
    else arguments_.insert(arguments_.end(), {"--type", *keys});
  }
}

void Reader::until(const YAML::Node& node) {
  for (const YAML::Node& entry : one_or_many(node, "until")) {
    const std::string text = scalar(entry, "a condition");
    at(entry, [&] { return parse_condition(text); });
    arguments_.insert(arguments_.end(), {"--until", text});
  }
}

// --- What must come of it

std::vector<Pattern> Reader::patterns(const YAML::Node& node, std::string_view what, Pattern::Text text) const {
  std::vector<Pattern> all;
  for (const YAML::Node& entry : one_or_many(node, what)) {
    all.push_back(at(entry, [&] { return Pattern(scalar(entry, "a pattern"), text); }));
  }
  return all;
}

int Reader::exit_code(const YAML::Node& node) const {
  const std::uint64_t value = at(node, [&] { return parse_number(scalar(node, "exit")); });
  if (value > 255) refuse(node, "exit is an exit code of docs/exit-codes.md");
  return static_cast<int>(value);
}

void Reader::calls(const YAML::Node& node) {
  YAML::Node list = node;
  if (node.IsMap()) {
    if (node.size() != 1) refuse(node, "calls is a list, or one of prefix, in-order: a list");
    const std::string how = scalar(node.begin()->first, "a key");
    if (how != "prefix" && how != "in-order") {
      refuse(node.begin()->first, fmt::format("unknown key \"{}\" in calls: prefix, in-order", how));
    }
    spec_.call_match = how == "prefix" ? CallMatch::kPrefix : CallMatch::kInOrder;
    list.reset(node.begin()->second);
  }
  if (!list.IsSequence()) refuse(list, "calls is a list");
  for (const YAML::Node& entry : list) spec_.calls.push_back(expected_call(entry));
}

/// Turns "13/42" or "15/E820" into the trace's keys.
void Reader::call_name(const YAML::Node& node, const std::string& name, ExpectedCall& call) const {
  const Condition parsed = at(node, [&] { return parse_condition("call:" + name); });
  call.vector = parsed.vector;
  call.fields.emplace_back("int", fmt::format("{:02x}", parsed.vector));
  if (!parsed.function) return;
  const unsigned ah = parsed.function_is_ax ? *parsed.function >> 8 : *parsed.function;
  call.fields.emplace_back("ah", fmt::format("{:02x}", ah));
  if (!parsed.function_is_ax) return;
  // The trace has AH only; a subfunction is told by its name.
  const bios::Function* function = bios::find_function(parsed.vector, *parsed.function);
  if (!function) refuse(node, fmt::format("the BIOS has no function {}", name));
  call.fields.emplace_back("name", std::string(function->name));
}

ExpectedCall Reader::expected_call(const YAML::Node& node) const {
  static constexpr std::array<std::string_view, 14> kKeys = {"name",   "drive", "lba",   "chs", "count", "buffer",   "caller",
                                                             "cf",     "status", "bytes", "by", "depth", "file", "result"};
  ExpectedCall call;
  if (node.IsScalar()) {
    call.text = node.Scalar();
    call_name(node, node.Scalar(), call);
    return call;
  }
  if (!node.IsMap() || !node["call"]) refuse(node, "a call is a name such as 13/42, or {call: 13/42, lba: 17, cf: 0}");
  call_name(node["call"], scalar(node["call"], "call"), call);
  call.text = node["call"].Scalar();
  for (const auto& pair : node) {
    const std::string key = scalar(pair.first, "a key");
    if (key == "call") continue;
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      refuse(pair.first, fmt::format("unknown key \"{}\" in a call: call {}", key, fmt::join(kKeys, " ")));
    }
    const std::string value = pair.second.IsNull() ? "null" : scalar(pair.second, key);
    call.text += fmt::format(" {}={}", key, value);
    call.fields.emplace_back(key, value);
  }
  return call;
}

Spec Reader::read(const std::string& text) {
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    refuse(error.mark, error.msg);
  }
  if (!root.IsMap()) throw Error(ErrorKind::kUsage, fmt::format("{}:1:1: a spec is a map with the key media", path_));
  spec_.file = path_;
  spec_.name = fs::path(path_).stem().string();
  for (const auto& pair : root) {
    const std::string key = scalar(pair.first, "a key");
    const YAML::Node& value = pair.second;
    if (key == "media") media(value);
    else if (key == "options") options(value);
    else if (key == "type") type(value);
    else if (key == "until") until(value);
    else if (key == "exit") spec_.exit = exit_code(value);
    else if (key == "reason") spec_.reason = scalar(value, key);
    else if (key == "screen") spec_.screen = patterns(value, key, Pattern::Text::kUtf8);
    else if (key == "serial") spec_.serial = patterns(value, key, Pattern::Text::kBytes);
    else if (key == "calls") calls(value);
    else refuse(pair.first, fmt::format("unknown key \"{}\": media options type until exit reason screen serial calls", key));
  }
  spec_.options = at(root, [&] { return parse_run_options(arguments_); });
  return std::move(spec_);
}

}  // namespace

std::bitset<256> Spec::call_vectors() const {
  std::bitset<256> vectors;
  for (const ExpectedCall& call : calls) vectors.set(call.vector);
  return vectors;
}

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0 ? c == quote : (c == '\'' || c == '"')) {
      quote = quote != 0 ? '\0' : c;
      in_word = true;
    } else if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      word += line[++i];
      in_word = true;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

Spec parse_spec(const std::string& text, const std::string& path, const std::vector<std::string>& media_directories) {
  return Reader(path, media_directories).read(text);
}

Spec read_spec(const std::string& path, const std::vector<std::string>& media_directories) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) throw Error(ErrorKind::kUsage, fmt::format("{}: the spec cannot be read", path));
  return parse_spec(text, path, media_directories);
}

}  // namespace bootsim
