// Pictures that the window draws.
#pragma once

#include <imgui.h>

#include "devices/image.h"

namespace ui {

/// Where pictures become something that ImGui can draw. The one of the tests has no screen.
class Textures {
 public:
  virtual ~Textures() = default;
  /// Puts an image into the slot of this number and returns what ImGui::Image() takes. The same slot again replaces it;
  /// a slot costs memory until it is dropped. `smooth`: scaled with interpolation.
  virtual ImTextureID put(int slot, const devices::Image& image, bool smooth) = 0;
  virtual void drop(int slot) = 0;
};

/// Slots, so that panes do not use each other's.
namespace slot {
inline constexpr int kScreen = 0;
inline constexpr int kDiskMap = 1;
inline constexpr int kThumbnails = 1000;  ///< and up
}  // namespace slot

}  // namespace ui
