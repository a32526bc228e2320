// `bootsim inspect`: what is on a boot medium, and what a BIOS may dislike about it, without booting it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debugger/files/file_system.h"
#include "devices/media/el_torito.h"
#include "devices/media/identify.h"
#include "devices/media/medium.h"
#include "devices/media/partition_table.h"

namespace bootsim {

enum class Severity {
  kNote,     ///< worth knowing; nothing fails
  kWarning,  ///< some BIOSes, boot loaders or partitioning tools stumble
  kError,    ///< a BIOS will not boot it, or the boot will read what is not there
};
std::string_view to_string(Severity severity);  ///< "note", "warning", "error"

struct Finding {
  Severity severity = Severity::kNote;
  std::string id;    ///< stable, for scripts: "no-signature", "overlap"; listed in docs/inspect.md
  std::string text;  ///< one line: what is where, and what follows from it
};

/// Boot code and whose it is, by the words that are really in it; `loader` is empty when none is known.
struct BootCode {
  std::string where;         ///< "MBR", "partition 1 boot sector", "boot image 0"
  std::uint64_t offset = 0;  ///< bytes, on the medium
  std::string loader;        ///< "ISOLINUX 6.04 20191223", "SYSLINUX's gptmbr.bin", "GRUB boot.img"
  bool empty = false;        ///< no code at all: zeros where it begins
  bool signature = false;    ///< 55AAh at offset 510
};

/// A file system, counted.
struct FileSystemSummary {
  debugger::files::FileSystemInfo info;
  std::uint64_t offset = 0;  ///< bytes, on the medium
  std::size_t files = 0;
  std::size_t directories = 0;
  bool complete = true;  ///< false: a limit or damage ended the count
};

struct BootEntry {
  devices::media::ElToritoEntry entry;
  std::string path;  ///< the ISO's file that is this image; empty: none shows it
  std::optional<devices::media::BootInfoTable> info_table;
  std::optional<BootCode> code;  ///< of x86 entries whose image is on the medium
};

struct PartitionContent {
  devices::media::Partition partition;
  std::optional<FileSystemSummary> file_system;
  std::optional<BootCode> code;
};

struct InspectReport {
  std::string name;
  std::uint64_t size = 0;  ///< bytes, unpacked
  devices::media::Identification identification;
  bool iso9660 = false;
  bool isohybrid = false;                             ///< an ISO whose first sector boots as a disk, too
  std::optional<devices::media::ElTorito> el_torito;  ///< of ISOs
  std::vector<BootEntry> boot_entries;
  devices::media::PartitionTable table;
  std::optional<BootCode> first_sector;
  std::optional<FileSystemSummary> whole;  ///< the file system that starts at the medium's first byte
  std::vector<PartitionContent> partitions;
  bool bios_boots = false;  ///< a BIOS finds something to start (whether that works is for `bootsim run` to say)
  bool uefi_boots = false;  ///< there is an entry or partition for UEFI
  std::string verdict;      ///< one line: "a BIOS starts ISOLINUX 6.04 …", "only UEFI can boot this: …"
  std::vector<Finding> findings;
};

/// Reads tables, catalogs and directories, never more than bounded amounts of them. Never throws for what the
/// medium contains; emu::Error(kMedium) when the host cannot read its file.
InspectReport inspect(const devices::media::Medium& medium, const std::string& name);

/// For people: sections of aligned lines, findings last; ends in a newline.
std::string to_text(const InspectReport& report);
/// For scripts: docs/inspect.md documents the keys.
nlohmann::json to_json(const InspectReport& report);

}  // namespace bootsim
