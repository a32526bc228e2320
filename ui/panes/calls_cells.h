// What stands in the table of calls: its columns, and a row.
#pragma once

#include "ui/panes/calls_actions.h"
#include "ui/theme.h"

namespace ui {

/// Begins the table with its columns and their headers, which are marked "calls.column.File" and so on. Function,
/// Result and File share what the others leave; where that is too little the table scrolls sideways. False: it is out
/// of sight, and not begun.
bool begin_call_table(App& app);

/// Fills the columns of the present table row, the first of which is current.
void draw_call_cells(const Theme& theme, const ShownCall& call);

}  // namespace ui
