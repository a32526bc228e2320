// What stands in a row of the table of calls.
#pragma once

#include "ui/panes/calls_actions.h"
#include "ui/theme.h"

namespace ui {

/// Fills the columns of the present table row, the first of which is current.
void draw_call_cells(const Theme& theme, const ShownCall& call);

}  // namespace ui
