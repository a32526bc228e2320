// SHA-256 (FIPS 180-4), to name contents in reports and specs.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace bootsim {

/// 64 hexadecimal digits.
std::string sha256(std::span<const std::uint8_t> bytes);

}  // namespace bootsim
