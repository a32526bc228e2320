#include "ui/panes/breakpoint_rows.h"

#include <array>

namespace ui {
namespace {

using debugger::BreakKind;

constexpr std::string_view kOnce = "once ", kLog = "log ";

}  // namespace

std::string_view kind_words(BreakKind kind) {
  switch (kind) {
    case BreakKind::kAddress:
    case BreakKind::kRange:
    case BreakKind::kOutside: return "code";
    case BreakKind::kCall: return "call";
    case BreakKind::kPort: return "port";
    case BreakKind::kMode: return "mode";
    case BreakKind::kMemory: return "memory";
    case BreakKind::kVector: return "vector";
    case BreakKind::kA20: return "A20";
    case BreakKind::kSector: return "sector";
  }
  return {};
}

std::string whole_text(const debugger::Breakpoint& b) {
  std::string_view text = b.text;
  while (text.starts_with(kOnce) || text.starts_with(kLog))
    text.remove_prefix(text.starts_with(kOnce) ? kOnce.size() : kLog.size());
  std::string whole;
  const bool by_itself = b.kind == BreakKind::kRange || b.kind == BreakKind::kOutside;  // these stop once in any case
  if (b.once && !by_itself) whole += kOnce;
  if (b.logs) whole += kLog;
  return whole.append(text);
}

BreakpointRow breakpoint_row(const debugger::Breakpoint& b) {
  BreakpointRow row{.id = b.id,
                    .place = {},
                    .condition = {},
                    .text = whole_text(b),
                    .kind = kind_words(b.kind),
                    .hits = b.hits,
                    .ignore = b.ignore,
                    .enabled = b.enabled,
                    .once = b.once,
                    .logs = b.logs,
                    .code = {},
                    .memory = {}};
  std::string_view place = row.text;
  while (place.starts_with(kOnce) || place.starts_with(kLog))
    place.remove_prefix(place.starts_with(kOnce) ? kOnce.size() : kLog.size());
  if (b.condition) {
    row.condition = b.condition->text();
    if (const std::size_t at = place.find(" if "); at != place.npos) place = place.substr(0, at);
  }
  row.place = std::string(place);
  const bool code = b.kind == BreakKind::kAddress || b.kind == BreakKind::kRange || b.kind == BreakKind::kOutside;
  if (code) row.code = b.first;
  if (b.kind == BreakKind::kMemory || b.kind == BreakKind::kVector) {
    row.memory = b.first;
    row.size = b.last - b.first + 1;
  }
  return row;
}

std::span<const BreakpointExample> breakpoint_examples() {
  static constexpr std::array<BreakpointExample, 12> kExamples = {{
      {"0000:7C00", "an instruction; a symbol or main+3 will do"},
      {"int13", "each disk call"},
      {"int13/42 if lba == 63", "one function of the BIOS, under a condition"},
      {"int13 if cf", "disk calls that fail, behind the call"},
      {"call 17", "the 17th disk call"},
      {"sector 63..70 drive 80h write", "a disk call that moves one of these sectors"},
      {"write 7C00h..7DFFh", "memory is written, by the guest, the BIOS or a device"},
      {"access word [413h]", "memory is read or written"},
      {"ivt 13", "an interrupt vector is rewritten"},
      {"mode protected", "the CPU enters a mode"},
      {"port 60h read", "IN or OUT"},
      {"log int15/e820", "says so in the log and goes on"},
  }};
  return kExamples;
}

}  // namespace ui
