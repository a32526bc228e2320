#include "bootsim/install/stage_file.h"

#include "debugger/files/file_system.h"
#include "emu/text.h"

namespace bootsim::install {
namespace {

using debugger::files::Entry;
using debugger::files::EntryKind;

bool same_path(std::string_view a, std::string_view b, bool exact) { return exact ? a == b : emu::same_words(a, b); }

PathFacts facts_of(const Entry& entry) {
  PathFacts facts{true, !entry.extents.empty(), entry.size, {}};
  std::uint64_t covered = 0;
  for (const auto& extent : entry.extents) {
    facts.whole = facts.whole && extent.file_offset == covered && extent.offset % kSector == 0;
    covered += extent.length;
    facts.runs.push_back({extent.offset / kSector, (extent.length + kSector - 1) / kSector});
    // A run that ends within a sector must be the last.
    facts.whole = facts.whole && (extent.length % kSector == 0 || covered == entry.size);
  }
  facts.whole = facts.whole && covered == entry.size;
  return facts;
}

/// Calls `visit` with every file and directory until it says stop (true).
template <class Visit>
void walk(const devices::media::Medium& disk, const Volume& volume, Visit visit) {
  const auto fs = debugger::files::open_file_system(disk, volume.first * kSector, volume.sectors * kSector);
  if (!fs) return;
  fs->visit([&](Entry&& entry) { return entry.kind == EntryKind::kStructure || !visit(entry); });
}

}  // namespace

PathFacts look_up(const devices::media::Medium& disk, const Volume& volume, std::string_view path) {
  PathFacts facts;
  const bool exact = !volume.type.starts_with("FAT");
  walk(disk, volume, [&](const Entry& entry) {
    const bool found = same_path(entry.path, path, exact);
    if (found) facts = facts_of(entry);
    return found;
  });
  return facts;
}

bool is_empty_directory(const devices::media::Medium& disk, const Volume& volume, std::string_view directory) {
  bool empty = true;
  const bool exact = !volume.type.starts_with("FAT");
  walk(disk, volume, [&](const Entry& entry) {
    const bool inside = entry.path.size() > directory.size() &&
                        same_path(std::string_view(entry.path).substr(0, directory.size()), directory, exact);
    empty = empty && !inside;
    return inside;
  });
  return empty;
}

}  // namespace bootsim::install
