#include "bios/tables_smbios.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <string>
#include <string_view>

#include "bios/rom_labels.h"

namespace bios {

namespace {

constexpr std::string_view kMaker = "bootsim";
constexpr std::string_view kProduct = "bootsim PC";

/// One structure: a formatted part at fixed offsets, then its strings.
class Structure {
 public:
  Structure(std::uint8_t type, std::uint8_t length) : bytes_(length) {
    bytes_[0] = type;
    bytes_[1] = length;
    put(2, std::uint16_t{type} << 8, 2);  // handle: unique, and readable in a dump
  }
  void put(std::size_t offset, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i)
      bytes_[offset + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  void handle(std::uint16_t n) { put(2, std::uint16_t{bytes_[0]} << 8 | n, 2); }
  void string(std::size_t offset, std::string_view text) {
    put(offset, ++string_count_, 1);
    for (const char c : text) strings_.push_back(static_cast<std::uint8_t>(c));
    strings_.push_back(0);
  }
  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> out = bytes_;
    for (const std::uint8_t byte : strings_) out.push_back(byte);
    if (strings_.empty()) out.push_back(0);
    out.push_back(0);
    return out;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint8_t> strings_;
  std::uint8_t string_count_ = 0;
};

constexpr std::uint16_t kMemoryArrayHandle = 16 << 8;
constexpr std::uint16_t kNoHandle = 0xFFFE, kNoErrorHandle = 0xFFFF;
constexpr std::uint8_t kOther = 1, kUnknown = 2, kSafe = 3;

Structure bios_information() {
  constexpr std::uint64_t kPci = 1u << 7, kBootFromCd = 1u << 15, kSelectableBoot = 1u << 16, kEdd = 1u << 19;
  Structure s(0, 24);
  s.string(4, kMaker);
  s.string(5, "0.1");
  s.put(6, rom::kSegment, 2);
  const std::span<const std::uint8_t> image = rom::image();
  std::string date;  // mm/dd/yyyy of the ROM's own mm/dd/yy
  for (std::size_t i = 0; i < 8; ++i) date += static_cast<char>(image[rom::kRomDate + i]);
  date.insert(6, "20");
  s.string(8, date);
  s.put(9, 0, 1);  // 64 KiB
  s.put(10, kPci | kBootFromCd | kSelectableBoot | kEdd, 8);
  s.put(18, 0x01, 1);  // ACPI
  s.put(19, 0x14, 1);  // targeted content distribution; a virtual machine
  s.put(20, 0, 1);     // release 0.1
  s.put(21, 1, 1);
  s.put(22, 0xFFFF, 2);  // no embedded controller
  return s;
}

Structure system_information() {
  Structure s(1, 27);
  s.string(4, kMaker);
  s.string(5, kProduct);
  s.string(6, "0.1");
  s.put(24, 6, 1);  // woken by the power switch; no serial number, no UUID (all zero)
  return s;
}

Structure chassis() {
  Structure s(3, 22);
  s.string(4, kMaker);
  s.put(5, 3, 1);  // desktop
  for (std::size_t offset : {9u, 10u, 11u}) s.put(offset, kSafe, 1);
  s.put(12, kUnknown, 1);
  s.put(18, 1, 1);  // one power cord
  return s;
}

Structure processor() {
  Structure s(4, 42);
  s.string(4, "CPU 0");
  s.put(5, 3, 1);  // central processor
  s.put(6, kUnknown, 1);
  s.string(7, kMaker);
  s.put(24, 0x41, 1);  // socketed and enabled
  s.put(25, kOther, 1);
  for (std::size_t offset : {26u, 28u, 30u}) s.put(offset, 0xFFFF, 2);  // no cache information
  for (std::size_t offset : {35u, 36u, 37u}) s.put(offset, 1, 1);       // one core, enabled, one thread
  s.put(38, 1u << 2, 2);                                                // 64 bits
  s.put(40, kUnknown, 2);
  return s;
}

Structure memory_array(std::uint64_t ram) {
  Structure s(16, 23);
  s.put(4, 3, 1);  // on the board
  s.put(5, 3, 1);  // system memory
  s.put(6, kSafe, 1);
  const bool large = ram / 1024 >= 0x8000'0000;
  s.put(7, large ? 0x8000'0000 : ram / 1024, 4);
  s.put(11, kNoHandle, 2);
  s.put(13, 1, 2);
  s.put(15, large ? ram : 0, 8);
  return s;
}

Structure memory_device(std::uint64_t ram) {
  Structure s(17, 40);
  s.put(4, kMemoryArrayHandle, 2);
  s.put(6, kNoErrorHandle, 2);
  s.put(8, 64, 2);
  s.put(10, 64, 2);
  const std::uint64_t mib = ram >> 20;
  s.put(12, std::min<std::uint64_t>(mib, 0x7FFF), 2);
  s.put(14, 9, 1);  // DIMM
  s.string(16, "DIMM 0");
  s.put(18, 7, 1);  // RAM
  s.put(19, kUnknown, 2);
  if (mib >= 0x7FFF) s.put(28, mib, 4);
  return s;
}

Structure mapped_range(std::uint16_t number, std::uint64_t first, std::uint64_t size) {
  Structure s(19, 31);
  s.handle(number);
  const bool large = (first + size - 1) / 1024 > 0xFFFF'FFFE;
  s.put(4, large ? 0xFFFF'FFFF : first / 1024, 4);
  s.put(8, large ? 0xFFFF'FFFF : (first + size - 1) / 1024, 4);
  s.put(12, kMemoryArrayHandle, 2);
  s.put(14, 1, 1);
  if (large) {
    s.put(15, first, 8);
    s.put(23, first + size - 1, 8);
  }
  return s;
}

}  // namespace

SmbiosTables make_smbios_tables(std::uint64_t ram_below_4g, std::uint64_t ram_above_4g) {
  SmbiosTables tables;
  const auto add = [&](const Structure& structure) {
    const std::vector<std::uint8_t> bytes = structure.bytes();
    for (const std::uint8_t byte : bytes) tables.structures.push_back(byte);
    tables.largest = std::max(tables.largest, static_cast<std::uint16_t>(bytes.size()));
    ++tables.count;
  };
  const std::uint64_t ram = ram_below_4g + ram_above_4g;
  add(bios_information());
  add(system_information());
  add(chassis());
  add(processor());
  add(memory_array(ram));
  add(memory_device(ram));
  add(mapped_range(0, 0, ram_below_4g));
  if (ram_above_4g > 0) add(mapped_range(1, 1ull << 32, ram_above_4g));
  add(Structure(32, 11));  // no boot errors detected
  add(Structure(127, 4));
  return tables;
}

std::vector<std::uint8_t> make_smbios_anchor(const SmbiosTables& tables, std::uint32_t address) {
  constexpr std::size_t kLength = 31, kChecksum = 4, kIntermediate = 16, kIntermediateChecksum = 21;
  std::vector<std::uint8_t> out(kLength);
  const auto text = [&](std::size_t offset, std::string_view s) {
    std::copy(s.begin(), s.end(), out.begin() + static_cast<std::ptrdiff_t>(offset));
  };
  const auto put = [&](std::size_t offset, std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i)
      out[offset + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (8 * i));
  };
  text(0, "_SM_");
  put(5, kLength, 1);
  put(6, 2, 1);
  put(7, 8, 1);
  put(8, tables.largest, 2);
  text(kIntermediate, "_DMI_");
  put(22, static_cast<std::uint32_t>(tables.structures.size()), 2);
  put(24, address, 4);
  put(28, tables.count, 2);
  put(30, 0x28, 1);
  const auto sum = [&](std::size_t from) {
    return static_cast<std::uint8_t>(-std::accumulate(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), 0));
  };
  out[kIntermediateChecksum] = sum(kIntermediate);
  out[kChecksum] = sum(0);
  return out;
}

void write_smbios_tables(emu::Memory& memory) {
  const SmbiosTables tables = make_smbios_tables(memory.ram_below_4g(), memory.ram_above_4g());
  static_assert(rom::kSmbiosTablesEnd - rom::kSmbiosTables >= 4096, "the structures take well under 1 KiB");
  memory.write_rom(rom::phys(rom::kSmbiosTables), tables.structures);
  memory.write_rom(rom::phys(rom::kSmbiosAnchor),
                   make_smbios_anchor(tables, static_cast<std::uint32_t>(rom::phys(rom::kSmbiosTables).value)));
}

}  // namespace bios
