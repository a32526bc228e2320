// The machine's parts as lists of names, values and words: what the Devices pane shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ui {

class Boot;

struct SectionRow {
  std::string name;   ///< "IMR", "40:13"
  std::string value;  ///< "B8h"; empty: the words say it all
  std::string words;
  std::optional<std::uint64_t> address;  ///< where it lies in memory, linear
};

struct Section {
  std::string id;       ///< for settings and marks: "pic"
  std::string title;    ///< "Interrupt controllers"
  std::string place;    ///< "8259A, 20h and A0h"; may be empty
  std::string summary;  ///< one line for when it is closed
  std::vector<SectionRow> rows;
};

std::vector<Section> chip_sections(Boot& boot);
Section drives_section(Boot& boot);
Section bda_section(Boot& boot);
Section e820_section(Boot& boot);
Section gdt_section(Boot& boot);
Section idt_section(Boot& boot);
/// Walks the page tables: not for every frame.
Section paging_section(Boot& boot);

/// As text, to be copied.
std::string to_text(const Section& section);

}  // namespace ui
