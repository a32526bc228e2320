#include "bootsim/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string>

#include <fmt/core.h>

#include "emu/error.h"

namespace bootsim {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view what) {
  throw emu::Error(emu::ErrorKind::kUsage, fmt::format("\"{}\" is not {}", text, what));
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

/// A decimal number with an optional fraction, then one of `units`. The result is exact for the fractions that people
/// write (it is rounded to the base unit).
std::uint64_t parse_with_unit(std::string_view text, std::span<const Unit> units, std::string_view what) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view unit_name = text.substr(digits);
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == unit_name; });
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number, std::chars_format::fixed);
  if (unit == units.end() || error != std::errc{} || end != text.data() + digits) refuse(text, what);
  const double value = number * static_cast<double>(unit->factor);
  if (value > 9e18) refuse(text, fmt::format("{}: it is too large", what));
  return static_cast<std::uint64_t>(std::llround(value));
}

std::optional<std::uint64_t> digits(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) return digits(text.substr(2), 16);
  if (text.ends_with('h') || text.ends_with('H')) return digits(text.substr(0, text.size() - 1), 16);
  return digits(text, 10);
}

constexpr std::string_view kFaultForms =
    "a fault: call=N[:STATUS], lba=N[-M][:STATUS], every=N, short (joined by commas), or media-change=N; STATUS is "
    "hexadecimal, N counts from 1";

std::uint64_t fault_number(std::string_view spec, std::string_view value, std::uint64_t least) {
  const auto parsed = number(value);
  if (!parsed || *parsed < least) refuse(spec, kFaultForms);
  return *parsed;
}

/// Takes ":STATUS" off the end of `value`.
void take_status(std::string_view spec, std::string_view& value, bios::Fault& fault) {
  const auto colon = value.find(':');
  if (colon == std::string_view::npos) return;
  const auto status = digits(value.substr(colon + 1), 16);
  if (!status || *status == 0 || *status > 0xFF) refuse(spec, kFaultForms);
  fault.status = static_cast<std::uint8_t>(*status);
  value = value.substr(0, colon);
}

void take_lba_range(std::string_view spec, std::string_view value, bios::Fault& fault) {
  const auto dash = value.find('-');
  fault.lba_first = fault_number(spec, value.substr(0, dash), 0);
  fault.lba_last = dash == std::string_view::npos ? fault.lba_first : fault_number(spec, value.substr(dash + 1), 0);
  if (*fault.lba_last < *fault.lba_first) refuse(spec, kFaultForms);
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

emu::Nanoseconds parse_time(std::string_view text) {
  static constexpr std::array<Unit, 5> kUnits = {
      {{"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}}};
  return static_cast<emu::Nanoseconds>(parse_with_unit(text, kUnits, "a time such as 500ms, 30s, 2m or 1h"));
}

std::uint64_t parse_size(std::string_view text) {
  static constexpr std::array<Unit, 6> kUnits = {
      {{"K", 1u << 10}, {"k", 1u << 10}, {"M", 1u << 20}, {"m", 1u << 20}, {"G", 1u << 30}, {"g", 1u << 30}}};
  return parse_with_unit(text, kUnits, "a size such as 640K, 128M or 1G");
}

std::uint64_t parse_number(std::string_view text) {
  const auto value = number(text);
  if (!value) refuse(text, "a number (decimal, or hexadecimal as 0x1F or 1Fh)");
  return *value;
}

std::uint8_t parse_drive(std::string_view text) {
  const auto value = number(text);
  if (!value || *value > 0xFF) refuse(text, "a drive number such as 80h, 0x80 or e0h");
  return static_cast<std::uint8_t>(*value);
}

emu::FarPtr parse_far(std::string_view text) {
  const auto colon = text.find(':');
  const auto seg = digits(text.substr(0, colon), 16);
  const auto off = colon == std::string_view::npos ? std::nullopt : digits(text.substr(colon + 1), 16);
  if (!seg || !off || *seg > 0xFFFF || *off > 0xFFFF) refuse(text, "an address SEG:OFF such as 0000:7C00");
  return {static_cast<std::uint16_t>(*seg), static_cast<std::uint16_t>(*off)};
}

std::vector<bios::BootTarget> parse_boot_order(std::string_view text) {
  using Kind = bios::BootTarget::Kind;
  std::vector<bios::BootTarget> order;
  for (const std::string_view entry : split(text, ',')) {
    if (entry == "cd") {
      order.push_back({Kind::kCd});
    } else if (entry == "hd") {
      order.push_back({Kind::kHardDisk});
    } else if (entry == "floppy") {
      order.push_back({Kind::kFloppy});
    } else if (const auto drive = number(entry); drive && *drive <= 0xFF) {
      order.push_back({Kind::kDriveNumber, static_cast<std::uint8_t>(*drive)});
    } else {
      refuse(entry, "a boot device: cd, hd, floppy or a drive number such as 80h");
    }
  }
  return order;
}

bios::Fault parse_fault(std::string_view text, bios::Fault::On on) {
  bios::Fault fault;
  fault.on = on;
  for (const std::string_view part : split(text, ',')) {
    const auto equals = part.find('=');
    const std::string_view key = part.substr(0, equals);
    std::string_view value = equals == std::string_view::npos ? "" : part.substr(equals + 1);
    if (key == "short" && equals == std::string_view::npos) {
      fault.short_transfer = true;
    } else if (key == "call") {
      take_status(text, value, fault);
      fault.call = fault_number(text, value, 1);
    } else if (key == "lba") {
      take_status(text, value, fault);
      take_lba_range(text, value, fault);
    } else if (key == "every") {
      take_status(text, value, fault);
      fault.every = fault_number(text, value, 1);
    } else if (key == "media-change" && part.size() == text.size()) {
      fault.on = bios::Fault::On::kMediaChange;
      fault.call = fault_number(text, value, 1);
      fault.status = 0x06;  // change line active (RBIL table 00234)
    } else {
      refuse(text, kFaultForms);
    }
  }
  return fault;
}

std::string format_time(emu::Nanoseconds time) {
  if (time < emu::kSecond) return fmt::format("{:.1f} ms", static_cast<double>(time) / emu::kMillisecond);
  return fmt::format("{:.3f} s", static_cast<double>(time) / emu::kSecond);
}

}  // namespace bootsim
