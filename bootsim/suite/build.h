// Media that a spec makes before its boot.
#pragma once

#include <string>

#include "bootsim/options.h"
#include "bootsim/suite/difference.h"
#include "bootsim/suite/spec.h"
#include "emu/error.h"

namespace bootsim {

/// A medium could not be made; what() is for people and has the tool's last words.
class BuildError : public emu::Error {
 public:
  BuildError(Place place, const std::string& message) : Error(emu::ErrorKind::kMedium, message), place_(place) {}
  Place place() const { return place_; }

 private:
  Place place_;
};

/// Makes the spec's media, each in a folder of its own below `folder`, and says how they are booted. Commands run under
/// /bin/sh in that folder, with SPEC_DIR naming the spec's. Throws BuildError.
RunOptions build_media(const Spec& spec, const std::string& folder);

/// What SPEC_DIR names.
std::string absolute_folder_of(const std::string& file);

/// Does the spec run commands of its own? (Assembling with NASM is none.)
bool runs_commands(const Spec& spec);

}  // namespace bootsim
