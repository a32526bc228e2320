// Which file does this sector belong to? The words in the tracer's `file` column.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "devices/media/medium.h"

namespace debugger {

/// Names the owner of any byte of a medium. The medium's file systems are read on the first question, not
/// before; after that an answer is a binary search (or the last answer again) and costs well under 100 ns.
///
/// The vocabulary, complete:
///
///   /boot/grub/core.img+2048     a file and the offset in bytes into it (ISO 9660, FAT, ext2/3/4)
///   /boot/grub/                  a directory: always ends in a slash, never has an offset
///   partition 2:/efi/boot.efi+0  the same, when more than one volume of the medium holds files
///   boot catalog                 El Torito's catalog, whether or not the ISO shows it as a file
///   boot image 1 (El Torito)+0   a boot image that no file of the ISO shows; 0 is the initial/default entry
///   system area+512              the 32 KB before an ISO's volume descriptors
///   primary volume descriptor, volume descriptors, path table                        (ISO 9660)
///   MBR, post-MBR gap+512, extended boot record, GPT header, GPT entries, backup GPT header, backup GPT
///   entries boot sector, reserved sectors, FAT           (FAT without partitions; its root directory is "/")
///   superblock, group descriptors, block bitmap, inode bitmap, inode table, journal   (ext without
///   partitions) /boot/vmlinuz (block map)    the blocks that say where an ext file lies: indirect blocks,
///   extent tree /boot/ (Joliet)              a directory of the ISO's other tree; (ISO 9660) when Joliet
///   names the files partition 1 boot sector, partition 1 FAT, partition 1 inode table, …              (the
///   same in partition 1) partition 1 NTFS+4096, partition 1 exFAT+4096   recognised, not read; "NTFS+4096"
///   without partitions partition 1+4096             inside partition 1, and nothing more is known (empty)
///   free space of no partition, or past the end of the medium
///
/// Names are UTF-8; control characters and bytes that are not UTF-8 appear as \xNN. Where two owners claim a
/// byte, the inner one wins: a file before the partition, and on a CD the ISO's files before what its
/// partition table says. Hostile media cannot cost much: see files::Limits. What lies beyond a limit has its
/// partition's name, or none.
class SectorFiles {
 public:
  /// `medium` must outlive this object. `attach` decides which reading of an isohybrid comes first.
  SectorFiles(const devices::media::Medium& medium, devices::media::Attach attach);
  ~SectorFiles();
  SectorFiles(SectorFiles&&) noexcept;
  SectorFiles& operator=(SectorFiles&&) noexcept;

  /// The owner of the byte at `byte_offset`, in the vocabulary above. Never throws for what the medium
  /// contains; throws emu::Error(kMedium) when the host cannot read its file. Not thread-safe.
  std::string at(std::uint64_t byte_offset) const;

  /// Every owner's name without its offset (the same may come twice), then every run of bytes that has one, in the
  /// order of the medium; `owner` counts the names from 0.
  void visit(const std::function<void(std::string_view name)>& on_owner,
             const std::function<void(std::uint64_t begin, std::uint64_t end, std::uint32_t owner)>& on_run) const;

  /// Reads the file systems anew at the next question (after the guest wrote, should anybody care).
  void forget();

 private:
  class Map;
  const Map& map() const;

  const devices::media::Medium* medium_;
  devices::media::Attach attach_;
  mutable std::unique_ptr<const Map> map_;
  mutable std::size_t last_ = 0;  ///< the extent that answered last
};

}  // namespace debugger
