// The medium that the window has with it, for those who have none at hand.
#pragma once

#include <string>

namespace ui {

/// Writes the demo CD (firmware/demo) to the user's cache directory, if it is not there, and returns its path; empty
/// when it cannot.
std::string write_demo();

}  // namespace ui
