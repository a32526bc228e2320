#include "bootsim/install/patch.h"

#include <algorithm>

#include "devices/media/bytes.h"

namespace bootsim::install {

using devices::media::has_text;
using devices::media::le16;
using devices::media::le32;
using devices::media::le64;

namespace {

void put(Buffer& bytes, std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// A run's count is a word.
constexpr std::uint64_t kMaxRunCount = 0xFFFF;

}  // namespace

std::optional<std::size_t> find_boot_table(Bytes code) {
  std::optional<std::size_t> found;
  for (std::size_t at = 0; at + boot_table::kSize <= code.size(); ++at) {
    if (!has_text(code, at, boot_table::kMagic)) continue;
    if (found) return std::nullopt;
    found = at;
  }
  return found;
}

std::optional<BootTable> read_boot_table(Bytes code) {
  const auto at = find_boot_table(code);
  if (!at) return std::nullopt;
  return BootTable{le32(code, *at + boot_table::kInstallId), le64(code, *at + boot_table::kLba0),
                   le64(code, *at + boot_table::kLba1)};
}

void write_boot_table(Buffer& code, const BootTable& table) {
  const std::size_t at = find_boot_table(code).value();
  put(code, at + boot_table::kInstallId, table.install_id, 4);
  put(code, at + boot_table::kLba0, table.lba0, 8);
  put(code, at + boot_table::kLba1, table.lba1, 8);
}

Buffer without_boot_table(Bytes code) {
  Buffer bytes(code.begin(), code.end());
  if (find_boot_table(code)) write_boot_table(bytes, {});
  return bytes;
}

std::optional<StagePlace> place_stage2(std::span<const SectorRun> file) {
  StagePlace place;
  std::uint64_t index = 0;
  for (SectorRun run : file) {
    for (; run.count != 0 && index < 2; ++index, ++run.lba, --run.count)
      (index == 0 ? place.lba0 : place.lba1) = run.lba;
    index += run.count;
    while (run.count != 0) {
      const bool joins = !place.body.empty() && place.body.back().lba + place.body.back().count == run.lba &&
                         place.body.back().count < kMaxRunCount;
      if (!joins) place.body.push_back({run.lba, 0});
      const std::uint64_t part = std::min(run.count, kMaxRunCount - place.body.back().count);
      place.body.back().count += part;
      run.lba += part;
      run.count -= part;
    }
  }
  if (place.body.empty() || place.body.size() > head::kMaxRuns) return std::nullopt;
  return place;
}

bool is_stage2(Bytes file) {
  return file.size() > head::kSize && has_text(file, head::kMagicAt, head::kMagic) &&
         stage2_length(file) > head::kSize && stage2_length(file) <= file.size() && stage2_length(file) <= kMaxStage2;
}

std::uint32_t stage2_length(Bytes head) { return le32(head, head::kLength); }

std::optional<StageHead> read_stage_head(Bytes bytes) {
  if (bytes.size() < head::kSize || !has_text(bytes, head::kMagicAt, head::kMagic)) return std::nullopt;
  StageHead result{
      le32(bytes, head::kInstallId), static_cast<StageKind>(bytes[head::kKind]), le64(bytes, head::kVolume), {}};
  for (std::size_t at = head::kRuns; at < head::kRunsEnd; at += head::kRunSize) {
    const SectorRun run{le64(bytes, at), le16(bytes, at + 8)};
    if (run.count == 0) break;
    result.body.push_back(run);
  }
  return result;
}

void write_stage_head(Buffer& file, const StageHead& fields) {
  std::fill(file.begin() + head::kPatchedBegin, file.begin() + head::kPatchedEnd, std::uint8_t{0});
  put(file, head::kInstallId, fields.install_id, 4);
  file[head::kKind] = static_cast<std::uint8_t>(fields.kind);
  put(file, head::kVolume, fields.volume, 8);
  std::size_t at = head::kRuns;
  for (const SectorRun& run : fields.body) {
    if (at == head::kRunsEnd) break;
    put(file, at, run.lba, 8);
    put(file, at + 8, run.count, 2);
    at += head::kRunSize;
  }
  put(file, head::kSum, stage2_sum(file), 4);
}

std::uint32_t stage2_sum(Bytes file) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < stage2_length(file); ++at) {
    if (at >= head::kPatchedBegin && at < head::kPatchedEnd) continue;
    sum += std::uint32_t{file[at]} << (8 * (at % 4));
  }
  return 0u - sum;
}

bool stage2_is_intact(Bytes file) { return le32(file, head::kSum) == stage2_sum(file); }

}  // namespace bootsim::install
