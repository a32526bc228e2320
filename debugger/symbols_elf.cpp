// The symbol table of an ELF file (System V ABI, chapter 4; gABI of 2013 for 64 bits).
#include <algorithm>
#include <cstring>

#include "debugger/symbols.h"

namespace debugger {
namespace {

constexpr std::uint8_t kClass32 = 1, kClass64 = 2, kLittleEndian = 1;      // e_ident[EI_CLASS], [EI_DATA]
constexpr std::uint32_t kSectionSymtab = 2, kSectionDynsym = 11;           // sh_type
constexpr std::uint8_t kTypeNone = 0, kTypeObject = 1, kTypeFunction = 2;  // st_info & 15
constexpr std::uint16_t kUndefined = 0, kReserved = 0xFF00;                // st_shndx
constexpr std::uint64_t kMostSections = 0x10000;

class Elf {
 public:
  explicit Elf(std::span<const std::uint8_t> content)
      : content_(content), wide_(content.size() > 4 && content[4] == kClass64) {}

  std::vector<Symbol> symbols() const {
    const bool known = content_.size() > 6 && (content_[4] == kClass32 || wide_) && content_[5] == kLittleEndian;
    if (!known) return {};
    std::vector<Symbol> result = table(kSectionSymtab);
    return result.empty() ? table(kSectionDynsym) : result;
  }

 private:
  struct Section {
    std::uint32_t type = 0, link = 0;
    std::uint64_t offset = 0, size = 0;
  };

  /// A little-endian field; what lies outside of the file reads 0.
  std::uint64_t field(std::uint64_t at, std::size_t size) const {
    std::uint64_t value = 0;
    if (at <= content_.size() && size <= content_.size() - at) std::memcpy(&value, content_.data() + at, size);
    return value;
  }
  std::uint64_t word(std::uint64_t at) const { return field(at, wide_ ? 8 : 4); }

  std::uint64_t section_count() const { return std::min(field(wide_ ? 0x3C : 0x30, 2), kMostSections); }
  Section section(std::uint64_t index) const {
    const std::uint64_t entry_size = field(wide_ ? 0x3A : 0x2E, 2);
    const std::uint64_t at = word(wide_ ? 0x28 : 0x20) + index * entry_size;
    return {.type = static_cast<std::uint32_t>(field(at + 4, 4)),
            .link = static_cast<std::uint32_t>(field(at + (wide_ ? 0x28 : 0x18), 4)),
            .offset = word(at + (wide_ ? 0x18 : 0x10)),
            .size = word(at + (wide_ ? 0x20 : 0x14))};
  }

  std::vector<Symbol> table(std::uint32_t type) const {
    std::vector<Symbol> result;
    for (std::uint64_t i = 0; i < section_count(); ++i) {
      const Section s = section(i);
      if (s.type != type || s.offset > content_.size() || s.link >= section_count()) continue;
      const std::uint64_t entry = wide_ ? 24 : 16, size = std::min<std::uint64_t>(s.size, content_.size() - s.offset);
      const Section strings = section(s.link);
      for (std::uint64_t at = s.offset; at + entry <= s.offset + size; at += entry) add(result, at, strings);
      break;
    }
    return result;
  }

  void add(std::vector<Symbol>& result, std::uint64_t at, const Section& strings) const {
    const auto info = static_cast<std::uint8_t>(field(at + (wide_ ? 4 : 12), 1) & 15);
    const auto owner = static_cast<std::uint16_t>(field(at + (wide_ ? 6 : 14), 2));
    const bool is_place = info == kTypeNone || info == kTypeObject || info == kTypeFunction;
    if (!is_place || owner == kUndefined || owner >= kReserved) return;
    std::string name = text(strings, field(at, 4));
    if (name.empty()) return;
    result.push_back({.name = std::move(name),
                      .linear = word(at + (wide_ ? 8 : 4)),
                      .size = wide_ ? field(at + 16, 8) : field(at + 8, 4)});
  }

  std::string text(const Section& strings, std::uint64_t offset) const {
    if (strings.offset > content_.size() || offset >= strings.size || offset >= content_.size() - strings.offset)
      return {};
    const auto* begin = content_.data() + strings.offset + offset;
    const std::size_t most =
        std::min<std::uint64_t>({strings.size - offset, content_.size() - strings.offset - offset, kLongestName});
    const auto* end = static_cast<const std::uint8_t*>(std::memchr(begin, 0, most));
    return end ? std::string(begin, end) : std::string();
  }

  static constexpr std::uint64_t kLongestName = 4096;
  std::span<const std::uint8_t> content_;
  bool wide_;
};

}  // namespace

std::vector<Symbol> read_elf(std::span<const std::uint8_t> content) { return Elf(content).symbols(); }

}  // namespace debugger
