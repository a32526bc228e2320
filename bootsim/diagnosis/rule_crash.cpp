// The CPU runs what is no code.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/trail.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

using namespace bios::low_memory;

bool broke_down(const Evidence& evidence) {
  if (evidence.at_work()) return false;
  return evidence.crashed() || evidence.result.exit == 7 || evidence.result.exit == 4 ||
         evidence.result.verdict == "halted" || evidence.result.verdict == "not-reached";
}

/// The guest's last read, when nothing of the disk was asked for behind it.
const DiskCall* read_before_the_end(const Evidence& evidence) {
  const DiskCall* last = evidence.last_call();
  return last && last->read_well() && !last->by_bios() && last->buffer() ? last : nullptr;
}

std::optional<Answer> overwrote_code(const Evidence& evidence) {
  const DiskCall* read = read_before_the_end(evidence);
  if (!read || !broke_down(evidence) || !read->code_changed || !read->covers(read->in.cs_ip().linear()))
    return std::nullopt;
  return Answer{
      fmt::format("Call {} loads {} to {} ({}), over the code at {} that made the call: the CPU goes on in what was "
                  "read. Load elsewhere, or move the code away first.",
                  read->number, where_words(*read), far_words(*read->arguments.buffer),
                  range_words(*read->buffer(), read->bytes), far_words(read->caller)),
      {read->number}};
}

/// The interrupt's own frame, below SS:SP, counts too: when that is hit, the call never returns.
std::optional<Answer> overwrote_stack(const Evidence& evidence) {
  const DiskCall* read = evidence.last_call();
  if (!read || !read->reads() || read->hook || !read->buffer() || read->by_bios() || !broke_down(evidence))
    return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  if (!drive) return std::nullopt;
  constexpr std::uint32_t kFrame = 6;
  const std::uint32_t top = read->in.ss_sp().linear(), frame = top >= kFrame ? top - kFrame : 0;
  const std::uint64_t begin = *read->buffer(), size = std::uint64_t{read->count()} * drive->sector_size;
  if (begin + size <= frame || begin > top) return std::nullopt;
  const bool over_frame = begin < top;  // then the call's own way back is gone, whatever was read
  if (read->finished && !read->stack_changed && (!over_frame || read->failed())) return std::nullopt;
  return Answer{
      fmt::format("In call {} {} loads {} to {} ({}), over the stack at SS:SP {}: {}. Set SS:SP to where nothing is "
                  "loaded.",
                  read->number, caller_words(evidence, *read), where_words(*read), far_words(*read->arguments.buffer),
                  range_words(*read->buffer(), size), far_words(read->in.ss_sp()),
                  read->finished ? "the next return goes astray" : "the call itself cannot return"),
      {read->number}};
}

/// A read that waits for its drive may never come back: the timer's vector is gone, too.
std::optional<Answer> overwrote_bios(const Evidence& evidence) {
  const DiskCall* read = evidence.last_call();
  if (!read || !read->reads() || read->hook || read->by_bios() || !read->buffer() || !broke_down(evidence) ||
      *read->buffer() >= kBdaEnd || (read->finished && !read->read_well()))
    return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  const std::uint64_t size =
      read->finished ? read->bytes : std::uint64_t{read->count()} * (drive ? drive->sector_size : 0);
  if (size == 0) return std::nullopt;
  const bool vectors = *read->buffer() < kVectorsEnd;
  // A packet's buffer is an offset and a segment, of 16 bits each, and people write a linear address there.
  const emu::FarPtr& buffer = *read->arguments.buffer;
  const std::uint32_t as_number = std::uint32_t{buffer.seg} << 16 | buffer.off;
  const bool linear = read->edd_read() && buffer.seg != 0 && as_number < (2u << 20);
  return Answer{
      fmt::format("In call {} {} loads {} to {} ({}), over the {}: no BIOS call works after it. {}", read->number,
                  caller_words(evidence, *read), where_words(*read), far_words(*read->arguments.buffer),
                  range_words(*read->buffer(), size), vectors ? "interrupt vectors" : "BIOS data area",
                  linear
                      ? fmt::format("The packet's buffer is an offset and a segment, not the linear address {:05X}h.",
                                    as_number)
                      : std::string("Is ES (or the packet's buffer segment) set?")),
      {read->number}};
}

/// " Call 2, INT 13h/08h, …": that call gives a floppy's parameter table in ES:DI (RBIL 13-08).
std::string set_by_geometry_words(const Evidence& evidence, const DiskCall& read) {
  constexpr std::uint8_t kGeometry = 0x08;
  for (const DiskCall& call : evidence.calls) {
    if (call.ah() == kGeometry && call.finished && call.number < read.number && call.in.es() != call.out.es() &&
        call.out.es() == read.in.es() && read.chs_read())
      return fmt::format(" Call {}, INT 13h/08h, has set it: ES:DI is a floppy's parameter table behind it.",
                         call.number);
  }
  return {};
}

std::optional<Answer> loaded_into_rom(const Evidence& evidence) {
  const DiskCall* read = read_before_the_end(evidence);
  const bool picture = read && *read->buffer() >= kVideo && *read->buffer() < kAdapterRoms && !evidence.crashed();
  if (!read || picture || !broke_down(evidence) || *read->buffer() + read->bytes <= kVideo ||
      *read->buffer() >= kMegabyte)
    return std::nullopt;
  return Answer{fmt::format("In call {} {} loads {} to {} ({}), where video memory and ROMs are (A0000h and up), not "
                            "RAM. Is ES (or the packet's buffer segment) set?",
                            read->number, caller_words(evidence, *read), where_words(*read),
                            far_words(*read->arguments.buffer), range_words(*read->buffer(), read->bytes)) +
                    set_by_geometry_words(evidence, *read),
                {read->number}};
}

// --- Where the CPU ended.

std::optional<Answer> empty_sector(const Evidence& evidence) {
  if (!evidence.crashed() || !evidence.real_mode()) return std::nullopt;
  const emu::FarPtr at = evidence.place();
  if (!evidence.zeros(at.linear(), 16)) return std::nullopt;
  const auto origin = evidence.origin(at.linear());
  if (!origin || origin->moved) return std::nullopt;
  const auto bytes = evidence.sectors(origin->drive, origin->lba, 512);
  if (std::any_of(bytes.begin() + std::min<std::size_t>(origin->offset, 496), bytes.end() - 2,
                  [](std::uint8_t b) { return b != 0; }) &&
      origin->call == nullptr)
    return std::nullopt;
  // What lies there now may have been written by the guest.
  if (bytes.size() > origin->offset && bytes[origin->offset] != 0) return std::nullopt;
  std::string text = fmt::format("The CPU runs zeros at {}: ", far_words(at));
  if (origin->call) {
    text += fmt::format("call {} loaded them from {}, and there are zeros on the medium.", origin->call->number,
                        origin_words(evidence, *origin));
  } else {
    text += fmt::format("they are in the boot image, {}.", origin_words(evidence, *origin));
  }
  const std::string on = ran_on_words(evidence, at.linear());
  text += on.empty() ? came_from_words(evidence) + misread_address_words(evidence, at) : on;
  std::vector<std::uint64_t> calls;
  if (origin->call) calls.push_back(origin->call->number);
  return Answer{text, calls};
}

/// Programs in a file format, entered at their header.
std::optional<Answer> entered_header(const Evidence& evidence) {
  constexpr std::size_t kFewReads = 16;
  const bool stuck = evidence.result.exit == exit_code::kNotReached && evidence.code_failed();
  if ((!evidence.crashed() && !stuck) || evidence.calls.size() > kFewReads) return std::nullopt;
  const auto elf = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.read_well() && read_by_guest(call) && call.buffer() && call.arguments.lba &&
           devices::media::has_text(evidence.sectors(call.in.dl(), *call.arguments.lba, 16), 0, "\177ELF");
  });
  if (elf == evidence.calls.end()) return std::nullopt;
  // ELF's header and one program header have so many bytes: an entry point lies behind them.
  constexpr std::uint32_t kHeaders = 52 + 32;
  const auto in_header = [&](const emu::FarPtr& place) {
    return place.linear() >= *elf->buffer() && place.linear() - *elf->buffer() < kHeaders;
  };
  const auto& tail = evidence.course().tail;
  bool seen = std::any_of(tail.begin(), tail.end(), [&](const Step& step) {
    return step.linear() >= *elf->buffer() && step.linear() - *elf->buffer() < kHeaders;
  });
  const auto trail = seen || !evidence.real_mode() ? std::nullopt : follow(evidence, Part::kBeginning);
  if (trail) seen = std::any_of(trail->places.begin(), trail->places.end(), in_header);
  // Small programs crash so soon behind the call that its way is not on the trail.
  if (!seen && !elf->covers(evidence.place().linear())) return std::nullopt;
  return Answer{fmt::format("The CPU runs the header of an ELF file, which {}: that is no code. Make a flat binary of "
                            "it (objcopy -O binary), or go to its entry point.",
                            loaded_words(*elf)),
                {elf->number}};
}

/// Exceptions that nobody handles: the bytes there were loaded, but are they code?
std::optional<Answer> ran_data(const Evidence& evidence) {
  if (!evidence.crashed() || !evidence.real_mode()) return std::nullopt;
  const emu::FarPtr at = evidence.place();
  const auto origin = evidence.origin(at.linear());
  if (!origin || !origin->call || origin->moved) return std::nullopt;
  std::string text = fmt::format("The CPU ran into what is no code for it at {}: call {} loaded that from {}.",
                                 far_words(at), origin->call->number, origin_words(evidence, *origin));
  const std::string on = ran_on_words(evidence, at.linear());
  return Answer{text + (on.empty() ? came_from_words(evidence) : on), {origin->call->number}};
}

constexpr std::array<Rule, 4> kOverwrites = {{
    {{"overwrote-code", "a read lands on the code that made it"}, overwrote_code},
    {{"overwrote-stack", "a read lands on the stack"}, overwrote_stack},
    {{"overwrote-bios", "a read lands on the interrupt vectors or the BIOS data area"}, overwrote_bios},
    {{"loaded-into-rom", "a read goes to video memory or ROM"}, loaded_into_rom},
}};
constexpr std::array<Rule, 3> kCrashes = {{
    {{"entered-header", "the CPU runs the header of an ELF file"}, entered_header},
    {{"empty-sector", "the CPU runs zeros that were loaded from the medium"}, empty_sector},
    {{"ran-data", "the CPU runs bytes of the medium that are no code"}, ran_data},
}};

}  // namespace

std::span<const Rule> overwrite_rules() { return kOverwrites; }
std::span<const Rule> crash_rules() { return kCrashes; }

}  // namespace bootsim::diagnosing
