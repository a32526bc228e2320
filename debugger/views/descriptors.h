// GDT and IDT, decoded (Intel SDM vol. 3, chapters 3 and 6).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emu/machine.h"

namespace debugger::views {

struct DescriptorRow {
  std::uint32_t index = 0;  ///< entry number; times 8 is the selector
  bool present = false;
  std::string type;  ///< "code 32-bit execute/read", "data read/write", "interrupt gate 32-bit", "TSS", ...
  int dpl = 0;
  std::uint64_t base = 0;      ///< segments
  std::uint64_t limit = 0;     ///< segments: last byte
  std::uint16_t selector = 0;  ///< gates
  std::uint64_t offset = 0;    ///< gates
  bool gate = false;
};

struct TableView {
  std::string name;  ///< "GDT"
  std::uint64_t base = 0;
  std::uint32_t limit = 0;
  std::vector<DescriptorRow> rows;  ///< present ones only
};

/// In real mode the tables are what LGDT and LIDT loaded, used or not.
TableView gdt_view(const emu::Machine& machine);
TableView idt_view(const emu::Machine& machine);
std::string to_text(const TableView& view);

}  // namespace debugger::views
