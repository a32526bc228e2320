// What is wrong with a disk address packet (EDD 3.0: size, 0, count, offset, segment, LBA).
#pragma once

#include <cstdint>
#include <string>

#include "bootsim/diagnosis/evidence.h"

namespace bootsim::diagnosing {

inline constexpr std::uint8_t kPacketSize = 0x10;

/// Where the packet that was meant seems to be, when there is none at DS:SI.
std::string packet_elsewhere_words(const Evidence& evidence, const DiskCall& read);
/// " With its halves exchanged …" when the packet's LBA has a slip that leads to a sector of a drive with so
/// many; else nothing.
std::string packet_slip_words(const Evidence& evidence, const DiskCall& read, std::uint64_t sectors);

}  // namespace bootsim::diagnosing
