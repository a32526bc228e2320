// Pieces of sentences that the rules share.
#pragma once

#include <string>
#include <vector>

#include <fmt/core.h>

#include "bootsim/diagnosis/evidence.h"
#include "emu/text.h"

namespace bootsim::diagnosing {

/// "LBA 63 +4", "CHS 0/1/1 +4 (LBA 63)".
std::string where_words(const DiskCall& call);
/// "status 04h (sector not found)".
std::string status_words(const DiskCall& call);
/// "the MBR at 0000:0623": the code that made the call.
std::string caller_words(const Evidence& evidence, const DiskCall& call);
/// "sector 63 of drive 80h, /boot/grub/core.img+512": what the bytes there are.
std::string origin_words(const Evidence& evidence, const Origin& origin);
/// "zeros", "F6h bytes", "something else".
std::string content_words(const std::vector<std::uint8_t>& sector);
/// "the medium ends before it", "there are zeros there", "/boot/vmlinuz+3 is there": instead of what was
/// looked for.
std::string there_words(const Evidence& evidence, std::uint8_t drive, std::uint64_t lba);
/// "1 sector", "3 sectors".
std::string sectors_words(std::uint64_t count);
/// "07C00h-07DFFh".
std::string range_words(std::uint32_t begin, std::uint64_t size);
/// "call 2 loaded LBA 1 +4 to 0000:8000 (08000h-087FFh)"; of a read with a buffer.
std::string loaded_words(const DiskCall& read);
/// What an attached medium is called in options: "hd", "cd".
std::string attach_words(const Evidence& evidence, std::uint8_t drive);
/// What SYSLINUX failed to load last ("libutil.c32"); where a module needs another one, that. Empty: nothing.
std::string failed_module(const Evidence& evidence);

/// What a string to be printed is made of.
bool is_text(std::uint8_t b);
/// A string at the address, as guests end theirs: in a zero or a dollar sign. Its first letters; empty: none is there.
std::string string_at(const emu::Memory& memory, std::uint32_t linear, std::size_t shortest = 3);

}  // namespace bootsim::diagnosing
