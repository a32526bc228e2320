#include "bootsim/diagnosis/words.h"

#include <algorithm>

#include "bios/call_table.h"
#include "devices/media/medium.h"

namespace bootsim::diagnosing {

std::string where_words(const DiskCall& call) {
  const auto& a = call.arguments;
  std::string text;
  if (a.chs) {
    text = fmt::format("CHS {}/{}/{}", a.chs->cylinder, a.chs->head, a.chs->sector);
    if (a.count) text += fmt::format(" +{}", *a.count);
    if (a.lba) text += fmt::format(" (LBA {})", *a.lba);
    return text;
  }
  if (a.lba) text = fmt::format("LBA {}", *a.lba);
  if (a.count) text += fmt::format(" +{}", *a.count);
  return text;
}

std::string status_words(const DiskCall& call) {
  const std::string_view name = bios::disk_status_name(call.status());
  return name.empty() ? fmt::format("status {:02X}h", call.status())
                      : fmt::format("status {:02X}h, {}", call.status(), name);
}

std::string caller_words(const Evidence& evidence, const DiskCall& call) {
  const std::string name = evidence.code_name(call.caller.linear());
  return fmt::format("{} at {}", name, far_words(call.caller));
}

std::string origin_words(const Evidence& evidence, const Origin& origin) {
  const std::string file = evidence.file_at(origin.drive, origin.lba);
  return fmt::format("sector {} of drive {:02X}h{}{}", origin.lba, origin.drive, file.empty() ? "" : ", ", file);
}

std::string content_words(const std::vector<std::uint8_t>& sector) {
  if (std::all_of(sector.begin(), sector.end(), [](std::uint8_t b) { return b == 0; })) return "zeros";
  if (std::all_of(sector.begin(), sector.end(), [&](std::uint8_t b) { return b == sector[0]; }))
    return fmt::format("{:02X}h bytes", sector[0]);
  return "something else";
}

std::string there_words(const Evidence& evidence, std::uint8_t drive, std::uint64_t lba) {
  const bios::Drive* found = evidence.drive(drive);
  if (found && lba >= found->sectors) return "the medium ends before it";
  const std::string file = evidence.file_at(drive, lba);
  const std::string content = content_words(evidence.sectors(drive, lba, devices::media::kSectorSize));
  if (content != "something else")
    return fmt::format("there are {} there{}", content, file.empty() ? "" : " (" + file + ")");
  return file.empty() ? "nothing of the kind is there" : fmt::format("{} is there", file);
}

std::string sectors_words(std::uint64_t count) { return fmt::format("{} sector{}", count, count == 1 ? "" : "s"); }

std::string range_words(std::uint32_t begin, std::uint64_t size) {
  return fmt::format("{:05X}h-{:05X}h", begin, begin + size - 1);
}

std::string loaded_words(const DiskCall& read) {
  return fmt::format("call {} loaded {} to {} ({})", read.number, where_words(read), far_words(*read.arguments.buffer),
                     range_words(*read.buffer(), read.bytes));
}

std::string attach_words(const Evidence& evidence, std::uint8_t drive) {
  const bios::Drive* found = evidence.drive(drive);
  return found ? std::string(attach_word(found->kind)) : std::string();
}

std::string failed_module(const Evidence& evidence) {
  constexpr std::string_view kFailed = "Failed to load ", kProgram = "COM32 file ";
  std::string program;
  for (auto line = evidence.lines().rbegin(); line != evidence.lines().rend(); ++line) {
    if (line->starts_with(kFailed)) {
      std::string name = line->substr(kFailed.size());
      if (!name.starts_with(kProgram)) return name.substr(0, name.find(' '));
      if (program.empty()) {
        program = name.substr(kProgram.size());
        continue;
      }
    }
    if (!program.empty()) break;
  }
  return program;
}

namespace {
bool is_line_end(std::uint8_t b) { return b == '\r' || b == '\n' || b == '\t'; }
}  // namespace

bool is_text(std::uint8_t b) { return is_line_end(b) || (b >= 0x20 && b < 0x7F); }

std::string string_at(const emu::Memory& memory, std::uint32_t linear, std::size_t shortest) {
  constexpr std::size_t kLongest = 200, kShown = 24;
  std::vector<std::uint8_t> bytes(kLongest);
  memory.read(emu::PhysAddr(linear), bytes);
  std::string text;
  std::size_t length = 0, letters = 0;
  for (; length < bytes.size() && bytes[length] != 0 && bytes[length] != '$'; ++length) {
    const std::uint8_t b = bytes[length];
    if (!is_text(b)) return {};
    if (!is_line_end(b) && text.size() < kShown) text += static_cast<char>(b);
    letters += (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
  }
  if (length < shortest || length == bytes.size() || letters * 2 < length) return {};
  return std::string(text.substr(0, text.find_last_not_of(' ') + 1));
}

}  // namespace bootsim::diagnosing
