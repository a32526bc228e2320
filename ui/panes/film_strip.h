// Pictures of the guest's screen along the time line.
#pragma once

#include <map>
#include <span>
#include <vector>

#include <imgui.h>

#include "ui/panes/timeline_scale.h"
#include "ui/recorder.h"
#include "ui/textures.h"

namespace ui {

class FilmStrip {
 public:
  /// While the guest stands still: copies pictures that draw() missed.
  void read(std::span<const Picture> pictures);
  void forget();
  /// Into a rectangle, side by side: each shows the screen at the time that it covers. Returns the time of the picture
  /// under the mouse, or -1.
  emu::Nanoseconds draw(Textures& textures, const TimeScale& scale, ImVec2 min, ImVec2 max, ImU32 frame);
  /// In a tool tip.
  void draw_large(Textures& textures, emu::Nanoseconds time, float width);
  /// When the screen last became another before `time`; -1: not known.
  emu::Nanoseconds picture_at(emu::Nanoseconds time) const;

 private:
  struct Texture {
    int slot = 0;
    ImTextureID id = nullptr;
    float aspect = 1.6F;  // width by height
    unsigned used = 0;    // the frame in which it was last drawn
  };
  const Texture* texture(emu::Nanoseconds time);
  void upload(Textures& textures);

  std::vector<emu::Nanoseconds> times_;    // of all pictures, ascending
  std::vector<Picture> fresh_;             // copied, not yet uploaded
  std::vector<emu::Nanoseconds> missing_;  // draw() wanted them
  std::map<emu::Nanoseconds, Texture> textures_;
  unsigned frame_ = 0;
};

}  // namespace ui
