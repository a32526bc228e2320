// The CPU runs where nothing was loaded: how it came there, and which number was wrong.
#include <algorithm>
#include <array>

#include "bios/low_memory.h"
#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/trail.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

using namespace bios::low_memory;
constexpr std::uint32_t kBootSectorSize = kBootSectorEnd - kBootSector;
constexpr std::uint16_t kBootSegment = 0x07C0;

/// How the CPU left what was loaded.
struct Departure {
  emu::FarPtr from;
  std::optional<emu::FarPtr> to;  ///< the first step astray, when there was another one behind `from`
};

std::optional<Departure> departure(const Evidence& evidence) {
  const auto trail = follow(evidence);
  const auto place = trail ? last_sound_place(evidence, *trail) : std::nullopt;
  if (!place) return std::nullopt;
  const auto at = std::find(trail->places.rbegin(), trail->places.rend(), *place);
  return Departure{*place, at == trail->places.rbegin() ? std::nullopt : std::optional(*std::prev(at))};
}

std::string from_words(const Evidence& evidence, const std::optional<Departure>& left) {
  if (!left) return {};
  return fmt::format(" It came there from {} at {}.", evidence.code_name(left->from.linear()), far_words(left->from));
}

// --- A call that should have loaded what is run.

constexpr std::uint8_t kWrite = 0x03, kExtendedWrite = 0x43;

/// It asked for no sectors, or wrote them to the disk, with the buffer that is run.
bool not_read(const DiskCall& call, const emu::FarPtr& at) {
  if (call.by_bios() || call.failed() || !call.buffer()) return false;
  const bool write = call.ah() == kWrite || call.ah() == kExtendedWrite;
  const bool none = call.reads() && call.count() == 0;
  constexpr std::uint32_t kNear = 0x400;
  if (none && call.edd_read()) return true;  // a packet with its fields in other places has its buffer anywhere
  return (write || none) && at.linear() >= *call.buffer() && at.linear() - *call.buffer() < kNear;
}

std::string not_read_words(const DiskCall& call) {
  if (call.reads())
    return fmt::format(" Call {} was to load it, and asks for 0 sectors{}.", call.number,
                       call.edd_read()
                           ? fmt::format(": the packet at {} is size (10h), a zero byte, count, offset, segment, LBA",
                                         far_words(call.in.ds_si()))
                           : " (AL)");
  return fmt::format(" Call {} writes the disk from there (AH={:02X}h), where it was to read (AH={:02X}h).",
                     call.number, call.ah(), call.ah() - 1);
}

// --- The rule.

/// " That is offset 12Ch of a copy of the boot sector …": the CPU is behind the part that was copied.
std::string short_copy_words(const Evidence& evidence, std::uint32_t linear) {
  constexpr std::uint32_t kSize = 512, kStep = 16, kCompared = 16;
  std::vector<std::uint8_t> original(kSize), copy(kSize);
  evidence.memory().read(emu::PhysAddr(kBootSector), original);
  for (std::uint32_t at = linear & ~(kStep - 1); at > kBdaEnd && linear - at < kSize; at -= kStep) {
    if (at + kSize > kBootSector && at < kBootSector + kSize) continue;
    evidence.memory().read(emu::PhysAddr(at), copy);
    const auto differs = std::mismatch(original.begin(), original.end(), copy.begin()).first;
    const auto same = static_cast<std::uint32_t>(differs - original.begin());
    if (same < kCompared || same > linear - at) continue;
    return fmt::format(
        " That is offset {:X}h of a copy of the boot sector at {:05X}h, of which {} bytes were copied, not 512.",
        linear - at, at, same);
  }
  return {};
}

/// " Call 2 has AH=01h …" when the function and the count of a read have changed places.
std::string exchanged_words(const Evidence& evidence) {
  constexpr std::uint8_t kRead = 0x02, kMostSectors = 0x12;
  const DiskCall* last = evidence.last_call();
  if (!last || last->by_bios() || last->reads() || last->ah() == 0 || last->ah() > kMostSectors ||
      last->in.al() != kRead)
    return {};
  return fmt::format(" Call {} has AH={:02X}h and AL=02h: have they changed places? 02h, read, belongs in AH.",
                     last->number, last->ah());
}

/// " That is the offset …" when the jump names another segment than the buffer's.
std::string other_segment_words(const DiskCall& read, const emu::FarPtr& at) {
  const emu::FarPtr& buffer = *read.arguments.buffer;
  if (buffer.off != at.off || buffer.seg == at.seg) return {};
  return fmt::format(" The offset is the same, the segment is not: set ES (or the packet's) to {:04X}h, or jump to {}.",
                     at.seg, far_words(buffer));
}

/// " That is 717 bytes behind the boot image's end …" when the catalog had less loaded than the image has.
std::string behind_image_words(const Evidence& evidence, std::uint32_t linear) {
  const auto& cd = evidence.pc.bios().drives().cd_boot();
  if (!cd || cd->emulation() != 0) return {};
  constexpr std::uint32_t kNear = 0x10000, kUnit = 512;
  constexpr std::uint32_t kSize = devices::media::kCdSectorSize;
  const std::uint32_t begin = std::uint32_t{cd->load_segment ? cd->load_segment : kBootSegment} * 16;
  const std::uint32_t end = begin + (std::uint32_t{cd->sector_count} * kUnit + kSize - 1) / kSize * kSize;
  if (linear < end || linear - end >= kNear) return {};
  const std::uint32_t into = linear - begin;
  const auto there = evidence.sectors(cd->cd_drive, cd->image_lba + into / kSize, kSize);
  if (there[into % kSize] == 0) return {};
  return fmt::format(
      " The boot image goes on there (LBA {}), and the catalog has only {} sectors of 512 bytes loaded: a boot load "
      "size of {} or more loads it (-boot-load-size).",
      cd->image_lba + into / kSize, cd->sector_count, (into / kSize + 1) * (kSize / kUnit));
}

/// " That is 1088 bytes behind the end of what call 2 loaded: …".
std::string behind_words(const DiskCall& read, std::uint32_t linear) {
  constexpr std::uint64_t kNear = 0x8000;
  const std::uint64_t end = *read.buffer() + read.bytes;
  if (linear < end || linear - end >= kNear) return {};
  return fmt::format(" That is {} its end: does it load all of its program?",
                     linear == end ? std::string("right behind") : fmt::format("{} bytes behind", linear - end));
}

std::optional<Answer> nothing_loaded(const Evidence& evidence) {
  if (!evidence.crashed() || !evidence.real_mode()) return std::nullopt;
  const emu::FarPtr at = evidence.place();
  const std::uint32_t linear = at.linear();
  const bool zeros = evidence.zeros(linear, 16);
  if (evidence.origin(linear) || (!zeros && linear >= kBdaEnd)) return std::nullopt;
  std::string text = fmt::format("The CPU runs {} at {} ({:05X}h)", zeros ? "zeros" : "data", far_words(at), linear);
  const auto left = departure(evidence);
  const auto first = left ? left->to : std::nullopt;
  if (linear < kBdaEnd) {
    text += ", in the BIOS's vectors and data.";
  } else if (linear >= kVideo && linear < kMegabyte) {
    text += ", above conventional memory.";
  } else {
    text += ", where no read put anything.";
  }
  text += from_words(evidence, left);
  if (first && *first != at) text += fmt::format(" The first step astray was to {}.", far_words(*first));
  if (evidence.registers().rflags & emu::flag::kDirection)
    text += " The direction flag is set: string instructions such as REP MOVSW go downwards. CLD before they copy.";
  if (linear >= kBdaEnd) text += short_copy_words(evidence, linear);
  const std::string misread = misread_address_words(evidence, at);
  text += misread.empty() && first ? misread_address_words(evidence, *first) : misread;
  text += ran_on_words(evidence, linear) + exchanged_words(evidence) + behind_image_words(evidence, linear);
  std::vector<std::uint64_t> calls;
  const DiskCall* read = evidence.last_read();
  if (const DiskCall* last = evidence.last_call(); last && not_read(*last, at)) {
    text += not_read_words(*last);
    return Answer{text, {last->number}};
  }
  if (read && read->read_well() && read->buffer() && !read->by_bios()) {
    text += fmt::format(" The last read, {}.", loaded_words(*read)) + behind_words(*read, linear) +
            (misread.empty() ? other_segment_words(*read, at) : "");
    calls.push_back(read->number);
  } else if (read && read->by_bios()) {
    text += " The loader had read nothing yet.";
    calls.push_back(read->number);
  } else if (evidence.calls.empty() || !read) {
    text += " The loader had read nothing yet.";
  }
  return Answer{text, calls};
}

constexpr std::array<Rule, 1> kRules = {{
    {{"nothing-loaded", "the CPU runs memory that nothing was loaded to"}, nothing_loaded},
}};

}  // namespace

std::string came_from_words(const Evidence& evidence) { return from_words(evidence, departure(evidence)); }

std::string ran_on_words(const Evidence& evidence, std::uint32_t linear) {
  const auto& tail = evidence.course().tail;
  for (std::size_t i = tail.size(); i-- > 1;) {
    const Step &before = tail[i - 1], &step = tail[i];
    const bool zeros = step.code.bytes[0] == 0 && step.code.bytes[1] == 0;
    if (step.linear() != linear && !zeros) return {};
    if (before.linear() + static_cast<std::uint64_t>(before.code.size) != step.linear()) return {};
    if (before.code.bytes[0] == 0 && before.code.bytes[1] == 0) continue;
    if (before.linear() < kBdaEnd || !evidence.origin(static_cast<std::uint32_t>(before.linear()))) return {};
    return fmt::format(
        " The CPU did not jump there: it ran on behind \"{}\" at {}. Does a JMP, RET or HLT end that code?",
        before.code.text, far_words(before.place));
  }
  return {};
}

namespace {

/// The CPU came to the place by a jump or call within the segment.
bool went_near(const Evidence& evidence, const emu::FarPtr& at) {
  const auto& tail = evidence.course().tail;
  for (std::size_t i = tail.size(); i-- > 1;) {
    if (tail[i].place != at) continue;
    const auto flow = tail[i - 1].code.flow;
    return (flow == debugger::Flow::kJump || flow == debugger::Flow::kCall) && !tail[i - 1].code.target_cs &&
           tail[i - 1].code.target.has_value();
  }
  return false;
}

}  // namespace

std::string taken_from_words(const Evidence& evidence, const Step& from) {
  if (from.code.memory.empty()) return " What was the address taken from?";
  const auto operand = debugger::effective_address(from.code.memory[0], from.registers, 0);
  const bool loaded = operand.linear < 0x100000 && evidence.origin(static_cast<std::uint32_t>(operand.linear));
  return fmt::format(" It took that address from linear {:X}h{}. Is the code linked for the address where it runs?",
                     operand.linear,
                     operand.linear >= evidence.options.memory ? ", where no memory is, either"
                     : loaded                                  ? ""
                                                               : ", where nothing was loaded");
}

std::string misread_address_words(const Evidence& evidence, const emu::FarPtr& at) {
  const emu::FarPtr exchanged{at.off, at.seg};
  const DiskCall* read = evidence.last_read();
  const bool loaded = read && read->read_well() && !read->by_bios() && read->buffer();
  const auto meant = std::find_if(evidence.calls.begin(), evidence.calls.end(), [&](const DiskCall& call) {
    return call.read_well() && !call.by_bios() && call.buffer() && *call.buffer() == exchanged.linear();
  });
  if (loaded && at.linear() != exchanged.linear() && meant != evidence.calls.end() && went_near(evidence, at))
    return fmt::format(
        " The jump is a near one, within the segment {:04X}h, and the code is at {}, {:05X}h: it needs the segment, too "
        "(JMP {:04X}h:{:04X}h).",
        at.seg, far_words(*meant->arguments.buffer), *meant->buffer(), at.off, at.seg);
  if (loaded && at.linear() != exchanged.linear() && meant != evidence.calls.end())
    return fmt::format(
        " {} is linear {:05X}h, and the code is at {}, {:05X}h: segment and offset have changed places, in the jump or "
        "in the packet (which has the offset first).",
        far_words(at), at.linear(), far_words(*meant->arguments.buffer), *meant->buffer());
  const std::uint32_t into = at.off - kBootSector;
  if (at.seg == kBootSegment && at.off >= kBootSector && into < kBootSectorSize)
    return fmt::format(
        " 07C0h * 16 + {:04X}h counts 7C00h twice: with ORG 7C00h, jump to 0000:{:04X}; with ORG 0, to 07C0:{:04X}.",
        at.off, at.off, into);
  if (at.seg == 0 && at.off < kBootSectorSize && at.off >= 3 && !loaded)
    return fmt::format(" Offset {:X}h of the boot sector is at 0000:{:04X}: say ORG 7C00h, or jump to 07C0:{:04X}.",
                       at.off, kBootSector + at.off, at.off);
  constexpr std::uint16_t kLastSelector = 0x28;
  if (at.seg >= 8 && at.seg <= kLastSelector && at.seg % 8 == 0 && at.off >= kBootSector)
    return fmt::format(
        " {:04X}h is taken for a segment: as a selector it counts once CR0.PE is set (MOV CR0, EAX), and it is not.",
        at.seg);
  return {};
}

std::span<const Rule> astray_rules() { return kRules; }

}  // namespace bootsim::diagnosing
