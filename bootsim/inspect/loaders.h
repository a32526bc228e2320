// Whose boot code is this? By the words that are really in it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace bootsim::inspecting {

/// The loader of a first sector or of a boot image (give as much of it as there is, up to 64 KB). Empty when
/// unknown.
std::string recognise_loader(std::span<const std::uint8_t> code);

}  // namespace bootsim::inspecting
