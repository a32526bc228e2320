// NASM's listing: "   12 00000003 B80600            <1>  mov ax, 6". Columns as asm/listing.c of NASM 2.10 to 2.16
// writes them.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "debugger/listing_labels.h"
#include "debugger/source_lines.h"
#include "emu/text.h"

namespace debugger {
namespace {

using emu::trimmed;
using std::string_view;

constexpr std::size_t kNumberWidth = 6;  // of the line number; more when it is longer
constexpr std::size_t kAddressWidth = 8;
constexpr std::size_t kDataWidth = 28;  // address and bytes
constexpr std::size_t kDeepest = 100;   // includes and macros within each other

template <class Number>
bool number(string_view text, Number& out, int radix) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, radix);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

struct Line {
  std::uint32_t number = 0;
  std::optional<std::uint64_t> address;
  bool reserves = false;  // room, no bytes
  std::size_t level = 0;  // of includes and macros
  string_view text;
};

std::optional<Line> parse(string_view row) {
  Line line;
  const std::size_t digits = row.find_first_not_of(' '),
                    end = std::min(row.find(' ', std::min(digits, row.size())), row.size());
  if (digits == row.npos || end < kNumberWidth || !number(row.substr(digits, end - digits), line.number, 10))
    return std::nullopt;
  if (row.size() > end && row[end] != ' ') return std::nullopt;
  row.remove_prefix(std::min(end + 1, row.size()));
  if (std::uint64_t address = 0; number(row.substr(0, kAddressWidth), address, 16))
    line.address = address;
  else if (!trimmed(row.substr(0, kAddressWidth)).empty())
    return std::nullopt;
  const string_view bytes = trimmed(row.substr(std::min(kAddressWidth, row.size()), kDataWidth - kAddressWidth));
  line.reserves = bytes.starts_with("<res") || bytes.starts_with('?');
  row.remove_prefix(std::min(kDataWidth, row.size()));
  if (const string_view mark = trimmed(row.substr(0, 5)); mark.starts_with('<')) {
    const std::size_t close = std::min(row.find('>'), row.size() - 1);
    if (const std::size_t open = row.find('<'); !number(row.substr(open + 1, close - open - 1), line.level, 10))
      return std::nullopt;
    row.remove_prefix(close + 1);
  } else {
    row.remove_prefix(std::min<std::size_t>(4, row.size()));
  }
  if (row.starts_with(' ')) row.remove_prefix(1);
  line.text = row;
  return line;
}

/// The operand of a directive at the beginning of a line, or nothing.
std::optional<string_view> operand(string_view text, string_view directive) {
  text = trimmed(text.substr(0, text.find(';')));
  if (text.size() <= directive.size() || text[directive.size()] > ' ') return std::nullopt;
  return emu::same_words(text.substr(0, directive.size()), directive)
             ? std::optional(trimmed(text.substr(directive.size())))
             : std::nullopt;
}

std::optional<std::uint64_t> literal(string_view text) {
  std::uint64_t value = 0;
  if (text.starts_with("0x") || text.starts_with("0X"))
    return number(text.substr(2), value, 16) ? std::optional(value) : std::nullopt;
  if (text.ends_with('h') || text.ends_with('H'))
    return number(text.substr(0, text.size() - 1), value, 16) ? std::optional(value) : std::nullopt;
  return number(text, value, 10) ? std::optional(value) : std::nullopt;
}

/// Where lines of one depth belong.
struct Level {
  std::uint32_t file = 0;
  std::uint32_t line = 0;  // of a macro: the line that uses it
  bool macro = false;
};

class Reader {
 public:
  explicit Reader(string_view name) {
    const string_view file = file_name(name);
    table_.files.push_back(std::string(file.substr(0, file.rfind('.'))) + ".asm");
    levels_.push_back({});
  }

  void take(const Line& line) {
    if (line.level >= kDeepest) return;
    while (levels_.size() > line.level + 1) levels_.pop_back();
    while (levels_.size() <= line.level) levels_.push_back(deeper());
    Level& level = levels_.back();
    if (!level.macro) {
      level.line = line.number;
      table_.texts[level.file].try_emplace(line.number, line.text);
      last_ = line.text;
      note_constant(line.text);
      if (const auto org = operand(line.text, "org"); org && !table_.origin) table_.origin = value(*org);
    }
    const string_view written = level.macro ? string_view() : line.text;
    if (!sections_.take(written, line.address.has_value(), line.reserves)) return;
    labels_.take(written, line.level, level.macro, line.address);
    if (line.address) table_.rows.push_back({*line.address, level.file, level.line, false});
  }

  SourceLines::Table finish() {
    if (!table_.rows.empty()) table_.rows.push_back({table_.rows.back().linear + kLastLine, 0, 0, true});
    for (ListingLabels::Label& label : labels_.take_all())
      table_.labels.push_back({.name = std::move(label.name), .linear = label.address});
    return std::move(table_);
  }

 private:
  /// "kHome equ 600h", "%define kHome 600h": what `org kHome` may name.
  void note_constant(string_view text) {
    if (const auto defined = operand(text, "%define")) {
      const std::size_t space = std::min(defined->find_first_of(" \t"), defined->size());
      constants_[defined->substr(0, space)] = trimmed(defined->substr(space));
      return;
    }
    text = trimmed(text.substr(0, text.find(';')));
    const std::size_t space = std::min(text.find_first_of(" \t:"), text.size());
    if (const auto equals = operand(text.substr(std::min(text.find_first_not_of(" \t:", space), text.size())), "equ"))
      constants_[text.substr(0, space)] = *equals;
  }
  std::optional<std::uint64_t> value(string_view text) const {
    const auto known = constants_.find(text);
    return literal(known == constants_.end() ? text : known->second);
  }

  /// What an %include opens is a file; all else repeats lines.
  Level deeper() {
    const Level above = levels_.back();
    const auto included = operand(last_, "%include");
    if (above.macro || !included || included->size() < 3) return {above.file, above.line, true};
    const std::string file(included->substr(1, included->size() - 2));
    const auto known = std::find(table_.files.begin(), table_.files.end(), file);
    const auto index = static_cast<std::uint32_t>(known - table_.files.begin());
    if (known == table_.files.end()) table_.files.push_back(file);
    last_ = {};
    return {index, 0, false};
  }

  static constexpr std::uint64_t kLastLine = 1;  // byte; a listing does not say where its last line ends
  SourceLines::Table table_;
  ListingSections sections_;
  ListingLabels labels_;
  std::vector<Level> levels_;
  std::map<string_view, string_view> constants_;
  string_view last_;
};

}  // namespace

SourceLines::Table read_nasm_listing(string_view text, string_view name) {
  Reader reader(name);
  bool begins = true;
  while (!text.empty()) {
    string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(row.size() + 1, text.size()));
    if (row.ends_with('\r')) row.remove_suffix(1);
    const auto line = parse(row);
    if (!line && std::exchange(begins, false)) return {};
    begins = false;
    if (line) reader.take(*line);
  }
  return reader.finish();
}

}  // namespace debugger
