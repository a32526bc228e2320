#include "debugger/views/ivt.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "bios/rom_labels.h"
#include "debugger/places.h"
#include "emu/text.h"

namespace debugger::views {
namespace {

/// A hook that lets others see who it is and what it hooked: a jump, "$INT13SF", a vendor of 8 characters, the old
/// vector (Microsoft's INT 13h safe hook; MEMDISK and our memory disk have it).
constexpr std::string_view kSafeHook = "$INT13SF";
constexpr std::uint16_t kSignature = 3, kVendor = 11, kOldVector = 19;
constexpr std::size_t kMostHooks = 8;

std::string text_at(const emu::Memory& memory, emu::FarPtr at, std::size_t size) {
  std::string text(size, ' ');
  memory.read(at, std::span(reinterpret_cast<std::uint8_t*>(text.data()), size));
  return text;
}

std::string printable(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
  for (char& c : text) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return text;
}

bool is_safe_hook(const emu::Memory& memory, emu::FarPtr entry) {
  return text_at(memory, entry.plus(kSignature), kSafeHook.size()) == kSafeHook;
}

std::string owner_of(const emu::Memory& memory, const Symbols& symbols, emu::FarPtr entry) {
  if (entry == emu::FarPtr{}) return "empty";
  if (std::string symbol = symbols.describe(entry.linear()); !symbol.empty()) return symbol;
  if (is_safe_hook(memory, entry))
    return fmt::format("{} (safe hook)", printable(text_at(memory, entry.plus(kVendor), 8)));
  const emu::PhysAddr at = memory.phys(entry);
  const std::string place = place_name(at, memory);
  if (at.value >= 0xC0000 && at.value < 0x100000 && !place.empty()) return place;
  constexpr std::uint64_t kRomStep = 2048;  // option ROMs begin at multiples of 2 KiB (BIOS Boot Specification 3.1)
  if (at.value >= 0xC0000 && at.value < 0xF0000)
    return fmt::format("option ROM at {:05X}h", at.value / kRomStep * kRomStep);
  return place.empty() ? "code in memory" : place;
}

/// `jmp far` in the first bytes of a hook, or its safe hook's field.
std::optional<emu::FarPtr> chained(const emu::Memory& memory, emu::FarPtr entry) {
  if (is_safe_hook(memory, entry))
    return emu::FarPtr{memory.read<std::uint16_t>(entry.plus(kOldVector + 2)),
                       memory.read<std::uint16_t>(entry.plus(kOldVector))};
  return std::nullopt;
}

}  // namespace

VectorRow vector_row(std::uint8_t vector, const emu::Memory& memory, const Symbols& symbols) {
  VectorRow row{.vector = vector, .purpose = std::string(vector_name(vector)), .chain = {}};
  const emu::PhysAddr slot(vector * 4u);
  std::optional<emu::FarPtr> entry =
      emu::FarPtr{memory.read<std::uint16_t>(slot + 2), memory.read<std::uint16_t>(slot)};
  const bool is_data = row.purpose.ends_with("(data)");  // a table, which nobody calls
  row.hooked = *entry != emu::FarPtr{} && entry->linear() < 0xC0000 && !is_data;
  while (entry && row.chain.size() < kMostHooks) {
    row.chain.push_back({.entry = *entry, .owner = owner_of(memory, symbols, *entry)});
    entry = entry->seg == bios::rom::kSegment ? std::nullopt : chained(memory, *entry);
  }
  return row;
}

std::vector<VectorRow> ivt_view(const emu::Memory& memory, const Symbols& symbols, bool hooked_only) {
  std::vector<VectorRow> rows;
  for (int vector = 0; vector < 256; ++vector) {
    VectorRow row = vector_row(static_cast<std::uint8_t>(vector), memory, symbols);
    if (row.hooked || !hooked_only) rows.push_back(std::move(row));
  }
  return rows;
}

std::string to_text(const std::vector<VectorRow>& rows) {
  std::string text;
  for (const VectorRow& row : rows) {
    text += fmt::format("{:02X}h  ", row.vector);
    for (std::size_t i = 0; i < row.chain.size(); ++i) {
      const HookOwner& hook = row.chain[i];
      text += fmt::format("{}{} {}", i == 0 ? "" : " → ", far_words(hook.entry), hook.owner);
    }
    text += row.purpose.empty() ? "\n" : fmt::format("   [{}]\n", row.purpose);
  }
  return text;
}

}  // namespace debugger::views
