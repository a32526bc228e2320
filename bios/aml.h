// Just enough of the ACPI machine language to name devices and their resources (ACPI 6.5 §20.2, §6.4).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace bios::aml {

using Bytes = std::vector<std::uint8_t>;

/// Pieces one after the other.
Bytes join(std::initializer_list<Bytes> parts);
/// A value, little endian, in `size` bytes.
Bytes raw(std::uint64_t value, int size);

// --- Terms. Names are four characters ("PCI0", "_SB_"), with a backslash before them for the root.
Bytes scope(std::string_view name, const Bytes& terms);
Bytes device(std::string_view name, const Bytes& terms);
Bytes name(std::string_view name, const Bytes& value);
Bytes integer(std::uint32_t value);
/// A package of so many elements.
Bytes package(std::initializer_list<Bytes> elements);
/// "PNP0A03" in its compressed form.
Bytes eisa_id(std::string_view id);
/// A resource template: descriptors with their end tag, in a buffer.
Bytes resources(const Bytes& descriptors);

// --- Resource descriptors.
Bytes io(std::uint16_t base, std::uint8_t length);
Bytes irq(int number);
Bytes dma(int channel);
Bytes bus_range(std::uint16_t first, std::uint16_t last);
Bytes io_range(std::uint16_t first, std::uint16_t last);
Bytes memory_range(std::uint32_t first, std::uint32_t last);

}  // namespace bios::aml
