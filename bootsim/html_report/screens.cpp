#include "bootsim/html_report/screens.h"

#include <algorithm>
#include <utility>

#include "devices/vga_registers.h"

namespace bootsim::html_report {
namespace {

using devices::TextCell;
using devices::TextScreen;

/// Drawing a picture takes the host some milliseconds; a guest draws only while it is busy.
constexpr emu::Nanoseconds kPictureInterval = 50 * emu::kMillisecond;

bool is_blank(const TextCell& cell) { return cell.character == ' ' || cell.character == 0 || cell.character == 0xFF; }
bool counts(const TextCell& cell) { return (cell.character >= '0' && cell.character <= '9') || is_blank(cell); }

/// So do the seconds of a menu's time-out, and a percentage.
bool only_digits_differ(const TextScreen& a, const TextScreen& b) {
  if (a.columns != b.columns || a.rows != b.rows) return false;
  for (std::size_t i = 0; i < a.cells.size(); ++i) {
    const TextCell &x = a.cells[i], &y = b.cells[i];
    if (x == y) continue;
    if (x.attribute != y.attribute || !counts(x) || !counts(y)) return false;
  }
  // A digit must have been there: text behind a blank is new text.
  for (std::size_t i = 0; i < a.cells.size(); ++i) {
    if (a.cells[i] != b.cells[i] && !is_blank(a.cells[i])) return true;
  }
  return std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(), b.cells.end());
}

std::size_t ink(const TextScreen& screen) {
  return static_cast<std::size_t>(
      std::count_if(screen.cells.begin(), screen.cells.end(), [](const TextCell& c) { return !is_blank(c); }));
}

bool is_empty(const Screen& screen) {
  if (screen.text) return ink(*screen.text) == 0;
  if (!screen.picture || screen.picture->rgb.empty()) return true;
  const auto& rgb = screen.picture->rgb;
  return std::all_of(rgb.begin(), rgb.end(), [&](std::uint8_t byte) { return byte == rgb[0]; });
}

/// Most of the text of `before` is gone: nobody sees it later.
bool wiped(const Screen& before, const Screen& after) {
  if (!before.text) return false;
  return !after.text || ink(*after.text) * 2 < ink(*before.text);
}

bool same_picture(const Screen& a, const Screen& b) {
  if (a.text && b.text) return a.text->cells == b.text->cells && a.text->columns == b.text->columns;
  return a.picture && b.picture && a.picture->width == b.picture->width && a.picture->rgb == b.picture->rgb;
}

Screen text_now(Pc& pc, TextScreen text) {
  const emu::Nanoseconds now = pc.machine().clock().now();
  const std::uint8_t mode = pc.vga().state().attribute[devices::vga::kAttrMode];
  Screen screen{.begin = now, .end = now, .text = std::move(text), .picture = {}, .resolution = {}};
  screen.bright_backgrounds = (mode & devices::vga::kAttrModeBlink) == 0;
  return screen;
}

Screen picture_now(Pc& pc) {
  const emu::Nanoseconds now = pc.machine().clock().now();
  return {
      .begin = now, .end = now, .text = {}, .picture = pc.vga().render(), .resolution = pc.vga().graphics_resolution()};
}

}  // namespace

void ScreenRecorder::look(Pc& pc) {
  const std::uint64_t version = pc.vga().text_fingerprint();
  if (version == 0) return look_at_picture(pc);
  if (version == text_version_) return;
  text_version_ = version;
  if (auto text = pc.vga().text_screen()) show(text_now(pc, std::move(*text)));
}

void ScreenRecorder::look_at_picture(Pc& pc) {
  if (!pc.vga().graphics_resolution()) return;
  const emu::Nanoseconds busy = pc.machine().clock().now() - pc.machine().idle_time();
  const bool new_mode = std::exchange(text_version_, 0) != 0;
  if (!new_mode && busy - busy_at_picture_ < kPictureInterval) return;
  busy_at_picture_ = busy;
  show(picture_now(pc));
}

void ScreenRecorder::show(Screen screen) {
  if (now_) {
    now_->end = screen.begin;
    const bool same =
        same_picture(*now_, screen) || (now_->text && screen.text && only_digits_differ(*now_->text, *screen.text));
    if (same)
      screen.begin = now_->begin;
    else if (now_->stood() >= kStill || wiped(*now_, screen))
      keep(std::move(*now_));
  }
  now_ = std::move(screen);
}

void ScreenRecorder::keep(Screen screen) {
  if (is_empty(screen) || (!kept_.empty() && same_picture(kept_.back(), screen))) return;
  kept_.push_back(std::move(screen));
  if (kept_.size() <= kMost) return;
  const auto shortest = std::min_element(kept_.begin(), kept_.end(),
                                         [](const Screen& a, const Screen& b) { return a.stood() < b.stood(); });
  kept_.erase(shortest);
  ++left_out_;
}

void ScreenRecorder::finish(Pc& pc) {
  if (auto text = pc.vga().text_screen()) {
    show(text_now(pc, std::move(*text)));
  } else if (pc.vga().graphics_resolution()) {
    show(picture_now(pc));
  }
  if (!now_) return;
  now_->end = pc.machine().clock().now();
  if (!kept_.empty() && same_picture(kept_.back(), *now_)) kept_.pop_back();
  kept_.push_back(std::move(*now_));
  now_.reset();
}

}  // namespace bootsim::html_report
