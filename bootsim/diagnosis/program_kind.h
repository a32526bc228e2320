// Loaders, kernels, programs and texts, recognised by their first bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bootsim::diagnosing {

/// What a file is, and how that is really started.
struct Program {
  std::string what, how;
};

/// How many of a file's first bytes are worth looking at.
constexpr std::size_t kProgramLooked = 64 * 1024;

/// By the first bytes of a file of `size` bytes; nothing when it is none that is known.
std::optional<Program> recognise_program(const std::vector<std::uint8_t>& bytes, std::uint64_t size);
/// Texts only: sources, hex dumps, any.
std::optional<Program> recognise_text(const std::vector<std::uint8_t>& bytes);

}  // namespace bootsim::diagnosing
