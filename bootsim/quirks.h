// The quirks that --quirk offers, with the machines that behaved so.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bios/options.h"

namespace bios {
struct AttachedMedium;
}

namespace bootsim {

struct QuirkRow {
  std::string_view name;      ///< as on the command line; "dl=XX" takes a hexadecimal byte
  std::string_view what;      ///< what the BIOS does
  std::string_view machines;  ///< who did so, with the source
  bool bios::Quirks::*flag;   ///< null for dl=XX
};

std::span<const QuirkRow> quirk_rows();
/// Adds a comma list to `quirks`. Throws emu::Error(kUsage) for an unknown name.
void parse_quirks(std::string_view list, bios::Quirks& quirks);
/// Those quirks that cannot show with these media, one sentence each: what is missing, and what to do.
std::vector<std::string> quirks_without_effect(const bios::Quirks& quirks, std::span<const bios::AttachedMedium> media);
/// The text of `bootsim quirks`.
std::string quirks_listing();

}  // namespace bootsim
