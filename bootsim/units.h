// The small languages of the command line: times, sizes, numbers, drives, INT 13h faults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bios/options.h"
#include "emu/types.h"

namespace bootsim {

// Each parser throws emu::Error(kUsage) that quotes the text and says what is accepted.

/// "500ms", "30s", "1.5s", "2m", "1h": a number with a unit (us, ms, s, m, h), not negative.
emu::Nanoseconds parse_time(std::string_view text);
/// "128M", "1G", "640K": bytes; a number with a unit, powers of 1024.
std::uint64_t parse_size(std::string_view text);
/// A decimal number, or hexadecimal with 0x in front or h behind.
std::uint64_t parse_number(std::string_view text);
/// A BIOS drive number as the field writes it: 80h, 0x80, e0h.
std::uint8_t parse_drive(std::string_view text);
/// SEG:OFF, both hexadecimal.
emu::FarPtr parse_far(std::string_view text);
/// --boot: comma list of cd, hd, floppy or a drive number.
std::vector<bios::BootTarget> parse_boot_order(std::string_view text);
/// One SPEC of --fail-read or --fail-write: comma list of call=N[:STATUS], lba=N[-M][:STATUS], every=N, short; or
/// media-change=N alone. STATUS is hexadecimal.
bios::Fault parse_fault(std::string_view text, bios::Fault::On on);

/// "2.000 s", "14.2 ms": a time for people.
std::string format_time(emu::Nanoseconds time);
/// The parts of `text` between separators; an empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace bootsim
