// The first megabyte as a strip: what lies where, what disk calls have filled, where hooks are, and what is in view.
#pragma once

#include <cstdint>
#include <optional>

#include "ui/panes/memory_view.h"

namespace ui {

class App;

/// Returns the address that was clicked. [first, first + size) is in view.
std::optional<std::uint64_t> draw_memory_strip(App& app, const MemoryView& view, std::uint64_t first,
                                               std::uint64_t size);

}  // namespace ui
