#include "ui/panes/machine_sections.h"

#include <filesystem>

#include <fmt/core.h>

#include "bios/bios.h"
#include "debugger/machine_names.h"
#include "debugger/views/bda.h"
#include "debugger/views/chips.h"
#include "debugger/views/descriptors.h"
#include "debugger/views/drives.h"
#include "debugger/views/memory_map.h"
#include "debugger/views/paging.h"
#include "ui/boot.h"
#include "ui/file_list.h"

namespace ui {
namespace {

namespace views = debugger::views;

std::string hex(std::uint64_t value, int digits) { return fmt::format("{:0{}X}h", value, digits); }

/// Segments by what they reach, gates by where they lead.
SectionRow descriptor_row(const emu::Machine& machine, const views::DescriptorRow& row, bool gdt) {
  SectionRow shown{.name = gdt ? fmt::format("{:04X}", row.index * 8) : fmt::format("INT {:02X}h", row.index),
                   .value = {},
                   .words = {},
                   .address = {}};
  shown.words = row.dpl == 0 ? row.type : fmt::format("{}, DPL {}", row.type, row.dpl);
  if (row.gate) {
    shown.value = fmt::format("{:04X}:{:08X}", row.selector, row.offset);
    shown.address = debugger::linear_address(machine, row.selector, row.offset);
  } else {
    shown.value = fmt::format("{:08X}..{:08X}", row.base, row.base + row.limit);
    shown.address = row.base;
  }
  return shown;
}

Section descriptor_section(const emu::Machine& machine, const views::TableView& table, std::string_view id,
                           std::string_view title) {
  const bool in_use = machine.mode() != emu::CpuMode::kReal;
  Section section{.id = std::string(id), .title = std::string(title), .place = {}, .summary = {}, .rows = {}};
  section.summary = !in_use
                        ? "not used in real mode"
                        : fmt::format("{:08X}h, limit {:04X}h, {} present", table.base, table.limit, table.rows.size());
  section.rows.push_back({"base", hex(table.base, 8),
                          fmt::format("limit {:04X}h{}", table.limit, in_use ? "" : "; not used in real mode"),
                          table.base});
  if (!in_use) return section;
  for (const views::DescriptorRow& row : table.rows) section.rows.push_back(descriptor_row(machine, row, id == "gdt"));
  return section;
}

}  // namespace

std::vector<Section> chip_sections(Boot& boot) {
  std::vector<Section> sections;
  for (views::ChipView& chip : views::chips_view(boot.pc().chips())) {
    Section section{.id = std::string(chip.id),
                    .title = std::move(chip.name),
                    .place = std::move(chip.ports),
                    .summary = std::move(chip.summary),
                    .rows = {}};
    for (views::ChipRow& row : chip.rows)
      section.rows.push_back(
          {std::move(row.name), row.digits == 0 ? "" : hex(row.value, row.digits), std::move(row.words), std::nullopt});
    sections.push_back(std::move(section));
  }
  return sections;
}

Section drives_section(Boot& boot) {
  Section section{.id = "drives", .title = "Drives", .place = "INT 13h", .summary = {}, .rows = {}};
  for (const views::DriveRow& drive : views::drives_view(boot.pc().bios().drives())) {
    std::string words = drive.medium.empty() ? "empty" : std::filesystem::path(drive.medium).filename().string();
    if (!drive.medium.empty())
      words += fmt::format(", {} sectors of {} bytes ({})", drive.sectors, drive.sector_size,
                           size_words(drive.sectors * drive.sector_size));
    const auto& chs = drive.geometry;
    if (chs.heads > 0) words += fmt::format(", CHS {}/{}/{}", chs.cylinders, chs.heads, chs.sectors);
    if (drive.emulated) words += ", emulated from a CD";
    section.summary += fmt::format("{}{:02X}h", section.summary.empty() ? "" : " ", drive.number);
    section.rows.push_back({fmt::format("{:02X}h", drive.number), {}, std::move(words), std::nullopt});
  }
  if (section.rows.empty()) section.summary = "none";
  return section;
}

Section bda_section(Boot& boot) {
  constexpr std::uint64_t kBda = 0x400;
  constexpr std::size_t kMostShown = 4;  // of a row of values; the memory pane shows all
  Section section{.id = "bda", .title = "BIOS data area", .place = "40:00", .summary = {}, .rows = {}};
  for (const views::BdaRow& row : views::bda_view(boot.machine().memory())) {
    std::string values;
    for (std::size_t i = 0; i < row.values.size() && i < kMostShown; ++i)
      values += fmt::format("{}{:0{}X}", i ? " " : "", row.values[i], row.digits);
    values += row.values.size() > kMostShown ? " …" : row.values.size() == 1 ? "h" : "";
    section.rows.push_back(
        {fmt::format("40:{:02X}", row.offset), std::move(values), std::string(row.name), kBda + row.offset});
  }
  section.summary = fmt::format("{} fields", section.rows.size());
  return section;
}

Section e820_section(Boot& boot) {
  Section section{.id = "e820", .title = "Memory map", .place = "INT 15h/E820h", .summary = {}, .rows = {}};
  std::uint64_t usable = 0;
  for (const views::E820Row& row : views::e820_view(boot.pc().bios())) {
    if (row.type == "RAM") usable += row.size;
    section.rows.push_back({hex(row.base, 8),
                            {},
                            fmt::format("to {:08X}h: {} KiB {}", row.base + row.size - 1, row.size >> 10, row.type),
                            row.base});
  }
  section.summary = fmt::format("{} MiB of RAM in {} ranges", usable >> 20, section.rows.size());
  return section;
}

Section gdt_section(Boot& boot) {
  return descriptor_section(boot.machine(), views::gdt_view(boot.machine()), "gdt", "Global descriptor table");
}

Section idt_section(Boot& boot) {
  return descriptor_section(boot.machine(), views::idt_view(boot.machine()), "idt", "Interrupt descriptor table");
}

Section paging_section(Boot& boot) {
  const views::PagingView view = views::paging_view(boot.machine());
  Section section{.id = "paging", .title = "Page tables", .place = {}, .summary = "off", .rows = {}};
  if (!view.enabled) return section;
  section.place = fmt::format("CR3 {:08X}h", view.cr3);
  section.summary = fmt::format("{}, {} ranges{}", view.format, view.ranges.size(), view.more ? " and more" : "");
  for (const views::MappedRange& range : view.ranges) {
    const std::string to =
        range.linear == range.physical ? "where it is physically" : fmt::format("→ {:08X}h", range.physical);
    section.rows.push_back({hex(range.linear, 8),
                            {},
                            fmt::format("{} {}, {}", views::size_words(range.size), to, views::rights_words(range)),
                            range.linear});
  }
  return section;
}

std::string to_text(const Section& section) {
  std::string text =
      section.title + (section.place.empty() ? "" : " (" + section.place + ")") + ": " + section.summary + "\n";
  for (const SectionRow& row : section.rows)
    text += fmt::format("  {:<18} {:>9}  {}\n", row.name, row.value, row.words);
  return text;
}

}  // namespace ui
