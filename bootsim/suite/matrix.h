// One medium under every profile of a BIOS and every way of attaching it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootsim/options.h"
#include "bootsim/run.h"

namespace bootsim {

/// The names of all profiles: each quirk by itself, as --quirk takes it.
std::vector<std::string> quirk_profiles();
/// Adds `--quirk PROFILE`.
Arguments with_profile(Arguments arguments, std::string_view profile);

/// One boot of the matrix.
struct MatrixCell {
  std::string attached;  ///< "cd", "usb-hd"
  std::string profile;   ///< empty: the plain BIOS
  RunResult result;
  std::string parts;                  ///< the call at which it leaves the plain one's way, in words; empty: it does not
  std::optional<std::uint64_t> call;  ///< its number
  bool as_good = true;                ///< it ends as the plain one does
};

/// The ways in which the IMAGE of `options` makes sense, as its contents say; the one that was asked for alone, if one
/// was. Throws emu::Error(kMedium).
std::vector<std::string> ways_of_attaching(const RunOptions& options);

/// Boots them all, `threads` at a time; rows come in the order of ways and profiles. `arguments` are those of `bootsim
/// run` with exactly one IMAGE that is attached as the matrix says.
std::vector<MatrixCell> boot_matrix(const Arguments& arguments, int threads);

/// The table.
std::string matrix_text(const std::vector<MatrixCell>& cells);

}  // namespace bootsim
