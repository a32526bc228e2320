// Reads `calls`.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "bios/call_table.h"
#include "bootsim/condition.h"
#include "bootsim/suite/readers.h"
#include "emu/text.h"

namespace bootsim {
namespace {

using How = CallSequence::How;

struct Form {
  std::string_view key;
  How how;
};
constexpr Form kForms[] = {{"exact", How::kExact},
                           {"prefix", How::kPrefix},
                           {"in-order", How::kInOrder},
                           {"never", How::kNever},
                           {"at-most", How::kAtMost}};

/// Reads one list; knows which captures have a value by then.
class ListReader {
 public:
  ListReader(const YamlPlaces& yaml, How how) : yaml_(yaml), how_(how) {}

  ExpectedCall call(const YAML::Node& node) {
    ExpectedCall call;
    call.place = YamlPlaces::place(node);
    if (node.IsScalar()) {
      call.text = node.Scalar();
      if (call.text == "any")
        call.wildcard = true;
      else
        name(node, call.text, call);
    } else if (node.IsMap() && node["any"]) {
      wildcard(node, call);
    } else {
      fields(node, call);
    }
    const bool listed = how_ != How::kNever && how_ != How::kAtMost;
    if (call.wildcard && (!listed || how_ == How::kInOrder))
      yaml_.refuse(node, "\"any\" has a meaning in exact and prefix only");
    if (how_ == How::kAtMost && call.times == 0)
      yaml_.refuse(node, "at-most needs `times: N`, from 1; `never` is for none at all");
    return call;
  }

 private:
  /// {any: 3} or {any: "*"}.
  void wildcard(const YAML::Node& node, ExpectedCall& call) {
    if (node.size() != 1) yaml_.refuse(node, "{any: N} has no other keys");
    const std::string number = yaml_.scalar(node["any"], "any");
    call.wildcard = true;
    call.text = fmt::format("any {}", number);
    if (number == "*") {
      call.least = 0;
      call.most = ExpectedCall::kAnyNumber;
    } else {
      call.least = call.most = static_cast<std::size_t>(yaml_.number(node["any"], "any", 1'000'000));
    }
  }

  /// Turns "13/42" or "15/E820" into what the trace says.
  void name(const YAML::Node& node, const std::string& text, ExpectedCall& call) {
    const auto condition = call_condition(text);
    if (!condition) {
      yaml_.refuse(node, fmt::format("\"{}\" is no call; write interrupt and function as 13/42, 13/4B01 or 15/E820, or "
                                     "an interrupt alone as 13",
                                     text));
    }
    const Condition& parsed = *condition;
    call.vector = parsed.vector;
    if (!parsed.function) return;
    call.ah = static_cast<std::uint8_t>(parsed.function_is_ax ? *parsed.function >> 8 : *parsed.function);
    if (!parsed.function_is_ax) return;
    // The trace has AH only; a subfunction is told by its name.
    const bios::Function* function = bios::find_function(parsed.vector, *parsed.function);
    if (!function) yaml_.refuse(node, fmt::format("the BIOS has no function {}", text));
    call.name = function->name;
  }

  static std::optional<Condition> call_condition(const std::string& text) {
    try {
      return parse_condition("call:" + text);
    } catch (const emu::Error&) {
      return std::nullopt;
    }
  }

  void fields(const YAML::Node& node, ExpectedCall& call) {
    if (!node.IsMap() || !node["call"]) {
      yaml_.refuse(node, "a call is a name such as 13/42, or {call: 13/42, lba: 17, cf: 0}, or any");
    }
    call.text = yaml_.scalar(node["call"], "call");
    name(node["call"], call.text, call);
    yaml_.each_key(node, "a call", [&](const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
      if (key == "call") return;
      if (key == "times" && how_ == How::kAtMost) {
        call.times = static_cast<std::size_t>(yaml_.number(value, "times", 1'000'000));
      } else if (key == "if") {
        condition(value, call);
      } else if (is_call_key(key)) {
        field(key, value, call);
      } else {
        yaml_.refuse_key(
            key_node, "a call",
            fmt::format("call {} if{}", fmt::join(call_keys(), " "), how_ == How::kAtMost ? " times" : ""));
      }
    });
  }

  void field(const std::string& key, const YAML::Node& value, ExpectedCall& call) {
    const std::vector<std::string> alternatives =
        value.IsNull() ? std::vector<std::string>{"null"} : yaml_.texts(value, key);
    ValueMatch match = yaml_.at(value, [&] { return ValueMatch(key, alternatives); });
    for (const std::string& used : match.uses()) check_name(value, used);
    if (!match.captures().empty()) captured_.insert(match.captures());
    call.text += fmt::format(" {}={}", key, match.text());
    call.fields.push_back(std::move(match));
  }

  void condition(const YAML::Node& value, ExpectedCall& call) {
    const std::string text = yaml_.scalar(value, "if");
    call.condition = yaml_.at(value, [&] { return debugger::Expression::parse(text); });
    for (const auto& use : call.condition->names()) check_name(value, use.name);
    call.text += fmt::format(" if {}", text);
  }

  void check_name(const YAML::Node& node, const std::string& name) const {
    static const std::set<std::string, std::less<>> kOthers = {"int", "ah", "seq", "t"};
    const bool capture = name.starts_with('$');
    if (capture && !captured_.contains(name)) {
      yaml_.refuse(
          node, fmt::format("{} has no value here: `lba: {}` in an earlier call, or earlier in this one, gives it one",
                            name, name));
    }
    const std::string key = emu::lower(name);
    if (!capture && !is_call_key(key) && !kOthers.contains(key)) {
      yaml_.refuse(node, fmt::format("a call has no \"{}\": {} int ah seq t", name, fmt::join(call_keys(), " ")));
    }
  }

  const YamlPlaces& yaml_;
  How how_;
  std::set<std::string, std::less<>> captured_;
};

/// A list of calls, or a single one.
CallSequence read_list(const YamlPlaces& yaml, const YAML::Node& list, How how) {
  if (list.IsNull()) yaml.refuse(list, "which calls? for example 13/42, or [13/42, {call: 13/42, lba: 17}]");
  CallSequence sequence{.how = how, .place = YamlPlaces::place(list), .calls = {}};
  ListReader reader(yaml, how);
  if (!list.IsSequence()) {
    sequence.calls.push_back(reader.call(list));
  } else {
    for (const YAML::Node& entry : list) sequence.calls.push_back(reader.call(entry));
  }
  return sequence;
}

}  // namespace

std::vector<CallSequence> read_calls(const YamlPlaces& yaml, const YAML::Node& node) {
  if (!node.IsMap() || node["call"]) return {read_list(yaml, node, How::kInOrder)};
  std::vector<CallSequence> sequences;
  yaml.each_key(node, "calls", [&](const std::string& key, const YAML::Node& key_node, const YAML::Node& value) {
    const auto form = std::find_if(std::begin(kForms), std::end(kForms), [&](const Form& f) { return f.key == key; });
    if (form == std::end(kForms)) yaml.refuse_key(key_node, "calls", "exact prefix in-order never at-most");
    sequences.push_back(read_list(yaml, value, form->how));
  });
  return sequences;
}

}  // namespace bootsim
