#include "debugger/views/descriptors.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "debugger/machine_names.h"

namespace debugger::views {
namespace {

constexpr std::uint64_t kPresent = std::uint64_t{1} << 47, kCodeOrData = std::uint64_t{1} << 44;
constexpr std::uint64_t kGranular = std::uint64_t{1} << 55, kDefaultBig = std::uint64_t{1} << 54,
                        kLong = std::uint64_t{1} << 53;

std::string segment_type(std::uint64_t d) {
  const auto type = static_cast<unsigned>(d >> 40 & 15);
  if (type & 8) {
    const std::string_view width = d & kLong ? "64-bit" : d & kDefaultBig ? "32-bit" : "16-bit";
    return fmt::format("code {} execute{}{}", width, type & 2 ? "/read" : "", type & 4 ? " conforming" : "");
  }
  return fmt::format("data {}{}{}", d & kDefaultBig ? "32-bit " : "", type & 2 ? "read/write" : "read",
                     type & 4 ? " expand-down" : "");
}

std::string system_type(unsigned type) {
  static constexpr std::array<std::string_view, 16> kTypes = {"reserved",
                                                              "TSS 16-bit",
                                                              "LDT",
                                                              "TSS 16-bit busy",
                                                              "call gate 16-bit",
                                                              "task gate",
                                                              "interrupt gate 16-bit",
                                                              "trap gate 16-bit",
                                                              "reserved",
                                                              "TSS",
                                                              "reserved",
                                                              "TSS busy",
                                                              "call gate",
                                                              "reserved",
                                                              "interrupt gate",
                                                              "trap gate"};
  return std::string(kTypes[type & 15]);
}

DescriptorRow decode(std::uint64_t d, std::uint64_t upper, std::uint32_t index) {
  DescriptorRow row{.index = index, .present = (d & kPresent) != 0, .type = {}, .dpl = static_cast<int>(d >> 45 & 3)};
  const auto type = static_cast<unsigned>(d >> 40 & 15);
  row.gate = !(d & kCodeOrData) && (type & 7) >= 4;
  row.type = d & kCodeOrData ? segment_type(d) : system_type(type);
  if (row.gate) {
    row.selector = static_cast<std::uint16_t>(d >> 16);
    row.offset = (d & 0xFFFF) | (d >> 32 & 0xFFFF0000) | upper << 32;
  } else {
    row.base = (d >> 16 & 0xFFFFFF) | (d >> 32 & 0xFF000000);
    row.limit = (d & 0xFFFF) | (d >> 32 & 0xF0000);
    if (d & kGranular) row.limit = row.limit << 12 | 0xFFF;
  }
  return row;
}

TableView table(const emu::Machine& machine, std::string name, std::uint64_t base, std::uint32_t limit,
                std::uint64_t entry) {
  TableView view{.name = std::move(name), .base = base, .limit = limit, .rows = {}};
  for (std::uint64_t at = 0; at + entry <= std::uint64_t{std::min<std::uint32_t>(limit, 0xFFFF)} + 1; at += entry) {
    std::array<std::uint8_t, 16> bytes{};
    if (!read_linear(machine, base + at, std::span(bytes).first(entry))) continue;
    std::uint64_t low = 0, high = 0;
    for (std::size_t i = 8; i-- > 0;) {
      low = low << 8 | bytes[i];
      high = high << 8 | bytes[8 + i];
    }
    if (low & kPresent) view.rows.push_back(decode(low, high, static_cast<std::uint32_t>(at / entry)));
  }
  return view;
}

}  // namespace

TableView gdt_view(const emu::Machine& machine) {
  const emu::SystemRegisters s = machine.system_registers();
  return table(machine, "GDT", s.gdt_base, s.gdt_limit, 8);
}

TableView idt_view(const emu::Machine& machine) {
  const emu::SystemRegisters s = machine.system_registers();
  const bool real = machine.mode() == emu::CpuMode::kReal;
  TableView view{.name = "IDT", .base = s.idt_base, .limit = s.idt_limit, .rows = {}};
  if (real) return view;  // it is the vector table then
  return table(machine, "IDT", s.idt_base, s.idt_limit, machine.mode() == emu::CpuMode::kLong ? 16 : 8);
}

std::string to_text(const TableView& view) {
  std::string text = fmt::format("{} at {:08X}h, limit {:X}h\n", view.name, view.base, view.limit);
  for (const DescriptorRow& row : view.rows) {
    if (row.gate) {
      text +=
          fmt::format("{:4X}h  {:<28} {:04X}:{:08X}  DPL {}\n", row.index, row.type, row.selector, row.offset, row.dpl);
    } else {
      text += fmt::format("{:04X}h  {:<28} base {:08X}h  limit {:08X}h  DPL {}\n", row.index * 8, row.type, row.base,
                          row.limit, row.dpl);
    }
  }
  return text;
}

}  // namespace debugger::views
