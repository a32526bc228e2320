// Fills in what the guest code of an installation has to know: which sectors hold stage2. Pure functions of
// bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bootsim/install/layout.h"

namespace bootsim::install {

using Bytes = std::span<const std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;

/// Adjacent 512-byte sectors, absolute.
struct SectorRun {
  std::uint64_t lba = 0;
  std::uint64_t count = 0;
  constexpr bool operator==(const SectorRun&) const = default;
};

/// The table of a boot sector.
struct BootTable {
  std::uint32_t install_id = 0;
  std::uint64_t lba0 = 0, lba1 = 0;
  constexpr bool operator==(const BootTable&) const = default;
};
/// Where the one table is in boot code; nothing when there is none or more than one.
std::optional<std::size_t> find_boot_table(Bytes code);
std::optional<BootTable> read_boot_table(Bytes code);
/// Precondition: read_boot_table(code) has a value.
void write_boot_table(Buffer& code, const BootTable& table);
/// The code with an empty table, for comparing installations.
Buffer without_boot_table(Bytes code);

/// What an installer writes into stage2's head.
struct StageHead {
  std::uint32_t install_id = 0;
  StageKind kind = StageKind::kNotInstalled;
  std::uint64_t volume = 0;     ///< LBA of the volume with the configuration
  std::vector<SectorRun> body;  ///< counts of at most 65,535
  constexpr bool operator==(const StageHead&) const = default;
};

/// The sectors of a whole file (in file order), as head and body: the two head sectors, and the body's runs
/// joined and cut to what a head can hold. Nothing when the file has fewer than 3 sectors, or more than
/// head::kMaxRuns are needed.
struct StagePlace {
  std::uint64_t lba0 = 0, lba1 = 0;
  std::vector<SectorRun> body;
};
std::optional<StagePlace> place_stage2(std::span<const SectorRun> file);

/// True when the bytes begin as a stage2 does and are at least as long as the head says.
bool is_stage2(Bytes file);
/// The length that a head states. Precondition: head::kSize bytes that begin as stage2 does.
std::uint32_t stage2_length(Bytes head);
/// The head's fields; nothing when `head` (at least head::kSize bytes) does not begin as stage2 does.
std::optional<StageHead> read_stage_head(Bytes head);
/// Writes the head's fields and the sum. Precondition: is_stage2(file).
void write_stage_head(Buffer& file, const StageHead& head);
/// What head::kSum has to be. Precondition: is_stage2(file).
std::uint32_t stage2_sum(Bytes file);
/// The sum in the head is right. Precondition: is_stage2(file).
bool stage2_is_intact(Bytes file);

}  // namespace bootsim::install
