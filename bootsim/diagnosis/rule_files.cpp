// Files that are no media: archives, other programs' images, and loaders, kernels and sources given as a
// disk.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/program_kind.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"
#include "bootsim/inspect/loaders.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using devices::media::has_text;
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

/// A kernel has a boot signature, and so the BIOS starts its first sector.
bool ran_first_sector_only(const Evidence& evidence) {
  return !evidence.bios_refused() && !evidence.at_work() && evidence.result.sectors <= 64;
}

constexpr std::size_t kHeaderMagic = 0x202;  // a kernel's (Linux, Documentation/arch/x86/boot.rst)

std::optional<Answer> program_file(const Evidence& evidence) {
  const auto* medium = evidence.medium(evidence.boot_drive());
  const InspectReport* report = evidence.report(evidence.boot_drive());
  if (!medium || !report || report->iso9660 || report->whole || medium->size() < kSector) return std::nullopt;
  const Bytes bytes = first_bytes(*medium, kProgramLooked);
  const bool started = ran_first_sector_only(evidence) && has_text(bytes, kHeaderMagic, "HdrS");
  const bool table = std::any_of(report->partitions.begin(), report->partitions.end(),
                                 [](const PartitionContent& p) { return p.file_system.has_value(); });
  if ((!evidence.bios_refused() && !started) || table) return std::nullopt;
  const auto program = recognise_program(bytes, medium->size());
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
  if (const auto program = recognise_text(bytes)) {
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
