// Did the loader rely on a register that no BIOS promises? The boot again, with another value.
#include <algorithm>
#include <array>

#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/trial.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

constexpr std::uint16_t kBootSegment = 0x07C0;

struct Change {
  std::string_view words;    ///< what is other: "DS is 07C0h"
  std::string_view promise;  ///< what a BIOS gives, and what to do
  bios::HandOver hand_over;
};

// What BIOSes and MBRs leave in them: 0000h and 07C0h are both common (RBIL INT 19h names neither).
const std::array<Change, 9>& changes() {
  static const std::array<Change, 9> kChanges = {{
      {"DS is 07C0h", "set DS before using it", {.ds = kBootSegment}},
      {"ES is 0000h", "set ES before using it", {.es = std::uint16_t{0}}},
      {"ES is 07C0h", "set ES before using it", {.es = kBootSegment}},
      {"DS is 07C0h and ES 0000h", "set DS and ES before using them", {.ds = kBootSegment, .es = std::uint16_t{0}}},
      {"DS and ES are 07C0h", "set DS and ES before using them", {.ds = kBootSegment, .es = kBootSegment}},
      {"it is entered at 07C0:0000 instead of 0000:7C00",
       "begin with a far jump",
       {.entry = emu::FarPtr{kBootSegment, 0}}},
      {"it is entered at 07C0:0000 with DS and ES 07C0h",
       "begin with a far jump, and set DS and ES",
       {.entry = emu::FarPtr{kBootSegment, 0}, .ds = kBootSegment, .es = kBootSegment}},
      {"SS:SP is 8000:FFFE", "set SS:SP before anything is loaded", {.stack = emu::FarPtr{0x8000, 0xFFFE}}},
      {"SS:SP is 0030:0100", "set SS:SP before anything is loaded", {.stack = emu::FarPtr{0x0030, 0x0100}}},
  }};
  return kChanges;
}

std::optional<Answer> relied_on_dl(const Evidence& evidence) {
  const auto given = evidence.options.quirks.handover_dl;
  const std::uint8_t booted = evidence.boot_drive();
  if (!given || *given == booted || evidence.bios_refused() || !can_try(evidence)) return std::nullopt;
  const Trial trial = try_boot(trial_options(evidence), {.dl = booted});
  if (!better(evidence, trial)) return std::nullopt;
  const auto parts = first_difference(evidence, trial);
  return Answer{
      fmt::format("The loader trusts DL, in which --quirk dl gave {:02X}h instead of {:02X}h: with {:02X}h {}.{}",
                  *given, booted, booted, outcome_words(trial), parting_words(evidence, parts)),
      parts ? std::vector<std::uint64_t>{*parts} : std::vector<std::uint64_t>{}};
}

std::optional<Answer> relied_on_register(const Evidence& evidence) {
  // What a boot sector makes of its registers shows before it has loaded much.
  constexpr std::uint64_t kMostSectors = 128;
  if (evidence.bios_refused() || !can_try(evidence) || evidence.result.sectors > kMostSectors ||
      evidence.result.disk_calls > kMostSectors)
    return std::nullopt;
  for (const Change& change : changes()) {
    const Trial trial = try_boot(trial_options(evidence), change.hand_over);
    if (!better(evidence, trial)) continue;
    const auto parts = first_difference(evidence, trial);
    return Answer{fmt::format("The boot sector relies on a register that no BIOS promises: when {} at its start, {}.{} "
                              "BIOSes promise the drive in DL and the address 07C00h, nothing else: {}.",
                              change.words, outcome_words(trial), parting_words(evidence, parts), change.promise),
                  parts ? std::vector<std::uint64_t>{*parts} : std::vector<std::uint64_t>{}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 2> kRules = {{
    {{"relied-on-dl", "the loader boots when DL is the drive that was booted"}, relied_on_dl},
    {{"relied-on-register", "the boot sector boots when DS, ES, SS:SP or CS:IP begin with another value"},
     relied_on_register},
}};

}  // namespace

std::span<const Rule> register_rules() { return kRules; }

}  // namespace bootsim::diagnosing
