// The CPU runs what is no code.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/trail.h"
#include "bootsim/diagnosis/words.h"
#include "devices/media/bytes.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::uint32_t kVectorsEnd = 0x400, kBiosDataEnd = 0x500, kVideo = 0xA0000, kAdapterRom = 0xC0000,
                        kMegabyte = 0x100000;

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

std::string range_words(std::uint32_t begin, std::uint64_t size) {
  return fmt::format("{:05X}h-{:05X}h", begin, begin + size - 1);
}

std::optional<Answer> overwrote_code(const Evidence& evidence) {
  const DiskCall* read = read_before_the_end(evidence);
  if (!read || !broke_down(evidence) || !read->code_changed || !read->covers(read->in.cs_ip().linear()))
    return std::nullopt;
  return Answer{
      fmt::format(
          "Call {} loads {} to {} ({}), over the code at {} that made the call: the CPU goes on in what was "
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
  if (!drive || (read->finished && !read->stack_changed)) return std::nullopt;
  constexpr std::uint32_t kFrame = 6;
  const std::uint32_t top = read->in.ss_sp().linear(), frame = top >= kFrame ? top - kFrame : 0;
  const std::uint64_t begin = *read->buffer(), size = std::uint64_t{read->count()} * drive->sector_size;
  if (begin + size <= frame || begin > top) return std::nullopt;
  return Answer{fmt::format("In call {} {} loads {} to {} ({}), over the stack at SS:SP {}: {}. Set SS:SP to "
                            "where nothing is loaded.",
                            read->number, caller_words(evidence, *read), where_words(*read),
                            far_words(*read->arguments.buffer), range_words(*read->buffer(), size),
                            far_words(read->in.ss_sp()),
                            read->finished ? "the next return goes astray" : "the call itself cannot return"),
                {read->number}};
}

/// A read that waits for its drive may never come back: the timer's vector is gone, too.
std::optional<Answer> overwrote_bios(const Evidence& evidence) {
  const DiskCall* read = evidence.last_call();
  if (!read || !read->reads() || read->hook || read->by_bios() || !read->buffer() || !broke_down(evidence) ||
      *read->buffer() >= kBiosDataEnd || (read->finished && !read->read_well()))
    return std::nullopt;
  const bios::Drive* drive = evidence.drive(read->in.dl());
  const std::uint64_t size =
      read->finished ? read->bytes : std::uint64_t{read->count()} * (drive ? drive->sector_size : 0);
  if (size == 0) return std::nullopt;
  const bool vectors = *read->buffer() < kVectorsEnd;
  return Answer{fmt::format("In call {} {} loads {} to {} ({}), over the {}: no BIOS call works after it. Is "
                            "ES (or the packet's "
                            "buffer segment) set?",
                            read->number, caller_words(evidence, *read), where_words(*read),
                            far_words(*read->arguments.buffer), range_words(*read->buffer(), size),
                            vectors ? "interrupt vectors" : "BIOS data area"),
                {read->number}};
}

std::optional<Answer> loaded_into_rom(const Evidence& evidence) {
  const DiskCall* read = read_before_the_end(evidence);
  const bool picture =
      read && *read->buffer() >= kVideo && *read->buffer() < kAdapterRom && !evidence.crashed();
  if (!read || picture || !broke_down(evidence) || *read->buffer() + read->bytes <= kVideo ||
      *read->buffer() >= kMegabyte)
    return std::nullopt;
  return Answer{fmt::format("In call {} {} loads {} to {} ({}), where video memory and ROMs are (A0000h and "
                            "up), not RAM. Is ES (or "
                            "the packet's buffer segment) set?",
                            read->number, caller_words(evidence, *read), where_words(*read),
                            far_words(*read->arguments.buffer), range_words(*read->buffer(), read->bytes)),
                {read->number}};
}

// --- Where the CPU ended.

std::string came_from(const Evidence& evidence) {
  const auto trail = follow(evidence);
  const auto place = trail ? last_sound_place(evidence, *trail) : std::nullopt;
  if (!place) return {};
  return fmt::format(" It came there from {} at {}.", evidence.code_name(place->linear()), far_words(*place));
}

std::string first_astray(const Evidence& evidence) {
  const auto trail = follow(evidence);
  const auto place = trail ? last_sound_place(evidence, *trail) : std::nullopt;
  if (!place) return {};
  const auto at = std::find(trail->places.rbegin(), trail->places.rend(), *place);
  if (at == trail->places.rbegin()) return {};
  return far_words(*std::prev(at));
}

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
  std::string text = fmt::format("The CPU runs zeros at {}: ", far_words(at));
  if (origin->call) {
    text += fmt::format("call {} loaded them from {}, and there are zeros on the medium.",
                        origin->call->number, origin_words(evidence, *origin));
  } else {
    text += fmt::format("they are in the boot image, {}.", origin_words(evidence, *origin));
  }
  text += came_from(evidence);
  std::vector<std::uint64_t> calls;
  if (origin->call) calls.push_back(origin->call->number);
  return Answer{text, calls};
}

std::string loaded_words(const DiskCall& read) {
  return fmt::format("call {} loaded {} to {} ({})", read.number, where_words(read),
                     far_words(*read.arguments.buffer), range_words(*read.buffer(), read.bytes));
}

/// " That is offset 12Ch of a copy of the boot sector …": the CPU is behind the part that was copied.
std::string short_copy_words(const Evidence& evidence, std::uint32_t linear) {
  constexpr std::uint32_t kBootSector = 0x7C00, kSize = 512, kStep = 16, kCompared = 16;
  std::vector<std::uint8_t> original(kSize), copy(kSize);
  evidence.memory().read(emu::PhysAddr(kBootSector), original);
  for (std::uint32_t at = linear & ~(kStep - 1); at > kBiosDataEnd && linear - at < kSize; at -= kStep) {
    if (at + kSize > kBootSector && at < kBootSector + kSize) continue;
    evidence.memory().read(emu::PhysAddr(at), copy);
    const auto differs = std::mismatch(original.begin(), original.end(), copy.begin()).first;
    const auto same = static_cast<std::uint32_t>(differs - original.begin());
    if (same < kCompared || same > linear - at) continue;
    return fmt::format(
        " That is offset {:X}h of a copy of the boot sector at {:05X}h, of which {} bytes were copied, not "
        "512.",
        linear - at, at, same);
  }
  return {};
}

/// " That is 1088 bytes behind the end of what call 2 loaded: …".
std::string behind_words(const DiskCall& read, std::uint32_t linear) {
  constexpr std::uint64_t kNear = 0x8000;
  const std::uint64_t end = *read.buffer() + read.bytes;
  if (linear < end || linear - end >= kNear) return {};
  return fmt::format(" That is {} bytes behind its end: does it load all of its program?", linear - end);
}

std::optional<Answer> nothing_loaded(const Evidence& evidence) {
  if (!evidence.crashed() || !evidence.real_mode()) return std::nullopt;
  const emu::FarPtr at = evidence.place();
  const std::uint32_t linear = at.linear();
  const bool zeros = evidence.zeros(linear, 16);
  if (evidence.origin(linear) || (!zeros && linear >= kBiosDataEnd)) return std::nullopt;
  std::string text =
      fmt::format("The CPU runs {} at {} ({:05X}h)", zeros ? "zeros" : "data", far_words(at), linear);
  const std::string first = first_astray(evidence);
  if (linear < kBiosDataEnd) {
    text += ", in the BIOS's vectors and data.";
  } else if (linear >= kVideo && linear < kMegabyte) {
    text += ", above conventional memory.";
  } else {
    text += ", where no read put anything.";
  }
  text += came_from(evidence);
  if (!first.empty() && first != far_words(at))
    text += fmt::format(" The first step astray was to {}.", first);
  if (evidence.registers().rflags & emu::flag::kDirection)
    text +=
        " The direction flag is set: string instructions such as REP MOVSW go downwards. CLD before they "
        "copy.";
  if (linear >= kBiosDataEnd) text += short_copy_words(evidence, linear);
  std::vector<std::uint64_t> calls;
  const DiskCall* read = evidence.last_read();
  if (read && read->read_well() && read->buffer() && !read->by_bios()) {
    text += fmt::format(" The last read, {}.", loaded_words(*read)) + behind_words(*read, linear);
    calls.push_back(read->number);
  } else if (read && read->by_bios()) {
    text += " The loader had read nothing yet.";
    calls.push_back(read->number);
  } else if (evidence.calls.empty() || !read) {
    text += " The loader had read nothing yet.";
  }
  return Answer{text, calls};
}

/// Programs in a file format, entered at their header.
std::optional<Answer> entered_header(const Evidence& evidence) {
  constexpr std::size_t kFewReads = 16;
  if (!evidence.crashed() || !evidence.real_mode() || evidence.calls.size() > kFewReads) return std::nullopt;
  const auto elf = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.read_well() && read_by_guest(call) && call.buffer() && call.arguments.lba &&
           devices::media::has_text(evidence.sectors(call.in.dl(), *call.arguments.lba, 16), 0,
                                    "\x7F"
                                    "ELF");
  });
  if (elf == evidence.calls.end()) return std::nullopt;
  // ELF's header and one program header have so many bytes: an entry point lies behind them.
  constexpr std::uint32_t kHeaders = 52 + 32;
  const auto in_header = [&](const emu::FarPtr& place) {
    return place.linear() >= *elf->buffer() && place.linear() - *elf->buffer() < kHeaders;
  };
  const auto trail = follow(evidence, Part::kBeginning);
  const bool seen = trail && std::any_of(trail->places.begin(), trail->places.end(), in_header);
  // Small programs crash so soon behind the call that its way is not on the trail.
  if (!seen && !elf->covers(evidence.place().linear())) return std::nullopt;
  return Answer{fmt::format("The CPU runs the header of an ELF file, which {}: that is no code. Make a flat "
                            "binary of it (objcopy -O "
                            "binary), or go to its entry point.",
                            loaded_words(*elf)),
                {elf->number}};
}

/// Exceptions that nobody handles: the bytes there were loaded, but are they code?
std::optional<Answer> ran_data(const Evidence& evidence) {
  if (!evidence.crashed() || !evidence.real_mode()) return std::nullopt;
  const emu::FarPtr at = evidence.place();
  const auto origin = evidence.origin(at.linear());
  if (!origin || !origin->call || origin->moved) return std::nullopt;
  std::string text =
      fmt::format("The CPU ran into what is no code for it at {}: call {} loaded that from {}.",
                  far_words(at), origin->call->number, origin_words(evidence, *origin));
  return Answer{text + came_from(evidence), {origin->call->number}};
}

constexpr std::array<Rule, 4> kOverwrites = {{
    {{"overwrote-code", "a read lands on the code that made it"}, overwrote_code},
    {{"overwrote-stack", "a read lands on the stack"}, overwrote_stack},
    {{"overwrote-bios", "a read lands on the interrupt vectors or the BIOS data area"}, overwrote_bios},
    {{"loaded-into-rom", "a read goes to video memory or ROM"}, loaded_into_rom},
}};
constexpr std::array<Rule, 4> kCrashes = {{
    {{"entered-header", "the CPU runs the header of an ELF file"}, entered_header},
    {{"empty-sector", "the CPU runs zeros that were loaded from the medium"}, empty_sector},
    {{"nothing-loaded", "the CPU runs memory that nothing was loaded to"}, nothing_loaded},
    {{"ran-data", "the CPU runs bytes of the medium that are no code"}, ran_data},
}};

}  // namespace

std::span<const Rule> overwrite_rules() { return kOverwrites; }
std::span<const Rule> crash_rules() { return kCrashes; }

}  // namespace bootsim::diagnosing
