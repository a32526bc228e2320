// From the paths that a user names to the specs that are run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bootsim/suite/shard.h"
#include "bootsim/suite/spec.h"

namespace bootsim {

struct Selection {
  std::vector<std::string> paths;  ///< specs, and folders of them
  std::vector<std::string> media_directories;
  std::vector<std::string> filters;  ///< a spec is taken when one of them fits its name; none: all are
  Shard shard;
};

/// Reads the specs in the order of their paths; a folder's are named by their path below it. Filters come before
/// shards. Throws emu::Error(kUsage) that names everything that is wrong, or when there is no spec at all.
std::vector<Spec> collect_specs(const Selection& selection);

/// A filter with `*` (any text) or `?` (any character) fits a whole name, another one any part of it.
bool filter_fits(std::string_view filter, std::string_view name);

}  // namespace bootsim
