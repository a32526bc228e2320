#include "bootsim/diagnosis/program_kind.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/core.h>

#include "bootsim/inspect/loaders.h"
#include "devices/media/bytes.h"
#include "emu/text.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::has_text;
using devices::media::le16;
using devices::media::le32;
using namespace std::string_view_literals;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kSector = 512;
/// Loaders' own files are small; an image with a whole system behind the same first bytes is not one.
constexpr std::uint64_t kLargestLoader = 1 << 20;

/// A bzImage, and what else starts like one (Linux, Documentation/arch/x86/boot.rst).
std::optional<Program> kernel_file(const Bytes& bytes) {
  constexpr std::size_t kMagic = 0x202;
  if (!has_text(bytes, kMagic, "HdrS")) return std::nullopt;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.find("MEMDISK ") != std::string_view::npos)
    return Program{"SYSLINUX's MEMDISK, which is started like a Linux kernel",
                   "give it the image to boot as its initrd: --kernel memdisk --initrd IMAGE here, KERNEL memdisk and "
                   "INITRD IMAGE in SYSLINUX, linux16 and initrd16 in GRUB"};
  const std::string loader = inspecting::recognise_loader(bytes);
  if (loader.find("iPXE") != std::string::npos || loader.find("Memtest") != std::string::npos)
    return Program{loader + ", made to be started like a Linux kernel",
                   "--kernel FILE starts it here; on a medium a loader has to (KERNEL in SYSLINUX, linux16 in GRUB)"};
  return Program{"a Linux kernel, or what is started like one (HdrS at offset 202h)",
                 "--kernel FILE --initrd FILE boots it here; on a medium a loader has to start it (linux in GRUB, "
                 "KERNEL in SYSLINUX)"};
}

/// By a PE file's machine (UEFI specification 2.10, table 3.2: default file names on removable media).
std::string_view default_uefi_name(std::uint16_t machine) {
  switch (machine) {
    case 0x014C: return "BOOTIA32.EFI";
    case 0x01C2: return "BOOTARM.EFI";
    case 0xAA64: return "BOOTAA64.EFI";
    case 0x5064: return "BOOTRISCV64.EFI";
    default: return "BOOTX64.EFI";
  }
}

/// DOS, Windows and UEFI programs (Microsoft PE/COFF specification: the subsystem at offset 5Ch of the PE
/// header).
std::optional<Program> exe_file(const Bytes& bytes) {
  constexpr std::size_t kHeaderAt = 0x3C, kMachine = 4, kSubsystem = 0x5C;
  constexpr std::uint16_t kEfiFirst = 10, kEfiLast = 13;
  if (!has_text(bytes, 0, "MZ") || bytes.size() < kHeaderAt + 4) return std::nullopt;
  const std::size_t pe = le32(bytes, kHeaderAt);
  if (!has_text(bytes, pe, "PE\0\0"sv) || pe + kSubsystem + 2 > bytes.size())
    return Program{"a DOS or Windows program (MZ)", "boot the system that it is for, and run it there"};
  const std::uint16_t subsystem = le16(bytes, pe + kSubsystem);
  if (subsystem < kEfiFirst || subsystem > kEfiLast)
    return Program{"a Windows program (PE)", "run it in Windows: it may write the medium"};
  return Program{fmt::format("a UEFI program (PE, subsystem {})", subsystem),
                 fmt::format("UEFI starts it from a FAT volume, as \\EFI\\BOOT\\{}; a BIOS cannot",
                             default_uefi_name(le16(bytes, pe + kMachine)))};
}

std::optional<Program> object_file(const Bytes& bytes) {
  constexpr std::uint16_t kRelocatable = 1;  // e_type ET_REL (System V ABI, ELF header)
  if (has_text(bytes, 0, "\177ELF"sv) && bytes.size() >= 0x14) {
    if (le16(bytes, 0x10) == kRelocatable)
      return Program{"an ELF object file, which is not linked",
                     "assemble to a flat binary (nasm -f bin), or link it and run objcopy -O binary"};
    return Program{"an ELF program",
                   "a boot sector is a flat binary (nasm -f bin, objcopy -O binary); a kernel in ELF is started by a "
                   "loader that knows the format (multiboot in GRUB, KERNEL in SYSLINUX with mboot.c32)"};
  }
  // COFF: i386's machine number, a few sections (PE/COFF specification, "COFF File Header").
  constexpr std::uint16_t kI386 = 0x14C;
  if (bytes.size() >= 20 && le16(bytes, 0) == kI386 && le16(bytes, 2) > 0 && le16(bytes, 2) < 32 &&
      le16(bytes, 16) == 0)
    return Program{"a COFF object file, which is not linked", "assemble to a flat binary (nasm -f bin)"};
  return std::nullopt;
}

bool is_text(const Bytes& bytes) {
  constexpr std::size_t kEnough = 32;
  constexpr std::uint8_t kLastInUtf8 = 0xF4;
  const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), kSector));
  return bytes.size() >= kEnough && std::find(bytes.begin(), end, '\n') != end &&
         std::all_of(bytes.begin(), end, [](std::uint8_t b) {
           return b == '\t' || b == '\n' || b == '\r' || (b >= 0x20 && b != 0x7F && b <= kLastInUtf8);
         });
}

bool hexadecimal(const Bytes& bytes, std::size_t from, std::size_t count) {
  return bytes.size() >= from + count && std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                                                     bytes.begin() + static_cast<std::ptrdiff_t>(from + count),
                                                     [](std::uint8_t b) { return std::isxdigit(b) != 0; });
}

constexpr std::string_view kAssembler = "a text, it seems an assembler's source";
constexpr std::string_view kAssemble = "assemble it first: nasm -f bin -o boot.img FILE";
constexpr std::array<std::size_t, 4> kSumDigits = {32, 40, 64, 128};

/// Texts that lie beside an image, or on it.
struct TextKind {
  std::string_view line;  ///< what a line begins with, in lower case, blanks left aside
  bool first;             ///< the first line
  std::string_view what, how;
};
constexpr std::array kTextKinds = std::to_array<TextKind>({
    {"#!ipxe", true, "an iPXE script", "iPXE fetches it (chain ADDRESS), or has it built in (make EMBED=FILE)"},
    {"#!", true, "a script", "run it on the host"},
    {"-----begin pgp", true, "a signature", "give the image that it is for; gpg --verify checks that one"},
    {"zsync:", true, "a zsync file", "zsync FILE fetches the image"},
    {"menuentry ", false, "a configuration of GRUB", "GRUB reads it from its medium, as /boot/grub/grub.cfg"},
    {"label ", false, "a configuration of SYSLINUX",
     "the loader reads it from its medium, as isolinux/isolinux.cfg or syslinux.cfg"},
    {"org ", false, kAssembler, kAssemble},
    {"[org", false, kAssembler, kAssemble},
    {"bits ", false, kAssembler, kAssemble},
    {"[bits", false, kAssembler, kAssemble},
    {"use16", false, kAssembler, kAssemble},
    {".code16", false, kAssembler, kAssemble},
    {"section ", false, kAssembler, kAssemble},
    {".section", false, kAssembler, kAssemble},
    {"global ", false, kAssembler, kAssemble},
    {".globl ", false, kAssembler, kAssemble},
});

/// Lower case, and every line behind a newline without the blanks that it begins with.
std::string lines_of(const Bytes& bytes) {
  std::string lines = "\n";
  for (const std::uint8_t b : bytes) {
    const bool blank = b == ' ' || b == '\t' || b == '\r' || b == '\n';
    if (b == '\n' || !(blank && lines.back() == '\n')) lines += static_cast<char>(b);
  }
  return emu::lower(lines);
}

/// MD5, SHA-1, SHA-256 and SHA-512 sums have so many digits; md5sum writes two blanks, or a blank and an asterisk.
bool is_checksum_list(const Bytes& bytes) {
  return std::any_of(kSumDigits.begin(), kSumDigits.end(), [&](std::size_t digits) {
    return hexadecimal(bytes, 0, digits) && bytes.size() > digits + 1 && bytes[digits] == ' ' &&
           (bytes[digits + 1] == ' ' || bytes[digits + 1] == '*');
  });
}

/// A loader's own file, which its installer puts somewhere.
struct LoaderFile {
  std::string_view name;  ///< how the recognised loader's begins
  std::string_view what, how;
};
constexpr std::array kLoaderFiles = std::to_array<LoaderFile>({
    {"ISOLINUX", "isolinux.bin",
     "it boots from CDs only: put it into an ISO (xorriso -as mkisofs -b isolinux/isolinux.bin -c isolinux/boot.cat "
     "-no-emul-boot -boot-load-size 4 -boot-info-table), and isohybrid makes that one for disks, too"},
    {"PXELINUX", "pxelinux.0",
     "a PXE ROM loads it by TFTP; for a disk there is syslinux --install or extlinux --install"},
    {"SYSLINUX", "ldlinux.sys",
     "its boot sector loads it from a FAT volume: make one, and syslinux --install writes both"},
    {"EXTLINUX", "extlinux's ldlinux.sys", "its boot sector loads it from a volume: extlinux --install writes both"},
    {"GRUB diskboot.img", "GRUB's core.img",
     "boot.img in the first sector loads it from the sectors behind: grub-install, or grub-bios-setup, writes both"},
    {"GRUB cdboot.img", "a GRUB image for CDs",
     "put it into an ISO (xorriso -as mkisofs -b FILE -no-emul-boot -boot-load-size 4 -boot-info-table); grub-mkrescue "
     "makes a whole one"},
    {"GRUB Legacy stage1.5", "GRUB Legacy's stage 1.5",
     "stage1 in the first sector loads it: grub's setup command writes both"},
    {"GRUB Legacy stage2", "GRUB Legacy's stage2",
     "stage1 in the first sector loads it: grub's setup command writes both"},
    {"GRUB4DOS", "GRUB4DOS's grldr", "it is a file in a volume's root; bootlace.com writes the MBR that loads it"},
    {"bootsim stage2", "bootsim's stage2", "bootsim install writes it, and the boot sector that loads it"},
    {"bootsim isoboot.bin", "bootsim's loader for CDs",
     "put it into an ISO with -b, -no-emul-boot and -boot-info-table"},
});

/// NBPs begin with a far jump that makes CS:IP 07C0:xxxx; the PXE specification's structures are named in
/// them.
bool is_network_program(const Bytes& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return bytes[0] == 0xEA && text.find("!PXE") != std::string_view::npos &&
         text.find("PXENV") != std::string_view::npos;
}

std::optional<Program> loader_file(const Bytes& bytes, std::uint64_t size) {
  if (size > kLargestLoader || size < kSector) return std::nullopt;
  // An option ROM: 55 AA, and its length in units of 512 bytes (Plug and Play BIOS specification, 3.2).
  if (bytes[0] == 0x55 && bytes[1] == 0xAA && bytes[2] != 0)
    return Program{"an adapter's option ROM", "--option-rom FILE puts it into the PC"};
  if (is_network_program(bytes)) return Program{"a program for network boot (PXE)", "a PXE ROM loads it by TFTP"};
  if (bytes[510] == 0x55 && bytes[511] == 0xAA) return std::nullopt;
  const std::string loader = inspecting::recognise_loader(bytes);
  for (const LoaderFile& known : kLoaderFiles) {
    if (loader.starts_with(known.name))
      return Program{fmt::format("{} ({})", known.what, loader), std::string(known.how)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Program> recognise_text(const Bytes& bytes) {
  if (!is_text(bytes)) return std::nullopt;
  if (bytes[0] == ':' && hexadecimal(bytes, 1, 8))
    return Program{"a text in Intel HEX", "objcopy -I ihex -O binary makes bytes of it"};
  if (bytes[0] == 'S' && hexadecimal(bytes, 1, 8))
    return Program{"a text of S-records", "objcopy -I srec -O binary makes bytes of it"};
  if (hexadecimal(bytes, 0, 7) && (bytes[8] == ':' || bytes[8] == ' '))
    return Program{"a hex dump, as text", "xxd -r makes bytes of one that xxd wrote"};
  if (is_checksum_list(bytes)) return Program{"a list of checksums", "give the image itself; sha256sum -c checks that"};
  const std::string lines = lines_of(bytes);
  for (const TextKind& kind : kTextKinds) {
    const std::size_t at = lines.find(fmt::format("\n{}", kind.line));
    if (at == 0 || (at != std::string::npos && !kind.first))
      return Program{std::string(kind.what), std::string(kind.how)};
  }
  return Program{"a text", "it is no image of a medium"};
}

std::optional<Program> recognise_program(const Bytes& bytes, std::uint64_t size) {
  if (auto program = kernel_file(bytes)) return program;
  if (auto program = exe_file(bytes)) return program;
  if (auto program = object_file(bytes)) return program;
  if (auto program = recognise_text(bytes)) return program;
  return loader_file(bytes, size);
}

}  // namespace bootsim::diagnosing
