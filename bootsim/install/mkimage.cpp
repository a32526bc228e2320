#include "bootsim/install/mkimage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <fmt/core.h>

#include "bootsim/install/folder.h"
#include "bootsim/install/host_tool.h"
#include "bootsim/install/mkimage_parts.h"
#include "debugger/files/file_system.h"
#include "devices/media/host_file.h"
#include "emu/error.h"

namespace bootsim::install {
namespace {

using FileSystem = ImageOptions::FileSystem;
using Kind = ImageOptions::Kind;
using Table = ImageOptions::Table;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kFloppySize = 1440 * 1024;
constexpr std::uint64_t kFloppySizes[] = {360 * 1024, 720 * 1024, 1200 * 1024, kFloppySize, 2880 * 1024};
/// Partitions begin at multiples of 1 MiB, as every partitioning tool has it; a GPT's end needs 33 sectors.
constexpr std::uint64_t kAlignment = kMiB / kSector;
/// 65,525 clusters of 512 bytes and two FATs for them: the least that is FAT32 (FAT specification §3.5).
constexpr std::uint64_t kLeastFat32 = 34 * kMiB;
/// A label is a directory entry's short name, which may hold blanks, too (FAT specification §6.1).
constexpr std::string_view kNotInFatLabels = "\"*+,./:;<=>?[\\]|";
/// From here on FAT32 unless told otherwise.
constexpr std::uint64_t kFat32From = 512 * kMiB;

[[noreturn]] void misused(const std::string& why) { throw emu::Error(emu::ErrorKind::kUsage, why); }

/// OUT.new, which becomes OUT when all went well and disappears otherwise.
class NewFile {
 public:
  explicit NewFile(std::string target) : target_(std::move(target)), path_(target_ + ".new") {
    struct stat st {};
    if (::stat(target_.c_str(), &st) == 0 && !S_ISREG(st.st_mode))
      misused(target_ + " exists and is no file; mkimage makes image files");
    ::unlink(path_.c_str());
  }
  ~NewFile() {
    if (!kept_) ::unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  const std::string& path() const { return path_; }
  void create(std::uint64_t size) const {
    const devices::media::HostFile file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file || ::ftruncate(file.fd(), static_cast<off_t>(size)) != 0) fail();
  }
  void keep() {
    const devices::media::HostFile file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file || ::fsync(file.fd()) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0) fail();
    kept_ = true;
  }

 private:
  [[noreturn]] void fail() const {
    throw emu::Error(emu::ErrorKind::kMedium,
                     fmt::format("{} cannot be written: {}", target_, devices::media::error_text(errno)));
  }
  std::string target_, path_;
  bool kept_ = false;
};

class ImageMaker {
 public:
  ImageMaker(const ImageOptions& options, const FirmwareSource& firmware, const Say& say)
      : options_(options),
        firmware_(firmware),
        say_(say),
        folder_(read_folder(options.folder)),
        ids_(options.seed.empty() ? fmt::format("{:08x}", folder_.content) : options.seed),
        file_(std::filesystem::absolute(options.output).string()) {}
  void make();

 private:
  void floppy();
  void disk();
  void partition(std::uint64_t first, std::uint64_t sectors);
  void format(const VolumeOrder& order);
  void install(const InstallOptions& install);
  std::uint64_t disk_size(bool bios_boot) const;
  FileSystem file_system(std::uint64_t size) const;

  const ImageOptions& options_;
  const FirmwareSource& firmware_;
  const Say& say_;
  const SourceFolder folder_;
  const Identifiers ids_;
  NewFile file_;
};

std::string_view type_name(FileSystem fs) {
  switch (fs) {
    case FileSystem::kFat12: return "FAT12";
    case FileSystem::kFat16: return "FAT16";
    case FileSystem::kFat32: return "FAT32";
    case FileSystem::kExt4: return "ext4";
    case FileSystem::kAutomatic: break;
  }
  return "";
}

void ImageMaker::make() {
  switch (*options_.kind) {
    case Kind::kIso: make_iso(file_.path(), folder_, options_, firmware_); break;
    case Kind::kDisk: disk(); break;
    case Kind::kFloppy: floppy(); break;
  }
  file_.keep();
  const auto size = std::filesystem::file_size(options_.output);
  say_(fmt::format("{}: {} files, {} bytes in an image of {} bytes", options_.output, folder_.entries.size(),
                   folder_.bytes(), size));
}

/// Formats, copies, and makes sure that the tool made what was asked for.
void ImageMaker::format(const VolumeOrder& order) {
  if (order.file_system == FileSystem::kExt4) {
    make_ext4(order, folder_, ids_);
  } else {
    make_fat(order, folder_, ids_);
  }
  const RawDisk disk(order.image, false);
  const auto fs = debugger::files::open_file_system(disk, order.first * kSector, order.sectors * kSector);
  if (!fs || fs->info().type != type_name(order.file_system)) {
    misused(fmt::format("{} sectors cannot be {} ({} came out of it); say another --size or --fs", order.sectors,
                        type_name(order.file_system), fs ? fs->info().type : "nothing"));
  }
}

/// Without a backup: the image was just made. The path in the messages is the final one's business.
void ImageMaker::install(const InstallOptions& install) {
  RawDisk disk(file_.path(), true);
  Installer{disk, firmware_, {}, say_, folder_.time}.install(install);
}

void ImageMaker::floppy() {
  const std::uint64_t size = options_.size == 0 ? kFloppySize : options_.size;
  if (std::find(std::begin(kFloppySizes), std::end(kFloppySizes), size) == std::end(kFloppySizes))
    misused(fmt::format("no floppy has {} bytes; 360K, 720K, 1200K, 1440K and 2880K exist", size));
  if (options_.file_system != FileSystem::kAutomatic && options_.file_system != FileSystem::kFat12)
    misused("a floppy's file system is FAT12");
  file_.create(size);
  format({file_.path(), 0, size / kSector, options_.label, true, FileSystem::kFat12});
  install({});
}

FileSystem ImageMaker::file_system(std::uint64_t size) const {
  if (options_.file_system != FileSystem::kAutomatic) return options_.file_system;
  return size >= kFat32From ? FileSystem::kFat32 : FileSystem::kFat16;
}

/// The contents, a sixteenth for the file system's own needs and as much for what is added later, whole MiB.
std::uint64_t ImageMaker::disk_size(bool bios_boot) const {
  if (options_.size != 0) return options_.size / kSector * kSector;
  constexpr std::uint64_t kLeast = 16 * kMiB, kSlack = 8 * kMiB, kPerFile = 4096;
  const std::uint64_t bytes = folder_.bytes() + folder_.entries.size() * kPerFile;
  std::uint64_t size = std::max(kLeast, (bytes + bytes / 8) / kMiB * kMiB + kSlack);
  if (options_.file_system == FileSystem::kFat32) size = std::max(size, kLeastFat32);
  const std::uint64_t tables = (bios_boot ? 3 : 2) * kMiB;
  return size + tables;
}

void ImageMaker::disk() {
  const bool gpt = options_.table == Table::kGpt;
  const bool bios_boot = gpt && !options_.stage2_as_file;
  const std::uint64_t size = disk_size(bios_boot);
  const std::uint64_t first = bios_boot ? 2 * kAlignment : kAlignment;
  const std::uint64_t end = size / kSector - (gpt ? kAlignment : 0);
  if (end < first + kAlignment) misused(fmt::format("a disk of {} bytes is too small; say a bigger --size", size));
  file_.create(size);
  partition(first, end - first);
  format({file_.path(), first, end - first, options_.label, false, file_system(size)});
  InstallOptions install_options;
  install_options.partition = 1;
  install_options.embed = !options_.stage2_as_file;
  install(install_options);
}

void ImageMaker::partition(std::uint64_t first, std::uint64_t sectors) {
  const FileSystem fs = file_system(disk_size(false));
  std::string script;
  if (options_.table == Table::kMbr) {
    // Partition types as Linux and Windows take them: FAT12 01, FAT16 and FAT32 by LBA 0E and 0C, Linux 83.
    const char* type = fs == FileSystem::kExt4    ? "83"
                       : fs == FileSystem::kFat32 ? "c"
                       : fs == FileSystem::kFat12 ? "1"
                                                  : "e";
    script = fmt::format("label: dos\nlabel-id: 0x{:08x}\nstart={}, size={}, type={}, bootable\n", ids_.serial("disk"),
                         first, sectors, type);
  } else {
    const char* type =
        fs == FileSystem::kExt4 ? "0FC63DAF-8483-4772-8E79-3D69D8477DE4" : "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7";
    script = fmt::format(
        "label: gpt\nlabel-id: {}\nstart={}, size={}, type={}, uuid={}, name=\"{}\", "
        "attrs=\"LegacyBIOSBootable\"\n",
        ids_.uuid("disk"), first, sectors, type, ids_.uuid("partition"), options_.label);
    if (!options_.stage2_as_file) {
      script +=
          fmt::format("start={}, size={}, type=21686148-6449-6E6F-744E-656564454649, uuid={}, name=\"BIOS boot\"\n",
                      kAlignment, kAlignment, ids_.uuid("bios boot"));
    }
  }
  run_tool(kSfdisk, {.arguments = {"--quiet", "--no-reread", "--no-tell-kernel", file_.path()}, .input = script});
}

}  // namespace

void make_image(const ImageOptions& options, const FirmwareSource& firmware, const Say& say) {
  const bool printable = std::none_of(options.label.begin(), options.label.end(),
                                      [](unsigned char c) { return c < 0x20 || c >= 0x7F || c == '"'; });
  if (options.label.empty() || options.label.size() > 11 || !printable)
    misused("--label: 1 to 11 printable characters");
  const bool fat = options.kind != Kind::kIso && options.file_system != FileSystem::kExt4;
  const auto bad = fat ? options.label.find_first_of(kNotInFatLabels) : std::string::npos;
  if (bad != std::string::npos)
    misused(fmt::format("--label {}: a FAT volume's label cannot hold {}", options.label, options.label[bad]));
  ImageMaker(options, firmware, say).make();
}

}  // namespace bootsim::install
