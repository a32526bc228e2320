#include "ui/panes/film_strip.h"

#include <algorithm>

namespace ui {
namespace {

constexpr std::size_t kCopiesInAFrame = 3;
constexpr std::size_t kMostTextures = 96;

}  // namespace

void FilmStrip::forget() {
  times_.clear();
  fresh_.clear();
  missing_.clear();
  // Slots are used again; their pictures are of another boot, and no time is theirs now.
  std::map<emu::Nanoseconds, Texture> old;
  std::swap(old, textures_);
  emu::Nanoseconds never = -2;
  for (const auto& [time, texture] : old)
    textures_.emplace(never--, Texture{texture.slot, texture.id, texture.aspect, 0});
}

void FilmStrip::read(std::span<const Picture> pictures) {
  times_.clear();
  for (const Picture& picture : pictures) times_.push_back(picture.time);
  for (const emu::Nanoseconds time : missing_) {
    if (fresh_.size() >= kCopiesInAFrame) break;
    const auto found = std::lower_bound(pictures.begin(), pictures.end(), time,
                                        [](const Picture& p, emu::Nanoseconds t) { return p.time < t; });
    if (found != pictures.end() && found->time == time) fresh_.push_back(*found);
  }
  missing_.clear();
}

void FilmStrip::upload(Textures& textures) {
  for (const Picture& picture : fresh_) {
    if (textures_.contains(picture.time)) continue;
    int slot = slot::kThumbnails + static_cast<int>(textures_.size());
    if (textures_.size() >= kMostTextures) {
      const auto oldest = std::min_element(textures_.begin(), textures_.end(),
                                           [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
      slot = oldest->second.slot;
      textures_.erase(oldest);
    }
    const float aspect =
        static_cast<float>(picture.image.width) / static_cast<float>(std::max(1, picture.image.height));
    textures_.insert_or_assign(picture.time, Texture{slot, textures.put(slot, picture.image, true), aspect, frame_});
  }
  fresh_.clear();
}

emu::Nanoseconds FilmStrip::picture_at(emu::Nanoseconds time) const {
  const auto after = std::upper_bound(times_.begin(), times_.end(), time);
  return after == times_.begin() ? -1 : *std::prev(after);
}

const FilmStrip::Texture* FilmStrip::texture(emu::Nanoseconds time) {
  const auto found = textures_.find(time);
  if (found != textures_.end()) {
    found->second.used = frame_;
    return &found->second;
  }
  if (std::find(missing_.begin(), missing_.end(), time) == missing_.end()) missing_.push_back(time);
  return nullptr;
}

emu::Nanoseconds FilmStrip::draw(Textures& textures, const TimeScale& scale, ImVec2 min, ImVec2 max, ImU32 frame) {
  ++frame_;
  upload(textures);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float height = max.y - min.y, cell = height * 1.6F + 4;
  const ImVec2 mouse = ImGui::GetMousePos();
  emu::Nanoseconds hovered = -1, before = -1;
  for (float x = min.x; x < max.x; x += cell) {
    // What the screen showed at the end of this cell's time: nothing that appeared in it is missed for long.
    const emu::Nanoseconds time = picture_at(scale.time_at(std::min(x + cell, max.x) - min.x));
    if (time < 0) continue;
    const bool inside = mouse.x >= x && mouse.x < x + cell && mouse.y >= min.y && mouse.y < max.y;
    if (inside) hovered = time;
    if (time == before) {
      const float y = (min.y + max.y) / 2;  // the same still
      list.AddLine({x, y}, {std::min(x + cell - 4, max.x), y}, frame);
      continue;
    }
    before = time;
    const Texture* t = texture(time);
    if (!t) continue;
    const float width = std::min(height * t->aspect, cell - 4);
    const ImVec2 end{std::min(x + width, max.x), max.y};
    list.AddImage(t->id, {x, min.y}, end, {0, 0}, {(end.x - x) / width, 1});
    list.AddRect({x, min.y}, end, frame);
  }
  return hovered;
}

void FilmStrip::draw_large(Textures& textures, emu::Nanoseconds time, float width) {
  upload(textures);
  const Texture* t = texture(time);
  if (t) ImGui::Image(t->id, {width, width / t->aspect});
}

}  // namespace ui
