// The checks behind `bootsim inspect`: each looks at a report and the medium, and adds findings.
#pragma once

#include <string>

#include "bootsim/inspect.h"
#include "devices/media/medium.h"

namespace bootsim::inspecting {

inline void add(InspectReport& report, Severity severity, std::string id, std::string text) {
  report.findings.push_back({severity, std::move(id), std::move(text)});
}

/// Size of the medium against its sector size and against what volume and partitions say.
void check_size(const devices::media::Medium& medium, InspectReport& report);
/// El Torito: catalog, entries, images, boot info tables; sets what a BIOS and UEFI find on a CD.
void check_cd(const devices::media::Medium& medium, InspectReport& report);
/// Boot signature, boot code, partition tables and their geometry; sets what a BIOS and UEFI find on a disk.
void check_disk(const devices::media::Medium& medium, InspectReport& report);
/// BIOS parameter blocks of FAT and NTFS volumes against where they lie.
void check_boot_parameters(const devices::media::Medium& medium, InspectReport& report);

}  // namespace bootsim::inspecting
