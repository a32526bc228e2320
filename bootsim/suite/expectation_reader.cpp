// Reads what must come of a boot.
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "bootsim/suite/readers.h"
#include "bootsim/units.h"

namespace bootsim {
namespace {

std::vector<ExpectedText> texts(const YamlPlaces& yaml, const YAML::Node& node, std::string_view what,
                                Pattern::Text kind) {
  std::vector<ExpectedText> all;
  for (const YAML::Node& entry : yaml.one_or_many(node, what)) {
    all.push_back(
        {yaml.at(entry, [&] { return Pattern(yaml.scalar(entry, "a pattern"), kind); }), YamlPlaces::place(entry)});
  }
  return all;
}

void read_number(const YamlPlaces& yaml, const std::string& key, const YAML::Node& node, Spec& spec) {
  const std::string text = yaml.scalar(node, key);
  debugger::Pattern pattern = yaml.at(node, [&] { return debugger::Pattern::parse(text); });
  if (!pattern.names().empty()) yaml.refuse(node, fmt::format("{} knows no names: 57, <= 600, 10..20", key));
  spec.numbers.push_back({key, std::move(pattern), YamlPlaces::place(node)});
}

void read_reads(const YamlPlaces& yaml, const YAML::Node& node, Spec& spec) {
  using HowMuch = ExpectedReads::HowMuch;
  static constexpr std::pair<std::string_view, HowMuch> kWords[] = {
      {"fully", HowMuch::kFully}, {"partly", HowMuch::kPartly}, {"some", HowMuch::kSome}, {"never", HowMuch::kNever}};
  yaml.each_key(node, "reads", [&](const std::string& file, const YAML::Node&, const YAML::Node& value) {
    const std::string word = yaml.scalar(value, "how much is read");
    const auto found =
        std::find_if(std::begin(kWords), std::end(kWords), [&](const auto& w) { return w.first == word; });
    if (found == std::end(kWords)) yaml.refuse(value, fmt::format("\"{}\": fully, partly, some or never", word));
    spec.reads.push_back({file, found->second, YamlPlaces::place(value)});
  });
}

/// "55 AA" or "55aa".
std::vector<std::uint8_t> hex_bytes(const YamlPlaces& yaml, const YAML::Node& node) {
  std::vector<std::uint8_t> bytes;
  std::string digits;
  for (const char c : yaml.scalar(node, "bytes")) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes.push_back(static_cast<std::uint8_t>(yaml.at(node, [&] { return parse_number("0x" + digits); })));
    digits.clear();
  }
  if (!digits.empty() || bytes.empty()) yaml.refuse(node, "bytes are pairs of hexadecimal digits: 55 AA");
  return bytes;
}

debugger::Expression memory_expression(const YamlPlaces& yaml, const YAML::Node& node, std::string_view what) {
  const std::string text = yaml.scalar(node, what);
  debugger::Expression expression = yaml.at(node, [&] { return debugger::Expression::parse(text); });
  if (!expression.names().empty()) {
    yaml.refuse(node, fmt::format("memory knows no name \"{}\"; word [40:13] == 639 is a condition",
                                  expression.names().front().name));
  }
  return expression;
}

ExpectedMemory read_memory(const YamlPlaces& yaml, const YAML::Node& node) {
  if (node.IsScalar()) return {memory_expression(yaml, node, "a condition"), std::nullopt, YamlPlaces::place(node)};
  std::optional<debugger::Expression> at;
  std::optional<std::vector<std::uint8_t>> bytes;
  yaml.each_key(node, "memory", [&](const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
    if (key == "at") {
      at = memory_expression(yaml, value, "at");
    } else if (key == "bytes") {
      bytes = hex_bytes(yaml, value);
    } else if (key == "text") {
      const std::string text = yaml.scalar(value, "text");
      bytes.emplace(text.begin(), text.end());
    } else {
      yaml.refuse_key(key_node, "memory", "at bytes text");
    }
  });
  if (!at || !bytes)
    yaml.refuse(node, "memory is a condition such as word [40:13] == 639, or {at: 0000:7DFE, bytes: 55 AA}");
  return {std::move(*at), std::move(bytes), YamlPlaces::place(node)};
}

ExpectedHandoff read_handoff(const YamlPlaces& yaml, const YAML::Node& node) {
  ExpectedHandoff handoff{.place = YamlPlaces::place(node)};
  if (node.IsScalar()) {
    const std::string word = yaml.scalar(node, "handoff");
    if (word != "linux" && word != "never")
      yaml.refuse(node, "handoff is linux, never, or a map of command-line, kernel, initrd");
    handoff.entered = word == "linux";
    return handoff;
  }
  yaml.each_key(node, "handoff", [&](const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
    if (key == "command-line") {
      handoff.command_line =
          yaml.at(value, [&] { return Pattern(yaml.scalar(value, "a pattern"), Pattern::Text::kBytes); });
    } else if (key == "kernel") {
      handoff.kernel = yaml.scalar(value, "kernel");
    } else if (key == "initrd") {
      handoff.initrds = yaml.texts(value, "initrd");
    } else {
      yaml.refuse_key(key_node, "handoff", "command-line kernel initrd");
    }
  });
  return handoff;
}

GoldenTrace read_golden(const YamlPlaces& yaml, const YAML::Node& node) {
  GoldenTrace golden{.file = {}, .vectors = std::bitset<256>().set(0x13), .place = YamlPlaces::place(node)};
  if (node.IsScalar()) {
    golden.file = node.Scalar();
  } else {
    yaml.each_key(node, "golden", [&](const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
      if (key == "file")
        golden.file = yaml.scalar(value, "file");
      else if (key == "calls")
        golden.vectors = yaml.at(value, [&] { return parse_trace_calls(yaml.scalar(value, "calls")); });
      else
        yaml.refuse_key(key_node, "golden", "file calls");
    });
  }
  if (golden.file.empty()) yaml.refuse(node, "golden is a file, or {file: FILE, calls: int13,int15}");
  golden.file = (std::filesystem::path(yaml.path()).parent_path() / golden.file).string();
  return golden;
}

}  // namespace

bool read_expectation(const YamlPlaces& yaml, const std::string& key, const YAML::Node& node, Spec& spec) {
  if (key == "exit") {
    spec.exit = static_cast<int>(yaml.number(node, "exit", 255));
    spec.exit_place = YamlPlaces::place(node);
  } else if (key == "reason") {
    spec.reason = yaml.scalar(node, key);
    spec.reason_place = YamlPlaces::place(node);
  } else if (key == "verdict") {
    spec.verdicts = yaml.texts(node, key);
    spec.verdict_place = YamlPlaces::place(node);
  } else if (key == "screen") {
    spec.screen = texts(yaml, node, key, Pattern::Text::kUtf8);
  } else if (key == "serial") {
    spec.serial = texts(yaml, node, key, Pattern::Text::kBytes);
  } else if (key == "calls") {
    spec.calls = read_calls(yaml, node);
  } else if (key == "sectors" || key == "disk-calls" || key == "virtual-ms") {
    read_number(yaml, key, node, spec);
  } else if (key == "reads") {
    read_reads(yaml, node, spec);
  } else if (key == "memory") {
    const std::vector<YAML::Node> entries = node.IsMap() ? std::vector{node} : yaml.one_or_many(node, key);
    for (const YAML::Node& entry : entries) spec.memory.push_back(read_memory(yaml, entry));
  } else if (key == "handoff") {
    spec.handoff = read_handoff(yaml, node);
  } else if (key == "golden") {
    spec.golden = read_golden(yaml, node);
  } else {
    return false;
  }
  return true;
}

}  // namespace bootsim
