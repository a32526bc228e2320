// Loops that read sector by sector, and what goes wrong in them.
#include <algorithm>
#include <array>
#include <vector>

#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

bool went_wrong(const Evidence& evidence) {
  return !evidence.bios_refused() && !evidence.in_kernel() &&
         (evidence.crashed() || evidence.result.exit == exit_code::kLimit ||
          evidence.result.exit == exit_code::kNotReached || evidence.result.exit == exit_code::kReset);
}

/// The guest's own reads that went well, in their order.
std::vector<const DiskCall*> good_reads(const Evidence& evidence) {
  std::vector<const DiskCall*> reads;
  for (const DiskCall& call : evidence.calls) {
    if (call.read_well() && read_by_guest(call) && call.buffer() && call.arguments.lba) reads.push_back(&call);
  }
  return reads;
}

/// Each read goes right behind the one before, as if there were more of it.
bool fills_memory(const std::vector<const DiskCall*>& reads) {
  constexpr std::size_t kTimes = 3;
  for (std::size_t i = 1; i < reads.size(); ++i) {
    if (*reads[i]->buffer() != *reads[i - 1]->buffer() + reads[i - 1]->bytes) return false;
  }
  return reads.size() >= kTimes;
}

/// A loop reads the same sector again and again, to the same or to growing addresses.
std::optional<Answer> same_sector(const Evidence& evidence) {
  constexpr std::size_t kTimes = 16;
  if (!went_wrong(evidence)) return std::nullopt;
  const auto reads = good_reads(evidence);
  const bool many = reads.size() >= kTimes || (evidence.crashed() && fills_memory(reads));
  if (!many || *reads.front()->arguments.lba == 0) return std::nullopt;
  const DiskCall &first = *reads.front(), &last = *reads.back();
  const bool same = std::all_of(reads.begin(), reads.end(), [&](const DiskCall* call) {
    return call->arguments.lba == first.arguments.lba && call->in.dl() == first.in.dl() && call->caller == first.caller;
  });
  if (!same) return std::nullopt;
  const bool moves = last.buffer() != first.buffer();
  const std::string counter =
      first.chs_read() && reads.size() < kTimes ? " Advance the sector (CL) with the address."
      : first.chs_read()
          ? " CX, which LOOP counts, has the cylinder and the sector for INT 13h/02h: keep the counter elsewhere (PUSH "
            "CX, POP CX), advance the sector, and mind that a LOOP with CX=0 goes round 65536 times."
          : " Advance the LBA in the packet, and let the loop end.";
  return Answer{
      fmt::format("Calls {} to {} all read {} at {}{}: the loop does not advance.{}", first.number, last.number,
                  where_words(first), far_words(first.caller),
                  moves ? ", to other addresses each time" : " to " + far_words(*first.arguments.buffer), counter),
      {first.number, last.number}};
}

/// The offset passed FFFFh and began anew in the same segment.
std::optional<Answer> wrapped_buffer(const Evidence& evidence) {
  constexpr std::uint32_t kSegmentSize = 0x10000;
  // Loaders that copy each 64 KiB away, to above 1 MiB, go round on purpose; they do not run what is there.
  if (!evidence.crashed() || !evidence.real_mode()) return std::nullopt;
  const std::uint32_t place = evidence.place().linear();
  const auto reads = good_reads(evidence);
  for (std::size_t i = 1; i < reads.size(); ++i) {
    const emu::FarPtr before = *reads[i - 1]->arguments.buffer, now = *reads[i]->arguments.buffer;
    const std::uint64_t end = before.off + reads[i - 1]->bytes;
    if (now.seg != before.seg || end < kSegmentSize || now.off != (end & 0xFFFF)) continue;
    const std::uint32_t segment = std::uint32_t{now.seg} * 16;
    if (place < segment || place - segment >= kSegmentSize) continue;
    const auto over = std::find_if(reads.begin(), reads.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const DiskCall* call) { return call->covers(*reads[i]->buffer()); });
    return Answer{fmt::format("In call {} the buffer's offset has passed FFFFh and is {} again{}: only 64 KiB fit "
                              "behind a segment. Add to ES (20h for each sector of 512 bytes) instead of the offset, "
                              "or 1000h when it wraps.",
                              reads[i]->number, far_words(now),
                              over == reads.begin() + static_cast<std::ptrdiff_t>(i)
                                  ? ""
                                  : fmt::format(", over what call {} loaded", (*over)->number)),
                  {reads[i - 1]->number, reads[i]->number}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 2> kRules = {{
    {{"same-sector", "a loop reads the same sector again and again"}, same_sector},
    {{"buffer-wrapped", "a loop's buffer passes 64 KiB and begins anew"}, wrapped_buffer},
}};

}  // namespace

std::span<const Rule> loop_rules() { return kRules; }

}  // namespace bootsim::diagnosing
