// Commands that show the machine: registers, tables, memory map, ports, screen.
#include <algorithm>

#include <fmt/core.h>

#include "bootsim/debug/shell.h"
#include "debugger/cpu_mode.h"
#include "debugger/machine_names.h"
#include "debugger/views/bda.h"
#include "debugger/views/call_stack.h"
#include "debugger/views/chips.h"
#include "debugger/views/descriptors.h"
#include "debugger/views/ivt.h"
#include "debugger/views/memory_map.h"
#include "debugger/views/paging.h"
#include "debugger/views/registers.h"

namespace bootsim {
namespace {

namespace views = debugger::views;

/// Those named, or all.
void registers(Shell& shell, std::string_view arguments) {
  for (std::string_view rest = arguments; !rest.empty();) {
    std::string_view name = take_word(rest);
    if (name.starts_with('$')) name.remove_prefix(1);
    const auto value = debugger::register_value(shell.machine().registers(), name);
    if (!value) refuse_command(fmt::format("there is no register \"{}\"; `control` shows CR0 and others", name));
    shell.print(fmt::format("{:<6} {} ({:X}h)\n", name, *value, *value));
  }
  if (!arguments.empty()) return;
  const emu::Registers now = shell.machine().registers();
  const auto& before = shell.shown_registers();
  shell.print(to_text(views::registers_view(now, shell.machine().mode(), before ? &*before : nullptr)));
  shell.shown_registers() = now;
}

void control(Shell& shell, std::string_view) {
  const emu::SystemRegisters s = shell.machine().system_registers();
  shell.print(fmt::format(
      "CR0 {:08X}  CR2 {:08X}  CR3 {:08X}  CR4 {:08X}  EFER {:08X}\nGDT {:08X} limit {:04X}  IDT {:08X} limit {:04X}  A20 {}  {}\n",
      s.cr0, s.cr2, s.cr3, s.cr4, s.efer, s.gdt_base, s.gdt_limit, s.idt_base, s.idt_limit,
      shell.machine().a20() ? "on" : "off", debugger::mode_words(shell.machine().mode())));
}

/// The innermost N, or all.
void stack(Shell& shell, std::string_view arguments) {
  auto frames = views::call_stack_across_modes(shell.debugger());
  const std::uint64_t most = count_argument(shell, arguments, frames.size(), ~std::uint64_t{0});
  if (most < frames.size()) frames.resize(most);
  shell.print(to_text(frames));
}

void ivt(Shell& shell, std::string_view arguments) {
  const emu::Memory& memory = shell.machine().memory();
  const debugger::Symbols& symbols = shell.debugger().symbols();
  if (arguments.empty() || arguments == "all") {
    const auto rows = views::ivt_view(memory, symbols, arguments.empty());
    return shell.print(rows.empty() ? "no vector leads anywhere but to the BIOS; `ivt all` lists them\n"
                                    : to_text(rows));
  }
  // Vectors are hexadecimal, as everywhere in this field.
  std::string_view rest = arguments;
  const auto vector = [&](std::string_view word) {
    const bool marked = word.back() == 'h' || word.back() == 'H' || word.starts_with("0x");
    return static_cast<std::uint8_t>(
        count_argument(shell, marked ? std::string(word) : fmt::format("0{}h", word), 0, 255));
  };
  const std::uint32_t first = vector(take_word(rest)), last = rest.empty() ? first : vector(rest);
  std::vector<views::VectorRow> rows;
  for (std::uint32_t v = first; v <= last; ++v)
    rows.push_back(views::vector_row(static_cast<std::uint8_t>(v), memory, symbols));
  shell.print(views::to_text(rows));
}

void bda(Shell& shell, std::string_view) { shell.print(to_text(views::bda_view(shell.machine().memory()))); }
void e820(Shell& shell, std::string_view) { shell.print(to_text(views::e820_view(shell.debugger().target().bios))); }
void regions(Shell& shell, std::string_view) { shell.print(to_text(views::regions_view(shell.machine().memory()))); }
/// The whole table, one entry, or those from one to another.
void show_table(Shell& shell, views::TableView table, std::string_view arguments) {
  constexpr std::uint64_t kMostEntries = 0x2000;
  std::string_view rest = arguments;
  const std::uint64_t first = count_argument(shell, take_word(rest), 0, kMostEntries);
  const std::uint64_t last = count_argument(shell, rest, arguments.empty() ? kMostEntries : first, kMostEntries);
  std::erase_if(table.rows, [&](const views::DescriptorRow& row) { return row.index < first || row.index > last; });
  shell.print(to_text(table));
}

void gdt(Shell& shell, std::string_view arguments) { show_table(shell, views::gdt_view(shell.machine()), arguments); }
void idt(Shell& shell, std::string_view arguments) {
  if (shell.machine().mode() == emu::CpuMode::kReal)
    return shell.print("in real mode this is the interrupt vector table: `ivt`\n");
  show_table(shell, views::idt_view(shell.machine()), arguments);
}
/// Of one address, or the whole table.
void paging(Shell& shell, std::string_view arguments) {
  if (arguments.empty()) return shell.print(to_text(views::paging_view(shell.machine())));
  const std::uint64_t linear = shell.debugger().address(arguments);
  const auto physical = shell.machine().translate(linear);
  shell.print(physical ? fmt::format("linear {:08X}h is physical {:08X}h\n", linear, physical->value)
                       : fmt::format("the page of {:X}h is not present\n", linear));
}

void ports(Shell& shell, std::string_view arguments) {
  emu::IoPorts& io = shell.machine().ports();
  if (!arguments.empty()) {
    const auto port = static_cast<std::uint16_t>(count_argument(shell, arguments, 0, 0xFFFF));
    const auto owner = io.owner(port);
    return shell.print(
        fmt::format("port {:X}h  {:02X}h  {}\n", port, io.peek(port, 1), owner.empty() ? "nobody's" : owner));
  }
  for (std::uint32_t port = 0; port <= 0xFFFF;) {
    const auto owner = io.owner(static_cast<std::uint16_t>(port));
    std::uint32_t last = port;
    while (last < 0xFFFF && io.owner(static_cast<std::uint16_t>(last + 1)) == owner) ++last;
    const std::string range = port == last ? fmt::format("{:04X}h", port) : fmt::format("{:04X}h..{:04X}h", port, last);
    if (!owner.empty()) shell.print(fmt::format("{:<12}  {}\n", range, owner));
    port = last + 1;
  }
  for (const auto& [port, used] : io.unclaimed())
    shell.print(fmt::format("{:04X}h  nobody's, but read {} and written {} times\n", port, used.reads, used.writes));
}

void devices_command(Shell& shell, std::string_view arguments) {
  const std::vector<views::ChipView> chips = views::chips_view(shell.assembly().pc().chips());
  if (arguments.empty()) {
    for (const views::ChipView& chip : chips)
      shell.print(fmt::format("{:<9}  {} ({}): {}\n", chip.id, chip.name, chip.ports, chip.summary));
    return;
  }
  const auto chip =
      std::find_if(chips.begin(), chips.end(), [&](const views::ChipView& c) { return c.id == arguments; });
  if (chip == chips.end()) refuse_command(fmt::format("there is no device \"{}\"; `devices` lists them", arguments));
  shell.print(to_text(*chip));
}

void screen(Shell& shell, std::string_view) {
  const auto text = shell.assembly().pc().vga().text_screen();
  if (!text) return shell.print("no text mode is on\n");
  std::vector<std::string> lines = text->lines();
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (lines.empty()) shell.print("the screen is blank\n");
  for (const std::string& line : lines) shell.print(fmt::format("| {}\n", line));
}

void serial(Shell& shell, std::string_view) {
  const std::string& text = shell.assembly().serial();
  shell.print(text.empty() ? "COM1 has sent nothing\n" : text + (text.back() == '\n' ? "" : "\n"));
}

constexpr ShellCommand kCommands[] = {
    {"registers", "r regs reg sreg", "[NAME...]", "registers and flags; a star marks what changed since the last look",
     "registers", registers, Does::kLook},
    {"control", "creg", "", "control registers, descriptor tables, A20, mode", "control", control, Does::kLook},
    {"stack", "bt where backtrace print-stack", "[N]", "who called whom, across INTs, as far as the stack shows",
     "stack", stack, Does::kLook},
    {"ivt", "", "[all | VECTOR [TO]]", "interrupt vectors that are hooked, with the chain of hooks", "ivt 13", ivt,
     Does::kLook},
    {"bda", "", "", "the BIOS data area by name", "bda", bda, Does::kLook},
    {"e820", "", "", "the memory map that INT 15h/E820h reports", "e820", e820, Does::kLook},
    {"regions", "", "", "what the bus decodes: RAM, ROMs, device windows", "regions", regions, Does::kLook},
    {"gdt", "", "[N [TO]]", "the global descriptor table", "gdt", gdt, Does::kLook},
    {"idt", "", "[N [TO]]", "the interrupt descriptor table of protected mode", "idt", idt, Does::kLook},
    {"paging", "tab pages page", "[ADDRESS]", "what linear addresses map to, or what this one does", "paging", paging,
     Does::kLook},
    {"ports", "", "[PORT]", "devices by port; what a port reads, without side effects", "ports 60h", ports,
     Does::kLook},
    {"devices", "device", "[NAME]", "the chips: PIC, PIT, keyboard, clock, UARTs, VGA, PCI, DMA", "devices pic",
     devices_command, Does::kLook},
    {"screen", "", "", "the text screen", "screen", screen, Does::kLook},
    {"serial", "", "", "what COM1 has sent", "serial", serial, Does::kLook},
};

}  // namespace

std::span<const ShellCommand> machine_commands() { return kCommands; }

}  // namespace bootsim
