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
constexpr std::uint16_t kSignature = 3, kVendor = 11, kOldVector = 19, kBootTable = 27;
/// Where MEMDISK's hook points behind that (SYSLINUX, doc/memdisk.txt): a table that points back to the hook and has
/// the old vectors of INT 13h and 15h.
constexpr std::string_view kMemdiskTable = "mBFT";
constexpr std::uint32_t kTableHook = 36, kTableOld15 = 60;
constexpr std::uint8_t kDiskVector = 0x13, kSystemVector = 0x15;
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

emu::FarPtr far_at(const emu::Memory& memory, emu::FarPtr at) {
  return {memory.read<std::uint16_t>(at.plus(2)), memory.read<std::uint16_t>(at)};
}

emu::FarPtr entry_of(const emu::Memory& memory, std::uint8_t vector) {
  return far_at(memory, {0, static_cast<std::uint16_t>(vector * 4)});
}

std::string vendor_of(const emu::Memory& memory, emu::FarPtr hook) {
  return printable(text_at(memory, hook.plus(kVendor), 8));
}

/// The safe hook of INT 13h in this segment: whose the segment is.
std::optional<emu::FarPtr> safe_hook_in(const emu::Memory& memory, std::uint16_t segment) {
  emu::FarPtr hook = entry_of(memory, kDiskVector);
  for (std::size_t i = 0; i < kMostHooks && is_safe_hook(memory, hook); ++i) {
    if (hook.seg == segment) return hook;
    hook = far_at(memory, hook.plus(kOldVector));
  }
  return std::nullopt;
}

std::string owner_of(const emu::Memory& memory, const Symbols& symbols, emu::FarPtr entry) {
  if (entry == emu::FarPtr{}) return "empty";
  if (std::string symbol = symbols.describe(entry.linear()); !symbol.empty()) return symbol;
  if (is_safe_hook(memory, entry)) return fmt::format("{} (safe hook)", vendor_of(memory, entry));
  if (const auto hook = safe_hook_in(memory, entry.seg))
    return fmt::format("{} (by its INT 13h safe hook)", vendor_of(memory, *hook));
  const emu::PhysAddr at = memory.phys(entry);
  const std::string place = place_name(at, memory);
  if (at.value >= 0xC0000 && at.value < 0x100000 && !place.empty()) return place;
  constexpr std::uint64_t kRomStep = 2048;  // option ROMs begin at multiples of 2 KiB (BIOS Boot Specification 3.1)
  if (at.value >= 0xC0000 && at.value < 0xF0000)
    return fmt::format("option ROM at {:05X}h", at.value / kRomStep * kRomStep);
  return place.empty() ? "code in memory" : place;
}

/// A safe hook's field, or what MEMDISK's table says.
std::optional<emu::FarPtr> chained(const emu::Memory& memory, std::uint8_t vector, emu::FarPtr entry) {
  if (is_safe_hook(memory, entry)) return far_at(memory, entry.plus(kOldVector));
  const auto hook = vector == kSystemVector ? safe_hook_in(memory, entry.seg) : std::nullopt;
  if (!hook) return std::nullopt;
  const emu::PhysAddr table(memory.read<std::uint32_t>(hook->plus(kBootTable)));
  std::string signature(kMemdiskTable.size(), ' ');
  memory.read(table, std::span(reinterpret_cast<std::uint8_t*>(signature.data()), signature.size()));
  if (signature != kMemdiskTable || memory.read<std::uint32_t>(table + kTableHook) != memory.phys(*hook).value)
    return std::nullopt;
  return emu::FarPtr{memory.read<std::uint16_t>(table + kTableOld15 + 2),
                     memory.read<std::uint16_t>(table + kTableOld15)};
}

}  // namespace

VectorRow vector_row(std::uint8_t vector, const emu::Memory& memory, const Symbols& symbols) {
  VectorRow row{.vector = vector, .purpose = std::string(vector_name(vector)), .chain = {}};
  std::optional<emu::FarPtr> entry = entry_of(memory, vector);
  const bool is_data = row.purpose.ends_with("(data)");  // a table, which nobody calls
  row.hooked = *entry != emu::FarPtr{} && entry->linear() < 0xC0000 && !is_data;
  while (entry && row.chain.size() < kMostHooks) {
    row.chain.push_back({.entry = *entry, .owner = owner_of(memory, symbols, *entry)});
    entry = entry->seg == bios::rom::kSegment ? std::nullopt : chained(memory, vector, *entry);
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
