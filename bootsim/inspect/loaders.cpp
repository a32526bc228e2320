#include "bootsim/inspect/loaders.h"

#include <array>
#include <string_view>

namespace bootsim::inspecting {

namespace {

/// All the words must be there. The first row that fits wins: the particular before the general.
struct Row {
  std::array<std::string_view, 3> words;
  std::string_view loader;
};

constexpr Row kRows[] = {
    {{"No active partition", "No boot sector", "Read error "}, "bootsim mbr"},
    {{"No GPT", "Not bootable", "No boot sector"}, "bootsim gptmbr"},
    {{"No hybrid boot image", "Read error "}, "bootsim isohybrid MBR"},
    {{"bootsim: ", "make the CD with -boot-info-table", "stage2 damaged"}, "bootsim isoboot.bin"},
    {{"isolinux.bin missing or corrupt"}, "SYSLINUX isohdpfx (isohybrid MBR)"},
    {{"Missing OS\r\n", "Multiple active partitions"}, "SYSLINUX gptmbr.bin"},
    {{"Missing operating system.\r\n", "Operating system load error.\r\n"}, "SYSLINUX mbr.bin"},
    {{"no boot info", "cdrom read fails", "loading"}, "GRUB cdboot.img + core.img"},
    {{"no boot info", "cdrom read fails"}, "GRUB cdboot.img"},
    {{"loading", "Geom", "Read"}, "GRUB diskboot.img + core.img"},
    {{"Loading stage1.5"}, "GRUB Legacy stage1.5"},
    {{"Loading stage2"}, "GRUB Legacy stage2"},
    {{"GRUB ", "Geom", " Error\r\n"}, "GRUB boot.img"},
    {{"GRUB ", "Geom", " Error"}, "GRUB Legacy stage1"},
    {{"MBR ", "1234F"}, "install-mbr's MBR"},
    {{"GRLDR"}, "GRUB4DOS"},
    {{"BOOTMGR is missing"}, "Windows boot sector (BOOTMGR)"},
    {{"BOOTMGR", "disk read error"}, "Windows boot sector (BOOTMGR)"},
    {{"NTLDR is missing"}, "Windows boot sector (NTLDR)"},
    {{"CDBOOT: Couldn't find"}, "Windows CD boot (etfsboot)"},
    {{"FREELDR"}, "ReactOS FreeLoader"},
    {{"FreeDOS", "KERNEL  SYS"}, "FreeDOS boot sector"},
    {{"FreeDOS"}, "FreeDOS"},
    {{"KERNEL  SYS"}, "FreeDOS boot sector"},
    {{"IO      SYS", "MSDOS   SYS"}, "MS-DOS boot sector"},
    {{"IBMBIO  COM"}, "PC DOS or DR-DOS boot sector"},
    {{"Invalid partition table", "Error loading operating system"}, "Windows or DOS MBR"},
    {{"iPXE"}, "iPXE"},
    {{"gPXE"}, "gPXE"},
    {{"Etherboot"}, "Etherboot"},
    {{"Limine"}, "Limine"},
    {{"NTFS    ", "This is not a bootable disk", "press any key"}, "mkntfs's message, not a loader"},
    {{"This is not a bootable disk", "press any key"}, "mkfs.fat's message, not a loader"},
};

std::string_view as_text(std::span<const std::uint8_t> code) {
  return {reinterpret_cast<const char*>(code.data()), code.size()};
}

/// A printable string from `at` on; SYSLINUX and Memtest86+ write name and version in one.
std::string printable(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxLength = 48;
  std::string out;
  for (; at < text.size() && out.size() < kMaxLength && text[at] >= 0x20 && text[at] < 0x7F; ++at) out += text[at];
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// "ISOLINUX 6.04 20191223": the name, a blank and a digit, so that other mentions of the name do not count.
std::string versioned(std::string_view text) {
  for (const std::string_view name :
       {"ISOLINUX ", "SYSLINUX ", "EXTLINUX ", "PXELINUX ", "Memtest86+ v", "Memtest86  v", "MemTest86 V"}) {
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
      const std::size_t digit = at + name.size();
      if (digit < text.size() && text[digit] >= '0' && text[digit] <= '9') return printable(text, at);
    }
  }
  return {};
}

/// Names at fixed places of a boot sector.
std::string_view by_place(std::string_view text) {
  if (text.size() < 512) return {};
  const std::string_view oem = text.substr(3, 8);
  const std::string_view sector = text.substr(0, 512);
  // Our own: firmware/common/stage2.inc names the magics, firmware/mbr the words.
  if (text.substr(4, 4) == "BSS2") return "bootsim stage2";
  if (sector.find("BSBL") != std::string_view::npos) return "bootsim boot sector";
  // Who has put mkfs's code back may have left the OEM name.
  const bool message = sector.find("This is not a bootable disk") != std::string_view::npos;
  if (oem == "SYSLINUX" && !message) return "SYSLINUX boot sector";
  if (oem == "EXTLINUX" && !message) return "EXTLINUX boot sector";
  // LILO's boot sector: a short jump, then its signature at 2 (since version 22) or 6.
  if (text.substr(2, 4) == "LILO" || text.substr(6, 4) == "LILO") return "LILO";
  // A Linux kernel: "HdrS" at 202h, at most one sector of real-mode stub before.
  if (text.size() >= 0x206 && text.substr(0x202, 4) == "HdrS") {
    if (sector.find("Memtest86+") != std::string_view::npos) return "Memtest86+";
    return "Linux kernel, direct boot sector";
  }
  if (sector.find("Loading Memtest86+") != std::string_view::npos) return "Memtest86+";
  return {};
}

}  // namespace

std::string recognise_loader(std::span<const std::uint8_t> code) {
  const std::string_view text = as_text(code);
  if (std::string name = versioned(text); !name.empty()) return name;
  if (const std::string_view name = by_place(text); !name.empty()) return std::string(name);
  for (const Row& row : kRows) {
    bool all = true;
    for (const std::string_view word : row.words)
      all = all && (word.empty() || text.find(word) != std::string_view::npos);
    if (all) return std::string(row.loader);
  }
  return {};
}

}  // namespace bootsim::inspecting
