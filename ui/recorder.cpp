#include "ui/recorder.h"

#include <algorithm>
#include <bitset>

#include "ui/scaling.h"

namespace ui {
namespace {

constexpr std::uint8_t kDisk = 0x13;  // its calls are the debugger's to list
constexpr std::size_t kMostCalls = 200'000;
constexpr std::size_t kMostPictures = 240;
constexpr int kPictureWidth = 192;
constexpr emu::Nanoseconds kFirstSpacing = 10 * emu::kMillisecond;

devices::Image small(const devices::Image& image) {
  const int width = std::min(image.width, kPictureWidth);
  return scaled(image, width, std::max(1, image.height * width / image.width));
}

/// FNV-1a over the pixels: equal pictures have equal numbers.
std::uint64_t fingerprint(const devices::Image& image) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (const std::uint8_t byte : image.rgb) hash = (hash ^ byte) * 0x100'0000'01B3;
  return hash;
}

}  // namespace

Recorder::Recorder(emu::Machine& machine, const devices::Vga& vga, debugger::DriveFacts& drives)
    : machine_(machine), vga_(vga), drives_(drives), picture_spacing_(kFirstSpacing) {
  machine.observe_calls(*this, std::bitset<256>().set());
  look_at_mode(0);
  machine.on_mode_change([this](emu::CpuMode, emu::CpuMode) { look_at_mode(machine_.clock().now()); });
  machine.watch(kModeSpacing, [this] { look_at_mode(machine_.clock().now()); });
  machine.watch(kFirstSpacing, [this] { look_at_screen(); });
}

void Recorder::call_begins(const emu::InterruptCall& call) {
  look_at_mode(call.begin);
  if (call.vector == kDisk || call.begin <= seen_until_) return;  // observers hear of what others asked for, too
  seen_until_ = call.begin;
  if (!calls_.empty()) {
    OtherCall& last = calls_.back();
    if (last.call.vector == call.vector && last.call.in[emu::Gpr::kAx] == call.in[emu::Gpr::kAx] &&
        last.call.caller == call.caller) {
      ++last.repeats;
      last.last = call.begin;
      return;
    }
  }
  if (calls_.size() >= kMostCalls) {
    ++dropped_;
    return;
  }
  calls_.push_back({.call = call,
                    .described = debugger::describe_call(call.vector, call.in, machine_.memory(), &drives_),
                    .repeats = 0,
                    .last = call.begin});
}

void Recorder::call_ends(const emu::InterruptCall& call) {
  if (call.finished) look_at_mode(call.end);
  if (call.vector == kDisk) return;
  // Calls end soon after they begin, in the order of a stack.
  const auto end = calls_.rend();
  const auto until = calls_.size() > 64 ? calls_.rbegin() + 64 : end;
  const auto found = std::find_if(calls_.rbegin(), until, [&](const OtherCall& c) {
    return c.call.begin == call.begin && c.call.vector == call.vector;
  });
  if (found != until) found->call = call;
}

void Recorder::time_went_back(emu::Nanoseconds, std::uint64_t) {}

void Recorder::look_at_screen() {
  const emu::Nanoseconds now = machine_.clock().now();
  if (!pictures_.empty() && now < pictures_.back().time + picture_spacing_) return;
  const std::uint64_t text = vga_.text_fingerprint();
  if (text != 0 && text == fingerprint_) return;
  devices::Image image = vga_.render();
  if (image.rgb.empty()) return;
  const std::uint64_t seen = text != 0 ? text : fingerprint(image);
  if (seen == fingerprint_) return;
  fingerprint_ = seen;
  pictures_.push_back({now, small(image)});
  if (pictures_.size() <= kMostPictures) return;
  // Every other one goes, and from now on they come half as often.
  std::vector<Picture> kept;
  for (std::size_t i = 0; i < pictures_.size(); i += 2) kept.push_back(std::move(pictures_[i]));
  pictures_ = std::move(kept);
  picture_spacing_ *= 2;
}

void Recorder::forget_after(emu::Nanoseconds now) {
  const auto later = [now](const Picture& picture) { return picture.time > now; };
  std::erase_if(calls_, [now](const OtherCall& c) { return c.call.begin > now; });
  modes_.forget_after(now);
  pictures_.erase(std::find_if(pictures_.begin(), pictures_.end(), later), pictures_.end());
  seen_until_ = std::min(seen_until_, now);
  fingerprint_ = 0;
}

}  // namespace ui
