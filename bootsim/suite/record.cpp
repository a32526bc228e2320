#include "bootsim/suite/record.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/core.h>

#include "bootsim/units.h"

namespace bootsim {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCalls = 24;  // more is a trace, not a description

std::string medium_file(const std::string& file, const std::string& folder) {
  if (folder.empty() || file == "none") return file;
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error), base = fs::absolute(folder, error);
  const fs::path relative = absolute.lexically_normal().lexically_relative(base.lexically_normal());
  return relative.empty() ? absolute.string() : relative.string();
}

std::string media_text(const RunWords& words, const std::string& folder) {
  const auto one = [&](const RunWords::Medium& medium) {
    const std::string file = yaml_value(medium_file(medium.file, folder));
    return medium.kind.empty() ? file : fmt::format("{}: {}", medium.kind, file);
  };
  if (words.media.size() == 1) {
    const std::string text = one(words.media.front());
    return words.media.front().kind.empty() ? fmt::format("media: {}\n", text) : fmt::format("media:\n  - {}\n", text);
  }
  std::string text = "media:\n";
  for (const RunWords::Medium& medium : words.media) text += fmt::format("  - {}\n", one(medium));
  return text;
}

std::string asked_text(const RunWords& words) {
  std::string text;
  if (!words.options.empty()) text += fmt::format("options: {}\n", yaml_value(shell_line(words.options)));
  if (!words.type.empty()) text += "type:\n";
  for (const RunWords::Keys& keys : words.type) {
    text += keys.when.empty() ? fmt::format("  - {}\n", yaml_value(keys.keys))
                              : fmt::format("  - {{at: {}, keys: {}}}\n", yaml_value(keys.when), yaml_value(keys.keys));
  }
  if (words.until.size() == 1) text += fmt::format("until: {}\n", yaml_value(words.until.front()));
  if (words.until.size() > 1) text += "until:\n";
  for (const std::string& condition : words.until) {
    if (words.until.size() > 1) text += fmt::format("  - {}\n", yaml_value(condition));
  }
  return text;
}

/// The line as a pattern. When a kernel says it, by its clock ("[    4.484839] "), says nothing.
std::string screen_pattern(std::string_view line) {
  const std::size_t close = line.starts_with('[') ? line.find(']') : line.npos;
  const std::string_view clock = close == line.npos ? std::string_view() : line.substr(1, close - 1);
  const bool is_clock = clock.find('.') != clock.npos && clock.find_first_not_of(" .0123456789") == clock.npos;
  if (!is_clock) return quoted_pattern(line);
  return R"(\[ *[0-9.]+\])" + quoted_pattern(line.substr(close + 1));
}

std::string result_text(const RunResult& result) {
  std::string text;
  if (result.exit != 0) text += fmt::format("exit: {}\n", result.exit);
  if (!result.reason.empty()) text += fmt::format("reason: {}\n", result.reason);
  if (result.exit == 0 && result.verdict != "reached") text += fmt::format("verdict: {}\n", result.verdict);
  if (const std::string line = telling_line(result.screen); !line.empty())
    text += fmt::format("screen: {}\n", yaml_value(screen_pattern(line)));
  return text;
}

/// What the first sector belongs to, without the offset in it.
std::string thing(const CallRecord& call) {
  const std::size_t plus = call.file.rfind('+');
  return plus == call.file.npos ? call.file : call.file.substr(0, plus);
}

bool has_glob(std::string_view text) {
  return text.find_first_of("*?") != text.npos || text.starts_with("not ") || text.starts_with('$');
}

/// Drives of which every call failed: what probes for drives finds missing.
std::set<int> missing_drives(const std::vector<CallRecord>& calls) {
  std::set<int> asked, there;
  for (const CallRecord& call : calls) {
    if (call.vector != 0x13 || !call.drive) continue;
    asked.insert(*call.drive);
    if (!call.cf.value_or(false)) there.insert(*call.drive);
  }
  std::erase_if(asked, [&](int drive) { return there.contains(drive); });
  return asked;
}

/// One call for each thing that was read and each function that was called, and every one that failed otherwise; of
/// missing drives, the first.
std::vector<const CallRecord*> telling_calls(const std::vector<CallRecord>& calls) {
  std::vector<const CallRecord*> chosen;
  std::set<std::string> seen;
  constexpr int kAnyMissing = -1;
  const std::set<int> missing = missing_drives(calls);
  for (const CallRecord& call : calls) {
    if (call.vector != 0x13) continue;
    const bool failed = call.cf.value_or(false);
    const int drive = call.drive.value_or(0);
    const std::string key =
        fmt::format("{:02x} {} {} {} {}", call.ah, missing.contains(drive) ? kAnyMissing : drive, failed,
                    call.by == "bios", call.file.empty() && call.lba && call.by == "bios" ? "" : thing(call));
    if (seen.insert(key).second) chosen.push_back(&call);
  }
  return chosen;
}

std::string calls_text(const std::vector<CallRecord>& calls, bool exact) {
  std::string text;
  if (!exact) {
    const auto telling = telling_calls(calls);
    for (std::size_t i = 0; i < std::min(telling.size(), kMostCalls); ++i)
      text += fmt::format("  - {}\n", spec_call(*telling[i], false));
    if (telling.size() > kMostCalls)
      text += fmt::format("  # and {} more like these; --exact lists every call\n", telling.size() - kMostCalls);
    return text.empty() ? "" : "calls:\n" + text;
  }
  for (const CallRecord& call : calls) {
    if (call.vector == 0x13) text += fmt::format("    - {}\n", spec_call(call, true));
  }
  return text.empty() ? "" : "calls:\n  exact:\n" + text;
}

}  // namespace

// Lines of rules and single characters say little.
std::string telling_line(const std::vector<std::string>& screen) {
  for (auto line = screen.rbegin(); line != screen.rend(); ++line) {
    const auto letters = std::count_if(line->begin(), line->end(),
                                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    const std::size_t first = line->find_first_not_of(' ');
    if (letters >= 3) return line->substr(first, line->find_last_not_of(' ') - first + 1);
  }
  return {};
}

std::string yaml_value(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-";
  static const std::set<std::string_view> kWords = {"true", "false", "null",  "yes",  "no",  "on",
                                                    "off",  "True",  "False", "Null", "none"};
  const bool letter =
      !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '/');
  if (letter && text.find_first_not_of(kPlain) == text.npos && !kWords.contains(text)) return std::string(text);
  const bool control =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  std::string quoted = control ? "\"" : "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (control && byte < 0x20)
      quoted += fmt::format("\\x{:02x}", byte);
    else if (control && (c == '"' || c == '\\'))
      (quoted += '\\') += c;
    else if (!control && c == '\'')
      quoted += "''";
    else
      quoted += c;
  }
  return quoted + (control ? '"' : '\'');
}

std::string quoted_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view("\\^$.[]|()?*+{}").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

std::string spec_call(const CallRecord& call, bool exact) {
  std::string text = fmt::format("{{call: {}", call_label(call));
  const auto add = [&](std::string_view key, const std::string& value) { text += fmt::format(", {}: {}", key, value); };
  if (call.drive) add("drive", fmt::format("\"{:02x}\"", *call.drive));
  const bool by_file = !exact && !call.file.empty() && !has_glob(call.file);
  if (call.lba && !by_file) add("lba", fmt::format("{}", *call.lba));
  if (call.count && exact) add("count", fmt::format("{}", *call.count));
  if (call.cf) add("cf", *call.cf ? "1" : "0");
  if (call.status && *call.status != 0) add("status", fmt::format("\"{:02x}\"", *call.status));
  if (exact && call.by == "bios") add("by", "bios");
  if (by_file) add("file", yaml_value(thing(call) == call.file ? call.file : thing(call) + "+*"));
  return text + "}";
}

std::string recorded_spec(const RunWords& words, const RunResult& result, const std::vector<CallRecord>& calls,
                          const RecordOptions& options) {
  std::string text =
      fmt::format("# {}; {} disk calls, {} sectors.\n", result.verdict, result.disk_calls, result.sectors);
  text += media_text(words, options.folder) + asked_text(words) + result_text(result);
  if (!options.golden.empty()) text += fmt::format("golden: {}\n", yaml_value(options.golden));
  return text + calls_text(calls, options.exact);
}

}  // namespace bootsim
