// Pictures in other sizes.
#pragma once

#include "devices/image.h"

namespace ui {

/// Each pixel is the mean of what it covers: text stays legible when it becomes smaller, and keeps sharp edges when it
/// becomes larger. `width` and `height` are at least 1.
devices::Image scaled(const devices::Image& from, int width, int height);

}  // namespace ui
