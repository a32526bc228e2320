#include "debugger/sector_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <vector>

#include "debugger/extent_map.h"
#include "debugger/files/file_system.h"
#include "debugger/files/iso9660.h"
#include "debugger/files/walk.h"
#include "devices/media/el_torito.h"
#include "devices/media/partition_table.h"

namespace debugger {

using devices::media::Attach;
using devices::media::Medium;
using devices::media::Partition;
using devices::media::PartitionTable;

namespace {

constexpr std::uint64_t kSector = devices::media::kSectorSize;
constexpr std::uint64_t kCdSector = devices::media::kCdSectorSize;
constexpr std::uint64_t kSystemArea = 16 * kCdSector;  // ECMA-119 §6.2.1
constexpr std::size_t kMaxVolumes = 32;

/// One partition, and the file system in it when one is recognised.
struct Slot {
  std::string name;  ///< "partition 1"
  std::uint64_t begin;
  std::uint64_t size;
  std::unique_ptr<files::FileSystem> fs;
};

/// Names everything on one medium. The order of the calls is the order of precedence.
class Builder {
 public:
  Builder(const Medium& medium, Attach attach, ExtentMap& map);
  void build();

 private:
  void find_slots();
  void add_iso_first();
  void add_disk_first();
  void add_file_system(const files::FileSystem& fs, const std::string& slot);
  void add_catalog();
  void add_boot_images();
  void add_partition_tables();
  void add_extended_boot_records(const Partition& extended);
  void add_gpt();
  void add_gpt_part(std::uint64_t header_lba, const std::string& prefix);
  void add_slot_files();
  void add_slots();
  void add_plain(const std::string& name, std::uint64_t begin, std::uint64_t length);
  void add_counted(const std::string& name, std::uint64_t begin, std::uint64_t length);
  std::uint64_t boot_image_length(const devices::media::ElToritoEntry& entry) const;

  const Medium& medium_;
  Attach attach_;
  ExtentMap& map_;
  PartitionTable table_;
  std::unique_ptr<files::FileSystem> whole_;
  bool iso_ = false;
  std::vector<Slot> slots_;
  std::size_t volumes_ = 0;  ///< with files, the whole medium's included
  devices::media::ElTorito el_torito_;
};

Builder::Builder(const Medium& medium, Attach attach, ExtentMap& map)
    : medium_(medium), attach_(attach), map_(map), table_(devices::media::read_partition_table(medium)) {
  whole_ = files::open_iso9660(medium, 0, medium.size());
  iso_ = whole_ != nullptr;
  if (!iso_ && table_.partitions.empty()) whole_ = files::open_file_system(medium, 0, medium.size());
  el_torito_ = devices::media::read_el_torito(medium);
  find_slots();
}

/// The partitions that can hold something, each place once: a hybrid MBR repeats what the GPT says.
void Builder::find_slots() {
  std::set<std::uint64_t> begins;
  volumes_ = whole_ ? 1 : 0;
  for (const Partition& p : table_.partitions) {
    const bool protective = p.scheme != Partition::Scheme::kGpt && p.mbr_type == devices::media::kMbrTypeGptProtective;
    if (protective || p.sectors == 0 || p.first_lba > medium_.size() / kSector) continue;
    Slot slot{fmt::format("partition {}", p.number), p.first_lba * kSector, 0, nullptr};
    slot.size = std::min(p.sectors, (medium_.size() - slot.begin) / kSector + 1) * kSector;
    if (!begins.insert(slot.begin).second) continue;
    const bool is_whole_iso = iso_ && slot.begin == 0;
    if (!p.is_extended() && !is_whole_iso && slots_.size() < kMaxVolumes) {
      slot.fs = files::open_file_system(medium_, slot.begin, slot.size);
      // xorriso's partition_offset: the partition begins with its own descriptors of the same ISO.
      if (iso_ && slot.fs && slot.fs->info().type.starts_with("ISO 9660")) slot.fs = nullptr;
    }
    if (slot.fs && slot.fs->info().readable) ++volumes_;
    slots_.push_back(std::move(slot));
  }
}

void Builder::build() {
  if (iso_) add_catalog();
  if (iso_ && attach_ == Attach::kCd) {
    add_iso_first();
  } else {
    add_disk_first();
  }
  map_.finish();
}

void Builder::add_iso_first() {
  add_file_system(*whole_, "");
  add_boot_images();
  add_partition_tables();
  add_counted("system area", 0, kSystemArea);
  add_slot_files();
  add_slots();
}

void Builder::add_disk_first() {
  add_partition_tables();
  add_slot_files();
  if (whole_) add_file_system(*whole_, "");
  if (iso_) {
    add_boot_images();
    add_counted("system area", 0, kSystemArea);
  }
  add_slots();
  // Neither partitions nor a file system: at least the first sector has a name.
  if (!whole_) add_plain(devices::media::is_floppy(attach_) ? "boot sector" : "MBR", 0, kSector);
}

void Builder::add_plain(const std::string& name, std::uint64_t begin, std::uint64_t length) {
  if (begin >= medium_.size()) return;
  map_.add(begin, std::min(length, medium_.size() - begin), map_.add_name(name, false));
}

void Builder::add_counted(const std::string& name, std::uint64_t begin, std::uint64_t length) {
  if (begin >= medium_.size()) return;
  map_.add(begin, std::min(length, medium_.size() - begin), map_.add_name(name, true));
}

void Builder::add_file_system(const files::FileSystem& fs, const std::string& slot) {
  if (!fs.info().readable) {
    const std::uint64_t begin = 0;
    if (slot.empty()) {
      add_plain("boot sector", begin, kSector);
      add_counted(fs.info().type, begin, medium_.size());
    }
    return;
  }
  files::Limits limits;
  const std::size_t share = std::max<std::size_t>(volumes_, 1);
  limits.max_entries /= share;
  limits.max_extents /= share;
  limits.max_path_bytes /= share;
  limits.max_metadata /= share;
  limits.max_steps /= share;
  fs.visit(
      [&](files::Entry&& entry) {
        const bool path = entry.path.starts_with('/');
        std::string name = std::move(entry.path);
        if (!slot.empty() && path && volumes_ > 1) name = slot + ':' + name;
        if (!slot.empty() && !path) name = slot + ' ' + name;
        const bool counted = entry.kind == files::EntryKind::kFile || entry.kind == files::EntryKind::kOther;
        const auto id = map_.add_name(std::move(name), counted);
        for (const files::Extent& run : entry.extents) map_.add(run.offset, run.length, id, run.file_offset);
        return true;
      },
      limits);
}

void Builder::add_catalog() {
  if (el_torito_.catalog_lba == 0) return;
  // A catalog fills whole sectors; only entries beyond the first 2,048 bytes make it longer (32 bytes each).
  const std::uint64_t bytes = (el_torito_.entries.size() + 2) * 32;
  add_plain("boot catalog", el_torito_.catalog_lba * kCdSector, (bytes + kCdSector - 1) / kCdSector * kCdSector);
}

/// The catalog gives only what the BIOS loads; the rest of the image is known by its kind or its boot info
/// table.
std::uint64_t Builder::boot_image_length(const devices::media::ElToritoEntry& entry) const {
  using devices::media::ElToritoMedia;
  if (entry.is(ElToritoMedia::kFloppy1200K)) return 1'228'800;
  if (entry.is(ElToritoMedia::kFloppy1440K)) return 1'474'560;
  if (entry.is(ElToritoMedia::kFloppy2880K)) return 2'949'120;
  if (entry.is(ElToritoMedia::kHardDisk)) {
    std::array<std::uint8_t, 512> mbr{};
    medium_.read(entry.lba * kCdSector, mbr);
    return (std::uint64_t{files::le32(&mbr[454])} + files::le32(&mbr[458])) * kSector;
  }
  const auto info = devices::media::read_boot_info_table(medium_, entry);
  const std::uint64_t loaded = std::uint64_t{std::max<std::uint16_t>(entry.sector_count, 4)} * kSector;
  return info && info->matches ? std::max<std::uint64_t>(loaded, info->length) : loaded;
}

void Builder::add_boot_images() {
  for (const auto& entry : el_torito_.entries)
    if (entry.lba != 0)
      add_counted(fmt::format("boot image {} (El Torito)", entry.number), entry.lba * kCdSector,
                  boot_image_length(entry));
}

void Builder::add_partition_tables() {
  if (table_.kind == PartitionTable::Kind::kNone) return;
  add_plain("MBR", 0, kSector);
  add_gpt();
  std::uint64_t first = ~std::uint64_t{0};
  for (const Partition& p : table_.partitions) {
    first = std::min(first, p.first_lba);
    if (p.is_extended()) add_extended_boot_records(p);
  }
  if (table_.kind == PartitionTable::Kind::kMbr && !iso_ && first > 1 && first <= medium_.size() / kSector) {
    const auto gap = map_.add_name("post-MBR gap", true);
    map_.add(kSector, (first - 1) * kSector, gap);
  }
}

/// Each extended boot record holds one logical partition and a link, relative to the extended partition, to
/// the next.
void Builder::add_extended_boot_records(const Partition& extended) {
  constexpr int kMaxRecords = 128;
  std::uint64_t lba = extended.first_lba;
  for (int i = 0; i < kMaxRecords && lba < medium_.size() / kSector; ++i) {
    std::array<std::uint8_t, 512> record{};
    medium_.read(lba * kSector, record);
    if (record[510] != 0x55 || record[511] != 0xAA) return;
    add_plain("extended boot record", lba * kSector, kSector);
    const std::uint32_t link = files::le32(&record[446 + 16 + 8]);
    if (link == 0) return;
    lba = extended.first_lba + link;
  }
}

void Builder::add_gpt() {
  if (table_.kind != PartitionTable::Kind::kGpt && table_.kind != PartitionTable::Kind::kHybrid) return;
  add_gpt_part(1, "");
  std::array<std::uint8_t, 512> header{};
  medium_.read(kSector, header);
  const std::uint64_t last = medium_.size() / kSector - 1;
  const std::uint64_t alternate = files::le64(&header[32]);
  add_gpt_part(last, "backup ");
  if (alternate > 1 && alternate < last) add_gpt_part(alternate, "backup ");
}

/// A GPT header (UEFI 2.10 §5.3.2) and the entries that it points to.
void Builder::add_gpt_part(std::uint64_t header_lba, const std::string& prefix) {
  std::array<std::uint8_t, 512> header{};
  medium_.read(header_lba * kSector, header);
  if (std::memcmp(header.data(), "EFI PART", 8) != 0) return;
  add_plain(prefix + "GPT header", header_lba * kSector, kSector);
  const std::uint64_t entries = files::le64(&header[72]);
  const std::uint64_t bytes = std::uint64_t{files::le32(&header[80])} * files::le32(&header[84]);
  constexpr std::uint64_t kMaxEntryBytes = 1024 * 4096;
  if (entries < 2 || entries > medium_.size() / kSector) return;
  add_plain(prefix + "GPT entries", entries * kSector,
            (std::min(bytes, kMaxEntryBytes) + kSector - 1) / kSector * kSector);
}

void Builder::add_slot_files() {
  for (const Slot& slot : slots_)
    if (slot.fs && slot.fs->info().readable) add_file_system(*slot.fs, slot.name);
}

/// What is left of the partitions. Inner ones (logical partitions) come before the extended one around them.
void Builder::add_slots() {
  std::vector<const Slot*> by_size;
  for (const Slot& slot : slots_) by_size.push_back(&slot);
  std::stable_sort(by_size.begin(), by_size.end(), [](const Slot* a, const Slot* b) { return a->size < b->size; });
  for (const Slot* slot : by_size) {
    if (slot->begin != 0) add_plain(slot->name + " boot sector", slot->begin, kSector);
    const bool foreign = slot->fs && !slot->fs->info().readable;
    add_counted(foreign ? slot->name + ' ' + slot->fs->info().type : slot->name, slot->begin, slot->size);
  }
}

}  // namespace

class SectorFiles::Map {
 public:
  Map(const Medium& medium, Attach attach) { Builder(medium, attach, extents).build(); }
  ExtentMap extents;
};

SectorFiles::SectorFiles(const Medium& medium, Attach attach) : medium_(&medium), attach_(attach) {}
SectorFiles::~SectorFiles() = default;
SectorFiles::SectorFiles(SectorFiles&&) noexcept = default;
SectorFiles& SectorFiles::operator=(SectorFiles&&) noexcept = default;

const SectorFiles::Map& SectorFiles::map() const {
  if (!map_) map_ = std::make_unique<const Map>(*medium_, attach_);
  return *map_;
}

std::string SectorFiles::at(std::uint64_t byte_offset) const { return map().extents.at(byte_offset, last_); }

void SectorFiles::visit(const std::function<void(std::string_view)>& on_owner,
                        const std::function<void(std::uint64_t, std::uint64_t, std::uint32_t)>& on_run) const {
  map().extents.visit(on_owner, on_run);
}

void SectorFiles::forget() { map_.reset(); }

}  // namespace debugger
