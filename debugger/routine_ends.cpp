#include "debugger/routine_ends.h"

#include <algorithm>
#include <array>
#include <set>

namespace debugger {

std::optional<std::vector<std::uint64_t>> routine_ends(Disassembler& disassembler, const Disassembler::ReadCode& read,
                                                       std::uint64_t offset, CodeSize size) {
  constexpr std::size_t kMostInstructions = 4096, kMostEnds = 64;
  std::set<std::uint64_t> seen, ends;
  std::vector<std::uint64_t> open{offset};
  while (!open.empty()) {
    std::uint64_t at = open.back();
    open.pop_back();
    while (seen.insert(at).second) {
      std::array<std::uint8_t, 15> bytes{};
      const std::size_t n = read(at, bytes);
      if (n == 0 || seen.size() > kMostInstructions) return std::nullopt;
      const Instruction i = disassembler.decode(std::span(bytes).first(n), at, size);
      const bool jumps = i.flow == Flow::kJump || i.flow == Flow::kBranch || i.flow == Flow::kLoop;
      if (i.flow == Flow::kInvalid || (jumps && (!i.target || i.target_cs))) return std::nullopt;
      if (jumps) open.push_back(*i.target);
      if (i.flow == Flow::kReturn) ends.insert(at);
      if (ends.size() > kMostEnds) return std::nullopt;
      if (i.flow == Flow::kJump || i.flow == Flow::kReturn) break;
      at += static_cast<std::uint64_t>(i.size);
    }
  }
  return std::vector<std::uint64_t>(ends.begin(), ends.end());
}

}  // namespace debugger
