#include "bootsim/quirks.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "bios/bios.h"
#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using bios::Quirks;

constexpr std::array<QuirkRow, 12> kRows = {{
    {"no-edd", "INT 13h has no extensions (AH=41h fails): disks are reached by CHS only",
     "PCs from before the IBM/MS INT 13h extensions (Phoenix EDD 1.1, 1995)", &Quirks::no_edd},
    {"floppy-edd", "the extensions answer for floppy drives too",
     "no machine known by name; RBIL (INT 13h/41h, CX bit 1) and EDD 3.0 allow it for removable drives, SeaBIOS refuses it",
     &Quirks::floppy_edd},
    {"dl=XX", "hands over XX (hexadecimal) in DL instead of the drive that was booted",
     "BIOSes, unnamed, for which GRUB's boot.S takes a DL outside 00h-0Fh and 80h-8Fh for 80h", nullptr},
    {"clobber",
     "INT 13h trashes what no specification keeps: upper halves, FS, GS, AL, results that a call does not use (docs/quirks.md)",
     "none did all of it: AST BIOS 1.04 lost DL in AH=41h (GRUB's boot.S), some CD-ROM BIOSes FS (SYSLINUX's NEWS)",
     &Quirks::clobber},
    {"if-lost", "INT 13h returns with interrupts disabled",
     "XT-class BIOSes, in INT 15h (XTIDE Universal BIOS sets IF again behind it); for INT 13h no machine is known by name",
     &Quirks::if_lost},
    {"usb-as-fd0",
     "a USB stick is drive 00h: no extensions, and INT 13h/08h returns ES:DI as for floppies (docs/quirks.md)",
     "boards whose setup offers \"USB-FDD\" or \"USB-ZIP\" (Award), or the emulation type \"Forced FDD\" (AMI)",
     &Quirks::usb_as_fd0},
    {"usb-as-80h", "a USB stick is drive 80h and internal disks move up",
     "boards that boot \"USB-HDD\" (Award), or put the stick first in the list of hard disks (AMI, Phoenix)",
     &Quirks::usb_as_80h},
    {"limit-504m", "CHS without translation: nothing above 1024 x 16 x 63 sectors",
     "BIOSes from before translation came in 1994 (Large Disk HOWTO, \"the 528 MB limit\")", &Quirks::limit_504m},
    {"limit-2g", "fails above 4096 cylinders of 16 x 63 sectors",
     "BIOSes from before mid-1996 that keep 12 bits of the cylinder count in CMOS RAM (Large Disk HOWTO, \"the 2.1 GB limit\")",
     &Quirks::limit_2g},
    {"limit-8g", "fails above 1024 x 255 x 63 sectors",
     "BIOSes without extended calls, or that do not use them (Large Disk HOWTO, \"the 8.5 GB limit\")",
     &Quirks::limit_8g},
    {"no-e820", "INT 15h/E820h is absent: memory is found by E801h and 88h",
     "PCs from before ACPI 1.0 (1996); Linux's setup and GRUB still ask E801h and 88h for them", &Quirks::no_e820},
    {"no-a20-bios", "INT 15h/24xxh is absent: A20 is switched by the 8042 or port 92h",
     "PC/AT BIOSes: RBIL knows the calls from later PS/2s on", &Quirks::no_a20_bios},
}};

}  // namespace

std::span<const QuirkRow> quirk_rows() { return kRows; }

void parse_quirks(std::string_view list, bios::Quirks& quirks) {
  for (const std::string_view name : split(list, ',')) {
    if (name.starts_with("dl=")) {
      unsigned value = 0;
      const std::string_view digits = name.substr(3, name.ends_with('h') ? name.size() - 4 : name.npos);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value > 0xFF) {
        throw emu::Error(emu::ErrorKind::kUsage,
                         fmt::format("\"{}\" is not a quirk: dl= takes a hexadecimal byte such as dl=80", name));
      }
      quirks.handover_dl = static_cast<std::uint8_t>(value);
      continue;
    }
    const auto rows = quirk_rows();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const QuirkRow& r) { return r.flag && r.name == name; });
    if (row == rows.end()) {
      throw emu::Error(emu::ErrorKind::kUsage, fmt::format("\"{}\" is not a quirk; `bootsim quirks` lists them", name));
    }
    quirks.*(row->flag) = true;
  }
}

std::vector<std::string> quirks_without_effect(const bios::Quirks& quirks,
                                               std::span<const bios::AttachedMedium> media) {
  using devices::media::Attach;
  const auto any = [&](auto&& fits) {
    return std::any_of(media.begin(), media.end(), [&](const bios::AttachedMedium& m) { return fits(m.attach); });
  };
  const bool stick = any([](Attach attach) { return attach == Attach::kUsbHardDisk; });
  const bool floppy = any([](Attach attach) { return devices::media::is_floppy(attach); });
  std::vector<std::string> lines;
  constexpr std::string_view kNoStick =
      "the quirk {} does nothing: no medium is a USB stick; say --as usb-hd behind the IMAGE";
  if (quirks.usb_as_fd0 && !stick) lines.push_back(fmt::format(kNoStick, "usb-as-fd0"));
  if (quirks.usb_as_80h && !stick) lines.push_back(fmt::format(kNoStick, "usb-as-80h"));
  if (quirks.usb_as_80h && quirks.usb_as_fd0 && stick)
    lines.emplace_back("the quirk usb-as-80h does nothing: usb-as-fd0 makes the stick drive 00h");
  if (quirks.floppy_edd && !floppy && !(quirks.usb_as_fd0 && stick))
    lines.emplace_back("the quirk floppy-edd does nothing: no medium is a floppy; say --as floppy behind the IMAGE");
  return lines;
}

std::string quirks_listing() {
  std::string text = "Quirks for `bootsim run --quirk LIST` (comma list), and the machines that behaved so:\n\n";
  for (const QuirkRow& row : quirk_rows()) {
    text += fmt::format("  {:<12} {}\n  {:<12} seen: {}\n", row.name, row.what, "", row.machines);
  }
  return text;
}

}  // namespace bootsim
