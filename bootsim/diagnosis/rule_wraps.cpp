// Addresses that were too large for what they were put into: LBAs of 32 bits, cylinders of ten, and 1 MiB
// with A20 off.
#include <array>
#include <functional>

#include "bootsim/diagnosis/course.h"
#include "bootsim/diagnosis/medium_facts.h"
#include "bootsim/diagnosis/rules.h"
#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

/// INT 13h/02h has ten bits for the cylinder (RBIL 13-02: CH and CL bits 7-6).
constexpr std::uint64_t kCylinders = 1024;
constexpr std::uint64_t kLbas = std::uint64_t{1} << 32;
/// A loader that went astray does not read much more.
constexpr int kLastReads = 16;

/// Of the guest's last reads one where nothing begins, while something does whole multiples of `period`
/// further on.
struct Wrapped {
  const DiskCall* call;
  std::uint64_t meant;  ///< LBA
};
std::optional<Wrapped> wrapped_read(const Evidence& evidence,
                                    const std::function<std::uint64_t(const DiskCall&, const bios::Drive&)>& period) {
  int looked = 0;
  for (auto call = evidence.calls.rbegin(); call != evidence.calls.rend() && looked < kLastReads; ++call) {
    if (!call->read_well() || call->hook || call->by_bios() || !call->arguments.lba) continue;
    ++looked;
    const std::uint8_t dl = call->in.dl();
    const bios::Drive* drive = evidence.drive(dl);
    const std::uint64_t step = drive ? period(*call, *drive) : 0, lba = *call->arguments.lba;
    if (step == 0 || lba == 0 || begins_something(evidence.file_at(dl, lba))) continue;
    for (std::uint64_t meant = lba + step; meant < drive->sectors; meant += step) {
      if (begins_something(evidence.file_at(dl, meant))) return Wrapped{&*call, meant};
    }
  }
  return std::nullopt;
}

std::optional<Answer> lba_cut(const Evidence& evidence) {
  const auto found =
      wrapped_read(evidence, [](const DiskCall& call, const bios::Drive&) { return call.edd_read() ? kLbas : 0; });
  if (!found) return std::nullopt;
  const DiskCall& call = *found->call;
  return Answer{
      fmt::format("In call {} {} reads LBA {}, where nothing begins; {} is at LBA {}, which is the same in its low 32 "
                  "bits. Put all 64 bits of the address into the packet (bytes 8-15 at {}).",
                  call.number, caller_words(evidence, call), *call.arguments.lba,
                  evidence.file_at(call.in.dl(), found->meant), found->meant, far_words(call.in.ds_si())),
      {call.number}};
}

std::optional<Answer> cylinder_cut(const Evidence& evidence) {
  const auto found = wrapped_read(evidence, [](const DiskCall& call, const bios::Drive& drive) {
    return call.chs_read() ? kCylinders * drive.logical.heads * drive.logical.sectors : std::uint64_t{0};
  });
  if (!found) return std::nullopt;
  const DiskCall& call = *found->call;
  const bios::Drive& drive = *evidence.drive(call.in.dl());
  const std::uint64_t cylinder = found->meant / (std::uint64_t{drive.logical.heads} * drive.logical.sectors);
  return Answer{
      fmt::format("In call {} {} reads {}, where nothing begins; {} is at LBA {}, cylinder {}, of which INT 13h/02h "
                  "has room for ten bits. Read it by LBA (INT 13h/42h), or keep it below cylinder 1024.",
                  call.number, caller_words(evidence, call), where_words(call),
                  evidence.file_at(call.in.dl(), found->meant), found->meant, cylinder),
      {call.number}};
}

/// What was to be copied to 1 MiB is on the interrupt vectors.
std::optional<Answer> a20_off(const Evidence& evidence) {
  if (evidence.memory().a20_enabled()) return std::nullopt;
  if (evidence.at_work() && evidence.course().tail.empty()) return std::nullopt;
  for (const std::uint32_t linear : {0x000u, 0x04Cu, 0x100u, 0x200u}) {
    const auto origin = evidence.origin(linear);
    if (!origin || !origin->call || !origin->moved) continue;
    return Answer{fmt::format("The A20 gate is off, so that addresses from 100000h on reach 000000h: what call {} "
                              "loaded from {} was copied over the interrupt vectors. Open the gate first (INT "
                              "15h/2401h, port 92h), and test it.",
                              origin->call->number, origin_words(evidence, *origin)),
                  {origin->call->number}};
  }
  return std::nullopt;
}

constexpr std::array<Rule, 3> kRules = {{
    {{"lba-32-bits", "an LBA behind 2 TiB was cut to 32 bits"}, lba_cut},
    {{"chs-1024", "a cylinder above 1023 was cut to ten bits"}, cylinder_cut},
    {{"a20-off", "what was to be copied above 1 MiB is on the interrupt vectors, because A20 is off"}, a20_off},
}};

}  // namespace

std::span<const Rule> wrap_rules() { return kRules; }

}  // namespace bootsim::diagnosing
