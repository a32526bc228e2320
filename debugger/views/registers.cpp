#include "debugger/views/registers.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "debugger/cpu_mode.h"

namespace debugger::views {
namespace {

constexpr std::array<std::string_view, 16> kGeneral = {"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI",
                                                       "8",  "9",  "10", "11", "12", "13", "14", "15"};
/// In the order in which people read them.
constexpr std::array<std::size_t, 16> kOrder = {0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::array<std::string_view, 6> kSegments = {"ES", "CS", "SS", "DS", "FS", "GS"};
constexpr std::array<std::size_t, 6> kSegmentOrder = {1, 3, 0, 2, 4, 5};
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 9> kFlags = {{{"cf", emu::flag::kCarry},
                                                                               {"pf", emu::flag::kParity},
                                                                               {"af", emu::flag::kAuxiliary},
                                                                               {"zf", emu::flag::kZero},
                                                                               {"sf", emu::flag::kSign},
                                                                               {"tf", emu::flag::kTrap},
                                                                               {"if", emu::flag::kInterrupt},
                                                                               {"df", emu::flag::kDirection},
                                                                               {"of", emu::flag::kOverflow}}};

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(c - 'a' + 'A');
  return result;
}

}  // namespace

RegistersView registers_view(const emu::Registers& now, emu::CpuMode mode, const emu::Registers* before) {
  RegistersView view{.mode = mode, .general = {}, .segments = {}, .hidden = {}, .flags = {}};
  view.unreal = is_unreal(mode, now);
  const bool wide = mode == emu::CpuMode::kLong;
  const std::uint64_t mask = wide ? ~std::uint64_t{0} : 0xFFFF'FFFF;
  for (const std::size_t i : kOrder) {
    if (i >= 8 && !wide) break;
    view.general.push_back({.name = fmt::format("{}{}", wide ? "R" : "E", kGeneral[i]),
                            .value = now.gpr[i] & mask,
                            .digits = wide ? 16 : 8,
                            .changed = before && before->gpr[i] != now.gpr[i]});
  }
  view.general.push_back({.name = wide ? "RIP" : "EIP",
                          .value = now.rip & mask,
                          .digits = wide ? 16 : 8,
                          .changed = before && before->rip != now.rip});
  for (const std::size_t i : kSegmentOrder) {
    const emu::Segment& s = now.segment[i];
    view.segments.push_back({.name = std::string(kSegments[i]),
                             .value = s.selector,
                             .digits = 4,
                             .changed = before && before->segment[i].selector != s.selector});
    view.hidden.push_back(s);
  }
  for (const auto& [name, bit] : kFlags) {
    if (!view.flags.empty()) view.flags += ' ';
    view.flags += now.rflags & bit ? upper(name) : std::string(name);
  }
  view.flags_changed = before && before->rflags != now.rflags;
  return view;
}

std::string to_text(const RegistersView& view) {
  std::string text;
  const auto cell = [&](const RegisterRow& row) {
    return fmt::format("{:<3} {:0{}X}{}", row.name, row.value, row.digits, row.changed ? '*' : ' ');
  };
  for (std::size_t i = 0; i < view.general.size(); ++i) {
    const bool last = i + 1 == view.general.size() || i % 4 == 3;
    std::string piece = cell(view.general[i]);
    if (last && piece.back() == ' ') piece.pop_back();
    text += piece + (last ? "\n" : "  ");
  }
  for (std::size_t i = 0; i < view.segments.size(); ++i) {
    const emu::Segment& s = view.hidden[i];
    const bool plain = is_real(view.mode) && s.base == std::uint64_t{s.selector} << 4 && s.limit <= 0xFFFF;
    text += fmt::format("{}{}", i == 0 ? "" : "  ", cell(view.segments[i]));
    if (text.back() == ' ') text.pop_back();
    if (!plain) text += fmt::format(" (base {:X}h limit {:X}h)", s.base, s.limit);
  }
  text += fmt::format("\nFLAGS {}{}   {}{}\n", view.flags, view.flags_changed ? "*" : "", mode_words(view.mode),
                      view.unreal ? ", unreal: a segment reaches beyond 64 KiB" : "");
  return text;
}

}  // namespace debugger::views
