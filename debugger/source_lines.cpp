#include "debugger/source_lines.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <tuple>
#include <utility>

namespace debugger {
namespace {

constexpr std::size_t kLongestSource = 1'000'000;  // lines

bool ends_in(std::string_view path, std::string_view file) {
  if (!path.ends_with(file)) return false;
  return path.size() == file.size() || path[path.size() - file.size() - 1] == '/' || file.starts_with('/');
}

std::vector<std::string> read_lines(std::string_view path) {
  std::vector<std::string> lines;
  std::ifstream file{std::string(path)};
  for (std::string line; lines.size() < kLongestSource && std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// A dot before the colon tells it from segment:offset and from a register.
std::optional<SourcePlace> parse_source_place(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || text.substr(0, colon).find('.') == text.npos || text.find_first_of(" \t[]()") != text.npos)
    return std::nullopt;
  SourcePlace place{text.substr(0, colon), 0};
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), place.line);
  if (error != std::errc{} || end != digits.data() + digits.size() || place.line == 0) return std::nullopt;
  return place;
}

std::size_t SourceLines::add(Table table, std::uint64_t base) {
  std::vector<std::uint32_t> file_of;
  for (const std::string& path : table.files) file_of.push_back(index_of(path));
  for (auto& [file, lines] : table.texts) {
    auto& known = texts_[file_of[file]];
    lines.merge(known);  // of a file that several listings include, each has but the lines that it uses
    known = std::move(lines);
  }
  std::set<std::pair<std::uint32_t, std::uint32_t>> lines;
  std::vector<Row> fresh;
  for (Row row : table.rows) {
    if (!row.end) lines.emplace(row.file, row.line);
    row.linear += base;
    row.file = file_of[row.file];
    if (!knows(row)) fresh.push_back(row);
  }
  rows_.insert(rows_.end(), fresh.begin(), fresh.end());
  std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
    return std::tuple(a.linear, !a.end) < std::tuple(b.linear, !b.end);
  });
  return lines.size();
}

std::uint32_t SourceLines::index_of(const std::string& path) {
  const auto [found, fresh] = index_.emplace(path, static_cast<std::uint32_t>(files_.size()));
  if (fresh) files_.push_back(path);
  return found->second;
}

bool SourceLines::knows(const Row& row) const {
  const auto [from, to] =
      std::equal_range(rows_.begin(), rows_.end(), row, [](const Row& a, const Row& b) { return a.linear < b.linear; });
  return std::find(from, to, row) != to;
}

std::optional<SourcePlace> SourceLines::at(std::uint64_t linear) const {
  const auto behind = std::upper_bound(rows_.begin(), rows_.end(), linear,
                                       [](std::uint64_t address, const Row& row) { return address < row.linear; });
  if (behind == rows_.begin() || std::prev(behind)->end || std::prev(behind)->line == 0) return std::nullopt;
  const Row& row = *std::prev(behind);
  return SourcePlace{files_[row.file], row.line};
}

std::vector<std::uint64_t> SourceLines::addresses(SourcePlace place) const {
  std::vector<std::uint64_t> found;
  std::uint32_t nearest = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    if (row.end || row.line < place.line || !ends_in(files_[row.file], place.file)) continue;
    // A line may come in several pieces; that it goes on is no beginning.
    if (i > 0 && !rows_[i - 1].end && rows_[i - 1].file == row.file && rows_[i - 1].line == row.line) continue;
    if (nearest == 0 || row.line < nearest) found.clear();
    if (nearest != 0 && row.line > nearest) continue;
    nearest = row.line;
    if (found.empty() || found.back() != row.linear) found.push_back(row.linear);
  }
  return found;
}

std::optional<std::string_view> SourceLines::file_named(std::string_view file) const {
  const auto found =
      std::find_if(files_.begin(), files_.end(), [&](const std::string& path) { return ends_in(path, file); });
  return found == files_.end() ? std::nullopt : std::optional<std::string_view>(*found);
}

std::optional<std::string> SourceLines::text(SourcePlace place) const {
  if (place.line == 0) return std::nullopt;
  const auto file = index_.find(place.file);
  const auto known = file == index_.end() ? texts_.end() : texts_.find(file->second);
  if (known != texts_.end()) {
    const auto line = known->second.find(place.line);
    if (line != known->second.end()) return line->second;
  }
  auto source = read_.find(place.file);
  if (source == read_.end()) source = read_.emplace(std::string(place.file), read_lines(place.file)).first;
  if (place.line > source->second.size()) return std::nullopt;
  return source->second[place.line - 1];
}

}  // namespace debugger
