#include "bootsim/quirks.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "bootsim/units.h"
#include "emu/error.h"

namespace bootsim {
namespace {

using bios::Quirks;

constexpr std::array<QuirkRow, 12> kRows = {{
    {"no-edd", "INT 13h has no extensions (AH=41h fails): disks are reached by CHS only",
     "PCs from before the EDD specification of 1995, and many until about 1998", &Quirks::no_edd},
    {"floppy-edd", "the extensions answer for floppy drives too",
     "BIOSes that show a USB stick or a ZIP drive as floppy; EDD 3.0 lets removable media have extensions",
     &Quirks::floppy_edd},
    {"dl=XX", "hands over XX (hexadecimal) in DL instead of the drive that was booted",
     "the bogus values that GRUB's boot sector guards against by checking DL's high bits, and SYSLINUX's MBR by its "
     "handoff option", nullptr},
    {"clobber", "INT 13h trashes every register that the specification does not promise to keep",
     "AST BIOS 1.04 loses DL in AH=41h (named in GRUB's boot sector)", &Quirks::clobber},
    {"if-lost", "INT 13h returns with interrupts disabled",
     "controller ROMs that leave by RETF 2 with the flags they worked with, so that the caller's IF is not restored",
     &Quirks::if_lost},
    {"usb-as-fd0", "a USB stick is drive 00h",
     "\"USB-FDD\" of Award and Phoenix; AMI's emulation type \"Auto\" for sticks below 530 MB", &Quirks::usb_as_fd0},
    {"usb-as-80h", "a USB stick is drive 80h and internal disks move up",
     "\"USB-HDD\" of AMI, Award and Phoenix: the disk that is booted becomes the first", &Quirks::usb_as_80h},
    {"limit-504m", "CHS without translation: nothing above 1024 x 16 x 63 sectors",
     "BIOSes from before about 1994 (Large Disk HOWTO, \"the 504 MB limit\")", &Quirks::limit_504m},
    {"limit-2g", "fails above 4096 cylinders of 16 x 63 sectors",
     "BIOSes that keep 12 bits of the cylinder count in CMOS RAM (Large Disk HOWTO, \"the 2.1 GB limit\")",
     &Quirks::limit_2g},
    {"limit-8g", "fails above 1024 x 255 x 63 sectors",
     "BIOSes from before about 1998 without extended calls in their own code (Large Disk HOWTO, \"the 8.4 GB limit\")",
     &Quirks::limit_8g},
    {"no-e820", "INT 15h/E820h is absent: memory is found by E801h and 88h",
     "PCs from before ACPI (1996), for which Linux and GRUB still ask E801h and 88h", &Quirks::no_e820},
    {"no-a20-bios", "INT 15h/24xxh is absent: A20 is switched by the 8042 or port 92h",
     "PC/AT BIOSes until the middle of the 1990s", &Quirks::no_a20_bios},
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
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const QuirkRow& r) { return r.flag && r.name == name; });
    if (row == rows.end()) {
      throw emu::Error(emu::ErrorKind::kUsage, fmt::format("\"{}\" is not a quirk; `bootsim quirks` lists them", name));
    }
    quirks.*(row->flag) = true;
  }
}

std::string quirks_listing() {
  std::string text = "Quirks for `bootsim run --quirk LIST` (comma list), and the machines that behaved so:\n\n";
  for (const QuirkRow& row : quirk_rows()) {
    text += fmt::format("  {:<12} {}\n  {:<12} seen: {}\n", row.name, row.what, "", row.machines);
  }
  return text;
}

}  // namespace bootsim
