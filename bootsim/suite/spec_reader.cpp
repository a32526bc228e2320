// Reads a spec: what is booted here, what must come of it in expectation_reader.cpp.
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "bootsim/host_files.h"
#include "bootsim/quirks.h"
#include "bootsim/suite/matrix.h"
#include "bootsim/suite/readers.h"
#include "bootsim/units.h"

namespace bootsim {
namespace {

namespace fs = std::filesystem;
using emu::Error;
using emu::ErrorKind;

constexpr std::string_view kSourceKeys = "FILE, {nasm: FILE, size: 1440K} or {build: COMMAND, file: FILE}";

/// Reads one document.
class Reader {
 public:
  Reader(const std::string& path, const std::vector<std::string>& media_directories)
      : yaml_(path), media_directories_(media_directories) {}

  Spec read(const std::string& text);

 private:
  void key(const std::string& key, const YAML::Node& key_node, const YAML::Node& value);
  void media(const YAML::Node& node);
  void medium(const YAML::Node& node);
  void source(const YAML::Node& node, const Arguments& before, const Arguments& behind);
  BuiltMedium built(const YAML::Node& node) const;
  std::string find_medium(const YAML::Node& node, const std::string& file) const;
  void options(const YAML::Node& node);
  void type(const YAML::Node& node);
  void type_step(const YAML::Node& node);
  void until(const YAML::Node& node);
  void profiles(const YAML::Node& node);
  void add(const Arguments& words) { spec_.arguments.insert(spec_.arguments.end(), words.begin(), words.end()); }

  YamlPlaces yaml_;
  const std::vector<std::string>& media_directories_;
  Spec spec_;
};

// --- Media

void Reader::media(const YAML::Node& node) {
  if (node.IsScalar() || node.IsMap()) return medium(node);
  if (!node.IsSequence()) yaml_.refuse(node, "media is a file or a list of them");
  for (const YAML::Node& entry : node) medium(entry);
}

void Reader::medium(const YAML::Node& node) {
  if (node.IsScalar() || (node.IsMap() && (node["build"] || node["nasm"]))) return source(node, {}, {});
  if (!node.IsMap() || node.size() != 1) {
    yaml_.refuse(
        node,
        fmt::format("a medium is {}, or one of cd, hd, floppy, usb-hd, usb-floppy, kernel, initrd, option-rom, bios "
                    "with that",
                    kSourceKeys));
  }
  const YAML::Node key = node.begin()->first;
  const YAML::Node value = node.begin()->second;
  const std::string kind = yaml_.scalar(key, "a medium's kind");
  if (kind == "kernel" || kind == "initrd" || kind == "option-rom" || kind == "bios")
    return source(value, {"--" + kind}, {});
  const auto attach = yaml_.at(key, [&] { return parse_attach(kind); });
  const bool usb = attach == devices::media::Attach::kUsbHardDisk || attach == devices::media::Attach::kUsbFloppy;
  if (usb) return source(value, {}, {"--as", kind});
  if (value.IsScalar() && value.Scalar() == "none") return add({"--" + kind, "none"});
  source(value, {"--" + kind}, {});
}

/// The words of a command line for one medium.
void Reader::source(const YAML::Node& node, const Arguments& before, const Arguments& behind) {
  add(before);
  if (node.IsMap()) {
    spec_.builds.push_back(built(node));
    spec_.builds.back().argument = spec_.arguments.size();
    add({"(built)"});
  } else if (node.IsScalar()) {
    add({find_medium(node, node.Scalar())});
  } else {
    yaml_.refuse(node, fmt::format("a medium is {}", kSourceKeys));
  }
  add(behind);
}

BuiltMedium Reader::built(const YAML::Node& node) const {
  BuiltMedium medium;
  medium.place = YamlPlaces::place(node);
  yaml_.each_key(node, "a medium that is built",
                 [&](const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
                   if (key == "build")
                     medium.command = yaml_.scalar(value, key);
                   else if (key == "file")
                     medium.file = yaml_.scalar(value, key);
                   else if (key == "nasm")
                     medium.nasm = find_medium(value, yaml_.scalar(value, key));
                   else if (key == "size")
                     medium.size = yaml_.at(value, [&] { return parse_size(yaml_.scalar(value, key)); });
                   else
                     yaml_.refuse_key(key_node, "a medium", "build file, or nasm; size");
                 });
  if (medium.command.empty() == medium.nasm.empty())
    yaml_.refuse(node, "a medium is built by one of `build: COMMAND` and `nasm: FILE`");
  if (!medium.nasm.empty() && !medium.file.empty())
    yaml_.refuse(node, "`file` belongs to `build`: what nasm makes needs no name");
  return medium;
}

std::string Reader::find_medium(const YAML::Node& node, const std::string& file) const {
  if (file.empty()) yaml_.refuse(node, "a medium's file is empty");
  const fs::path relative(file);
  if (relative.is_absolute()) return file;
  const fs::path beside = fs::path(yaml_.path()).parent_path() / relative;
  std::error_code ignored;
  if (fs::exists(beside, ignored)) return beside.string();
  for (const std::string& directory : media_directories_) {
    const fs::path candidate = fs::path(directory) / relative;
    if (fs::exists(candidate, ignored)) return candidate.string();
  }
  return beside.string();  // opening it will say that it is missing; --list works without the media
}

// --- What is asked and typed

void Reader::options(const YAML::Node& node) {
  for (const YAML::Node& entry : yaml_.one_or_many(node, "options")) {
    add(node.IsScalar() ? yaml_.at(node, [&] { return split_words(entry.Scalar()); })
                        : Arguments{yaml_.scalar(entry, "an option")});
  }
}

void Reader::type(const YAML::Node& node) {
  const std::vector<YAML::Node> entries = node.IsMap() ? std::vector{node} : yaml_.one_or_many(node, "type");
  for (const YAML::Node& entry : entries) type_step(entry);
}

void Reader::type_step(const YAML::Node& node) {
  if (node.IsScalar()) {
    yaml_.at(node, [&] { return parse_keys(node.Scalar()); });
    return add({"--type", node.Scalar()});
  }
  if (!node.IsMap()) yaml_.refuse(node, "type is KEYS, or {at: COND, keys: KEYS}");
  std::optional<std::string> when, keys;
  yaml_.each_key(node, "type", [&](const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
    if (key != "at" && key != "keys") yaml_.refuse_key(key_node, "type", "at, keys");
    (key == "at" ? when : keys) = yaml_.scalar(value, key);
  });
  if (!keys) yaml_.refuse(node, "type needs keys");
  yaml_.at(node, [&] { return parse_keys(*keys); });
  if (!when) return add({"--type", *keys});
  yaml_.at(node, [&] { return parse_condition(*when); });
  add({"--type-at", *when, *keys});
}

void Reader::until(const YAML::Node& node) {
  for (const YAML::Node& entry : yaml_.one_or_many(node, "until")) {
    const std::string text = yaml_.scalar(entry, "a condition");
    yaml_.at(entry, [&] { return parse_condition(text); });
    add({"--until", text});
  }
}

/// `all`, a list of quirks, or {except: LIST}.
void Reader::profiles(const YAML::Node& node) {
  const auto known = [&](const YAML::Node& list) {
    const std::vector<std::string> names = yaml_.texts(list, "profiles");
    bios::Quirks ignored;
    for (const std::string& name : names) yaml_.at(list, [&] { parse_quirks(name, ignored); });
    return names;
  };
  if (node.IsSequence()) {
    spec_.profiles = known(node);
  } else if (node.IsScalar() && node.Scalar() == "all") {
    spec_.profiles = quirk_profiles();
  } else if (node.IsMap() && node.size() == 1 && node["except"]) {
    const std::vector<std::string> left_out = known(node["except"]);
    for (const std::string& name : quirk_profiles()) {
      if (std::find(left_out.begin(), left_out.end(), name) == left_out.end()) spec_.profiles.push_back(name);
    }
  } else {
    yaml_.refuse(node, "profiles is all, a list of quirks (`bootsim quirks`), or {except: LIST}");
  }
}

// --- The whole

void Reader::key(const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
  if (key == "media")
    media(value);
  else if (key == "options")
    options(value);
  else if (key == "type")
    type(value);
  else if (key == "until")
    until(value);
  else if (key == "profiles")
    profiles(value);
  else if (!read_expectation(yaml_, key, value, spec_))
    yaml_.refuse_key(key_node, "", fmt::format("media options type until profiles {}", kExpectationKeys));
}

Spec Reader::read(const std::string& text) {
  const YAML::Node root = yaml_.document(text);
  if (!root.IsMap()) yaml_.refuse(YAML::Mark(), "a spec is a map with the key media");
  spec_.file = yaml_.path();
  spec_.name = fs::path(yaml_.path()).stem().string();
  yaml_.each_key(root, "a spec", [&](const std::string& name, const YAML::Node& key_node, const YAML::Node& value) {
    key(name, key_node, value);
  });
  if (spec_.golden && !spec_.profiles.empty())
    yaml_.refuse(root["golden"], "a golden trace is one profile's: it does not go with profiles");
  const YAML::Node asked = root["options"];
  spec_.options = yaml_.at(asked ? asked : root, [&] { return parse_run_options(spec_.arguments); });
  if (!spec_.options.gdb.empty())
    yaml_.refuse(root, "--gdb waits for a person; `bootsim debug` and `bootsim run` have it, specs do not");
  return std::move(spec_);
}

}  // namespace

std::bitset<256> Spec::call_vectors() const {
  std::bitset<256> vectors;
  vectors.set(0x13);
  for (const CallSequence& sequence : calls) vectors |= sequence.vectors();
  if (golden) vectors |= golden->vectors;
  return vectors;
}

Spec under_profile(Spec spec, const std::string& profile) {
  spec.name += fmt::format("[{}]", profile);
  spec.arguments = with_profile(spec.arguments, profile);
  for (BuiltMedium& medium : spec.builds) medium.argument += 2;  // --quirk PROFILE stands before it
  spec.options = parse_run_options(spec.arguments);
  return spec;
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
  if (quote != 0) throw Error(ErrorKind::kUsage, fmt::format("the quote {} is not closed: {}", quote, line));
  if (in_word) words.push_back(std::move(word));
  return words;
}

Spec parse_spec(const std::string& text, const std::string& path, const std::vector<std::string>& media_directories) {
  return Reader(path, media_directories).read(text);
}

Spec read_spec(const std::string& path, const std::vector<std::string>& media_directories) {
  constexpr std::uint64_t kMost = 16 << 20;
  return parse_spec(read_text(path, "spec", kMost), path, media_directories);
}

}  // namespace bootsim
