// Files that are no media: archives, other programs' images, and loaders, kernels and sources given as a
// disk.
#include <algorithm>
#include <array>
#include <cctype>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
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

constexpr std::size_t kSector = devices::media::kSectorSize;

Bytes first_bytes(const devices::media::Medium& medium, std::size_t most) {
  Bytes bytes(std::min<std::uint64_t>(most, medium.size()));
  medium.read(0, bytes);
  return bytes;
}

// --- Containers.

/// Files that are no raw images, by their first bytes (each format's own specification).
struct Container {
  std::size_t offset;
  std::string_view magic;
  std::string_view what;
  std::string_view remedy;
};
constexpr std::string_view kConvert = "qemu-img convert -O raw FILE disk.img makes a raw image of it";
constexpr std::string_view kUnpack = "unpack it first";
constexpr std::string_view kPart = "it is a part of a live medium, not one itself";
constexpr std::array kContainers = std::to_array<Container>({
    {0, "QFI\xFB"sv, "a QEMU qcow2 image", kConvert},
    {0, "QED\0"sv, "a QEMU QED image", kConvert},
    {0, "KDMV"sv, "a VMware VMDK image", kConvert},
    {0, "COWD"sv, "a VMware ESX VMDK image", kConvert},
    {0, "# Disk DescriptorFile"sv, "a VMware descriptor, whose data is in other files", kConvert},
    {0x40, "\x7F\x10\xDA\xBE"sv, "a VirtualBox VDI image", kConvert},
    {0, "conectix"sv, "a dynamic VHD image", kConvert},
    {0, "vhdxfile"sv, "a VHDX image", kConvert},
    {0, "WithoutFreeSpace"sv, "a Parallels image", kConvert},
    {0, "WithouFreSpacExt"sv, "a Parallels image", kConvert},
    {0, "DOSEMU\0"sv, "a DOSEMU image, with 128 bytes before the disk", "dd bs=128 skip=1 takes them off"},
    {0, "LUKS\xBA\xBE"sv, "an encrypted (LUKS) volume", "a BIOS needs a disk with a loader before it"},
    {0, "\x3A\xFF\x26\xED"sv, "an Android sparse image", "simg2img makes a raw image of it"},
    {0, "ANDROID!"sv, "an Android boot image", "no PC boots it"},
    {0, "\x27\x05\x19\x56"sv, "a U-Boot image", "no PC boots it"},
    {0, "\xD0\x0D\xFE\xED"sv, "a device tree or a U-Boot FIT image", "no PC boots it"},
    {0, "MSWIM\0\0\0"sv, "a Windows WIM archive", "a boot medium must be made with it"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive", kUnpack},
    {0, "PK\x03\x04"sv, "a ZIP archive", kUnpack},
    {0, "Rar!\x1A\x07"sv, "a RAR archive", kUnpack},
    {0, "\x1F\x8B\x08"sv, "a gzip file", kUnpack},
    {0, "BZh"sv, "a bzip2 file", kUnpack},
    {0, "\3757zXZ"sv, "an xz file", kUnpack},
    {0, "\x28\xB5\x2F\xFD"sv, "a Zstandard file", kUnpack},
    {0, "\x04\x22\x4D\x18"sv, "an LZ4 archive", kUnpack},
    {0, "LZIP"sv, "an lzip archive", kUnpack},
    {0, "\x1F\x9D"sv, "a compress (.Z) archive", kUnpack},
    {257, "ustar"sv, "a tar archive", kUnpack},
    {0, "070701"sv, "a cpio archive, such as an initrd", "a kernel takes it (--kernel FILE --initrd FILE)"},
    {0, "070702"sv, "a cpio archive, such as an initrd", "a kernel takes it (--kernel FILE --initrd FILE)"},
    {0, "!<arch>\n"sv, "an ar archive or a Debian package", kUnpack},
    {0, "\xED\xAB\xEE\xDB"sv, "an RPM package", kUnpack},
    {0, "IsZ!"sv, "an ISZ image", "convert it to an ISO"},
    {0, "CISO"sv, "a CSO image", "convert it to an ISO"},
    {0, "DAA\0"sv, "a DAA image", "convert it to an ISO"},
    {0, "\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00"sv, "a raw CD image with 2352-byte sectors (BIN/CUE)",
     "bchunk or ccd2iso makes an ISO of it"},
    {0, "hsqs"sv, "a squashfs file system", kPart},
    {0, "\xE0\xF5\xE1\xE2"sv, "an EROFS file system", kPart},
    {0, "<!DOCTYPE"sv, "a web page, not what was to be downloaded", "download it again"},
    {0, "<!doctype"sv, "a web page, not what was to be downloaded", "download it again"},
    {0, "<html"sv, "a web page, not what was to be downloaded", "download it again"},
    {0, "version https://git-lfs"sv, "a Git LFS pointer", "git lfs pull brings the file"},
    {0, "d8:announce"sv, "a BitTorrent file", "it says where the image is, and is none"},
    {0, "%PDF-"sv, "a PDF document", "it is no image"},
});

/// CD images that keep more than the 2048 bytes of user data of each sector (ECMA-130, 14: 2352 with all,
/// 2336 without sync and header; 2448 with the subchannels). 0: an ISO, or something else.
std::uint32_t raw_sectors(const devices::media::Medium& medium) {
  constexpr std::uint64_t kDescriptor = 16;
  for (const std::uint32_t size : {2352u, 2336u, 2448u}) {
    for (const std::uint32_t header : {0u, 8u, 16u, 24u}) {
      Bytes bytes(6);
      if (kDescriptor * size + header + bytes.size() > medium.size()) continue;
      medium.read(kDescriptor * size + header, bytes);
      if (bytes[0] == 1 && has_text(bytes, 1, "CD001")) return size;
    }
  }
  return 0;
}

std::optional<Answer> container(const Evidence& evidence) {
  const auto* medium = evidence.medium(evidence.boot_drive());
  if (!evidence.bios_refused() || !medium) return std::nullopt;
  if (const std::uint32_t size = raw_sectors(*medium); size != 0)
    return Answer{fmt::format("The file is no ISO: it is a raw CD image with sectors of {} bytes (its volume "
                              "descriptor says so); bchunk or ccd2iso makes an ISO of it.",
                              size),
                  evidence.first_call()};
  const Bytes bytes = first_bytes(*medium, kSector);
  for (const Container& known : kContainers) {
    if (!has_text(bytes, known.offset, known.magic)) continue;
    return Answer{fmt::format("The file is no raw image: it is {} (its bytes from offset {:X}h say so); {}.",
                              known.what, known.offset, known.remedy),
                  evidence.first_call()};
  }
  return std::nullopt;
}

// --- Programs.

/// What a file is, and how that is really started.
struct Program {
  std::string what, how;
};

constexpr std::size_t kLooked = 64 * 1024;
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

std::optional<Program> text_file(const Bytes& bytes) {
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

std::optional<Program> recognise(const Bytes& bytes, std::uint64_t size) {
  if (auto program = kernel_file(bytes)) return program;
  if (auto program = exe_file(bytes)) return program;
  if (auto program = object_file(bytes)) return program;
  if (auto program = text_file(bytes)) return program;
  return loader_file(bytes, size);
}

/// A kernel has a boot signature, and so the BIOS starts its first sector.
bool ran_first_sector_only(const Evidence& evidence) {
  return !evidence.bios_refused() && !evidence.at_work() && evidence.result.sectors <= 64;
}

std::optional<Answer> program_file(const Evidence& evidence) {
  const auto* medium = evidence.medium(evidence.boot_drive());
  const InspectReport* report = evidence.report(evidence.boot_drive());
  if (!medium || !report || report->iso9660 || report->whole || medium->size() < kSector) return std::nullopt;
  const Bytes bytes = first_bytes(*medium, kLooked);
  const bool started = ran_first_sector_only(evidence) && kernel_file(bytes);
  const bool table = std::any_of(report->partitions.begin(), report->partitions.end(),
                                 [](const PartitionContent& p) { return p.file_system.has_value(); });
  if ((!evidence.bios_refused() && !started) || table) return std::nullopt;
  const auto program = recognise(bytes, medium->size());
  if (!program) return std::nullopt;
  if (program->what == "a text")
    return Answer{"The file is no image of a medium: it is a text.", evidence.first_call()};
  return Answer{fmt::format("The file is no image of a medium: it is {}. Instead of giving it as a disk: {}.",
                            program->what, program->how),
                evidence.first_call()};
}

// --- Less than a sector.

std::optional<Answer> too_small(const Evidence& evidence) {
  const bios::Drive* drive = evidence.drive(evidence.boot_drive());
  if (!evidence.bios_refused() || !drive || drive->medium || !drive->media) return std::nullopt;
  const std::uint64_t size = drive->media->size();
  if (size == 0) return Answer{"The file is empty.", evidence.first_call()};
  if (size >= drive->sector_size) return std::nullopt;
  const Bytes bytes = first_bytes(*drive->media, kSector);
  std::string text = fmt::format("The file has {} bytes, less than a sector of {}: the drive counts as empty.", size,
                                 drive->sector_size);
  const std::string loader = inspecting::recognise_loader(bytes);
  if (const auto program = text_file(bytes)) {
    text += fmt::format(" It is {}; {}.", program->what, program->how);
  } else if (loader.find("mbr") != std::string::npos || loader.find("MBR") != std::string::npos) {
    text +=
        fmt::format(" It is {}, an MBR's code: write it to the first 440 bytes of a disk that has partitions.", loader);
  } else if (drive->sector_size == kSector) {
    text += " A boot sector has 512 bytes and ends in 55 AA: times 510 - ($ - $$) db 0, then dw 0xAA55.";
  } else {
    text += " Is it a disk (--as hd) or a floppy (--as floppy)?";
  }
  return Answer{text, evidence.first_call()};
}

constexpr std::array<Rule, 3> kRules = {{
    {{"container", "the file is an archive or another program's image, not a raw one"}, container},
    {{"program-file", "the file is a loader, a kernel, a program or a text, not an image of a medium"}, program_file},
    {{"too-small", "the file has less than a sector"}, too_small},
}};

}  // namespace

std::span<const Rule> file_rules() { return kRules; }

}  // namespace bootsim::diagnosing
