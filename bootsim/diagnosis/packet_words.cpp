#include "bootsim/diagnosis/packet_words.h"

#include "bootsim/diagnosis/words.h"

namespace bootsim::diagnosing {
namespace {

/// "bytes 01 00 00 7E 00 00 01 00".
std::string first_bytes_words(const Evidence& evidence, const emu::FarPtr& at) {
  constexpr std::uint16_t kShown = 8;
  std::string text = "bytes";
  for (std::uint16_t i = 0; i < kShown; ++i)
    text += fmt::format(" {:02X}", evidence.memory().read<std::uint8_t>(at.plus(i)));
  return text;
}

/// The number in the other byte order: of 8 bytes, or of the 4 that are not zero.
std::uint64_t turned_around(std::uint64_t lba) {
  const int bytes = lba >> 32 ? 8 : 4;
  std::uint64_t turned = 0;
  for (int i = 0; i < bytes; ++i) turned = turned << 8 | (lba >> (8 * i) & 0xFF);
  return turned;
}

}  // namespace

std::string packet_elsewhere_words(const Evidence& evidence, const DiskCall& read) {
  constexpr std::uint16_t kBootSegment = 0x07C0;
  const auto packet_at = [&](const emu::FarPtr& at) {
    return at != read.in.ds_si() && evidence.memory().read<std::uint16_t>(at) == kPacketSize;
  };
  for (const std::uint16_t segment : {std::uint16_t{0}, kBootSegment, read.in.cs(), read.in.es()}) {
    const emu::FarPtr at{segment, read.in.si()};
    if (packet_at(at)) return fmt::format("One is at {}: set DS to {:04X}h.", far_words(at), segment);
  }
  if (packet_at(read.in.es_di()))
    return fmt::format("One is at ES:DI, {}: it belongs to DS:SI.", far_words(read.in.es_di()));
  const emu::FarPtr di{read.in.ds(), static_cast<std::uint16_t>(read.in[emu::Gpr::kDi])};
  if (packet_at(di)) return fmt::format("One is at DS:DI, {}: its offset belongs in SI.", far_words(di));
  const emu::FarPtr bx{read.in.ds(), read.in.bx()};
  if (packet_at(bx)) return fmt::format("One is at DS:BX, {}: its offset belongs in SI.", far_words(bx));
  return fmt::format(
      "There are {}; a packet is size (10h), 0, count, offset, segment (2 bytes each), LBA (8). Is DS:SI right?",
      first_bytes_words(evidence, read.in.ds_si()));
}

std::string packet_slip_words(const Evidence& evidence, const DiskCall& read, std::uint64_t sectors) {
  constexpr std::uint16_t kLba = 8;
  const std::uint64_t lba = *read.arguments.lba;
  const std::uint64_t early = evidence.memory().read<std::uint64_t>(read.in.ds_si().plus(kLba - 1));
  if (early != 0 && early < sectors)
    return fmt::format(
        " One byte before its place is LBA {}: a field before it is a byte too short (the count has two bytes).",
        early);
  if ((lba & 0xFFFFFFFF) == 0 && lba >> 32 < sectors)
    return fmt::format(" With its halves exchanged it is LBA {}: the low doubleword comes first.", lba >> 32);
  if (lba >> 32 != 0 && (lba & 0xFFFFFFFF) != 0 && (lba & 0xFFFFFFFF) < sectors)
    return fmt::format(" Its low half is LBA {}, and the high one, at {}, is not zero: the LBA has eight bytes.",
                       lba & 0xFFFFFFFF, far_words(read.in.ds_si().plus(kLba + 4)));
  if (const std::uint64_t meant = turned_around(lba); meant < sectors)
    return fmt::format(" With its bytes the other way around it is LBA {}: the lowest byte comes first.", meant);
  return {};
}

}  // namespace bootsim::diagnosing
