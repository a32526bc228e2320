// The read that failed, and after which nothing was read any more.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/packet_words.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

// Status of INT 13h (RBIL table 00234).
constexpr std::uint8_t kInvalid = 0x01, kDmaBoundary = 0x09;
/// EDD 3.0 §4.3: block counts up to 127.
constexpr std::uint32_t kMostEddSectors = 127;

/// Whoever reads well with the same instruction reaches the medium; a failure elsewhere is a probe.
bool reached_its_drive(const Evidence& evidence, const DiskCall& failed) {
  return std::any_of(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.read_well() && call.in.dl() != failed.in.dl() && call.number < failed.number && !call.by_bios();
  });
}

/// The drive may have gone since: the emulated one goes with the boot.
bool was_there(const Evidence& evidence, const DiskCall& failed) {
  return std::any_of(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.number < failed.number && call.in.dl() == failed.in.dl() && call.finished && !call.failed();
  });
}

/// " It went on all the same: …" when the CPU ended where the failed read was to load.
std::string went_on(const Evidence& evidence, const DiskCall& read) {
  const std::uint32_t at = evidence.place().linear();
  const std::uint64_t asked = std::uint64_t{std::max(read.count(), 1u)} * devices::media::kSectorSize;
  if (!evidence.crashed() || !evidence.real_mode() || !read.buffer() || at < *read.buffer() ||
      at - *read.buffer() >= asked)
    return {};
  return fmt::format(" The loader does not look at CF and jumped to {} all the same.", far_words(evidence.place()));
}

/// The guest's INT 13h/08h right before a read.
const DiskCall* geometry_before(const Evidence& evidence, const DiskCall& read) {
  constexpr std::uint8_t kGeometry = 0x08;
  for (const DiskCall& call : evidence.calls) {
    if (call.number + 1 == read.number && call.ah() == kGeometry && call.finished && !call.by_bios()) return &call;
  }
  return nullptr;
}

std::optional<Answer> no_such_drive(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook || evidence.drive(read->in.dl()) || was_there(evidence, *read) ||
      reached_its_drive(evidence, *read))
    return std::nullopt;
  const std::uint8_t booted = evidence.boot_drive();
  std::string text = fmt::format("In call {} {} reads drive {:02X}h, which does not exist; the boot is from {}.",
                                 read->number, caller_words(evidence, *read), read->in.dl(), bios::drive_words(booted));
  if (const DiskCall* asked = geometry_before(evidence, *read); asked && asked->out.dl() == read->in.dl()) {
    text += fmt::format(
        " Call {}, INT 13h/08h, has put that into DL, the number of drives (and other values into CX, DH, ES:DI): keep "
        "the drive elsewhere.",
        asked->number);
    return Answer{text + went_on(evidence, *read), {asked->number, read->number}};
  }
  const auto given = evidence.options.quirks.handover_dl;
  constexpr std::uint8_t kHardDisks = 0x80;
  if (read->chs_read() && read->in.dh() >= kHardDisks && read->in.dl() < kHardDisks) {
    text += fmt::format(" DH, the head, is {:02X}h: have DH and DL changed places?", read->in.dh());
    return Answer{text, {read->number}};
  }
  text += given && *given != booted
              ? fmt::format(" The BIOS gave {:02X}h in DL, as --quirk dl asks.", *given)
              : fmt::format(" The BIOS gave {:02X}h in DL: keep it, and read from that drive.", booted);
  return Answer{text + went_on(evidence, *read), {read->number}};
}

std::optional<Answer> no_medium(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || drive->ready() || reached_its_drive(evidence, *read)) return std::nullopt;
  return Answer{fmt::format("In call {} {} reads {}, which is empty.", read->number, caller_words(evidence, *read),
                            bios::drive_words(read->in.dl())),
                {read->number}};
}

/// The function is there, but not for this drive: extended reads on floppies, or with --quirk no-edd.
std::optional<Answer> no_extensions(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook || !read->edd_read() || read->status() != kInvalid) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || drive->edd || drive->drive_class == bios::DriveClass::kCd) return std::nullopt;
  const bool floppy = drive->drive_class == bios::DriveClass::kFloppy;
  return Answer{
      fmt::format("In call {} {} makes an extended read (INT 13h/42h) of {}, {}. Ask INT 13h/41h first, and read by "
                  "cylinder, head and sector (02h) where it fails.",
                  read->number, caller_words(evidence, *read), bios::drive_words(read->in.dl()),
                  floppy ? "and BIOSes have no extensions for floppies" : "which has no extensions"),
      {read->number}};
}

/// CDs have no cylinders: neither El Torito nor EDD gives them CHS addresses.
std::optional<Answer> cd_by_chs(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook || !read->chs_read()) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || drive->drive_class != bios::DriveClass::kCd) return std::nullopt;
  return Answer{fmt::format("In call {} {} reads {} of {} by INT 13h/02h ({}): a CD that boots without emulation has "
                            "no cylinders, heads and sectors. Read it by LBA (42h), in sectors of 2048 bytes.{}",
                            read->number, caller_words(evidence, *read), where_words(*read),
                            bios::drive_words(read->in.dl()), status_words(*read), went_on(evidence, *read)),
                {read->number}};
}

std::optional<Answer> bad_packet(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  constexpr std::uint8_t kFlatPacketSize = 0x18;  // EDD 3.0: with a flat address behind it
  if (!read || read->hook || !read->edd_read() || !evidence.drive(read->in.dl())) return std::nullopt;
  const std::uint8_t size = read->packet_size;
  if (read->in.ds_si().linear() < bios::low_memory::kBdaEnd && size != kPacketSize && size != kFlatPacketSize)
    return Answer{
        fmt::format("In call {} {} gives no disk address packet: DS:SI is {}, in the BIOS's vectors and data. {}",
                    read->number, caller_words(evidence, *read), far_words(read->in.ds_si()),
                    packet_elsewhere_words(evidence, *read)),
        {read->number}};
  if (size >= kPacketSize || read->status() != kInvalid) return std::nullopt;
  return Answer{
      fmt::format("In call {} {} gives a disk address packet at {} whose first byte is {:02X}h; it must be its size, "
                  "10h or more. {}",
                  read->number, caller_words(evidence, *read), far_words(read->in.ds_si()), size,
                  packet_elsewhere_words(evidence, *read)),
      {read->number}};
}

std::optional<Answer> too_many(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive) return std::nullopt;
  const bool edd = read->edd_read() && read->status() == kDmaBoundary && read->count() > kMostEddSectors;
  const bool chs = read->chs_read() && read->status() == kInvalid && (read->count() == 0 || read->count() > 128);
  if (edd) {
    return Answer{fmt::format("In call {} {} asks for {} in one extended read ({}). EDD allows {}, and less where the "
                              "buffer would pass 64 KiB: read in pieces.",
                              read->number, caller_words(evidence, *read), sectors_words(read->count()),
                              status_words(*read), kMostEddSectors),
                  {read->number}};
  }
  if (!chs) return std::nullopt;
  return Answer{fmt::format("In call {} {} asks INT 13h/02h for {} at once (AL); 1 to 128 are possible, and on "
                            "floppies no more than the track holds.",
                            read->number, caller_words(evidence, *read), sectors_words(read->count())),
                {read->number}};
}

std::optional<Answer> dma_boundary(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook || read->status() != kDmaBoundary || !read->buffer()) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || !drive->on_floppy_controller()) return std::nullopt;
  const std::uint32_t begin = *read->buffer(), end = begin + read->count() * drive->sector_size - 1;
  if (begin >> 16 == end >> 16) return std::nullopt;
  return Answer{
      fmt::format("In call {} {} reads {} to {}, across {:05X}h: a floppy's DMA cannot pass a multiple of 64 KiB ({}). "
                  "Split the read there, or load elsewhere.",
                  read->number, caller_words(evidence, *read), sectors_words(read->count()),
                  far_words(*read->arguments.buffer), end & 0xFFFF0000, status_words(*read)),
      {read->number}};
}

/// Who calculates with another geometry than the BIOS's.
std::string geometry_source(const Evidence& evidence, const devices::media::Geometry& geometry) {
  const auto bpb = loaded_bpb(evidence);
  if (bpb && (bpb->heads != geometry.heads || bpb->sectors_per_track != geometry.sectors))
    return fmt::format(
        " The BPB of {} (LBA {}, bytes 18h-1Bh) says {} heads and {} sectors per track: make it fit, or ask INT "
        "13h/08h.",
        bpb->name, bpb->lba, bpb->heads, bpb->sectors_per_track);
  return " Ask INT 13h/08h for the geometry, or read by LBA (42h).";
}

/// " Sectors of a CHS address count from 1 …" where it has a sector 0.
std::string sector_zero_words(const bios::Chs& chs) {
  constexpr unsigned kMostSectors = 63;
  if (chs.sector != 0) return {};
  return chs.cylinder > 0 && chs.cylinder <= kMostSectors
             ? " CL has the sector, which counts from 1, and CH the cylinder: have they changed places?"
             : " Sectors of a CHS address count from 1 (CL); LBA 0 is CHS 0/0/1.";
}

std::optional<Answer> outside_geometry(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook || !read->chs_read() || !read->arguments.chs) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || !drive->ready() || drive->drive_class == bios::DriveClass::kCd || read->count() == 0)
    return std::nullopt;
  const auto& g = drive->logical;
  const bios::Chs& chs = *read->arguments.chs;
  const bool floppy_track = drive->on_floppy_controller() && chs.sector + read->count() - 1 > g.sectors;
  const bool outside = chs.sector == 0 || chs.sector > g.sectors || chs.head >= g.heads || chs.cylinder >= g.cylinders;
  if (!outside && !floppy_track) return std::nullopt;
  const bool wild = chs.cylinder >= g.cylinders && chs.head < g.heads && chs.sector != 0 && chs.sector <= g.sectors;
  std::string text =
      fmt::format("In call {} {} reads {}, but drive {:02X}h has {} cylinders, {} heads and {} sectors per track ({}).",
                  read->number, caller_words(evidence, *read), where_words(*read), read->in.dl(), g.cylinders, g.heads,
                  g.sectors, status_words(*read));
  const std::uint64_t end = (std::uint64_t{chs.cylinder} * g.heads + chs.head + 1) * g.sectors * drive->sector_size;
  // The geometry of a floppy that is cut short is a guess by its size.
  const bool floppy = drive->on_floppy_controller();
  const auto cut = wild || floppy ? cut_words(evidence, read->in.dl(), floppy ? 0 : end) : std::nullopt;
  const std::string zero = sector_zero_words(chs);
  text += cut ? " " + *cut : zero.empty() ? geometry_source(evidence, g) : zero;
  return Answer{text + went_on(evidence, *read), {read->number}};
}

/// " The file has only 512 bytes …" when a boot sector was not joined with what it is to load, or not padded.
std::string small_image_words(const Evidence& evidence, const DiskCall& read) {
  constexpr std::uint64_t kSmall = 64 * 1024, kNear = 128;
  const bios::Drive* drive = evidence.drive(read.in.dl());
  if (drive->drive_class == bios::DriveClass::kCd) return {};
  const InspectReport* report = evidence.report(read.in.dl());
  const std::uint64_t lba = read.arguments.lba.value_or(0);
  if (!report || report->whole || !report->partitions.empty() || report->size > kSmall || lba >= drive->sectors + kNear)
    return {};
  const std::uint64_t needed = (lba + std::max(read.count(), 1u)) * drive->sector_size;
  return fmt::format(
      " The file has only {} bytes, and the read ends at byte {}: put what is to be loaded behind the boot sector, and "
      "pad the image ({}).",
      report->size, needed, drive->drive_class == bios::DriveClass::kFloppy ? "truncate -s 1440K" : "truncate -s 1M");
}

/// " A CD's sectors have 2048 bytes …" when an LBA in sectors of 512 bytes is on the medium.
std::string cd_sectors_words(const bios::Drive& drive, std::uint64_t lba) {
  constexpr std::uint64_t kRatio = devices::media::kCdSectorSize / devices::media::kSectorSize;
  if (drive.drive_class != bios::DriveClass::kCd || lba / kRatio >= drive.sectors) return {};
  return fmt::format(" A CD's sectors have 2048 bytes: counted in those, {} sectors of 512 bytes are LBA {}.", lba,
                     lba / kRatio);
}

std::optional<Answer> past_end(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook || !read->arguments.lba) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || !drive->ready()) return std::nullopt;
  const std::uint64_t lba = *read->arguments.lba, count = std::max(read->count(), 1u);
  if (lba < drive->sectors && count <= drive->sectors - lba) return std::nullopt;
  const std::uint64_t beyond = lba >= drive->sectors ? lba - drive->sectors : 0;
  std::string text = fmt::format("In call {} {} reads {}; drive {:02X}h ends at sector {}", read->number,
                                 caller_words(evidence, *read), where_words(*read), read->in.dl(), drive->sectors);
  text += beyond == 0 ? " (counting from 0), inside of the read."
                      : fmt::format(", {} before that.", sectors_words(beyond + 1));
  const bool absurd = lba > (std::uint64_t{1} << 40);
  const std::uint64_t end = absurd ? ~std::uint64_t{0} : drive->base_offset + (lba + count) * drive->sector_size;
  if (const auto cut = cut_words(evidence, read->in.dl(), end))
    return Answer{text + " " + *cut + went_on(evidence, *read), {read->number}};
  if (const std::string small = small_image_words(evidence, *read); !small.empty())
    return Answer{text + small + went_on(evidence, *read), {read->number}};
  if (const std::string counted = cd_sectors_words(*drive, lba); !counted.empty())
    return Answer{text + counted + went_on(evidence, *read), {read->number}};
  text += fmt::format(" Nothing on the medium says that it reaches there: the number itself is wrong{}.",
                      read->edd_read() ? fmt::format(" (disk address packet at {})", far_words(read->in.ds_si())) : "");
  if (read->edd_read()) text += packet_slip_words(evidence, *read, drive->sectors);
  return Answer{text + went_on(evidence, *read), {read->number}};
}

std::optional<Answer> unreadable(const Evidence& evidence) {
  const DiskCall* read = evidence.fatal_read();
  if (!read || read->hook || !read->arguments.lba || evidence.options.faults.empty()) return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive || !drive->ready()) return std::nullopt;
  const std::string file = evidence.file_at(read->in.dl(), *read->arguments.lba);
  return Answer{fmt::format("In call {} {} could not read {} of drive {:02X}h{} ({}), as --fail-read asks, and nothing "
                            "was read after it.",
                            read->number, caller_words(evidence, *read), where_words(*read), read->in.dl(),
                            file.empty() ? "" : ", " + file, status_words(*read)),
                {read->number}};
}

/// A loader that stops at a call that the BIOS refuses because it does not know the function.
std::optional<Answer> missing_function(const Evidence& evidence) {
  const DiskCall* last = evidence.last_call();
  if (last && !last->function && !last->hook && last->failed()) {
    return Answer{fmt::format("In call {} {} asks for INT 13h/{:02X}h, a function that this BIOS does not have ({}); "
                              "the loader stopped after it.",
                              last->number, caller_words(evidence, *last), last->ah(), status_words(*last)),
                  {last->number}};
  }
  if (evidence.missing.empty() || !evidence.gave_up()) return std::nullopt;
  const debugger::MissingFunction& call = evidence.missing.back();
  if (call.vector == 0x10 || call.vector == 0x16 || call.disk_calls_before != evidence.result.disk_calls)
    return std::nullopt;
  return Answer{fmt::format("The last thing that {} at {} asked for was INT {:02X}h with AX={:04X}h, which this BIOS "
                            "does not have.",
                            evidence.code_name(call.caller.linear()), far_words(call.caller), call.vector, call.ax),
                {}};
}

/// Sectors of a CHS address count from 1, LBAs from 0: whoever takes one for the other runs the boot sector
/// again.
std::optional<Answer> reads_itself(const Evidence& evidence) {
  constexpr std::size_t kTimes = 16;
  if (evidence.result.exit != exit_code::kLimit && !evidence.crashed()) return std::nullopt;
  const auto begin = std::find_if(evidence.calls.begin(), evidence.calls.end(), read_by_guest);
  if (begin == evidence.calls.end() || !begin->arguments.lba || *begin->arguments.lba != 0 || !begin->buffer())
    return std::nullopt;
  const DiskCall& first = *begin;
  const auto again = [&](const DiskCall& call) {
    return call.read_well() && call.arguments.lba == first.arguments.lba && call.in.dl() == evidence.boot_drive() &&
           call.buffer() == first.buffer();
  };
  std::size_t times = 0;
  for (auto call = begin; call != evidence.calls.end(); ++call) {
    if (!read_by_guest(*call) || !call->finished) continue;
    if (!again(*call)) return std::nullopt;
    ++times;
  }
  if (times < kTimes) return std::nullopt;
  return Answer{
      fmt::format("Call {} and all behind it read {}, the boot sector itself, to {}: it runs again and again. {}",
                  first.number, where_words(first), far_words(*first.arguments.buffer),
                  first.chs_read()
                      ? "Sectors of a CHS address count from 1: what lies behind the boot sector begins at sector 2."
                      : "LBA 0 is the boot sector: what lies behind it begins at LBA 1."),
      {first.number}};
}

constexpr std::array<Rule, 11> kRules = {{
    {{"reads-itself", "the boot sector loads itself again and again"}, reads_itself},
    {{"no-such-drive", "the loader reads a drive number that does not exist"}, no_such_drive},
    {{"no-medium-in-drive", "the loader reads an empty drive"}, no_medium},
    {{"no-extensions", "an extended read of a drive without the INT 13h extensions"}, no_extensions},
    {{"cd-by-chs", "a CD is read by cylinder, head and sector"}, cd_by_chs},
    {{"bad-packet", "a disk address packet that is none"}, bad_packet},
    {{"too-many-sectors", "more sectors in one call than INT 13h can move"}, too_many},
    {{"dma-boundary", "a floppy read across a multiple of 64 KiB"}, dma_boundary},
    {{"outside-geometry", "a cylinder, head or sector that the drive does not have"}, outside_geometry},
    {{"past-end", "a read past the end of the medium, cut short or not"}, past_end},
    {{"unreadable", "a sector that --fail-read spoils"}, unreadable},
}};
constexpr std::array<Rule, 1> kLast = {{
    {{"missing-function", "the loader stopped after a call that the BIOS does not have"}, missing_function},
}};

}  // namespace

std::span<const Rule> read_rules() { return kRules; }
std::span<const Rule> function_rules() { return kLast; }

}  // namespace bootsim::diagnosing
