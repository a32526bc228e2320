#include "ui/save.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "bootsim/further_run.h"
#include "bootsim/output.h"
#include "bootsim/png.h"
#include "bootsim/run.h"
#include "bootsim/suite/command_line.h"
#include "bootsim/suite/compare.h"
#include "bootsim/suite/record.h"
#include "emu/error.h"
#include "ui/boot.h"
#include "ui/settings.h"

namespace ui {
namespace {

constexpr const char* kBookmarks = "bookmarks";  // in Settings::panes, by medium

void write_file(const std::string& path, std::string_view bytes) {
  bootsim::Output file(path, "save");
  file.write(bytes);
  file.flush();
}

/// The goal of the spec: what a person saw when it was made.
void set_goal(bootsim::RunOptions& options, const Happened& happened) {
  if (happened.ended || !options.until.empty()) return;
  const std::string line = bootsim::telling_line(happened.screen);
  if (!line.empty())
    return options.until.push_back(bootsim::parse_condition("screen:" + bootsim::quoted_pattern(line)));
  if (happened.width > 0)
    options.until.push_back(bootsim::parse_condition(fmt::format("graphics:{}x{}", happened.width, happened.height)));
}

}  // namespace

Happened what_happened(Boot& boot) {
  Happened happened{.options = bootsim::without_outputs(boot.options()),
                    .now = boot.now(),
                    .ended = boot.debugger().last_stop().final(),
                    .screen = {},
                    .width = 0,
                    .height = 0};
  for (bootsim::TypeStep& step : boot.keys().steps()) happened.options.type.push_back(std::move(step));
  if (const auto text = boot.pc().vga().text_screen()) happened.screen = text->lines();
  if (const auto size = boot.pc().vga().graphics_resolution()) {
    happened.width = size->width;
    happened.height = size->height;
  }
  return happened;
}

void write_trace(const Happened& happened, const std::string& path, debugger::TraceFormat format,
                 const std::atomic<bool>& cancelled) {
  bootsim::RunOptions options = happened.options;
  options.cancelled = &cancelled;
  options.limit = std::max<emu::Nanoseconds>(happened.now, 1);
  options.trace.emplace();
  options.trace->file = path;
  options.trace->format = format;
  options.trace->vectors.set(0x13);
  bootsim::run(options);
}

void write_spec(const Happened& happened, const std::string& path, const std::atomic<bool>& cancelled) {
  bootsim::RunOptions options = happened.options;
  options.cancelled = &cancelled;
  set_goal(options, happened);
  std::string trace;
  bootsim::RunHooks hooks;
  hooks.trace_vectors.set(0x13);
  hooks.trace_lines = [&](std::string_view piece) { trace += piece; };
  const bootsim::RunResult result = bootsim::run(options, hooks);
  if (cancelled) return;
  const auto calls = bootsim::read_trace(trace, "the trace").calls;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const std::string text =
      bootsim::recorded_spec(bootsim::sort_run_words(bootsim::run_arguments(options)), result, calls,
                             {.folder = folder.empty() ? "." : folder, .exact = false, .golden = {}});
  const auto found = bootsim::differences(bootsim::parse_spec(text, path, {}), result, calls);
  if (!found.empty())
    throw emu::Error(emu::ErrorKind::kInternal,
                     fmt::format("the spec does not fit its own run: {}", found.front().text));
  write_file(path, text);
}

void write_screenshot(const devices::Image& image, const std::string& path) {
  const std::vector<std::uint8_t> png = bootsim::encode_png(image);
  write_file(path, {reinterpret_cast<const char*>(png.data()), png.size()});
}

void check_writable(const std::string& path) {
  std::error_code ignored;
  const bool existed = std::filesystem::exists(path, ignored);
  errno = 0;
  if (!std::ofstream(path, std::ios::app))
    throw emu::Error(emu::ErrorKind::kUsage, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  if (!existed) std::filesystem::remove(path, ignored);
}

// --- Bookmarks

std::vector<Bookmark> bookmarks_of(const Settings& settings, const std::string& medium) {
  std::vector<Bookmark> bookmarks;
  const auto all = settings.panes.find(kBookmarks);
  if (all == settings.panes.end() || !all->is_object() || !all->contains(medium)) return bookmarks;
  for (const nlohmann::json& one : all->at(medium)) {
    // A settings file that somebody has edited is no reason to fail.
    if (one.is_object() && one.contains("name") && one["name"].is_string() && one.contains("time") &&
        one["time"].is_number_integer())
      bookmarks.push_back({one["name"].get<std::string>(), {one["time"].get<emu::Nanoseconds>()}});
  }
  return bookmarks;
}

namespace {

void store(Settings& settings, const std::string& medium, const std::vector<Bookmark>& bookmarks) {
  nlohmann::json list = nlohmann::json::array();
  for (const Bookmark& bookmark : bookmarks)
    list.push_back({{"name", bookmark.name}, {"time", bookmark.position.time}});
  settings.panes[kBookmarks][medium] = std::move(list);
}

}  // namespace

void keep_bookmark(Settings& settings, const std::string& medium, const Bookmark& bookmark) {
  std::vector<Bookmark> all = bookmarks_of(settings, medium);
  std::erase_if(all, [&](const Bookmark& b) { return b.name == bookmark.name; });
  all.push_back(bookmark);
  std::sort(all.begin(), all.end(), [](const Bookmark& a, const Bookmark& b) { return a.position < b.position; });
  store(settings, medium, all);
}

void drop_bookmark(Settings& settings, const std::string& medium, const std::string& name) {
  std::vector<Bookmark> all = bookmarks_of(settings, medium);
  std::erase_if(all, [&](const Bookmark& b) { return b.name == name; });
  store(settings, medium, all);
}

}  // namespace ui
